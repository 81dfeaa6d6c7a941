import { describe, expect, test } from "vitest";
import { seedOrders, seedRoles } from "#sandbox/partner-center/seed.ts";
import { as, buy, customerIn, day, perpetual, simulate } from "./simulator.ts";

const filter = (value: object) => `filter=${encodeURIComponent(JSON.stringify(value))}`;
const names = (answer: { body: { items: { companyProfile: { companyName: string } }[] } }) =>
  answer.body.items.map(({ companyProfile }) => companyProfile.companyName);

describe("customers", () => {
  test("search by the beginning of name or domain, in any case, and by nothing else", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "helpdesk.agent");
    const find = (value: object) => call("GET", `/v1/customers?size=50&${filter(value)}`);
    expect(names(await find({ Field: "CompanyName", Value: "cont", Operator: "starts_with" }))).toEqual([
      "Contoso",
      "Contoso Suites",
    ]);
    expect(names(await find({ field: "Domain", value: "FABRI", operator: "starts_with" }))).toEqual([
      "Fabrikam, Inc.",
    ]);
    expect((await find({ Field: "CompanyName", Value: "oso", Operator: "substring" })).status).toBe(400);
    expect((await call("GET", "/v1/customers?filter=CompanyName")).body.code).toBe(3000);
  });

  test("seek pages follow links.next to the end; a token of another collection is refused", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const everyone = names(await call("GET", "/v1/customers?size=0"));
    expect(everyone).toHaveLength(12);
    expect(everyone).toContain("Fourth Coffee <!channel> & Söhne");
    const seen: string[] = [];
    let page = await call("GET", "/v1/customers?size=5");
    const firstToken = page.body.links.next.headers[0].value;
    for (;;) {
      seen.push(...names(page));
      const { next } = page.body.links;
      if (next === undefined) break;
      expect(next.uri).toBe("/customers?size=5&seekOperation=Next");
      const headers = Object.fromEntries(
        next.headers.map(({ key, value }: { key: string; value: string }) => [key, value]),
      );
      page = await call("GET", `/v1${next.uri}`, { headers });
    }
    expect(seen).toEqual(everyone);
    const misused = await call("GET", "/v1/customers?size=6&seekOperation=Next", {
      headers: { "MS-ContinuationToken": firstToken },
    });
    expect([misused.status, misused.body.code]).toEqual([400, 3000]);
  });

  test("seek operations go forwards, back, to either end and to a page by its number", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const everyone = names(await call("GET", "/v1/customers?size=0"));
    const seek = async (operation: string, token?: string) => {
      const headers = token === undefined ? {} : { "MS-ContinuationToken": token };
      const answer = await call("GET", `/v1/customers?size=5&seekOperation=${operation}`, { headers });
      return { names: names(answer), ...answer.body };
    };
    const first = await seek("First");
    expect(first.names).toEqual(everyone.slice(0, 5));
    expect(first.links.previous).toBeUndefined();
    const second = await seek("Next", first.continuationToken);
    expect(second.names).toEqual(everyone.slice(5, 10));
    const [back] = second.links.previous.headers;
    expect((await seek("Previous", back.value)).names).toEqual(first.names);
    const last = await seek("Last");
    expect([last.names, last.links.next]).toEqual([everyone.slice(10), undefined]);
    expect((await seek("PageIndex&pageIndex=1")).names).toEqual(second.names);
    const code = async (operation: string) =>
      (await call("GET", `/v1/customers?seekOperation=${operation}`)).body.code;
    expect([await code("Next"), await code("PageIndex"), await code("Sideways")]).toEqual([
      3000, 3000, 900126,
    ]);
  });

  test("one by id, its market, and the refusals", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const au = customerIn("AU");
    expect((await call("GET", `/v1/customers/${au}`)).body).toMatchObject({
      id: au,
      relationshipToPartner: "reseller",
      attributes: { objectType: "Customer" },
    });
    const billing = await call("GET", `/v1/customers/${au}/profiles/billing`);
    expect(billing.body).toMatchObject({ culture: "en-AU", defaultAddress: { country: "AU" } });
    expect((await call("GET", "/v1/customers/contoso")).body.code).toBe(900118);
    expect((await call("GET", "/v1/customers/00000000-0000-0000-0000-000000000000")).body.code).toBe(60003);
    expect((await call("GET", `/v1/customers/${customerIn("CA")}/agreements`)).body.items).toEqual([]);
  });
});

