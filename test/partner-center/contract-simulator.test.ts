import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  FULFILMENT_TOKEN,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
  seedCustomers,
  seedPartnerUsers,
  seedServiceRequest,
} from "#sandbox/partner-center/seed.ts";
import { type PartnerCenterSimulator, startPartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import { Secret } from "#src/config/secret.ts";
import { systemClock } from "#src/desk/clock.ts";
import { createHttpFulfilment } from "#src/fulfilment/http-adapter.ts";
import { createPartnerCenter } from "#src/partner-center/client.ts";
import type { Availability, CartLine, InvoiceLine, Order, PartnerCenter } from "#src/partner-center/port.ts";
import { tokensBy } from "../ground/grants.ts";
import { writeCall } from "./server.ts";

const minuteMs = 60_000;
const customerId = customerNamed("Contoso");
const perpetual = { productId: "DG7GMGF0PWS5", skuId: "0001" };
const subscription = { productId: "DG7GMGF0FKZV", skuId: "0003" };

let simulator: PartnerCenterSimulator;
let partnerCenter: PartnerCenter;

beforeEach(async () => {
  simulator = await startPartnerCenterSimulator({ seed: "contract", edition: "2019-12" });
  partnerCenter = clientWith(REFRESH_TOKEN);
});

afterEach(() => simulator.close());

function clientWith(refreshToken: string | null, timeoutMs = 60_000): PartnerCenter {
  const tokens = tokensBy(
    {
      authority: simulator.url,
      tenantId: PARTNER_TENANT_ID,
      clientId: CLIENT_ID,
      clientSecret: new Secret(CLIENT_SECRET),
      clock: systemClock,
    },
    refreshToken === null ? null : new Secret(refreshToken),
  );
  return createPartnerCenter({ baseUrl: simulator.url, tokens, timeoutMs, clock: systemClock });
}

function customerNamed(name: string): string {
  const found = seedCustomers.find(({ companyName }) => companyName === name);
  if (!found) throw new Error(`no customer ${name}`);
  return found.id;
}

function refreshTokenOf(upn: string): string {
  const found = seedPartnerUsers.find(({ userPrincipalName }) => userPrincipalName === upn);
  if (!found) throw new Error(`no user ${upn}`);
  return found.refreshToken;
}

async function availabilityOf(what: { productId: string; skuId: string }): Promise<Availability> {
  const [found] = await partnerCenter.listAvailabilities({ customerId, ...what });
  if (!found) throw new Error("nothing available");
  return found;
}

async function cartLine(id: number, what = perpetual, quantity = 1): Promise<CartLine> {
  const { catalogItemId, terms } = await availabilityOf(what);
  const term = terms[0];
  return {
    id,
    catalogItemId,
    quantity,
    billingCycle: term?.billingCycle ?? "one_time",
    ...(term ? { termDuration: term.duration } : {}),
    friendlyName: `pur_${id}`,
  };
}

async function buy(...lines: CartLine[]): Promise<Order> {
  const cart = await partnerCenter.createCart({ customerId, lines }, writeCall());
  const { orders } = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, writeCall());
  const [order] = orders;
  if (!order) throw new Error("nothing ordered");
  return order;
}

