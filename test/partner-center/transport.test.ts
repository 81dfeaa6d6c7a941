import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { TokenSource } from "#src/partner-center/auth.ts";
import { newGuid } from "#src/partner-center/guid.ts";
import { PartnerCenterFailure } from "#src/partner-center/port.ts";
import type { CallEvent } from "#src/partner-center/transport.ts";
import {
  clientOf,
  failureOf,
  type Handler,
  inTurn,
  json,
  startServer,
  testTokens,
  writeCall,
} from "./server.ts";

const customerId = "b44d2e4b-5b4e-4d8e-9c0f-7a3c9e0e7d11";
const customer = { id: customerId, companyProfile: { companyName: "Contoso", domain: "contoso.example" } };
const order = {
  id: "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1",
  status: "completed",
  billingCycle: "one_time",
  creationDate: "2026-11-01T08:00:00.1234567Z",
  lineItems: [],
};
const checkout = { customerId, cartId: "5d2a0e41-0000-4000-8000-000000000001" };

describe("requests", () => {
  test("carry token, ids, locale and a name", async () => {
    const server = await startServer(json(201, { orders: [order], orderErrors: null }));
    const call = writeCall();
    await clientOf(server.url, { userAgent: "csp-desk/1" }).checkoutCart(checkout, call);
    expect(server.seen[0]).toMatchObject({
      method: "POST",
      url: `/v1/customers/${customerId}/carts/${checkout.cartId}/checkout`,
      body: "",
      headers: {
        authorization: "Bearer token-1",
        accept: "application/json",
        "ms-requestid": call.requestId,
        "ms-correlationid": call.correlationId,
        "x-locale": "en-US",
        "user-agent": "csp-desk/1",
      },
    });
  });

  test("a read has a fresh request id each time", async () => {
    const server = await startServer(json(200, customer));
    const client = clientOf(server.url);
    await client.getCustomer({ customerId });
    await client.getCustomer({ customerId });
    const ids = server.seen.map(({ headers }) => headers["ms-requestid"]);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a base URL may have a path of its own", async () => {
    const server = await startServer(json(200, customer));
    await clientOf(`${server.url}/partner/`).getCustomer({ customerId });
    expect(server.seen[0]?.url).toBe(`/partner/v1/customers/${customerId}`);
  });

  test("an id cannot climb out of its place in the path", async () => {
    const server = await startServer(json(200, customer));
    const client = clientOf(server.url);
    for (const id of ["", ".", ".."]) {
      await expect(client.getCustomer({ customerId: id })).rejects.toMatchObject({
        kind: "refused",
        status: 0,
      });
    }
    expect(server.seen).toHaveLength(0);
    await client.getCustomer({ customerId: "../orders?x=1#y" });
    expect(server.seen[0]?.url).toBe("/v1/customers/..%2Forders%3Fx%3D1%23y");
  });

  test("invariant 2: whatever breaks on our side after a write was answered, its effect counts as unknown", async () => {
    const server = await startServer(json(201, { orders: [order], orderErrors: null }));
    const broken = {
      now: () => {
        throw new Error("the clock broke");
      },
    };
    await expect(
      clientOf(server.url, { clock: broken }).checkoutCart(checkout, writeCall()),
    ).rejects.toMatchObject({
      kind: "retry_same_id",
    });
  });

  test("a write whose request id is not a GUID is not sent: it would not be idempotent", async () => {
    const server = await startServer(json(201, { orders: [order] }));
    const call = { requestId: "pur_1", correlationId: newGuid() };
    await expect(clientOf(server.url).checkoutCart(checkout, call)).rejects.toMatchObject({
      kind: "refused",
      status: 0,
      requestId: "pur_1",
    });
    expect(server.seen).toHaveLength(0);
  });
});

