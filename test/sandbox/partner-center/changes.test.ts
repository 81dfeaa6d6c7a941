import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { seedOrders, seedServiceRequest } from "#sandbox/partner-center/seed.ts";
import {
  as,
  buy,
  createCart,
  customerIn,
  day,
  perpetual,
  send,
  simulate,
  subscription,
} from "./simulator.ts";

const us = customerIn("US");
const { productId, skuId } = perpetual;

describe("between cart and checkout", () => {
  test("a price changes in later carts, and in one that is not ordered yet when it is read again", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [{ ...perpetual, quantity: 2 }]);
    const ordered = await createCart(call, us, [perpetual]);
    const prices = async ({ body }: { body: { id: string } }) => {
      const read = await call("GET", `/v1/customers/${us}/carts/${body.id}`);
      const { price, extendedPrice } = read.body.lineItems[0].pricing;
      return [price, extendedPrice];
    };
    expect(await prices(cart)).toEqual([3945, 7890]);
    const [before] = await buy(call, us, [perpetual]);
    const answer = await send(`${simulator.url}/_sim/control/prices`, "POST", {
      body: { productId, skuId, unitPrice: 4000.5 },
    });
    expect(answer.status).toBe(200);
    expect(await prices(cart)).toEqual([4000.5, 8001]);
    expect(await prices(ordered)).toEqual([4000.5, 4000.5]);
    expect(await prices(await createCart(call, us, [perpetual]))).toEqual([4000.5, 4000.5]);
    const done = await call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    const unitPrice = async ({ id }: { id: string }) =>
      (await call("GET", `/v1/customers/${us}/orders/${id}?include_price=true`)).body.lineItems[0].pricing
        .price;
    expect(await unitPrice(done.body.orders[0])).toBe(4000.5);
    expect(await unitPrice(before)).toBe(3945);
    simulator.setPrice({ productId, skuId, unitPrice: null });
    expect(await prices(await createCart(call, us, [perpetual]))).toEqual([3945, 3945]);
    const unknown = { productId, skuId: "NONE", unitPrice: 1 };
    expect((await send(`${simulator.url}/_sim/control/prices`, "POST", { body: unknown })).status).toBe(400);
  });

  test("an availability gets another id: the cart is refused with 400019 until it is filled anew", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    simulator.configure({ catalogueEpoch: 1 });
    const path = `/v1/customers/${us}/carts/${cart.body.id}`;
    const refused = await call("POST", `${path}/checkout`);
    expect([refused.status, refused.body.code]).toEqual([404, 400019]);
    expect((await call("GET", path)).body.lineItems[0].error.errorCode).toBe(10001);
    const fresh = await createCart(call, us, [perpetual]);
    const body = { lineItems: fresh.body.lineItems };
    expect((await call("PUT", path, { body })).status).toBe(201);
    expect((await call("POST", `${path}/checkout`)).status).toBe(201);
  });

  test("the checkout is busy for a while, and then goes through", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    simulator.addFault({
      path: "/checkout$",
      times: 2,
      fault: "answer",
      answer: { status: 409, code: 800064, description: "The cart is being processed by another call." },
    });
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    const codes = [await checkOut(), await checkOut(), await checkOut()].map(({ status, body }) => [
      status,
      body.code,
    ]);
    expect(codes).toEqual([
      [409, 800064],
      [409, 800064],
      [201, undefined],
    ]);
  });

  test("a cart that was ordered is refused where its first result is gone", async () => {
    const simulator = await simulate({ checkoutIdempotency: "none" });
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, [perpetual]);
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    expect((await checkOut()).status).toBe(201);
    const again = await checkOut();
    expect([again.status, again.body.code]).toEqual([400, 800065]);
    expect((await call("GET", `/v1/customers/${us}/carts/${cart.body.id}`)).body.status).toBe("Ordered");
  });
});