describe("customers", () => {
  test("C5 are found by the beginning of their name", async () => {
    const found = await partnerCenter.searchCustomers({ field: "CompanyName", startsWith: "cont", size: 20 });
    expect(found.map(({ companyName }) => companyName)).toEqual(["Contoso", "Contoso Suites"]);
    const [first] = await partnerCenter.searchCustomers({
      field: "CompanyName",
      startsWith: "cont",
      size: 1,
    });
    expect(first).toEqual({ id: customerId, companyName: "Contoso", domain: "contoso.onmicrosoft.com" });
  });

  test("C5 are found by the beginning of their domain", async () => {
    const found = await partnerCenter.searchCustomers({ field: "Domain", startsWith: "fabrikam", size: 20 });
    expect(found.map(({ companyName }) => companyName)).toEqual(["Fabrikam, Inc."]);
    await expect(
      partnerCenter.searchCustomers({ field: "Domain", startsWith: "nobody", size: 20 }),
    ).resolves.toEqual([]);
  });

  test("C5 are found by their tenant GUID", async () => {
    await expect(partnerCenter.getCustomer({ customerId })).resolves.toEqual({
      id: customerId,
      companyName: "Contoso",
      domain: "contoso.onmicrosoft.com",
    });
    await expect(
      partnerCenter.getCustomer({ customerId: "00000000-0000-4000-8000-000000000000" }),
    ).rejects.toMatchObject({ kind: "refused", status: 404, code: 60003 });
    await expect(partnerCenter.getCustomer({ customerId: customerNamed("Relecloud") })).rejects.toMatchObject(
      {
        kind: "refused",
        status: 403,
        code: 20002,
      },
    );
  });

  test("M1 say in which market they are", async () => {
    const profile = await partnerCenter.getBillingProfile({ customerId: customerNamed("Fabrikam, Inc.") });
    expect(profile).toEqual({ country: "ES", culture: "es-ES" });
  });
});

describe("catalogue", () => {
  test("B1 SKUs and what of them can be bought", async () => {
    const skus = await partnerCenter.listSkus({ customerId, productId: subscription.productId });
    expect(skus.map(({ id }) => id)).toContain(subscription.skuId);
    const sku = await partnerCenter.getSku({ customerId, ...subscription });
    expect(sku).toMatchObject({ minimumQuantity: 1, supportedBillingCycles: ["triennial", "annual"] });
    expect(await availabilityOf(subscription)).toMatchObject({
      catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
      currencyCode: "USD",
      isPurchasable: true,
      terms: [
        {
          duration: "P3Y",
          billingCycle: "triennial",
          refundOptions: [{ type: "Partial", expiresAfter: "P60D" }],
        },
        { duration: "P3Y", billingCycle: "annual" },
      ],
    });
    expect((await availabilityOf(perpetual)).terms).toEqual([]);
  });
});

