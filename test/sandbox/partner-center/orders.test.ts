import { describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import {
  as,
  buy,
  type Caller,
  createCart,
  customerIn,
  day,
  hour,
  minute,
  perpetual,
  reservationFor,
  simulate,
  subscription,
} from "./simulator.ts";

const us = customerIn("US");

const cancel = (call: Caller, order: { id: string; customerId?: string }, lines?: number[]) =>
  call("PATCH", `/v1/customers/${order.customerId ?? us}/orders/${order.id}`, {
    body: {
      id: order.id,
      status: "cancelled",
      ...(lines === undefined ? {} : { lineItems: lines.map((lineItemNumber) => ({ lineItemNumber })) }),
    },
  });

const read = async (call: Caller, order: { id: string; customerId?: string }) =>
  (await call("GET", `/v1/customers/${order.customerId ?? us}/orders/${order.id}`)).body;

const visible = (order: { status: string; lineItems: { quantity: number }[] }) => [
  order.status,
  ...order.lineItems.map(({ quantity }) => quantity),
];

describe("buying", () => {
  test("a checkout makes one order for each billing cycle and term, with the friendly names", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [
      { ...perpetual, quantity: 2, friendlyName: "request-1" },
      { ...subscription, friendlyName: "request-2" },
      { ...perpetual, productId: "DG7GMGF0PCAL" },
    ]);
    expect(cart.status).toBe(201);
    expect(cart.body).toMatchObject({ status: "Active", attributes: { objectType: "Cart" } });
    expect(cart.body.lineItems.map((line: { orderGroup: string }) => line.orderGroup)).toEqual([
      "0",
      "1",
      "0",
    ]);
    expect(cart.body.lineItems[0].pricing).toMatchObject({ listPrice: 3945, extendedPrice: 7890 });
    const life = Date.parse(cart.body.expirationTimestamp) - Date.parse(cart.body.creationTimestamp);
    expect(life).toBe(7 * day);

    const done = await call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    expect(done.status).toBe(201);
    expect(done.body.orders).toHaveLength(2);
    const [bought, term] = done.body.orders;
    expect(bought.id).toHaveLength(33);
    expect(bought.alternateId).toMatch(/^[0-9a-f]{12}$/);
    expect(bought).toMatchObject({ status: "completed", billingCycle: "one_time", referenceCustomerId: us });
    expect(bought.lineItems.map((line: { friendlyName: string }) => line.friendlyName)[0]).toBe("request-1");
    expect(bought.lineItems[0].subscriptionId).toBeUndefined();
    expect(term.lineItems[0]).toMatchObject({ friendlyName: "request-2", termDuration: "P1Y" });
    expect(term.lineItems[0].subscriptionId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await call("GET", `/v1/customers/${us}/carts/${cart.body.id}`)).body.status).toBe("Ordered");
  });

  test("a cart with bad lines is created, says so on the lines, and cannot be checked out", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "sales.agent");
    const good = await createCart(call, us, [perpetual]);
    const { catalogItemId } = good.body.lineItems[0];
    const cart = await call("POST", `/v1/customers/${us}/carts`, {
      body: {
        LineItems: [
          { Id: 0, CatalogItemId: catalogItemId, Quantity: 1, BillingCycle: "OneTime" },
          { ID: 1, catalogitemid: "DG7GMGF0PSQ2:0001:NOSUCH", quantity: 1, billingCycle: "one_time" },
          { id: 2, catalogItemId, quantity: 1, billingCycle: "monthly" },
          { id: 3, catalogItemId, quantity: 1, billingCycle: "one_time", currencyCode: "EUR" },
          { id: 4, catalogItemId, quantity: 0, billingCycle: "one_time" },
          { id: 5, catalogItemId, quantity: 999_999, billingCycle: "one_time" },
        ],
      },
    });
    expect(cart.status).toBe(201);
    const errors = cart.body.lineItems.map(
      (line: { error?: { errorCode: number } }) => line.error?.errorCode,
    );
    expect(errors).toEqual([undefined, 10001, 10006, 10000, 10010, 10002]);
    const done = await call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    expect([done.status, done.body.code]).toEqual([400, 800009]);
  });

  test("goods that run out between cart and checkout come back as an order error beside the other orders", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const scarce = { productId: "DG7GMGF0DWM3", skuId: "0003", quantity: 4 };
    const slow = await createCart(call, us, [scarce, subscription]);
    await buy(call, us, [scarce]);
    const done = await call("POST", `/v1/customers/${us}/carts/${slow.body.id}/checkout`);
    expect(done.status).toBe(201);
    expect(done.body.orders).toHaveLength(1);
    expect(done.body.orderErrors).toMatchObject([{ orderGroupId: "0", code: 800010 }]);
    const late = await createCart(call, us, [scarce]);
    expect(late.body.lineItems[0].error).toMatchObject({
      errorCode: 10003,
      additionalInformation: { availableQuantity: 1 },
    });
  });

  test("refuses without customer agreement, with an outdated availability, and after seven days", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const unsigned = customerIn("CA");
    const first = await createCart(call, unsigned, [perpetual]);
    const refused = await call("POST", `/v1/customers/${unsigned}/carts/${first.body.id}/checkout`);
    expect([refused.status, refused.body.code]).toEqual([403, 13605]);

    const cart = await createCart(call, us, [perpetual]);
    simulator.configure({ catalogueEpoch: 1 });
    const outdated = await call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    expect([outdated.status, outdated.body.code]).toEqual([404, 400019]);

    simulator.advance(7 * day);
    const later = await as(simulator, "admin.agent");
    const expired = await later("GET", `/v1/customers/${us}/carts/${cart.body.id}`);
    expect([expired.status, expired.body.code]).toEqual([404, 800008]);
  });

  test("checkout of an ordered cart repeats its result, or orders again in the harsh reading", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const checkOut = async () =>
      (await call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`)).body.orders[0].id;
    const first = await checkOut();
    expect(await checkOut()).toBe(first);
    simulator.configure({ checkoutIdempotency: "request-id-only" });
    expect(await checkOut()).not.toBe(first);
  });

  test("a new order is read by id at once and listed only after the lag", async () => {
    const simulator = await simulate({ orderListLagMs: 15 * minute });
    const call = await as(simulator, "admin.agent");
    const [order] = await buy(call, us, [perpetual]);
    const listed = async () =>
      (await call("GET", `/v1/customers/${us}/orders`)).body.items.some(
        ({ id }: { id: string }) => id === order.id,
      );
    expect((await read(call, order)).id).toBe(order.id);
    expect(await listed()).toBe(false);
    simulator.advance(15 * minute);
    expect(await listed()).toBe(true);
    const once = await call("GET", `/v1/customers/${us}/orders?billingType=onetime&include_price=true`);
    expect(new Set(once.body.items.map((item: { billingCycle: string }) => item.billingCycle))).toEqual(
      new Set(["one_time"]),
    );
    expect(once.body.items.at(-1).totalPrice).toBe(3945);
  });
});

describe("MS-RequestId", () => {
  const requestId = "6ea56a39-4c2f-4b9c-8b2f-0a4d5f6f7a10";

  test("the same write answers the same again and happens once", async () => {
    const simulator = await simulate({ checkoutIdempotency: "request-id-only" });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const before = simulator.orders().length;
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`, { requestId });
    const [first, second] = [await checkOut(), await checkOut()];
    expect(second.text).toBe(first.text);
    expect(second.headers.get("ms-requestid")).toBe(requestId);
    expect(simulator.orders()).toHaveLength(before + 1);
  });

  test("also when the second arrives while the first still runs", async () => {
    const simulator = await simulate({ checkoutIdempotency: "request-id-only" });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const before = simulator.orders().length;
    simulator.addFault({ path: "/checkout$", fault: "slow", delayMs: 150 });
    const answers = await Promise.all(
      [1, 2, 3].map(() => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`, { requestId })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(simulator.orders()).toHaveLength(before + 1);
  });

  test("a refusal is repeated too, another body under the same id is refused, and a bad id is refused", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const path = `/v1/customers/${us}/orders/${seedOrders.extendedSecurityUpdates.id}`;
    const body = { id: seedOrders.extendedSecurityUpdates.id, status: "cancelled" };
    const first = await call("PATCH", path, { requestId, body });
    expect(first.body.code).toBe(800061);
    expect((await call("PATCH", path, { requestId, body })).text).toBe(first.text);
    expect((await call("PATCH", path, { requestId, body: { status: "cancelled" } })).body.code).toBe(3000);
    expect((await call("PATCH", path, { requestId: "not-a-guid", body })).body.code).toBe(3000);
  });
});

describe("cancelling", () => {
  test("C9 answers at once as final, shows after the lag", async () => {
    const simulator = await simulate({ cancellationLagMs: 15 * minute });
    const call = await as(simulator, "admin.agent");
    const [order] = await buy(call, us, [
      perpetual,
      { ...perpetual, productId: "DG7GMGF0PCAL", quantity: 3 },
    ]);
    const accepted = await cancel(call, order);
    expect(accepted.status).toBe(200);
    expect(visible(accepted.body)).toEqual(["cancelled", 0, 0]);
    expect(visible(await read(call, order))).toEqual(["completed", 1, 3]);
    const again = await cancel(call, order);
    expect([again.status, again.body.code]).toEqual([409, 800014]);
    simulator.advance(15 * minute);
    expect(visible(await read(call, order))).toEqual(["cancelled", 0, 0]);
    const late = await cancel(call, order);
    expect([late.status, late.body.code]).toEqual([400, 800061]);
  });

  test("C7 a partial cancellation shows only in the quantities", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const [order] = await buy(call, us, [
      perpetual,
      { ...perpetual, productId: "DG7GMGF0PCAL", quantity: 3 },
    ]);
    expect(visible((await cancel(call, order, [1])).body)).toEqual(["completed", 1, 0]);
    expect((await cancel(call, order, [7])).body.code).toBe(800071);
    expect((await cancel(call, order, [0, 1])).body.code).toBe(800061);
    expect(visible((await cancel(call, order)).body)).toEqual(["cancelled", 0, 0]);
  });

  test("C1 the window follows the edition, and the refusal names its length", async () => {
    const simulator = await simulate({ edition: "2019-12" });
    const call = await as(simulator, "admin.agent");
    const tooOld = await cancel(call, seedOrders.seventyFiveDaysOld);
    expect([tooOld.status, tooOld.body.code]).toEqual([400, 900117]);
    expect(tooOld.body.description).toContain("60-day");
    simulator.configure({ edition: "2021-06" });
    const month = await cancel(call, seedOrders.fiftyNineDaysOld);
    expect(month.body.description).toContain("30-day");
    simulator.configure({ edition: "2022-07" });
    const week = await cancel(call, seedOrders.tenDaysOldSubscription);
    expect([week.status, week.body.code]).toEqual([400, 900213]);
    expect(week.body.description).toContain("168-hour");
    simulator.configure({ edition: "2019-12" });
    expect((await cancel(call, seedOrders.fiftyNineDaysOld)).status).toBe(200);
  });

  test("C1 thirty days end at 23:59 UTC of the last day, seven days after exactly 168 hours", async () => {
    const simulator = await simulate({ edition: "by-date" });
    const call = await as(simulator, "admin.agent");
    const [licence] = await buy(call, us, [perpetual]);
    const [term] = await buy(call, us, [subscription]);
    const path = `/v1/customers/${us}/subscriptions/${term.lineItems[0].subscriptionId}`;
    expect((await call("GET", path)).body).toMatchObject({
      cancellationAllowedUntilDate: "2026-03-17T09:30:00Z",
      refundOptions: [{ type: "Partial", expiresAt: "2026-03-17T09:30:00Z" }],
      actions: ["edit", "cancel"],
    });
    simulator.advance(168 * hour + 1);
    expect((await cancel(await as(simulator, "admin.agent"), term)).body.code).toBe(900213);
    simulator.setNow(new Date("2026-04-09T23:59:00.001Z"));
    expect((await cancel(await as(simulator, "admin.agent"), licence)).body.code).toBe(900117);
    simulator.setNow(new Date("2026-04-09T23:59:00Z"));
    expect((await cancel(await as(simulator, "admin.agent"), licence)).status).toBe(200);
  });

  test("C3 C4 Windows 7 ESU, SUSE and Red Hat are refused, a reservation too", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    for (const order of [seedOrders.extendedSecurityUpdates, seedOrders.suse, seedOrders.redHat]) {
      expect((await cancel(call, order)).body).toMatchObject({ code: 800061 });
    }
    const [order] = await buy(call, us, [reservationFor(us)]);
    expect((await cancel(call, order)).body.code).toBe(800019);
    expect((await cancel(call, seedOrders.cancelled)).body.code).toBe(800061);
  });

  test("C2 only an admin agent, and the order of that customer", async () => {
    const simulator = await simulate();
    const order = seedOrders.recentPerpetual;
    for (const role of ["sales.agent", "helpdesk.agent", "global.admin"]) {
      const refused = await cancel(await as(simulator, role), order);
      expect([refused.status, refused.body.code]).toEqual([403, 900150]);
    }
    const call = await as(simulator, "admin.agent");
    expect((await cancel(call, { id: order.id, customerId: customerIn("GB") })).body.code).toBe(20000);
    expect((await cancel(call, { id: order.id.toLowerCase(), customerId: us })).body.code).toBe(20000);
    expect((await cancel(await as(simulator, null), order)).status).toBe(200);
  });

  test("C13 a subscription set to deleted cancels its order line", async () => {
    const simulator = await simulate({ cancellationLagMs: 5 * minute });
    const call = await as(simulator, "admin.agent");
    const [order] = await buy(call, us, [subscription]);
    const path = `/v1/customers/${us}/subscriptions/${order.lineItems[0].subscriptionId}`;
    const { body } = await call("GET", path);
    const stale = await call("PATCH", path, {
      headers: { "if-match": "stale" },
      body: { ...body, status: "deleted" },
    });
    expect([stale.status, stale.body.code]).toEqual([400, 2055]);
    const accepted = await call("PATCH", path, {
      headers: { "if-match": body.attributes.etag },
      body: { ...body, status: "deleted" },
    });
    expect([accepted.status, accepted.body.status]).toEqual([200, "deleted"]);
    expect((await call("GET", path)).body.status).toBe("active");
    const pending = await call("PATCH", path, { body: { ...body, status: "deleted" } });
    expect([pending.status, pending.body.code]).toEqual([409, 900278]);
    simulator.advance(5 * minute);
    expect((await call("GET", path)).body.status).toBe("deleted");
    expect(visible(await read(call, order))).toEqual(["cancelled", 0]);
    const late = await call("PATCH", path, { body: { ...body, status: "deleted" } });
    expect([late.status, late.body.code]).toEqual([400, 2011]);
  });

  test("a subscription's renewal can be stopped, its quantity not reduced", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const listed = await call(
      "GET",
      `/v1/customers/${us}/subscriptions?order_id=${seedOrders.recentSubscription.id}`,
    );
    expect(listed.body.totalCount).toBe(1);
    const [body] = listed.body.items;
    const path = `/v1/customers/${us}/subscriptions/${body.id}`;
    const stopped = await call("PATCH", path, { body: { ...body, autoRenewEnabled: false } });
    expect(stopped.body.autoRenewEnabled).toBe(false);
    expect((await call("PATCH", path, { body: { ...body, quantity: 1 } })).body.code).toBe(800090);
    expect((await call("GET", `/v1/customers/${us}/subscriptions/${us}`)).body.code).toBe(20003);
  });
});
