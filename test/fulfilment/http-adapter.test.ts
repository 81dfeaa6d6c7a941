import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret } from "#src/config/secret.ts";
import { createHttpFulfilment } from "#src/fulfilment/http-adapter.ts";
import { FulfilmentFailure } from "#src/fulfilment/port.ts";
import {
  failureOf,
  type Handler,
  inTurn,
  json,
  startServer,
  testClock,
  writeCall,
} from "../partner-center/server.ts";

const line = {
  customerId: "b44d2e4b-5b4e-4d8e-9c0f-7a3c9e0e7d11",
  orderId: "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1",
  lineItemNumber: 0,
  catalogItemId: "A:B:C",
  productTitle: "SQL Server Enterprise",
};
const choice = { version: "2022", language: "en-us", fileType: "iso" };
const asker = { onBehalfOf: "admin.agent@partner.example" };
const path = `/v1/customers/${line.customerId}/software/${line.orderId}/0`;

const provider = (baseUrl: string, timeoutMs = 60_000) =>
  createHttpFulfilment({ baseUrl, token: new Secret("canary-token"), clock: testClock, timeoutMs });

describe("fulfilment over HTTP", () => {
  test("K3 lists exactly the packages of the line", async () => {
    const server = await startServer(json(200, { items: [{ ...choice, size: 12 }] }));
    await expect(provider(`${server.url}/`).listPackages(line, asker)).resolves.toEqual([choice]);
    expect(server.seen[0]).toMatchObject({
      method: "GET",
      url: `${path}/packages`,
      headers: { authorization: "Bearer canary-token", "on-behalf-of": asker.onBehalfOf },
    });
  });

  test("K4 hands over the key and a link for the chosen package", async () => {
    const server = await startServer(
      inTurn(
        json(200, { key: "canary-key" }),
        json(200, {
          url: "https://downloads.example/canary-link",
          expiresAt: "2026-12-07T10:00:00Z",
          downloadsAllowed: 50,
        }),
      ),
    );
    const call = writeCall();
    const given = await provider(server.url).handOver(line, choice, { ...call, ...asker });
    expect(server.seen.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
      ["POST", `${path}/keys`, choice],
      ["POST", `${path}/downloads`, choice],
    ]);
    expect(server.seen.map(({ headers }) => headers["ms-requestid"])).toEqual([
      call.requestId,
      call.requestId,
    ]);
    if (given.kind !== "secrets") throw new Error("secrets expected");
    expect(given.key?.reveal()).toBe("canary-key");
    expect(given.downloadLink?.reveal()).toBe("https://downloads.example/canary-link");
    expect(given.linkExpiresAt).toEqual(new Date("2026-12-07T10:00:00Z"));
    expect(given.downloadsAllowed).toBe(50);
    expect(inspect(given, { depth: null }) + JSON.stringify(given)).not.toContain("canary");
  });

  test("K4 software without a key or without a download has null in its place", async () => {
    const server = await startServer(inTurn(json(200, { key: null }), json(200, {})));
    await expect(provider(server.url).handOver(line, choice, { ...writeCall(), ...asker })).resolves.toEqual({
      kind: "secrets",
      key: null,
      downloadLink: null,
      linkExpiresAt: null,
      downloadsAllowed: null,
      daysAfterFirstDownload: null,
      linkReference: null,
    });
  });

  const failures: [string, Handler, { kind: string; status: number }][] = [
    ["C10 a cancelled purchase", json(410, { description: "Revoked." }), { kind: "revoked", status: 410 }],
    [
      "K1 an unknown line",
      json(404, { code: 1000, description: "Not found." }),
      { kind: "refused", status: 404 },
    ],
    ["a refused token", json(401, ""), { kind: "reauthorise", status: 401 }],
    ["too many calls", json(429, "", { "retry-after": "3" }), { kind: "wait", status: 429 }],
    ["a failing service", json(500, "canary-key"), { kind: "retry_same_id", status: 500 }],
    [
      "an answer without its fields",
      json(200, { key: { value: "canary-key" } }),
      { kind: "unreadable", status: 200 },
    ],
    ["half an answer", json(200, '{"key":"canary-key'), { kind: "unreadable", status: 200 }],
    [
      "a redirect",
      json(307, "", { location: "https://elsewhere.example" }),
      { kind: "unreadable", status: 307 },
    ],
    [
      "a reset",
      (_seen, response) => response.socket?.resetAndDestroy(),
      { kind: "retry_same_id", status: 0 },
    ],
    ["silence", () => {}, { kind: "retry_same_id", status: 0 }],
  ];

  test.each(failures)("%s is told by kind, without a secret", async (_name, handler, expected) => {
    const server = await startServer(handler);
    const call = writeCall();
    const failure = await failureOf(
      provider(server.url, 1_000).handOver(line, choice, { ...call, ...asker }),
    );
    expect(failure).toBeInstanceOf(FulfilmentFailure);
    expect(failure).toMatchObject({ ...expected, requestId: call.requestId });
    expect(inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain("canary");
  });

  test("K5 a lost answer to the second half is a failure: nothing is half shown", async () => {
    const server = await startServer(
      inTurn(json(200, { key: "canary-key" }), (_seen, response) => response.socket?.resetAndDestroy()),
    );
    const failure = await failureOf(
      provider(server.url).handOver(line, choice, { ...writeCall(), ...asker }),
    );
    expect(failure).toMatchObject({ kind: "retry_same_id", operation: "getDownload" });
    expect(inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain("canary");
  });
});
