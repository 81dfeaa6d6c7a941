import { describe, expect, test } from "vitest";
import { PARTNER_TENANT_ID, seedCustomers, seedOrders } from "#sandbox/partner-center/seed.ts";
import {
  as,
  azureSubscriptionOf,
  buy,
  type Caller,
  createCart,
  customerIn,
  minute,
  perpetual,
  reservationFor,
  simulate,
  subscription,
} from "./simulator.ts";

const us = customerIn("US");
const azureSubscription = azureSubscriptionOf(us);
const reservation = reservationFor(us);
const newCustomer = {
  CompanyProfile: { Domain: "lamna.onmicrosoft.com" },
  BillingProfile: {
    CompanyName: "Lamna Healthcare",
    Email: "billing@lamna.onmicrosoft.com",
    Culture: "de-DE",
    Language: "de",
    DefaultAddress: { Country: "de", City: "Köln", AddressLine1: "Domplatz 1", PostalCode: "50667" },
  },
};

describe("customers", () => {
  test("G1 are created without an agreement, which is then confirmed", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const created = await call("POST", "/v1/customers", { body: newCustomer });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      companyProfile: { companyName: "Lamna Healthcare", domain: "lamna.onmicrosoft.com" },
      billingProfile: { culture: "de-DE", defaultAddress: { country: "DE", postalCode: "50667" } },
      userCredentials: { userName: "admin" },
    });
    expect((await call("POST", "/v1/customers", { body: newCustomer })).status).toBe(400);

    const path = `/v1/customers/${created.body.id}`;
    const cart = await createCart(call, created.body.id, [perpetual]);
    const checkOut = () => call("POST", `${path}/carts/${cart.body.id}/checkout`);
    expect((await checkOut()).body.code).toBe(13605);
    const confirmation = {
      type: "MicrosoftCustomerAgreement",
      templateId: "117a77b0-9360-443b-8795-c6dedc750cf9",
      dateAgreed: "2026-03-10",
      primaryContact: { firstName: "Purchasing", lastName: "Department", email: "buy@lamna.onmicrosoft.com" },
    };
    expect((await call("POST", `${path}/agreements`, { body: confirmation })).status).toBe(201);
    const signed = await call("GET", `${path}/agreements?agreementType=MicrosoftCustomerAgreement`);
    expect(signed.body.items).toMatchObject([{ type: "MicrosoftCustomerAgreement" }]);
    expect((await checkOut()).status).toBe(201);

    const audit = await (await as(simulator, "global.admin"))("GET", "/v1/auditrecords");
    expect(audit.body.items.map((record: { operationType: string }) => record.operationType)).toEqual([
      "add_customer",
      "create_agreement",
      "create_order",
    ]);
  });

  test("are deleted in the integration sandbox alone", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    expect((await call("DELETE", `/v1/customers/${us}`)).body.code).toBe(900127);
    simulator.configure({ tenant: "integration-sandbox" });
    expect((await call("DELETE", `/v1/customers/${us}`)).status).toBe(204);
    expect((await call("GET", `/v1/customers/${us}`)).body.code).toBe(20002);
  });

  test("a domain is taken or free, without a body", async () => {
    const call = await as(await simulate(), null);
    const taken = await call("HEAD", "/v1/domains/contoso.onmicrosoft.com");
    const free = await call("HEAD", "/v1/domains/nobody.onmicrosoft.com");
    expect([taken.status, taken.text, free.status, free.text]).toEqual([200, "", 404, ""]);
  });

  test("their country's rules, and addresses checked by them", async () => {
    const call = await as(await simulate(), "sales.agent");
    for (const { country, postalCode } of seedCustomers) {
      const { body } = await call("GET", `/v1/countryvalidationrules/${country}`);
      expect(body).toMatchObject({ iso2Code: country, attributes: { objectType: "CountryInformation" } });
      expect(postalCode).toMatch(new RegExp(body.postalCodeRegex));
    }
    expect((await call("GET", "/v1/countryvalidationrules/ZZ")).status).toBe(404);
    const check = async (address: object) =>
      (await call("POST", "/v1/validations/address", { body: address })).body;
    const good = { country: "US", city: "Redmond", addressLine1: "1 Main Street", postalCode: "98052" };
    expect(await check(good)).toMatchObject({ status: "VerifiedShippable", suggestedAddresses: [good] });
    expect((await check({ ...good, addressLine1: "Main Street" })).status).toBe("StreetPartial");
    expect(await check({ ...good, postalCode: "9" })).toMatchObject({
      status: "InteractionRequired",
      suggestedAddresses: [],
      validationMessage: "The postal code is not valid.",
    });
  });
});

