import { beforeAll, describe, expect, test } from "vitest";
import { FULFILMENT_TOKEN, seedOrders } from "#sandbox/partner-center/seed.ts";
import { Secret } from "#src/config/secret.ts";
import { createHttpFulfilment } from "#src/fulfilment/http-adapter.ts";
import { failureOf, testClock, writeCall } from "../partner-center/server.ts";
import { as, customerIn, send, simulate } from "../sandbox/partner-center/simulator.ts";
import { type Contract, listenBetween, readContract } from "./contract.ts";

let contract: Contract;
beforeAll(async () => {
  contract = await readContract();
});

const us = customerIn("US");
const { id: orderId } = seedOrders.recentPerpetual;
const line = {
  customerId: us,
  orderId,
  lineItemNumber: 0,
  catalogItemId: "A:B:C",
  productTitle: "SQL Server 2022 Standard",
};
const choice = { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" };
const asker = { onBehalfOf: "admin.agent@partner.example" };

async function between(token = FULFILMENT_TOKEN) {
  const simulator = await simulate();
  const listener = await listenBetween(contract, `${simulator.url}/_sim`);
  const provider = createHttpFulfilment({
    baseUrl: listener.url,
    token: new Secret(token),
    clock: testClock,
    timeoutMs: 60_000,
  });
  const statuses = () => listener.seen.map(({ answered }) => answered.status);
  return { simulator, listener, provider, statuses };
}

describe("the contract", () => {
  test("K4 its examples are what its schemas say", () => {
    const examples: [unknown, unknown][] = [];
    const visit = (node: unknown) => {
      if (typeof node !== "object" || node === null) return;
      if ("schema" in node && "example" in node) examples.push([node.schema, node.example]);
      for (const inner of Object.values(node)) visit(inner);
    };
    visit(contract.document);
    expect(examples.length).toBeGreaterThan(6);
    for (const [schema, example] of examples)
      expect(contract.problems(schema as object, example)).toEqual([]);
  });

  test("K4 every reference in it leads somewhere", () => {
    const text = JSON.stringify(contract.document);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ""));
    expect(references.size).toBeGreaterThan(15);
    for (const $ref of references) expect(contract.resolve({ $ref })).toBeDefined();
  });

  test.each([
    ["no MS-RequestId", { headers: { "ms-requestid": undefined } }, "MS-RequestId is missing"],
    ["an id that is no GUID", { headers: { "ms-requestid": "1" } }, "MS-RequestId: data must match"],
    ["no token", { headers: { authorization: undefined } }, "no bearer token"],
    [
      "a package without a language",
      { body: '{"version":"1","fileType":"iso"}' },
      "must have required property",
    ],
    ["another path", { path: "/v1/keys" }, "no operation"],
    [
      "a customer by name",
      { path: `/v1/customers/contoso/software/${orderId}/0/keys` },
      "customerId: data must match",
    ],
  ])("K4 it notices a request with %s", (_what, change, problem) => {
    const good = {
      method: "POST",
      path: `/v1/customers/${us}/software/${orderId}/0/keys`,
      headers: {
        authorization: "Bearer x",
        "content-type": "application/json",
        "ms-requestid": us,
        "ms-correlationid": us,
      },
      body: JSON.stringify(choice),
    };
    expect(contract.requestProblems(good)).toEqual([]);
    const changed = {
      ...good,
      ...change,
      headers: { ...good.headers, ...("headers" in change ? change.headers : {}) },
    };
    expect(contract.requestProblems(changed).join()).toContain(problem);
  });

  test.each([
    ["a key that is a number", 200, { key: 5 }],
    ["no key at all", 200, {}],
    ["a status of its own", 202, { key: "FAKE0-DEMO0" }],
    ["an error by number", 404, { code: 1000, description: "Not found." }],
    ["no time to wait", 429, { code: "too_many_requests", description: "Later." }],
  ])("K4 it notices an answer with %s", (_what, status, body) => {
    const sent = { method: "POST", path: `/v1/customers/${us}/software/${orderId}/0/keys` };
    const headers = { "content-type": "application/json" };
    const good = { status: 200, headers, body: '{"key":null}' };
    expect(contract.answerProblems(sent, good)).toEqual([]);
    expect(contract.answerProblems(sent, { ...good, status, body: JSON.stringify(body) })).not.toEqual([]);
  });
});