describe("catalogue", () => {
  const view = (customerId: string, targetView: string) =>
    `/v1/customers/${customerId}/products?targetView=${targetView}`;

  test("M1 no reservations where they are not sold; M2 the catalogue decides on software subscriptions", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    const count = async (country: string, targetView: string) =>
      (await call("GET", view(customerIn(country), targetView))).body.totalCount;
    expect(await count("US", "AzureReservations")).toBe(2);
    expect(await count("XK", "AzureReservations")).toBe(0);
    expect(await count("JE", "AzureReservations")).toBe(0);
    expect(await count("XK", "SoftwareSubscriptions")).toBe(0);
    expect(await count("BR", "SoftwareSubscriptions")).toBeGreaterThan(0);
    expect(await count("XK", "SoftwarePerpetual")).toBeGreaterThan(0);
    expect((await call("GET", view(customerIn("US"), "Nothing"))).body.code).toBe(900126);
    expect(
      (await call("GET", `${view(customerIn("US"), "Software")}&targetSegment=education`)).body.code,
    ).toBe(400030);
  });

  test("products, SKUs and availabilities lead to a catalog item, by customer and by country", async () => {
    const simulator = await simulate({ edition: "2022-07" });
    const call = await as(simulator, "admin.agent");
    for (const [scope, query] of [
      [`/v1/customers/${customerIn("US")}`, ""],
      ["/v1", "?country=US"],
    ]) {
      const sku = `${scope}/products/DG7GMGF0FKZV/skus/0003`;
      expect((await call("GET", `${scope}/products/DG7GMGF0FKZV${query}`)).body.productType.id).toBe(
        "Software",
      );
      expect((await call("GET", `${sku}${query}`)).body.supportedBillingCycles).toEqual([
        "triennial",
        "annual",
      ]);
      const { body } = await call("GET", `${sku}/availabilities/DG7GMGF0DWMS${query}`);
      expect(body).toMatchObject({
        catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
        defaultCurrency: { code: "USD" },
        isPurchasable: true,
      });
      expect(body.terms[0]).toMatchObject({
        duration: "P3Y",
        billingCycle: "Triennial",
        cancellationPolicies: [{ refundOptions: [{ type: "Partial", expiresAfter: "P7D" }] }],
      });
    }
    const missing = async (path: string) =>
      (await call("GET", `/v1/customers/${customerIn("US")}/products/${path}`)).body.code;
    expect(await missing("NONE")).toBe(400013);
    expect(await missing("DG7GMGF0FKZV/skus/9999")).toBe(400018);
    expect(await missing("DG7GMGF0FKZV/skus/0003/availabilities/NONE")).toBe(400019);
    simulator.configure({ catalogueEpoch: 1 });
    expect(await missing("DG7GMGF0FKZV/skus/0003/availabilities/DG7GMGF0DWMS")).toBe(400019);
  });

  test("B2 prices are of the customer's market, with tax in Australia", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "admin.agent");
    for (const [country, currency, price] of [
      ["US", "USD", 3945],
      ["DE", "EUR", 3629.4],
      ["AU", "AUD", 6596.04],
      ["JP", "JPY", 591750],
    ] as const) {
      const customerId = customerIn(country);
      const [order] = await buy(call, customerId, [perpetual]);
      const { body } = await call("GET", `/v1/customers/${customerId}/orders/${order.id}?include_price=true`);
      expect([body.currencyCode, body.totalPrice]).toEqual([currency, price]);
    }
  });
});