test("inventory is a bare array, and leaves out what is not sold there", async () => {
  const simulator = await simulate();
  const call = await as(simulator, "admin.agent");
  const ask = async (country: string, targetItems: object[], inventoryContext?: object) =>
    (
      await call("POST", `/v1/extensions/product/checkInventory?country=${country}`, {
        body: { TargetItems: targetItems, InventoryContext: inventoryContext },
      })
    ).body;
  simulator.setInventory({ productId: "DG7GMGF0DWM3", skuId: "0003", left: 0 });
  const scarce = [{ ProductId: "DG7GMGF0DWM3", SkuId: "0003" }, { ProductId: "NONE" }];
  expect(await ask("US", scarce)).toMatchObject([
    { isRestricted: true, restrictions: [{ reasonCode: "InventoryNotAvailable" }] },
  ]);
  const reserved = [{ ProductId: "DG7GMGF0RVM1", SkuId: "0001" }];
  expect(await ask("XK", reserved)).toEqual([]);
  expect(await ask("US", reserved)).toMatchObject([{ isRestricted: true }]);
  const context = { customerId: us, azureSubscriptionId: azureSubscription };
  expect(await ask("US", reserved, context)).toMatchObject([{ isRestricted: false, restrictions: [] }]);
  expect(await ask("US", reserved, { ...context, armRegionName: "westeurope" })).toEqual([]);
  simulator.setRestriction({
    productId: "DG7GMGF0RVM1",
    armRegionName: "eastus",
    reasonCode: "NotAvailableForSubscription",
  });
  expect(await ask("US", [{ ProductId: "DG7GMGF0RVM1" }], context)).toMatchObject(
    ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008"].map((skuId, index) => ({
      skuId,
      isRestricted: index % 4 < 2,
      restrictions: index % 4 < 2 ? [{ reasonCode: "NotAvailableForSubscription" }] : [],
    })),
  );
});

describe("entitlements", () => {
  const entitlements = async (call: Caller, query = "") =>
    (await call("GET", `/v1/customers/${us}/entitlements${query}`)).body.items;

  test("K2 C11 name every line, never carry a key or a link, and keep what was cancelled at quantity 0", async () => {
    const simulator = await simulate({ cancellationLagMs: 15 * minute });
    const call = await as(simulator, "admin.agent");
    const { id } = seedOrders.recentPerpetual;
    const ofOrder = async () =>
      (await entitlements(call, "?entitlementType=Software")).filter(
        ({ referenceOrder }: { referenceOrder: { id: string } }) => referenceOrder.id === id,
      );
    const before = await ofOrder();
    expect(before).toHaveLength(2);
    expect(before[1]).toMatchObject({
      referenceOrder: { lineItemId: "1" },
      quantity: 50,
      quantityDetails: [{ quantity: 50, status: "fulfilled" }],
      entitledArtifacts: [],
      entitlementType: "software",
    });
    await call("PATCH", `/v1/customers/${us}/orders/${id}`, { body: { id, status: "cancelled" } });
    expect((await ofOrder())[1].quantity).toBe(50);
    simulator.advance(15 * minute);
    expect((await ofOrder())[1]).toMatchObject({
      quantity: 0,
      quantityDetails: [{ quantity: 50, status: "revoked" }],
    });
    expect((await call("GET", `/v1/customers/${us}/entitlements?entitlementType=x`)).body.code).toBe(900126);
    const app = await as(simulator, null);
    expect((await app("GET", `/v1/customers/${us}/entitlements`)).body.code).toBe(900329);
  });

  test("a reservation is for a scope, expires, and has an artifact with a link", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const provisioningContext = { subscriptionId: azureSubscription, scope: "single", duration: "1Year" };
    const [order] = await buy(call, us, [{ ...reservation, provisioningContext }]);
    expect(order.lineItems[0].provisioningContext).toEqual(provisioningContext);
    const [entitlement] = await entitlements(call, "?entitlementType=ReservedInstance&showExpiry=true");
    expect(entitlement).toMatchObject({ quantity: 1, expiryDate: "2027-03-10T09:30:00.0000000Z" });
    const [artifact] = entitlement.entitledArtifacts;
    expect(artifact.artifactType).toBe("reservedinstance");
    const details = await call("GET", `/v1${artifact.link.uri}`);
    expect(details.body.reservations).toMatchObject([
      { scopeType: "Single", appliedScopes: [`/subscriptions/${azureSubscription}`], quantity: 1 },
    ]);
    expect((await call("GET", `/v1${artifact.link.uri.replace(/.$/, "x")}`)).body.code).toBe(800037);
  });
});