describe("buying", () => {
  test("B1 a cart has prices, and its checkout becomes orders that carry our reference", async () => {
    const lines = [await cartLine(0, perpetual, 2), await cartLine(1, subscription)];
    const cart = await partnerCenter.createCart({ customerId, lines }, writeCall());
    expect(cart).toMatchObject({ status: "Active" });
    expect(cart.lines).toMatchObject([
      {
        ...lines[0],
        pricing: { unitPrice: "1176", extendedPrice: "2352" },
        currencyCode: "USD",
        error: null,
      },
      {
        ...lines[1],
        pricing: { unitPrice: "14672", extendedPrice: "14672" },
        currencyCode: "USD",
        error: null,
      },
    ]);
    await expect(partnerCenter.getCart({ customerId, cartId: cart.id })).resolves.toEqual(cart);

    const { orders, orderErrors } = await partnerCenter.checkoutCart(
      { customerId, cartId: cart.id },
      writeCall(),
    );
    expect(orderErrors).toEqual([]);
    expect(orders.map(({ status, billingCycle }) => [status, billingCycle])).toEqual([
      ["completed", "one_time"],
      ["completed", "triennial"],
    ]);
    expect(orders.flatMap((order) => order.lines)).toMatchObject([
      { friendlyName: "pur_0", offerId: lines[0]?.catalogItemId, quantity: 2, subscriptionId: null },
      {
        friendlyName: "pur_1",
        offerId: lines[1]?.catalogItemId,
        quantity: 1,
        subscriptionId: expect.any(String),
      },
    ]);
    expect((await partnerCenter.getCart({ customerId, cartId: cart.id })).status).toBe("Ordered");

    const read = await partnerCenter.getOrder({ customerId, orderId: orders[0]?.id ?? "" });
    expect(read).toMatchObject({ customerId, lines: [{ unitPrice: "1176", extendedPrice: "2352" }] });
    const listed = await partnerCenter.listOrders({ customerId });
    expect(listed).toContainEqual(read);
  });

  test("B1 a cart with a bad line is created, and the line says what is wrong", async () => {
    const line = { ...(await cartLine(0)), catalogItemId: "NONE:0001:NONE" };
    const cart = await partnerCenter.createCart({ customerId, lines: [line] }, writeCall());
    expect(cart.lines[0]?.error).toMatchObject({ code: 10001, availableQuantity: null });
    await expect(
      partnerCenter.checkoutCart({ customerId, cartId: cart.id }, writeCall()),
    ).rejects.toMatchObject({ kind: "refused", code: 800009 });
  });

  test("B1 a line says how many are left", async () => {
    const line = await cartLine(0, { productId: "DG7GMGF0DWM3", skuId: "0003" }, 9);
    const cart = await partnerCenter.createCart({ customerId, lines: [line] }, writeCall());
    expect(cart.lines[0]?.error).toMatchObject({ code: 10003, availableQuantity: 5 });
  });

  test("B1 the same request id is the same purchase, however often it is sent", async () => {
    simulator.configure({ checkoutIdempotency: "request-id-only" });
    const cart = await partnerCenter.createCart({ customerId, lines: [await cartLine(0)] }, writeCall());
    const call = writeCall();
    const first = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call);
    const again = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call);
    expect(again).toEqual(first);
    const other = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, writeCall());
    expect(other.orders[0]?.id).not.toBe(first.orders[0]?.id);
  });

  test.each([
    ["the connection breaks", { fault: "reset-after-commit" } as const, "retry_same_id"],
    ["nothing comes back", { fault: "hang" } as const, "retry_same_id"],
    ["half the answer comes back", { fault: "invalid-json" } as const, "unreadable"],
  ])("B1 when %s after the purchase, the same request id finds it", async (_name, fault, kind) => {
    simulator.configure({ checkoutIdempotency: "request-id-only" });
    const client = fault.fault === "hang" ? clientWith(REFRESH_TOKEN, 1_000) : partnerCenter;
    const cart = await partnerCenter.createCart({ customerId, lines: [await cartLine(0)] }, writeCall());
    const before = simulator.orders().length;
    simulator.addFault({ path: "/checkout$", times: 1, ...fault });
    const call = writeCall();
    await expect(client.checkoutCart({ customerId, cartId: cart.id }, call)).rejects.toMatchObject({
      kind,
    });
    const { orders } = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call);
    expect(simulator.orders()).toHaveLength(before + 1);
    expect(simulator.orders().map(({ id }) => id)).toContain(orders[0]?.id);
  });

  test("B1 a reservation is bought for an Azure subscription, and refused when it is restricted", async () => {
    const what = { productId: "DG7GMGF0RVM1", skuId: "0002" };
    const subscriptions = await partnerCenter.listSubscriptions({ customerId });
    const azure = subscriptions.find(
      ({ billingType, status }) => billingType === "usage" && status === "active",
    );
    const azureSubscriptionId = azure?.id ?? "";
    const sku = await partnerCenter.getSku({ customerId, ...what });
    expect(sku).toMatchObject({
      inventoryVariables: ["CustomerId", "AzureSubscriptionId", "ArmRegionName"],
      provisioningVariables: ["Scope", "SubscriptionId", "Duration"],
    });
    const check = (armRegionName = String(sku.dynamicAttributes.armRegionName)) =>
      partnerCenter.checkInventory({ customerId, ...what, azureSubscriptionId, armRegionName });
    expect(await check()).toEqual({ isRestricted: false, restrictions: [] });
    expect(await check("marsnorth")).toBeNull();

    const provisioningContext = { scope: "shared", subscriptionId: azureSubscriptionId };
    const line = { ...(await cartLine(0, what)), provisioningContext };
    expect(line).toMatchObject({ billingCycle: "one_time", termDuration: "P3Y" });
    const cart = await partnerCenter.createCart({ customerId, lines: [line] }, writeCall());
    expect(cart.lines).toMatchObject([{ provisioningContext, error: null, pricing: { unitPrice: "972" } }]);

    simulator.setRestriction({ ...what, reasonCode: "NotAvailableForSubscription", description: "Full." });
    expect(await check()).toEqual({
      isRestricted: true,
      restrictions: [{ reasonCode: "NotAvailableForSubscription", description: "Full." }],
    });
    const read = await partnerCenter.getCart({ customerId, cartId: cart.id });
    expect(read.lines[0]?.error).toEqual({
      code: 10003,
      description: "Full.",
      availableQuantity: 0,
      purchasedQuantity: 0,
    });
    simulator.setRestriction({ ...what, reasonCode: null });
    const { orders } = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, writeCall());
    expect(orders).toMatchObject([{ billingCycle: "one_time", lines: [{ termDuration: "P3Y" }] }]);
  });

  test("B1 without the customer agreement nothing is sold", async () => {
    const other = customerNamed("Woodgrove Bank");
    expect(await partnerCenter.hasCustomerAgreement({ customerId: other })).toBe(false);
    expect(await partnerCenter.hasCustomerAgreement({ customerId })).toBe(true);
    const [availability] = await partnerCenter.listAvailabilities({ customerId: other, ...perpetual });
    const line = { ...(await cartLine(0)), catalogItemId: availability?.catalogItemId ?? "" };
    const cart = await partnerCenter.createCart({ customerId: other, lines: [line] }, writeCall());
    await expect(
      partnerCenter.checkoutCart({ customerId: other, cartId: cart.id }, writeCall()),
    ).rejects.toMatchObject({ kind: "refused", status: 403, code: 13605 });
  });
});