describe("answers", () => {
  test("a byte order mark is stripped", async () => {
    const server = await startServer(json(200, `\uFEFF${JSON.stringify(customer)}`));
    await expect(clientOf(server.url).getCustomer({ customerId })).resolves.toEqual({
      id: customerId,
      companyName: "Contoso",
      domain: "contoso.example",
    });
  });

  const shapes: [string, unknown, { code: number; description: string }][] = [
    [
      "classic, code as number",
      { code: 900117, description: "The 60-day window has passed.", data: [], source: "PartnerFD" },
      { code: 900117, description: "The 60-day window has passed." },
    ],
    [
      "classic, code as text",
      { code: "900117", description: "Passed.", data: null },
      { code: 900117, description: "Passed." },
    ],
    [
      "problem details",
      { type: "about:blank", title: "Bad Request", status: 400, detail: "No such id.", instance: "/x" },
      { code: 0, description: "No such id." },
    ],
    [
      "problem details without detail",
      { title: "Bad Request", status: 400 },
      { code: 0, description: "Bad Request" },
    ],
    [
      "with a byte order mark",
      `\uFEFF{"code":2055,"description":"Stale."}`,
      { code: 2055, description: "Stale." },
    ],
    ["empty", "", { code: 0, description: "HTTP 400 without a description" }],
    ["HTML", "<html>no</html>", { code: 0, description: "HTTP 400 without a description" }],
    ["JSON that is no object", "[1]", { code: 0, description: "HTTP 400 without a description" }],
  ];

  test.each(shapes)("an error body is read: %s", async (_name, body, expected) => {
    const server = await startServer(json(400, body));
    const failure = await failureOf(clientOf(server.url).checkoutCart(checkout, writeCall()));
    expect(failure).toMatchObject({ kind: "refused", status: 400, operation: "checkoutCart", ...expected });
  });

  const waits: [string, unknown, Record<string, string>, number | null][] = [
    ["seconds in the header", "", { "retry-after": "7" }, 7_000],
    ["a date in the header", "", { "retry-after": "Mon, 23 Nov 2026 10:00:45 GMT" }, 45_000],
    [
      "only in the text",
      { statusCode: 429, message: "Rate limit is exceeded. Try again in 30 seconds." },
      {},
      30_000,
    ],
    ["nowhere", "", {}, null],
  ];

  test.each(waits)(
    "a throttled call says how long to wait: %s",
    async (_name, body, headers, retryAfterMs) => {
      const server = await startServer(json(429, body, headers));
      const failure = await failureOf(clientOf(server.url).getCustomer({ customerId }));
      expect(failure).toMatchObject({ kind: "wait", status: 429, retryAfterMs });
    },
  );

  test.each([
    ["half of a JSON", JSON.stringify({ orders: [order] }).slice(0, 40)],
    ["another JSON", { ok: true }],
    ["an order without its id", { orders: [{ ...order, id: null }] }],
    ["nothing", ""],
    ["null", "null"],
  ])("a write answered 201 with %s is unreadable: its effect is unknown", async (_name, body) => {
    const server = await startServer(json(201, body));
    const failure = await failureOf(clientOf(server.url).checkoutCart(checkout, writeCall()));
    expect(failure).toMatchObject({ kind: "unreadable", status: 201 });
    expect(server.seen).toHaveLength(1);
  });

  test("a write answered with something that is not UTF-8 is unreadable", async () => {
    const server = await startServer((_seen, response) =>
      response.writeHead(201).end(Buffer.from([0x7b, 0xff, 0x7d])),
    );
    await expect(clientOf(server.url).checkoutCart(checkout, writeCall())).rejects.toMatchObject({
      kind: "unreadable",
    });
  });

  test("an endless answer is not read to its end", async () => {
    const chunk = Buffer.alloc(1024 * 1024, " ");
    const server = await startServer((_seen, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    await expect(clientOf(server.url).getCustomer({ customerId })).rejects.toMatchObject({
      kind: "unreadable",
    });
  });

  test("a redirect is not followed: our token would go with it", async () => {
    const other = await startServer(json(200, customer));
    const server = await startServer(json(302, "", { location: `${other.url}/v1/customers/${customerId}` }));
    await expect(clientOf(server.url).getCustomer({ customerId })).rejects.toMatchObject({
      kind: "unreadable",
      status: 302,
    });
    expect(other.seen).toHaveLength(0);
  });
});

describe("no answer", () => {
  const silent: Handler = () => {};

  test("a server that does not answer in time", async () => {
    const server = await startServer(silent);
    const call = writeCall();
    const failure = await failureOf(clientOf(server.url, { timeoutMs: 50 }).checkoutCart(checkout, call));
    expect(failure).toMatchObject({
      kind: "retry_same_id",
      status: 0,
      description: "timed out",
      ...ids(call),
    });
  });

  test("the deadline covers the body", async () => {
    const server = await startServer((_seen, response) => response.writeHead(201).write('{"orders":'));
    await expect(
      clientOf(server.url, { timeoutMs: 200 }).checkoutCart(checkout, writeCall()),
    ).rejects.toMatchObject({ kind: "retry_same_id", description: "timed out" });
  });

  test("the deadline covers the wait for a token", async () => {
    const tokens: TokenSource = { token: () => new Promise(() => {}) };
    await expect(
      clientOf("http://127.0.0.1:9", { tokens, timeoutMs: 50 }).getCustomer({ customerId }),
    ).rejects.toMatchObject({ kind: "retry_same_id", description: "timed out" });
  });

  test("a connection that is reset before the answer", async () => {
    const server = await startServer((_seen, response) => response.socket?.resetAndDestroy());
    await expect(clientOf(server.url).checkoutCart(checkout, writeCall())).rejects.toMatchObject({
      kind: "retry_same_id",
      status: 0,
    });
    expect(server.seen).toHaveLength(1);
  });

  test("a connection that is reset in the middle of the answer", async () => {
    const server = await startServer((_seen, response) => {
      response.writeHead(201, { "content-length": "1000" });
      response.write("{", () => response.socket?.resetAndDestroy());
    });
    await expect(clientOf(server.url).checkoutCart(checkout, writeCall())).rejects.toMatchObject({
      kind: "retry_same_id",
      status: 0,
    });
  });

  test("nobody listens", async () => {
    const server = await startServer(silent);
    await server.close();
    await expect(clientOf(server.url).checkoutCart(checkout, writeCall())).rejects.toMatchObject({
      kind: "retry_same_id",
      description: "ECONNREFUSED",
    });
  });

  test("the name does not resolve", async () => {
    await expect(clientOf("http://nowhere.invalid").getCustomer({ customerId })).rejects.toMatchObject({
      kind: "retry_same_id",
    });
  });

  test("the caller gives up", async () => {
    const giveUp = new AbortController();
    const server = await startServer(() => giveUp.abort(new Error("shutting down")));
    await expect(clientOf(server.url).checkoutCart(checkout, writeCall(giveUp.signal))).rejects.toMatchObject(
      { kind: "retry_same_id", description: "given up by the caller" },
    );
  });

  test("the caller had given up before", async () => {
    const server = await startServer(json(200, customer));
    await expect(
      clientOf(server.url).getCustomer({ customerId }, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: "retry_same_id" });
    expect(server.seen).toHaveLength(0);
  });
});

describe("401", () => {
  const unauthorised = json(401, { code: 400, description: "Access denied." });

  test("is repeated once, with a new token and the same request id", async () => {
    const server = await startServer(inTurn(unauthorised, json(201, { orders: [order] })));
    const call = writeCall();
    const result = await clientOf(server.url).checkoutCart(checkout, call);
    expect(result.orders).toHaveLength(1);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
    expect(server.seen.map(({ headers }) => headers["ms-requestid"])).toEqual([
      call.requestId,
      call.requestId,
    ]);
    expect(server.seen[1]?.body).toBe(server.seen[0]?.body);
  });

  test("twice means that somebody must authorise us again", async () => {
    const server = await startServer(unauthorised);
    await expect(clientOf(server.url).checkoutCart(checkout, writeCall())).rejects.toMatchObject({
      kind: "reauthorise",
      status: 401,
      code: 400,
    });
    expect(server.seen).toHaveLength(2);
  });

  test("without a body, as a missing MFA claim was answered", async () => {
    const server = await startServer(json(401, "", { "www-authenticate": 'Bearer error="invalid_token"' }));
    await expect(clientOf(server.url).getCustomer({ customerId })).rejects.toMatchObject({
      kind: "reauthorise",
      code: 0,
    });
  });

  test("and a lost answer to the repeat is a lost answer", async () => {
    const server = await startServer(
      inTurn(unauthorised, (_seen, response) => response.socket?.resetAndDestroy()),
    );
    await expect(clientOf(server.url).checkoutCart(checkout, writeCall())).rejects.toMatchObject({
      kind: "retry_same_id",
    });
  });
});

describe("whose token", () => {
  test("depends on the operation, which the source of tokens is told", async () => {
    const server = await startServer(json(200, { items: [] }));
    const tokens = testTokens(["t"]);
    const client = clientOf(server.url, { tokens });
    await client.listRoles();
    await client.listServiceRequests({});
    expect(tokens.asked).toEqual(["listRoles", "listServiceRequests"]);
  });

  test.each([
    ["with the code", json(401, { code: 900421, description: "MFA" }), { code: 900421, lacksMfa: true }],
    [
      "as before",
      json(401, "", { "www-authenticate": 'Bearer error="invalid_token"' }),
      { code: 0, lacksMfa: true },
    ],
    ["for another reason", json(401, { code: 400 }), { code: 400, lacksMfa: false }],
  ])("a second refusal is told to it, %s", async (_, handler, told) => {
    const server = await startServer(handler);
    const tokens = testTokens();
    await expect(clientOf(server.url, { tokens }).getCustomer({ customerId })).rejects.toMatchObject({
      kind: "reauthorise",
    });
    expect(tokens.rejections).toEqual([told]);
  });
});

describe("pages", () => {
  const member = (id: string) => ({ id, displayName: id, userPrincipalName: `${id}@partner.example` });
  const pageWith = (ids: string[], next?: object): Handler =>
    json(200, { items: ids.map(member), links: { next } });

  test("follow the link, its headers too, until there is none", async () => {
    const next = (uri: string, value: string) => ({
      uri,
      method: "GET",
      headers: [{ key: "MS-ContinuationToken", value }],
    });
    const server = await startServer(
      inTurn(
        pageWith(["a", "b"], next("/roles/r1/usermembers?size=2&seekOperation=Next", "page-2")),
        pageWith(["c"], next("/v1/roles/r1/usermembers?size=2&seekOperation=Next", "page-3")),
        pageWith(["d"]),
      ),
    );
    const members = await clientOf(server.url).listRoleMembers({ roleId: "r1" });
    expect(members.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(server.seen.map(({ url, headers }) => [url, headers["ms-continuationtoken"]])).toEqual([
      ["/v1/roles/r1/usermembers?size=500", undefined],
      ["/v1/roles/r1/usermembers?size=2&seekOperation=Next", "page-2"],
      ["/v1/roles/r1/usermembers?size=2&seekOperation=Next", "page-3"],
    ]);
    expect(new Set(server.seen.map(({ headers }) => headers["ms-requestid"])).size).toBe(3);
  });

  test("a link cannot replace our own headers", async () => {
    const headers = [
      { key: "Authorization", value: "Bearer other" },
      { key: "ms-requestid", value: "other" },
    ];
    const server = await startServer(inTurn(pageWith(["a"], { uri: "/roles", headers }), pageWith(["b"])));
    await clientOf(server.url).listRoleMembers({ roleId: "r1" });
    expect(server.seen[1]?.headers.authorization).toBe("Bearer token-1");
    expect(server.seen[1]?.headers["ms-requestid"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each(["http://127.0.0.1:1/v1/roles", "https://elsewhere.example/v1/roles", "http://"])(
    "a link to another server is not followed: %s",
    async (uri) => {
      const server = await startServer(pageWith(["a"], { uri, headers: [] }));
      await expect(clientOf(server.url).listRoleMembers({ roleId: "r1" })).rejects.toMatchObject({
        kind: "unreadable",
        description: expect.stringContaining("another server"),
      });
      expect(server.seen).toHaveLength(1);
    },
  );

  test("links that never end are an error, not half a list", async () => {
    const server = await startServer(pageWith(["a"], { uri: "/roles/r1/usermembers", headers: [] }));
    await expect(clientOf(server.url).listRoleMembers({ roleId: "r1" })).rejects.toMatchObject({
      kind: "unreadable",
      description: expect.stringContaining("pages"),
    });
  });
});

describe("what errors and logs give away", () => {
  const canary = "canary-5f0c1d";
  const echo = JSON.stringify({ orders: [{ id: 1, key: canary }], note: canary });
  const cases: [string, Handler][] = [
    [
      "an error with canaries in body and headers",
      json(400, { code: 1, description: "no", data: [canary] }, { "x-note": canary }),
    ],
    [
      "a 401",
      json(401, { code: 400, description: "no", data: [canary] }, { "www-authenticate": `Bearer ${canary}` }),
    ],
    ["a redirect", json(302, canary, { location: `/${canary}` })],
    ["an unreadable answer", json(201, echo)],
    ["half a JSON", json(201, echo.slice(0, -3))],
    ["a reset", (_seen, response) => response.socket?.resetAndDestroy()],
    [
      "a reset in the body",
      (_seen, response) => void response.writeHead(201).write(echo, () => response.socket?.resetAndDestroy()),
    ],
    ["silence", () => {}],
    ["no HTTP at all", (_seen, response) => void response.socket?.end(`${canary}\r\n\r\n`)],
  ];

  test.each(cases)("nothing after %s", async (_name, handler) => {
    const server = await startServer(handler);
    const events: CallEvent[] = [];
    const tokens = testTokens([`${canary}-1`, `${canary}-2`]);
    const failure = await failureOf(
      clientOf(server.url, { tokens, timeoutMs: 1_000, log: (event) => events.push(event) }).createCart(
        { customerId, lines: [{ id: 0, catalogItemId: canary, quantity: 1, billingCycle: "one_time" }] },
        writeCall(),
      ),
    );
    expect(failure).toBeInstanceOf(PartnerCenterFailure);
    expect(inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(canary);
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain(canary);
  });

  test("nothing when the token itself cannot be sent", async () => {
    const failure = await failureOf(
      clientOf("http://127.0.0.1:1", { tokens: testTokens([`${canary}\n${canary}`]) }).getCustomer({
        customerId,
      }),
    );
    expect(failure).toMatchObject({ kind: "retry_same_id" });
    expect(inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(canary);
  });

  test("a call is logged with its ids, its outcome and how long it took", async () => {
    const server = await startServer(json(200, customer));
    const events: CallEvent[] = [];
    await clientOf(server.url, { log: (event) => events.push(event) }).getCustomer({ customerId });
    expect(events).toEqual([
      {
        operation: "getCustomer",
        status: 200,
        failure: null,
        code: 0,
        durationMs: expect.any(Number),
        requestId: server.seen[0]?.headers["ms-requestid"],
        correlationId: server.seen[0]?.headers["ms-correlationid"],
      },
    ]);
  });
});

function ids(call: { requestId: string; correlationId: string }) {
  return { requestId: call.requestId, correlationId: call.correlationId };
}