test("roles list their members page by page", async () => {
  const simulator = await simulate({ largestPage: 2 });
  const call = await as(simulator, "global.admin");
  const roles = (await call("GET", "/v1/roles")).body.items;
  expect(roles.map(({ name }: { name: string }) => name)).toEqual(seedRoles.map(({ name }) => name));
  const path = `/v1/roles/${roles[0].id}/usermembers?size=500`;
  const first = await call("GET", path);
  expect(first.body.items).toHaveLength(2);
  const [header] = first.body.links.next.headers;
  const second = await call("GET", `/v1${first.body.links.next.uri}`, {
    headers: { [header.key]: header.value },
  });
  const members = [...first.body.items, ...second.body.items].map((member) => member.userPrincipalName);
  expect(members).toEqual([
    "admin.agent@partner.example",
    "admin.agent.and.global.admin@partner.example",
    "admin.agent.es@partner.example",
    "admin.agent.2@partner.example",
  ]);
  expect((await call("GET", `/v1/roles/${customerIn("US")}/usermembers`)).body.code).toBe(1000);
});

describe("service requests", () => {
  const draft = { Title: "Refund", Description: "order", Severity: "Moderate", SupportTopicId: "32444667" };

  test("S7 created in archived mode, numbered, noted and closed", async () => {
    const simulator = await simulate();
    const call = await as(simulator, "helpdesk.agent");
    const us = customerIn("US");
    const created = await call("POST", "/v1/servicerequests/en-us", {
      body: { ...draft, Description: `Customer ${us}` },
    });
    expect(created.status).toBe(201);
    expect(created.body.id).toMatch(/^\d{16}$/);
    expect(created.body).toMatchObject({ status: "open", severity: "moderate", title: "Refund" });
    const path = `/v1/servicerequests/${created.body.id}`;
    const neutral = { severity: "unknown", status: "none", title: null, newNote: { text: "Any news?" } };
    const noted = await call("PATCH", path, { body: neutral });
    expect(noted.body).toMatchObject({
      severity: "moderate",
      status: "open",
      notes: [{ text: "Any news?" }],
    });
    simulator.updateServiceRequest({
      id: created.body.id,
      status: "attention_needed",
      note: "Which licence?",
    });
    expect((await call("GET", path)).body.notes).toHaveLength(2);
    expect((await call("PATCH", path, { body: { status: "closed" } })).body.status).toBe("closed");
    expect((await call("GET", `/v1/customers/${us}/servicerequests`)).body.totalCount).toBe(1);
    const offset = (await call("GET", "/v1/servicerequests?size=1")).body.links.next.uri;
    expect(offset).toBe("/servicerequests?size=1&offset=1");
    expect((await call("GET", `/v1${offset}`)).body).toMatchObject({ totalCount: 1, links: {} });
    const where = async (query: string) => (await call("GET", `/v1/servicerequests?${query}`)).body;
    const status = (Value: string, Operator: string) => filter({ Field: "Status", Value, Operator });
    expect((await where(status("closed", "equals"))).items).toMatchObject([{ id: created.body.id }]);
    expect((await where(status("Closed", "not_equals"))).totalCount).toBe(1);
    expect((await where("Field=Title&Value=refund")).items).toMatchObject([{ id: created.body.id }]);
    expect((await where(filter({ Field: "Weather", Value: "x", Operator: "equals" }))).status).toBe(400);
    expect((await call("GET", `/v1/customers/${us}${path.slice(3)}`)).body.id).toBe(created.body.id);
  });

  test("creation and topics are withdrawn, the rest is not", async () => {
    const simulator = await simulate({ serviceRequests: "withdrawn" });
    const call = await as(simulator, "admin.agent");
    const refused = await call("POST", "/v1/servicerequests/en-us", { body: draft });
    expect([refused.status, refused.body.code]).toEqual([404, 1000]);
    expect((await call("GET", "/v1/servicerequests/supporttopics")).status).toBe(404);
    expect((await call("GET", "/v1/servicerequests")).body.totalCount).toBe(1);
    const unknown = await call("GET", "/v1/servicerequests/1");
    expect(unknown.headers.get("content-type")).toContain("application/problem+json");
    expect(unknown.body).toMatchObject({ status: 404, title: "Not Found" });
  });
});