describe("cancelling", () => {
  test("C13 by order: the answer looks final, reads follow within fifteen minutes", async () => {
    simulator.configure({ cancellationLagMs: 15 * minuteMs });
    const order = await buy(await cartLine(0));
    const target = { customerId, orderId: order.id };
    const lines = order.lines.map(({ lineItemNumber, offerId }) => ({ lineItemNumber, offerId }));
    const answer = await partnerCenter.cancelOrderLines({ ...target, lines }, writeCall());
    expect(answer).toMatchObject({ status: "cancelled", lines: [{ quantity: 0 }] });
    expect(await partnerCenter.getOrder(target)).toMatchObject({
      status: "completed",
      lines: [{ quantity: 1 }],
    });
    await expect(partnerCenter.cancelOrderLines({ ...target, lines }, writeCall())).rejects.toMatchObject({
      kind: "wait",
      status: 409,
      code: 800014,
    });

    simulator.advance(15 * minuteMs);
    expect(await partnerCenter.getOrder(target)).toMatchObject({
      status: "cancelled",
      lines: [{ quantity: 0 }],
    });
    await expect(partnerCenter.cancelOrderLines({ ...target, lines }, writeCall())).rejects.toMatchObject({
      kind: "refused",
      code: 800061,
    });
  });

  test("C7 the same request id cancels once and answers the same", async () => {
    const order = await buy(await cartLine(0));
    const lines = order.lines.map(({ lineItemNumber, offerId }) => ({ lineItemNumber, offerId }));
    const call = writeCall();
    simulator.addFault({
      path: `/orders/${order.id}`,
      method: "PATCH",
      times: 1,
      fault: "reset-after-commit",
    });
    await expect(
      partnerCenter.cancelOrderLines({ customerId, orderId: order.id, lines }, call),
    ).rejects.toMatchObject({ kind: "retry_same_id" });
    await expect(
      partnerCenter.cancelOrderLines({ customerId, orderId: order.id, lines }, call),
    ).resolves.toMatchObject({ status: "cancelled" });
  });

  test("C1 after the window it is refused, with the number of days", async () => {
    const order = await buy(await cartLine(0));
    simulator.advance(62 * 24 * 60 * minuteMs);
    await expect(
      partnerCenter.cancelOrderLines(
        {
          customerId,
          orderId: order.id,
          lines: [{ lineItemNumber: 0, offerId: order.lines[0]?.offerId ?? "" }],
        },
        writeCall(),
      ),
    ).rejects.toMatchObject({ kind: "refused", code: 900117, description: expect.stringContaining("60") });
  });

  test("C13 by subscription: it goes back whole and reads as deleted", async () => {
    const order = await buy(await cartLine(0, subscription));
    const target = { customerId, subscriptionId: order.lines[0]?.subscriptionId ?? "" };
    const read = await partnerCenter.getSubscription(target);
    expect(read).toMatchObject({
      orderId: order.id,
      status: "active",
      quantity: 1,
      cancellationAllowedUntil: expect.stringMatching(/Z$/),
      refundOptions: [{ type: "Partial", expiresAt: expect.any(String) }],
    });
    const call = writeCall();
    await partnerCenter.cancelSubscription({ customerId, subscription: read }, call);
    await partnerCenter.cancelSubscription({ customerId, subscription: read }, call);
    expect(await partnerCenter.getSubscription(target)).toMatchObject({ status: "deleted", quantity: 0 });
    await expect(
      partnerCenter.cancelSubscription({ customerId, subscription: read }, writeCall()),
    ).rejects.toMatchObject({ kind: "refused", code: 2011 });
  });

  test("C13 a subscription that changed since it was read is not cancelled blindly", async () => {
    const order = await buy(await cartLine(0, subscription));
    const read = await partnerCenter.getSubscription({
      customerId,
      subscriptionId: order.lines[0]?.subscriptionId ?? "",
    });
    await expect(
      partnerCenter.cancelSubscription({ customerId, subscription: { ...read, etag: "old" } }, writeCall()),
    ).rejects.toMatchObject({ kind: "refused", code: 2055 });
  });
});

