import { describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { startPartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import {
  as,
  buy,
  type Caller,
  createCart,
  customerIn,
  day,
  minute,
  perpetual,
  reservationFor,
  simulate,
  subscription,
} from "./simulator.ts";

const us = customerIn("US");
const read = (call: Caller) => call("GET", `/v1/customers/${us}`);

describe("calls in a minute", () => {
  test("beyond the number are throttled with the seconds to wait; the catalogue and audit are not counted", async () => {
    const simulator = await simulate({ requestsPerMinute: 3 });
    const call = await as(simulator, "global.admin");
    simulator.advance(15_000);
    for (let count = 0; count < 3; count += 1) expect((await read(call)).status).toBe(200);
    const throttled = await call("GET", `/v1/customers/${us}/orders`);
    expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "45"]);
    expect(throttled.body).toEqual({
      statusCode: 429,
      message: "Rate limit is exceeded. Try again in 45 seconds.",
    });
    expect((await call("GET", "/v1/auditrecords")).status).toBe(200);
    expect((await call("GET", `/v1/customers/${us}/products?targetView=Software`)).status).toBe(200);
    simulator.advance(45_000);
    expect((await read(call)).status).toBe(200);
  });

  test("a throttled write has no effect and may be sent again under its id", async () => {
    const simulator = await simulate({ requestsPerMinute: 2 });
    const call = await as(simulator, "admin.agent");
    const requestId = "6ea56a39-4c2f-4b9c-8b2f-0a4d5f6f7a10";
    const cart = await createCart(call, us, [perpetual]);
    await read(call);
    const before = simulator.orders().length;
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`, { requestId });
    expect((await checkOut()).status).toBe(429);
    expect(simulator.orders()).toHaveLength(before);
    simulator.configure({ requestsPerMinute: null });
    expect((await checkOut()).status).toBe(201);
  });

  test("are 500 on a running clock and unlimited on one that a test moves", async () => {
    const running = await startPartnerCenterSimulator();
    try {
      expect(running.settings().requestsPerMinute).toBe(500);
    } finally {
      await running.close();
    }
    expect((await simulate()).settings().requestsPerMinute).toBeNull();
  });
});

describe("a checkout", () => {
  test("that runs keeps every other one of its cart away", async () => {
    const simulator = await simulate({ checkoutMs: 60 * minute });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const path = `/v1/customers/${us}/carts/${cart.body.id}`;
    const codes: number[] = [];
    const checkouts = [1, 2, 3].map(async () => {
      const { status, body } = await call("POST", `${path}/checkout`);
      codes.push(status, body.code);
    });
    const ended = Promise.allSettled(checkouts);
    await expect.poll(() => codes).toEqual([409, 800064, 409, 800064]);
    const body = { lineItems: cart.body.lineItems };
    expect((await call("PUT", path, { body })).body.code).toBe(800064);
    await simulator.close();
    expect((await ended).map(({ status }) => status).sort()).toEqual(["fulfilled", "fulfilled", "rejected"]);
  });

  test("that took its time lets the next one in", async () => {
    const simulator = await simulate({ checkoutMs: 5, checkoutIdempotency: "request-id-only" });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const before = simulator.orders().length;
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    expect([(await checkOut()).status, (await checkOut()).status]).toEqual([201, 201]);
    expect(simulator.orders()).toHaveLength(before + 2);
  });

  test("waits for Microsoft's review of the customer, or is refused after it", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    const outcomes: number[][] = [];
    for (const review of ["under_review", "not_approved", "approved"] as const) {
      simulator.updateCustomer({ id: us, review });
      const { status, body } = await checkOut();
      outcomes.push([status, body.code]);
    }
    expect(outcomes).toEqual([
      [403, 800073],
      [403, 800074],
      [201, undefined],
    ]);
  });

  test("beyond the credit line of the month is refused; a cancellation makes room again", async () => {
    const simulator = await simulate({ creditLimitUsd: 27_000 });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [{ ...perpetual, quantity: 3 }]);
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    const refused = await checkOut();
    expect([refused.status, refused.body.code]).toEqual([403, 800023]);
    const { id } = seedOrders.recentPerpetual;
    await call("PATCH", `/v1/customers/${us}/orders/${id}`, { body: { id, status: "cancelled" } });
    expect((await checkOut()).status).toBe(201);
  });

  test("without the attestation of the partner on record is refused where it must be there", async () => {
    const simulator = await simulate({ partnerAttestation: "required" });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const path = `/v1/customers/${us}/carts/${cart.body.id}`;
    expect((await call("POST", `${path}/checkout`)).body.code).toBe(900206);
    const { lineItems } = cart.body;
    const body = { lineItems, partnerOnRecordAttestationAccepted: true };
    const replaced = await call("PUT", path, { body });
    expect([replaced.status, replaced.body.partnerOnRecordAttestationAccepted]).toEqual([201, true]);
    expect((await call("POST", `${path}/checkout`)).status).toBe(201);
    expect((await call("PUT", path, { body })).body.code).toBe(800065);
  });
});

describe("the integration sandbox", () => {
  test("has quotas of licences and subscriptions", async () => {
    const simulator = await simulate({ tenant: "integration-sandbox" });
    const call = await as(simulator, "admin.agent");
    const many = await createCart(call, us, [{ ...subscription, quantity: 26 }]);
    expect(many.body.lineItems[0].error.errorCode).toBe(10009);
    for (let count = 0; count < 4; count += 1) await buy(call, us, [subscription]);
    const sixth = await createCart(call, us, [subscription]);
    const refused = await call("POST", `/v1/customers/${us}/carts/${sixth.body.id}/checkout`);
    expect([refused.status, refused.body.code]).toEqual([400, 800018]);
  });

  test("cancels reservations, for 60 days", async () => {
    const simulator = await simulate({ tenant: "integration-sandbox" });
    const call = await as(simulator, "admin.agent");
    const [first] = await buy(call, us, [reservationFor(us)]);
    const [second] = await buy(call, us, [reservationFor(us)]);
    const cancel = async ({ id }: { id: string }) => {
      const later = await as(simulator, "admin.agent");
      return later("PATCH", `/v1/customers/${us}/orders/${id}`, { body: { id, status: "cancelled" } });
    };
    expect((await cancel(first)).body.status).toBe("cancelled");
    simulator.advance(60 * day + minute);
    expect((await cancel(second)).body.code).toBe(900117);
  });
});