describe("audit records", () => {
  test("A1 are for the four roles and the application, not for an admin agent", async () => {
    const simulator = await simulate();
    for (const role of ["global.admin", "account.admin", "referral.admin", "marketing.content.admin", null]) {
      expect((await (await as(simulator, role))("GET", "/v1/auditrecords")).status).toBe(200);
    }
    const refused = await (await as(simulator, "admin.agent"))("GET", "/v1/auditrecords");
    expect([refused.status, refused.body.code]).toEqual([403, 900150]);
  });

  test("A3 appear after their delay, page by page", async () => {
    const simulator = await simulate({ auditLagMs: 60_000 });
    const agent = await as(simulator, "admin.agent");
    for (let count = 0; count < 3; count += 1) await buy(agent, customerIn("US"), [perpetual]);
    const auditor = await as(simulator, "account.admin");
    expect((await auditor("GET", "/v1/auditrecords?size=2")).body.items).toEqual([]);
    simulator.advance(60_000);
    const { body } = await auditor("GET", "/v1/auditrecords?size=2");
    expect(body.items).toHaveLength(2);
    const headers = { "MS-ContinuationToken": body.continuationToken };
    const rest = await auditor("GET", `/v1${body.links.next.uri}`, { headers });
    expect(rest.body.items).toHaveLength(1);
    expect(rest.body.links.next).toBeUndefined();
  });

  test("A2 A3 name who did what to whom, by dates and filter", async () => {
    const simulator = await simulate();
    const agent = await as(simulator, "admin.agent");
    const us = customerIn("US");
    await buy(agent, us, [perpetual]);
    simulator.advance(day);
    const { id } = seedOrders.recentPerpetual;
    const again = await as(simulator, "admin.agent.2");
    await again("PATCH", `/v1/customers/${us}/orders/${id}`, { body: { id, status: "cancelled" } });

    const auditor = await as(simulator, "global.admin");
    const ask = async (query: string) => (await auditor("GET", `/v1/auditrecords?${query}`)).body;
    const all = await ask("startDate=2026-03-01");
    expect(
      all.items.map((record: Record<string, string>) => [record.operationType, record.userPrincipalName]),
    ).toEqual([
      ["create_order", "admin.agent@partner.example"],
      ["update_order", "admin.agent.2@partner.example"],
    ]);
    expect(all.items[0]).toMatchObject({
      resourceType: "order",
      customerId: us,
      operationStatus: "succeeded",
    });
    expect(JSON.parse(all.items[0].resourceNewValue)["Quantity-0"]).toBe("1");
    expect((await ask("startDate=2026-03-10&endDate=2026-03-10")).totalCount).toBe(1);
    const of = (Field: string, Value: string, Operator: string) =>
      ask(`startDate=2026-03-01&${filter({ Field, Value, Operator })}`);
    expect((await of("ResourceType", "Order", "equals")).totalCount).toBe(2);
    expect((await of("ResourceType", "SoftwareKey", "equals")).totalCount).toBe(0);
    expect((await of("CompanyName", "ontos", "substring")).totalCount).toBe(2);
    expect((await of("CustomerId", customerIn("GB"), "equals")).totalCount).toBe(0);
    expect((await of("OperationType", "create_order", "equals")).code).toBe(3000);
    expect((await ask("startDate=2025-01-01")).code).toBe(3000);
    const changed = all.items[1];
    expect(JSON.parse(changed.resourceOldValue)).toMatchObject({ Status: "completed", "Quantity-0": "2" });
    expect(JSON.parse(changed.resourceNewValue)).toMatchObject({ Status: "cancelled", "Quantity-0": "0" });
    const newer = await auditor("GET", `/auditactivity/v1/auditrecords/${changed.id}`);
    expect(newer.body).toEqual(changed);
    expect((await auditor("GET", "/auditactivity/v1/auditrecords/none")).status).toBe(404);
    expect((await ask("startDate=2026-01-01&endDate=2026-03-10")).code).toBe(3000);
  });
});
