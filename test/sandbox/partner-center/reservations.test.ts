import { describe, expect, test } from "vitest";
import { azureSubscriptionsOf, seedCustomers } from "#sandbox/partner-center/seed.ts";
import {
  as,
  azureSubscriptionOf,
  buy,
  createCart,
  customerIn,
  perpetual,
  reservationFor,
  simulate,
  subscription,
} from "./simulator.ts";

const us = customerIn("US");
const reservation = reservationFor(us);

describe("reservations", () => {
  test("B1 are a SKU for each size, region and term, paid at once or monthly", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "sales.agent");
    const skus = `/v1/customers/${us}/products/DG7GMGF0RVM1/skus`;
    const { items } = (await call("GET", skus)).body;
    expect(items).toHaveLength(8);
    const attributes = items.map(({ dynamicAttributes }: { dynamicAttributes: Record<string, string> }) => {
      const { armSkuName, armRegionName, duration } = dynamicAttributes;
      return `${armSkuName} ${armRegionName} ${duration}`;
    });
    expect(new Set(attributes).size).toBe(8);
    expect(items[1]).toMatchObject({
      title: "Reserved VM Instance, Standard_D2s_v3, US East, 3 Years",
      supportedBillingCycles: ["one_time", "monthly"],
      purchasePrerequisites: [
        "MicrosoftCustomerAgreement",
        "AzureSubscriptionRegistration",
        "InventoryCheck",
      ],
      inventoryVariables: ["CustomerId", "AzureSubscriptionId", "ArmRegionName"],
      provisioningVariables: ["Scope", "SubscriptionId", "Duration"],
      dynamicAttributes: { cores: "2", ram: "8", region: "US East", duration: "3Years" },
    });
    const [availability] = (await call("GET", `${skus}/0002/availabilities`)).body.items;
    expect(availability.terms).toMatchObject([
      { duration: "P3Y", billingCycle: "OneTime" },
      { duration: "P3Y", billingCycle: "Monthly" },
    ]);
  });

  test("B1 are for an active Azure subscription of the customer and a scope", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const contoso = seedCustomers.find(({ id }) => id === us);
    const suspended = contoso && azureSubscriptionsOf(contoso).find(({ status }) => status === "suspended");
    const errorOf = async (provisioningContext: Record<string, string> | undefined) => {
      const { provisioningContext: _, ...bare } = reservation;
      const line = provisioningContext ? { ...bare, provisioningContext } : bare;
      return (await createCart(call, us, [line])).body.lineItems[0].error?.errorCode;
    };
    const subscriptionId = azureSubscriptionOf(us);
    expect(await errorOf(undefined)).toBe(10007);
    expect(await errorOf({ scope: "shared" })).toBe(10007);
    expect(await errorOf({ subscriptionId: azureSubscriptionOf(customerIn("GB")), scope: "shared" })).toBe(
      10007,
    );
    expect(await errorOf({ subscriptionId: suspended?.id ?? "", scope: "shared" })).toBe(10008);
    expect(await errorOf({ subscriptionId })).toBe(10010);
    expect(await errorOf({ subscriptionId, scope: "everywhere" })).toBe(10010);
    expect(await errorOf({ subscriptionId, scope: "single", duration: "3Years" })).toBe(10010);
    expect(await errorOf({ SubscriptionId: subscriptionId.toUpperCase(), Scope: "Single" })).toBeUndefined();
    expect(await errorOf({ subscriptionId, scope: "shared", duration: "1Year" })).toBeUndefined();
  });

  test("B1 the term may be left to the SKU, the billing cycle may not", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const { termDuration: _, ...bare } = reservation;
    const [order] = await buy(call, us, [bare]);
    expect(order.lineItems[0].termDuration).toBe("P1Y");
    const cart = await createCart(call, us, [{ ...bare, billingCycle: "annual" }]);
    expect(cart.body.lineItems[0].error.errorCode).toBe(10006);
  });

  test("B1 what is restricted cannot be bought, in that region alone", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const restriction = { productId: "DG7GMGF0RVM1", armRegionName: "eastus" };
    simulator.setRestriction({ ...restriction, reasonCode: "NotAvailableForSubscription" });
    const errors = async () =>
      (await createCart(call, us, [reservation, { ...reservation, skuId: "0003" }])).body.lineItems.map(
        ({ error }: { error?: { errorCode: number } }) => error?.errorCode,
      );
    expect(await errors()).toEqual([10003, undefined]);
    simulator.setRestriction({ ...restriction, reasonCode: null });
    expect(await errors()).toEqual([undefined, undefined]);
    expect(() => simulator.setRestriction({ productId: "NONE", reasonCode: "QuotaId" })).toThrow();
  });
});

describe("Azure subscriptions", () => {
  test("are listed with the software and known by their billing type; they are not cancelled here", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const { items } = (await call("GET", `/v1/customers/${us}/subscriptions`)).body;
    const usage = items.filter(({ billingType }: { billingType: string }) => billingType === "usage");
    expect(usage).toMatchObject([
      { friendlyName: "Production", status: "active", productType: { id: "Azure" } },
      { friendlyName: "Test", status: "active" },
      { friendlyName: "Old datacenter", status: "suspended" },
    ]);
    expect(items.length).toBeGreaterThan(usage.length);
    const path = `/v1/customers/${us}/subscriptions/${usage[0].id}`;
    expect((await call("GET", path)).body).toEqual(usage[0]);
    const cancelled = await call("PATCH", path, { body: { ...usage[0], status: "deleted" } });
    expect([cancelled.status, cancelled.body.code]).toEqual([400, 800096]);
    expect((await call("GET", `/v1/customers/${customerIn("FR")}/subscriptions`)).body.items).toEqual([]);
  });
});

describe("a cart of every kind", () => {
  const lines = [perpetual, subscription, reservation, { ...perpetual, productId: "DG7GMGF0PCAL" }];

  test("B1 becomes one order for each kind, billing cycle and term", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, lines);
    expect(cart.body.lineItems.map(({ orderGroup }: { orderGroup: string }) => orderGroup)).toEqual([
      "0",
      "1",
      "2",
      "0",
    ]);
    const orders = await buy(call, us, lines);
    expect(
      orders.map(({ billingCycle, lineItems }: { billingCycle: string; lineItems: object[] }) => [
        billingCycle,
        lineItems.length,
      ]),
    ).toEqual([
      ["one_time", 2],
      ["annual", 1],
      ["monthly", 1],
    ]);
  });

  test("B1 an order that fails at the checkout leaves the others standing, and says which it was", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const cart = await createCart(call, us, lines);
    simulator.setRestriction({ productId: "DG7GMGF0RVM1", reasonCode: "NotAvailableForSubscription" });
    const checkOut = () => call("POST", `/v1/customers/${us}/carts/${cart.body.id}/checkout`);
    const done = await checkOut();
    expect(done.status).toBe(201);
    expect(done.body.orders).toHaveLength(2);
    expect(done.body.orderErrors).toMatchObject([{ orderGroupId: "2", code: 800010 }]);
    expect((await checkOut()).body).toEqual(done.body);
  });
});