describe("credits", () => {
  test("C12 a cancellation is a negative line, unbilled at once and on the next invoice", async () => {
    const order = await buy(await cartLine(0));
    const lines = [{ lineItemNumber: 0, offerId: order.lines[0]?.offerId ?? "" }];
    await partnerCenter.cancelOrderLines({ customerId, orderId: order.id, lines }, writeCall());
    const mine = (all: InvoiceLine[]) => all.filter(({ orderId }) => orderId === order.alternateId);
    const unbilled = mine(await partnerCenter.listUnbilledLines({ currencyCode: "USD", period: "current" }));
    expect(unbilled).toMatchObject([
      {
        invoiceId: null,
        chargeType: "new",
        quantity: 1,
        subtotal: "1176",
        total: "1176",
        productId: perpetual.productId,
      },
      {
        invoiceId: null,
        chargeType: "cancelImmediate",
        quantity: -1,
        total: "-1176",
        currencyCode: "USD",
        customerId,
      },
    ]);
    const now = simulator.now();
    simulator.setNow(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 6)));
    partnerCenter = clientWith(REFRESH_TOKEN);
    const dollars = (await partnerCenter.listInvoices()).filter(({ currencyCode }) => currencyCode === "USD");
    expect(dollars[0]).toMatchObject({ documentType: "invoice", billingPeriodStart: expect.any(String) });
    const billed = mine(await partnerCenter.listInvoiceLines({ invoiceId: dollars[0]?.id ?? "" }));
    expect(billed.map(({ invoiceId, total }) => [invoiceId, total])).toEqual([
      [dollars[0]?.id, "1176"],
      [dollars[0]?.id, "-1176"],
    ]);
    expect(mine(await partnerCenter.listUnbilledLines({ currencyCode: "USD", period: "previous" }))).toEqual(
      [],
    );
  });
});

