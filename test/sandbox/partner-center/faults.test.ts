import { describe, expect, test } from "vitest";
import { PARTNER_TENANT_ID, REFRESH_TOKEN } from "#sandbox/partner-center/seed.ts";
import { as, client, createCart, customerIn, form, minute, perpetual, send, simulate } from "./simulator.ts";

const us = customerIn("US");
const requestId = "6ea56a39-4c2f-4b9c-8b2f-0a4d5f6f7a10";

test("every answer echoes or makes its ids", async () => {
  const simulator = await simulate();
  const call = await as(simulator, "admin.agent");
  const headers = { "MS-CorrelationId": requestId, "X-Locale": "es-ES" };
  const answer = await call("GET", "/v1/customers?size=1", { requestId, headers });
  expect(answer.headers.get("ms-requestid")).toBe(requestId);
  expect(answer.headers.get("ms-correlationid")).toBe(requestId);
  expect(answer.headers.get("x-locale")).toBe("es-ES");
  expect((await call("GET", "/v1/customers?size=1")).headers.get("ms-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  expect(simulator.requests().at(-2)).toMatchObject({
    method: "GET",
    path: "/v1/customers?size=1",
    requestId,
    status: 200,
    fault: null,
  });
  const nowhere = await call("GET", "/v1/nothing");
  expect([nowhere.status, nowhere.body.code]).toEqual([404, 1000]);
  expect(simulator.requests().at(-1)).toMatchObject({ path: "/v1/nothing", status: 404 });
});

describe("faults", () => {
  test("429, 500 and 503 have no effect and the shapes of their kind", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    simulator.addFault({ path: "/v1/customers", fault: "429", times: 1, retryAfterSeconds: 7 });
    const busy = await call("GET", "/v1/customers?size=1");
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(busy.body).toEqual({
      statusCode: 429,
      message: "Rate limit is exceeded. Try again in 7 seconds.",
    });

    const cart = await createCart(call, us, [perpetual]);
    const before = simulator.orders().length;
    simulator.addFault({ path: "checkout$", method: "POST", fault: "500", times: 1 });
    simulator.addFault({ path: "checkout$", method: "POST", fault: "503", times: 1, retryAfterSeconds: 2 });
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`, { requestId });
    expect((await checkOut()).body.code).toBe(800003);
    const unavailable = await checkOut();
    expect([unavailable.status, unavailable.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(simulator.orders()).toHaveLength(before);
    expect((await checkOut()).status).toBe(201);
    expect(simulator.orders()).toHaveLength(before + 1);
  });

  test("a reset before has no effect; one after commit is found again by its MS-RequestId", async () => {
    const simulator = await simulate({ checkoutIdempotency: "request-id-only" });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const before = simulator.orders().length;
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`, { requestId });
    simulator.addFault({ path: "checkout$", fault: "reset-before", times: 1 });
    await expect(checkOut()).rejects.toThrow("fetch failed");
    expect(simulator.orders()).toHaveLength(before);
    simulator.addFault({ path: "checkout$", fault: "reset-after-commit", times: 1 });
    await expect(checkOut()).rejects.toThrow("fetch failed");
    expect(simulator.orders()).toHaveLength(before + 1);
    const found = await checkOut();
    expect(found.body.orders[0].id).toBe(simulator.orders().at(-1)?.id);
    expect(simulator.orders()).toHaveLength(before + 1);
    expect(
      simulator
        .requests()
        .slice(-3)
        .map(({ status, fault }) => [status, fault]),
    ).toEqual([
      [0, "reset-before"],
      [0, "reset-after-commit"],
      [201, null],
    ]);
  });

  test("a hanging call never answers and does not keep the simulator from closing", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    simulator.addFault({ path: "/v1/customers", fault: "hang" });
    simulator.addFault({ path: "/v1/roles", fault: "slow", delayMs: 60 * minute });
    const waiting = [call("GET", "/v1/customers?size=1"), call("GET", "/v1/roles")].map((answer) =>
      answer.then(
        () => "answered",
        () => "dropped",
      ),
    );
    await expect.poll(() => simulator.requests().at(-1)?.fault).toBe("hang");
    await simulator.close();
    expect(await Promise.all(waiting)).toEqual(["dropped", "dropped"]);
  });

  test("broken JSON, a byte order mark, an expired token and an answer of one's choice", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const ask = (fault: Parameters<typeof simulator.addFault>[0]["fault"]) => {
      simulator.addFault({ path: "/v1/customers", fault, times: 1 });
      return call("GET", "/v1/customers?size=1");
    };
    expect((await ask("invalid-json")).body).toBeTypeOf("string");
    const page = await ask("html");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).toMatch(/^<!doctype html>/);
    expect((await ask("wrong-content-type")).headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect((await ask("bom")).text).toMatch(/^\uFEFF\{/);
    const expired = await ask("expired-token");
    expect([expired.status, expired.body.code]).toEqual([401, 400]);
    simulator.addFault({
      path: "/v1/customers",
      fault: "answer",
      times: 1,
      answer: { status: 409, code: 800064, description: "busy" },
    });
    const busy = await call("GET", "/v1/customers?size=1");
    expect([busy.status, busy.body.code]).toEqual([409, 800064]);
    expect((await call("GET", "/v1/customers?size=1")).status).toBe(200);
  });

  test("502 and 504 without a body, headers twice, and a refresh token that is refused once", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    for (const fault of ["502", "504"] as const) {
      simulator.addFault({ path: "/v1/customers", fault, times: 1 });
      const answer = await call("GET", "/v1/customers?size=1");
      expect([answer.status, answer.text]).toEqual([Number(fault), ""]);
    }
    simulator.addFault({ path: "/v1/customers", fault: "duplicate-headers", times: 1 });
    const twice = await call("GET", "/v1/customers?size=1", { requestId });
    expect(twice.headers.get("ms-requestid")).toBe(`${requestId},${requestId}`);
    expect(twice.headers.get("x-locale")).toBe("en-US,en-US");
    simulator.addFault({ path: "oauth2", fault: "revoked-refresh-token", times: 1 });
    const refresh = () =>
      form(`${simulator.url}/${PARTNER_TENANT_ID}/oauth2/v2.0/token`, {
        ...client,
        grant_type: "refresh_token",
        refresh_token: REFRESH_TOKEN,
        scope: "https://api.partnercenter.microsoft.com/user_impersonation",
      });
    expect((await refresh()).body).toMatchObject({ error: "invalid_grant", error_codes: [50173] });
    expect((await refresh()).status).toBe(200);
  });

  test("the token endpoint has faults too, and they are drawn alike from the same seed", async () => {
    const draw = async (seed: string) => {
      const simulator = await simulate({ seed });
      simulator.addFault({ path: "oauth2", fault: "503", probability: 0.5 });
      const statuses: number[] = [];
      for (let count = 0; count < 12; count += 1) {
        const answer = await form(`${simulator.url}/${PARTNER_TENANT_ID}/oauth2/v2.0/token`, {
          ...client,
          grant_type: "refresh_token",
          refresh_token: REFRESH_TOKEN,
          scope: "https://api.partnercenter.microsoft.com/.default",
        });
        statuses.push(answer.status);
      }
      return statuses;
    };
    const [one, same, other] = [await draw("one"), await draw("one"), await draw("other")];
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
    expect(new Set(one)).toEqual(new Set([200, 503]));
  });
});