test("provisioning is pending until it is done, and then the subscription appears", async () => {
  const simulator = await simulate({ provisioningLagMs: 5 * minute });
  const call = await as(simulator, "admin.agent");
  const [order] = await buy(call, us, [subscription]);
  expect(order.lineItems[0].subscriptionId).toBeUndefined();
  const path = `/v1/customers/${us}/orders/${order.id}`;
  const status = async () => (await call("GET", `${path}/provisioningstatus`)).body.items[0].status;
  expect(await status()).toBe("prefulfillmentPending");
  simulator.advance(5 * minute);
  expect(await status()).toBe("fulfilled");
  const { subscriptionId } = (await call("GET", path)).body.lineItems[0];
  const provisioned = await call(
    "GET",
    `/v1/customers/${us}/subscriptions/${subscriptionId}/provisioningstatus`,
  );
  expect(provisioned.body).toMatchObject({ skuId: "0001", status: "success", quantity: 1 });
  const links = await call("GET", `${path}/lineitems/0/activationlinks`);
  expect([links.status, links.body.code]).toEqual([400, 800042]);
  expect((await call("GET", `${path}/lineitems/7/activationlinks`)).body.code).toBe(800071);
});

describe("an order without a cart", () => {
  test("B1 is made of catalog items, or refused as a whole", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "sales.agent");
    const { catalogItemId } = (await createCart(call, us, [perpetual])).body.lineItems[0];
    const order = (items: object[], customerId = us) =>
      call("POST", `/v1/customers/${customerId}/orders`, {
        body: { ReferenceCustomerId: customerId, BillingCycle: "OneTime", LineItems: items },
      });
    const made = await order([{ LineItemNumber: 0, OfferId: catalogItemId, Quantity: 3, FriendlyName: "x" }]);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      status: "completed",
      billingCycle: "one_time",
      lineItems: [{ offerId: catalogItemId, quantity: 3, friendlyName: "x" }],
    });
    const before = simulator.orders().length;
    const code = async (items: object[], customerId?: string) => (await order(items, customerId)).body.code;
    expect(await code([{ OfferId: catalogItemId, Quantity: 0 }])).toBe(900275);
    expect(await code([{ OfferId: "NONE:0001:NONE", Quantity: 1 }])).toBe(800004);
    expect(await code([{ Quantity: 1 }])).toBe(900142);
    expect(await code([{ OfferId: catalogItemId, Quantity: 1, TermDuration: "P1Y" }])).toBe(800022);
    expect(await code([{ OfferId: catalogItemId, Quantity: 1 }], customerIn("CA"))).toBe(13605);
    simulator.configure({ catalogueEpoch: 1 });
    expect(await code([{ OfferId: catalogItemId, Quantity: 1 }])).toBe(400019);
    expect(simulator.orders()).toHaveLength(before);
  });
});

test("the partner's profiles, of which the application alone reads the legal one", async () => {
  const simulator = await simulate();
  const call = await as(simulator, "account.admin");
  const app = await as(simulator, null);
  for (const [name, profileType] of [
    ["legalbusiness", "LegalBusinessProfile"],
    ["organization", "OrganizationProfile"],
    ["billing", "PartnerBillingProfile"],
    ["support", "SupportProfile"],
    ["mpn", "MpnProfile"],
  ]) {
    expect((await call("GET", `/v1/profiles/${name}`)).body).toMatchObject({
      profileType,
      links: { self: { uri: `/profiles/${name}` } },
    });
    expect((await app("GET", `/v1/profiles/${name}`)).status).toBe(name === "legalbusiness" ? 200 : 403);
  }
});

test("who called with and without MFA is on record", async () => {
  const simulator = await simulate({ mfa: { enforcement: "off", claim: false } });
  const without = await as(simulator, "helpdesk.agent");
  await without("GET", "/v1/customers?size=1");
  simulator.configure({ mfa: { enforcement: "off", claim: true } });
  const call = await as(simulator, "admin.agent");
  await call("GET", "/v1/customers?size=2");
  await (await as(simulator, null))("GET", "/v1/customers?size=3");
  const { body } = await call("GET", "/v1/partnerRequests?size=10");
  expect(body.items).toMatchObject([
    { operationName: "GET /v1/customers", upn: "admin.agent@partner.example", mfaCompliant: true },
    { upn: "helpdesk.agent@partner.example", mfaCompliant: false, tenantId: PARTNER_TENANT_ID },
  ]);
  const adoption = await call("GET", "/v1/applicationmfaadoptionstatus");
  expect(adoption.body.items).toMatchObject([{ mfaCompliantRequestCount: 2, totalRequestCount: 3 }]);
});