describe("what the service may answer", () => {
  test.each([
    [400, 800025, "refused"],
    [403, 800023, "refused"],
    [400, 900275, "refused"],
    [400, 2002, "refused"],
    [409, 800064, "wait"],
    [400, 800065, "refused"],
    [403, 800073, "refused"],
    [403, 800074, "refused"],
    [404, 400019, "refused"],
  ] as const)("B1 to a checkout: %i:%i is %s, and nothing was bought", async (status, code, kind) => {
    const cart = await partnerCenter.createCart({ customerId, lines: [await cartLine(0)] }, writeCall());
    const before = simulator.orders().length;
    const answer = { status, code, description: "No." };
    simulator.addFault({ path: "/checkout$", times: 1, fault: "answer", answer });
    const checkOut = () => partnerCenter.checkoutCart({ customerId, cartId: cart.id }, writeCall());
    await expect(checkOut()).rejects.toMatchObject({ kind, status, code });
    expect(simulator.orders()).toHaveLength(before);
    expect((await checkOut()).orders).toHaveLength(1);
  });

  test.each([
    [409, 800014, "wait"],
    [400, 2055, "refused"],
    [400, 800061, "refused"],
    [400, 800063, "refused"],
    [400, 800096, "refused"],
    [404, 20003, "refused"],
    [403, 800077, "refused"],
    [400, 900117, "refused"],
    [400, 900213, "refused"],
    [409, 900278, "wait"],
  ] as const)("C13 to a cancellation: %i:%i is %s, and nothing was cancelled", async (status, code, kind) => {
    const order = await buy(await cartLine(0, subscription));
    const answer = { status, code, description: "No." };
    simulator.addFault({ path: "/v1/", method: "PATCH", times: 1, fault: "answer", answer });
    const subscriptionId = order.lines[0]?.subscriptionId ?? "";
    const current = await partnerCenter.getSubscription({ customerId, subscriptionId });
    const cancel = () => partnerCenter.cancelSubscription({ customerId, subscription: current }, writeCall());
    await expect(cancel()).rejects.toMatchObject({ kind, status, code });
    expect((await partnerCenter.getOrder({ customerId, orderId: order.id })).lines[0]?.quantity).toBe(1);
    await cancel();
  });
});

describe("roles", () => {
  test("C2 K1 A1 who has which, over every page", async () => {
    simulator.configure({ largestPage: 2 });
    const roles = await partnerCenter.listRoles();
    expect(roles).toContainEqual({ id: expect.any(String), name: "Admin agent", category: "partner_agent" });
    const members = await Promise.all(roles.map(({ id }) => partnerCenter.listRoleMembers({ roleId: id })));
    const found = new Map(roles.map(({ name }, index) => [name, members[index]?.map(({ id }) => id).sort()]));
    for (const { name } of roles) {
      const expected = seedPartnerUsers.filter((user) => user.roles.some((held) => held === name));
      expect(found.get(name)).toEqual(expected.map(({ id }) => id).sort());
    }
  });

  test("C2 what a user's roles do not allow is refused", async () => {
    const seller = clientWith(refreshTokenOf("sales.agent@partner.example"));
    const order = await buy(await cartLine(0));
    const line = { lineItemNumber: 0, offerId: order.lines[0]?.offerId ?? "" };
    await expect(
      seller.cancelOrderLines({ customerId, orderId: order.id, lines: [line] }, writeCall()),
    ).rejects.toMatchObject({ kind: "refused", status: 403, code: 900150 });
  });
});