describe("a cancellation", () => {
  test("C13 of a software subscription goes by the call that the service takes", async () => {
    const simulator = await simulate({ subscriptionsCancelledBy: "subscription" });
    const call = await as(simulator, "admin.agent");
    const [order] = await buy(call, us, [subscription]);
    const byOrder = () =>
      call("PATCH", `/v1/customers/${us}/orders/${order.id}`, {
        body: { id: order.id, status: "cancelled" },
      });
    const path = `/v1/customers/${us}/subscriptions/${order.lineItems[0].subscriptionId}`;
    const { body } = await call("GET", path);
    const bySubscription = () => call("PATCH", path, { body: { ...body, status: "deleted" } });
    expect((await byOrder()).body.code).toBe(800063);
    simulator.configure({ subscriptionsCancelledBy: "order" });
    expect((await bySubscription()).body.code).toBe(800096);
    expect((await byOrder()).status).toBe(200);
  });

  test("C1 has the window that law gives in its market, which offer and subscription say", async () => {
    const simulator = await simulate({ edition: "2022-07", marketWindowDays: { US: 14 } });
    const call = await as(simulator, "admin.agent");
    const [order] = await buy(call, us, [subscription]);
    const path = `/v1/customers/${us}/subscriptions/${order.lineItems[0].subscriptionId}`;
    expect((await call("GET", path)).body.cancellationAllowedUntilDate).toBe("2026-03-24T23:59:00Z");
    const item = `products/${subscription.productId}/skus/${subscription.skuId}/availabilities`;
    const refundOf = async (customerId: string) =>
      (await call("GET", `/v1/customers/${customerId}/${item}`)).body.items[0].terms[0].cancellationPolicies;
    expect(await refundOf(us)).toMatchObject([{ refundOptions: [{ expiresAfter: "P14D" }] }]);
    expect(await refundOf(customerIn("GB"))).toMatchObject([{ refundOptions: [{ expiresAfter: "P7D" }] }]);
    simulator.advance(15 * day);
    const late = await (await as(simulator, "admin.agent"))(
      "PATCH",
      `/v1/customers/${us}/orders/${order.id}`,
      {
        body: { id: order.id, status: "cancelled" },
      },
    );
    expect(late.body).toMatchObject({
      code: 900117,
      description: "The 14-day cancellation window has passed.",
    });
  });

  test("C12 gives another credit, or none, where that was said", async () => {
    const simulator = await simulate({ edition: "2019-12" });
    const call = await as(simulator, "admin.agent");
    const { id, alternateId } = seedOrders.recentPerpetual;
    simulator.setCredit({ orderId: id, lineItemNumber: 0, percent: 50 });
    await send(`${simulator.url}/_sim/control/credits`, "POST", {
      body: { orderId: id, lineItemNumber: 1, percent: "none" },
    });
    await call("PATCH", `/v1/customers/${us}/orders/${id}`, { body: { id, status: "cancelled" } });
    const query = "provider=onetime&invoicelineitemtype=billinglineitems&currencycode=USD";
    const credits = async (path: string): Promise<number[]> =>
      (await (await as(simulator, "admin.agent"))("GET", path)).body.items
        .filter(
          (line: { orderId: string; quantity: number }) => line.orderId === alternateId && line.quantity < 0,
        )
        .map(({ totalForCustomer }: { totalForCustomer: number }) => totalForCustomer);
    expect(await credits(`/v1/invoices/unbilled/lineitems?${query}`)).toEqual([-3945]);
    simulator.setCredit({ orderId: id, lineItemNumber: 1, percent: 100 });
    expect(await credits(`/v1/invoices/unbilled/lineitems?${query}`)).toEqual([-3945, -2900]);
    simulator.setNow(new Date("2026-04-06T00:00:00Z"));
    expect(await credits("/v1/invoices/G202603001/lineitems/OneTime/BillingLineItems")).toEqual([
      -3945, -2900,
    ]);
  });
});

test("S7 the support team adds a file, which is listed with name and size", async () => {
  const simulator = await simulate({ serviceRequests: "withdrawn" });
  const call = await as(simulator, "helpdesk.agent");
  const { id } = seedServiceRequest;
  simulator.updateServiceRequest({ id, file: { name: "refund.form.pdf", size: 20_480 } });
  const { body } = await call("GET", `/v1/servicerequests/${id}`);
  expect(body.fileLinks).toMatchObject([
    { fileNameWithoutExtension: "refund.form", extensionType: "pdf", fileSize: 20_480 },
  ]);
});

test("prices, restrictions and credits are kept", async () => {
  const folder = await mkdtemp(join(tmpdir(), "simulator-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const keep = join(folder, "state.json");
  const first = await simulate({ keep });
  first.setPrice({ productId, skuId, unitPrice: 1 });
  first.setRestriction({ productId, skuId, reasonCode: "QuotaId" });
  first.setCredit({ orderId: seedOrders.recentPerpetual.id, lineItemNumber: 0, percent: "none" });
  await first.close();
  const second = await simulate({ keep });
  const call = await as(second, "admin.agent");
  const [line] = (await createCart(call, us, [perpetual])).body.lineItems;
  expect(line).toMatchObject({ pricing: { price: 1 }, error: { errorCode: 10003 } });
  await second.close();
});

test("ten thousand calls in windows of 500 a minute are a matter of seconds, and each 429 says truly how long", async () => {
  const simulator = await simulate({ requestsPerMinute: 500 });
  const app = await as(simulator, null);
  const { id } = seedOrders.recentPerpetual;
  const statuses: number[] = [];
  while (statuses.length < 10_000) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => app("GET", `/v1/customers/${us}/orders/${id}`)),
    );
    statuses.push(...answers.map(({ status }) => status));
    const wait = answers.map(({ headers }) => headers.get("retry-after")).find((seconds) => seconds !== null);
    // One second early it is still refused, on time it passes.
    if (wait !== undefined && wait !== null) {
      simulator.advance((Number(wait) - 1) * 1_000);
      expect((await app("GET", `/v1/customers/${us}`)).status).toBe(429);
      simulator.advance(1_000);
    }
  }
  const passed = statuses.filter((status) => status === 200).length;
  expect(passed).toBeGreaterThan(9_000);
  expect(statuses.every((status) => status === 200 || status === 429)).toBe(true);
  expect(simulator.now().getTime()).toBeGreaterThan(new Date("2026-03-10T09:45:00Z").getTime());
}, 240_000);