test("the control API does over HTTP what the object does", async () => {
  const simulator = await simulate();
  const control = (method: string, path: string, body?: unknown) =>
    send(`${simulator.url}/_sim/control/${path}`, method, { body });
  await control("POST", "clock", { now: "2026-05-01T00:00:00Z" });
  expect((await control("POST", "clock", { advanceMs: minute })).body.now).toBe("2026-05-01T00:01:00.000Z");
  await control("POST", "lag", { cancellationMs: 1, orderListMs: 2 });
  await control("POST", "mfa", { claim: false });
  await control("POST", "service-requests", { mode: "withdrawn" });
  await control("POST", "edition", { edition: "2021-06" });
  await control("POST", "checkout", { idempotency: "request-id-only" });
  await control("POST", "settings", { auditLagMs: 3, tenant: "integration-sandbox" });
  await control("POST", "customers", { id: us, agreementAccepted: false, review: "under_review" });
  await control("POST", "inventory", { productId: "DG7GMGF0PWS5", skuId: "0001", left: 2 });
  expect(simulator.settings()).toMatchObject({
    cancellationLagMs: 1,
    orderListLagMs: 2,
    mfa: { enforcement: "since-2026", claim: false },
    serviceRequests: "withdrawn",
    edition: "2021-06",
    checkoutIdempotency: "request-id-only",
    auditLagMs: 3,
    tenant: "integration-sandbox",
  });
  await control("POST", "faults", { path: "/v1/", fault: "500", times: 2 });
  expect(simulator.faults()).toEqual([{ path: "/v1/", fault: "500", times: 2 }]);
  expect((await control("DELETE", "faults")).status).toBe(204);
  expect(simulator.faults()).toEqual([]);
  for (const [path, body] of [
    ["faults", { path: "(", fault: "500" }],
    ["faults", { path: "/v1/", fault: "earthquake" }],
    ["edition", { edition: "1999" }],
    ["clock", {}],
    ["settings", { auditLagMs: -1 }],
    ["settings", { weather: "fine" }],
    ["customers", { id: "nobody" }],
  ] as const) {
    expect((await control("POST", path, body)).status).toBe(400);
  }
  const unknown = await control("POST", "service-requests/update", { id: "1", status: "closed" });
  expect(unknown.status).toBe(404);
  await as(simulator, "admin.agent");
  const { body } = await control("GET", "state");
  expect(body.customers).toHaveLength(13);
  expect(body.customers[0]).toMatchObject({ agreementAccepted: false, review: "under_review" });
  expect(body.orders).toEqual(JSON.parse(JSON.stringify(simulator.orders())));
  expect(body.requests).toEqual([{ path: `POST /${PARTNER_TENANT_ID}/oauth2/v2.0/token`, count: 1 }]);
  expect((await control("GET", "requests")).body).toEqual(simulator.requests());
});

test("two simulators in one process share nothing and, from one seed, make the same ids", async () => {
  const [one, two] = [await simulate({ seed: "s" }), await simulate({ seed: "s" })];
  const buyOne = async (simulator: typeof one) => {
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const done = await call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    return done.body.orders[0].id;
  };
  const before = two.orders().length;
  const id = await buyOne(one);
  expect(two.orders()).toHaveLength(before);
  expect(await buyOne(two)).toBe(id);
});