describe("service requests", () => {
  const draft = {
    title: "Refund",
    description: `Customer ${customerId}`,
    severity: "moderate",
    supportTopicId: "32444671",
    locale: "en-us",
  } as const;

  test("S7 are opened, numbered and followed", async () => {
    const opened = await partnerCenter.createServiceRequest(draft, writeCall());
    expect(opened).toMatchObject({ title: "Refund", status: "open", severity: "moderate" });
    simulator.updateServiceRequest({ id: opened.id, status: "attention_needed" });
    expect(await partnerCenter.getServiceRequest({ id: opened.id })).toMatchObject({
      status: "attention_needed",
    });
    const all = await partnerCenter.listServiceRequests({});
    expect(all.map(({ id }) => id).sort()).toEqual([opened.id, seedServiceRequest.id].sort());
    const own = await partnerCenter.listServiceRequests({ customerId });
    expect(own.map(({ id }) => id)).toContain(opened.id);
  });

  test("S7 cannot be opened where Microsoft withdrew it, and are read all the same", async () => {
    simulator.configure({ serviceRequests: "withdrawn" });
    await expect(partnerCenter.createServiceRequest(draft, writeCall())).rejects.toMatchObject({
      kind: "refused",
      status: 404,
      code: 1000,
    });
    await expect(partnerCenter.getServiceRequest({ id: seedServiceRequest.id })).resolves.toMatchObject({
      id: seedServiceRequest.id,
    });
  });

  test("S7 take a note and an end, also where creating was withdrawn", async () => {
    simulator.configure({ serviceRequests: "withdrawn" });
    const { id } = seedServiceRequest;
    await partnerCenter.updateServiceRequest({ id, note: "Here is the invoice." }, writeCall());
    simulator.updateServiceRequest({ id, status: "attention_needed", note: "Which licence?" });
    const read = await partnerCenter.getServiceRequest({ id });
    expect(read).toMatchObject({
      status: "attention_needed",
      notes: [
        {
          text: "Here is the invoice.",
          createdBy: "Admin agent and global admin",
          createdAt: expect.any(String),
        },
        { text: "Which licence?", createdBy: "Microsoft Support" },
      ],
    });
    await partnerCenter.updateServiceRequest({ id, note: "The first.", close: true }, writeCall());
    const [listed] = await partnerCenter.listServiceRequests({});
    expect(listed).toMatchObject({ status: "closed", notes: [{}, {}, { text: "The first." }] });
  });

  test("an unknown one is refused in the newer form", async () => {
    await expect(partnerCenter.getServiceRequest({ id: "1" })).rejects.toMatchObject({
      kind: "refused",
      status: 404,
      code: 0,
      description: "The service request was not found.",
    });
  });
});

describe("tokens", () => {
  test("an access token that expired over there is renewed without anyone noticing", async () => {
    await partnerCenter.getCustomer({ customerId });
    simulator.advance(2 * 60 * minuteMs);
    await expect(partnerCenter.getCustomer({ customerId })).resolves.toMatchObject({ id: customerId });
  });

  test("a write meets an expired token and lands once, under its own request id", async () => {
    const cart = await partnerCenter.createCart({ customerId, lines: [await cartLine(0)] }, writeCall());
    simulator.addFault({ path: "/checkout$", times: 1, fault: "expired-token" });
    const call = writeCall();
    await expect(partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call)).resolves.toMatchObject({
      orders: [{ status: "completed" }],
    });
    const sent = simulator.requests().filter(({ path }) => path.endsWith("/checkout"));
    expect(sent.map(({ requestId, status }) => [requestId, status])).toEqual([
      [call.requestId, 401],
      [call.requestId, 201],
    ]);
  });

  test("a revoked consent asks for a person, and says why", async () => {
    simulator.revokeRefreshTokens();
    await expect(partnerCenter.getCustomer({ customerId })).rejects.toMatchObject({
      kind: "reauthorise",
      description: "invalid_grant (AADSTS50173)",
    });
  });

  test.each([
    ["since-2026", 900421],
    ["until-2026", 0],
  ] as const)("a token without the MFA claim is refused: %s", async (enforcement, code) => {
    simulator.configure({ mfa: { enforcement, claim: false } });
    await expect(partnerCenter.getCustomer({ customerId })).rejects.toMatchObject({
      kind: "reauthorise",
      code,
    });
  });

  test("the application alone buys, but does not see who has which role", async () => {
    const appOnly = clientWith(null);
    await expect(appOnly.getCustomer({ customerId })).resolves.toMatchObject({ id: customerId });
    await expect(appOnly.listRoles()).rejects.toMatchObject({ kind: "reauthorise", status: 0 });
  });
});