describe("both sides of the contract", () => {
  test("K3 K4 K5 packages, key, link and its uses pass as the contract says, on behalf of the agent", async () => {
    const { simulator, listener, provider } = await between();
    const packages = await provider.listPackages(line, asker);
    expect(packages).toContainEqual(choice);
    const given = await provider.handOver(line, choice, { ...writeCall(), ...asker });
    if (given.kind !== "secrets") throw new Error("secrets expected");
    const reference = given.linkReference ?? "";
    expect(reference).not.toBe("");
    expect(given.downloadLink?.reveal()).not.toContain(reference);
    expect(await provider.readUses(line, reference)).toMatchObject({ downloads: 0, firstDownloadAt: null });
    for (let count = 0; count < 3; count += 1) await send(given.downloadLink?.reveal() ?? "", "GET");
    expect(await provider.readUses(line, reference)).toMatchObject({
      downloads: 3,
      firstDownloadAt: simulator.now(),
    });
    expect(listener.problems).toEqual([]);
    expect(listener.seen).toHaveLength(5);
    const { body } = await (await as(simulator, "global.admin"))("GET", "/v1/auditrecords");
    expect(body.items.map((record: { userPrincipalName: string }) => record.userPrincipalName)).toEqual([
      asker.onBehalfOf,
      asker.onBehalfOf,
    ]);
  });

  test("K4 an address that is not ASCII goes through, encoded", async () => {
    const { listener, provider } = await between();
    await provider.listPackages(line, { onBehalfOf: "íñigo@partner.example" });
    expect(listener.problems).toEqual([]);
    expect(listener.seen[0]?.sent.headers["on-behalf-of"]).toBe("%C3%AD%C3%B1igo@partner.example");
  });

  test("K5 the same MS-RequestId is the same key and link, another one a new link; with another body it is refused", async () => {
    const { listener, provider, statuses } = await between();
    const call = { ...writeCall(), ...asker };
    const links = [];
    for (const one of [call, call, { ...call, ...writeCall() }]) {
      const given = await provider.handOver(line, choice, one);
      links.push(given.kind === "secrets" ? given.downloadLink?.reveal() : null);
    }
    expect(links[1]).toBe(links[0]);
    expect(links[2]).not.toBe(links[0]);
    const other = { ...choice, language: "es-ES" };
    expect(await failureOf(provider.handOver(line, other, call))).toMatchObject({
      kind: "refused",
      status: 409,
    });
    expect(listener.problems).toEqual([]);
    expect(statuses().at(-1)).toBe(409);
  });

  test("C10 K3 what is refused is refused in the contract's words", async () => {
    const { simulator, listener, provider, statuses } = await between();
    const call = () => ({ ...writeCall(), ...asker });
    await failureOf(provider.handOver(line, { ...choice, language: "xx" }, call()));
    await failureOf(provider.listPackages({ ...line, lineItemNumber: 9 }, asker));
    await failureOf(provider.readUses(line, "none"));
    const status = { code: 0, description: "Not now." };
    for (const [fault, answer] of [
      ["429", undefined],
      ["500", undefined],
      ["502", undefined],
      ["503", undefined],
      ["answer", { status: 403, ...status }],
    ] as const) {
      simulator.addFault({ path: "/_sim/v1", fault, times: 1, ...(answer ? { answer } : {}) });
      await failureOf(provider.handOver(line, choice, call()));
    }
    const agent = await as(simulator, "admin.agent");
    const body = { id: orderId, status: "cancelled" };
    await agent("PATCH", `/v1/customers/${us}/orders/${orderId}`, { body });
    expect(await failureOf(provider.listPackages(line, asker))).toMatchObject({ kind: "revoked" });
    expect(await failureOf(provider.handOver(line, choice, call()))).toMatchObject({ kind: "revoked" });
    expect(statuses()).toEqual([400, 404, 404, 429, 500, 502, 503, 403, 410, 410]);
    expect(listener.problems).toEqual([]);
  });

  test("K1 a token that is not ours is refused in the contract's words", async () => {
    const { listener, provider, statuses } = await between("other");
    expect(await failureOf(provider.listPackages(line, asker))).toMatchObject({ kind: "reauthorise" });
    expect(statuses()).toEqual([401]);
    expect(listener.problems).toEqual([]);
  });
});