describe("bad days", () => {
  test.each([
    ["429", "wait", 429, 30_000],
    ["500", "retry_same_id", 500, null],
    ["503", "retry_same_id", 503, null],
    ["reset-before", "retry_same_id", 0, null],
    ["invalid-json", "unreadable", 200, null],
  ] as const)("%s", async (fault, kind, status, retryAfterMs) => {
    simulator.addFault({ path: "/v1/customers/", fault });
    await expect(partnerCenter.getCustomer({ customerId })).rejects.toMatchObject({
      kind,
      status,
      retryAfterMs,
    });
  });

  test("a byte order mark changes nothing", async () => {
    simulator.addFault({ path: "/v1/", fault: "bom" });
    await expect(partnerCenter.getCustomer({ customerId })).resolves.toMatchObject({ id: customerId });
    await expect(partnerCenter.getOrder({ customerId, orderId: "none" })).rejects.toMatchObject({
      code: 20000,
    });
  });
});

describe("fulfilment", () => {
  const provider = (token = FULFILMENT_TOKEN) =>
    createHttpFulfilment({ baseUrl: `${simulator.url}/_sim`, token: new Secret(token), clock: systemClock });
  const asker = { onBehalfOf: "admin.agent@partner.example" };
  const lineOf = (order: Order) => ({
    customerId,
    orderId: order.id,
    lineItemNumber: 0,
    catalogItemId: order.lines[0]?.offerId ?? "",
    productTitle: "Windows Server 2025 Standard",
  });

  test("K3 K4 K5 packages, a key, and a link with two weeks or fifty downloads each time", async () => {
    const line = lineOf(await buy(await cartLine(0)));
    const [choice] = (await provider().listPackages(line, asker)) ?? [];
    if (!choice) throw new Error("no package");
    const first = await provider().handOver(line, choice, { ...writeCall(), ...asker });
    const second = await provider().handOver(line, choice, { ...writeCall(), ...asker });
    if (first.kind !== "secrets" || second.kind !== "secrets") throw new Error("secrets expected");
    expect(first.key?.reveal()).toBe(simulator.keys().get(`${line.orderId}:0`));
    expect(second.key?.reveal()).toBe(first.key?.reveal());
    expect(second.downloadLink?.reveal()).not.toBe(first.downloadLink?.reveal());
    expect(first.downloadsAllowed).toBe(50);
    const days = ((first.linkExpiresAt?.getTime() ?? 0) - simulator.now().getTime()) / (24 * 60 * minuteMs);
    expect(days).toBeCloseTo(14, 2);
  });

  test("K5 the same request id is the same link", async () => {
    const line = lineOf(await buy(await cartLine(0)));
    const [choice] = (await provider().listPackages(line, asker)) ?? [];
    if (!choice) throw new Error("no package");
    const call = writeCall();
    const first = await provider().handOver(line, choice, { ...call, ...asker });
    const again = await provider().handOver(line, choice, { ...call, ...asker });
    if (first.kind !== "secrets" || again.kind !== "secrets") throw new Error("secrets expected");
    expect(again.downloadLink?.reveal()).toBe(first.downloadLink?.reveal());
  });

  test("C10 a cancelled purchase has no packages, keys or links any more", async () => {
    const order = await buy(await cartLine(0));
    const line = lineOf(order);
    const [choice] = (await provider().listPackages(line, asker)) ?? [];
    if (!choice) throw new Error("no package");
    const lines = [{ lineItemNumber: 0, offerId: line.catalogItemId }];
    await partnerCenter.cancelOrderLines({ customerId, orderId: order.id, lines }, writeCall());
    await expect(provider().listPackages(line, asker)).rejects.toMatchObject({ kind: "revoked" });
    await expect(provider().handOver(line, choice, { ...writeCall(), ...asker })).rejects.toMatchObject({
      kind: "revoked",
    });
  });

  test("K3 a package that does not exist and a token that is not ours are refused", async () => {
    const line = lineOf(await buy(await cartLine(0)));
    const choice = { version: "none", language: "none", fileType: "none" };
    await expect(provider().handOver(line, choice, { ...writeCall(), ...asker })).rejects.toMatchObject({
      kind: "refused",
      status: 400,
    });
    await expect(provider("other").listPackages(line, asker)).rejects.toMatchObject({
      kind: "reauthorise",
      status: 401,
    });
  });
});
