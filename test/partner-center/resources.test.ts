import { describe, expect, test } from "vitest";
import type { PartnerCenter } from "#src/partner-center/port.ts";
import { instant, instantOrNull, money, word } from "#src/partner-center/wire.ts";
import fc from "../ground/fast-check.ts";
import { clientOf, inTurn, json, startServer, writeCall } from "./server.ts";

const customerId = "b44d2e4b-5b4e-4d8e-9c0f-7a3c9e0e7d11";

async function answered<T>(body: unknown, call: (client: PartnerCenter) => Promise<T>, status = 200) {
  const server = await startServer(json(status, body));
  const result = await call(clientOf(server.url));
  const request = server.seen[0];
  return { result, url: request?.url, sent: request?.body ? JSON.parse(request.body) : undefined, request };
}

describe("how Partner Center writes things down", () => {
  test("money is a decimal string without float noise", () => {
    expect(money.parse(0.1 + 0.2)).toBe("0.3");
    expect(money.parse(1799.99)).toBe("1799.99");
    expect(money.parse(-25)).toBe("-25");
    expect(money.parse(1e13)).toBe("10000000000000");
    // More than the database keeps.
    expect(money.safeParse(1e21).success).toBe(false);
    expect(money.parse(1e-7)).toBe("0.0000001");
    expect(money.parse("1799.90")).toBe("1799.90");
    expect(money.safeParse("1,799.90").success).toBe(false);
  });

  test("money in cents survives exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e13 }), (cents) => {
        const digits = String(cents).padStart(3, "0");
        const exact = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
        expect(money.parse(Number(exact))).toBe(exact.replace(/\.?0+$/, "") || "0");
      }),
    );
  });

  test("instants are in UTC: without a zone they were, with one they are converted", () => {
    expect(instant.parse("2021-10-14T23:59:00.1234567Z")).toBe("2021-10-14T23:59:00.1234567Z");
    expect(instant.parse("2021-10-14T23:59:00")).toBe("2021-10-14T23:59:00Z");
    expect(instant.parse("2021-10-14T23:59:00+02:00")).toBe("2021-10-14T21:59:00.000Z");
    expect(instant.safeParse("soon").success).toBe(false);
  });

  test("the year 1 means never", () => {
    expect(instantOrNull.parse("0001-01-01T00:00:00")).toBeNull();
    expect(instantOrNull.parse(null)).toBeNull();
    expect(instantOrNull.parse("2021-10-14T23:59:00Z")).toBe("2021-10-14T23:59:00Z");
  });

  test("words of an open set have one form", () => {
    expect(
      ["OneTime", "one_time", "Triennial", "pending review", "PendingPoUpload"].map((text) =>
        word.parse(text),
      ),
    ).toEqual(["one_time", "one_time", "triennial", "pending_review", "pending_po_upload"]);
  });
});

describe("customers", () => {
  test("C5 a search is the service's own prefix filter, and at most `size` rows", async () => {
    const row = (id: string) => ({ id, companyProfile: { companyName: "Contoso", domain: null } });
    const { result, url } = await answered({ totalCount: 3, items: ["a", "b", "c"].map(row) }, (client) =>
      client.searchCustomers({ field: "CompanyName", startsWith: 'Con"&', size: 2 }),
    );
    expect(result.map(({ id }) => id)).toEqual(["a", "b"]);
    const query = new URL(`http://x${url}`).searchParams;
    expect(query.get("size")).toBe("2");
    expect(JSON.parse(query.get("filter") ?? "")).toEqual({
      Field: "CompanyName",
      Value: 'Con"&',
      Operator: "starts_with",
    });
  });

  test("M1 the market is the country of the billing profile", async () => {
    const { result, url } = await answered(
      { culture: null, defaultAddress: { country: "es", state: null } },
      (client) => client.getBillingProfile({ customerId }),
    );
    expect(url).toBe(`/v1/customers/${customerId}/profiles/billing`);
    expect(result).toEqual({ country: "ES", culture: "en-US" });
  });
});

describe("catalogue", () => {
  test("availabilities carry their terms and what may be refunded", async () => {
    const item = {
      id: "DG7GMGF0DWMS",
      catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
      defaultCurrency: { code: "USD", symbol: "$" },
      isPurchasable: true,
      terms: [
        {
          id: "t3",
          duration: "P3Y",
          description: "Three years",
          billingCycle: "Triennial",
          cancellationPolicies: [
            {
              refundOptions: [
                { sequenceId: 0, type: "Full", expiresAfter: "P1D" },
                { sequenceId: 1, type: "partial", expiresAfter: "P7D" },
                { sequenceId: 2, type: "Voucher", expiresAfter: "P9D" },
              ],
            },
          ],
        },
      ],
    };
    const perpetual = { ...item, id: "P", terms: null };
    const { result } = await answered({ items: [item, perpetual] }, (client) =>
      client.listAvailabilities({ customerId, productId: "DG7GMGF0FKZV", skuId: "0003" }),
    );
    expect(result).toEqual([
      {
        id: "DG7GMGF0DWMS",
        catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
        currencyCode: "USD",
        isPurchasable: true,
        terms: [
          {
            id: "t3",
            duration: "P3Y",
            description: "Three years",
            billingCycle: "triennial",
            refundOptions: [
              { type: "Full", expiresAfter: "P1D" },
              { type: "Partial", expiresAfter: "P7D" },
            ],
          },
        ],
      },
      expect.objectContaining({ id: "P", terms: [] }),
    ]);
  });
});

describe("carts", () => {
  const line = {
    id: 0,
    catalogItemId: "A:B:C",
    quantity: 2,
    billingCycle: "one_time",
    friendlyName: "pur_1",
  };
  const cart = (wireLine: object) => ({
    id: "cart",
    status: "Active",
    expirationTimestamp: "2026-11-30T10:00:00Z",
    lineItems: [{ ...line, ...wireLine }],
  });

  test("B1 the lines are sent with our reference", async () => {
    const { sent } = await answered(
      cart({}),
      (client) => client.createCart({ customerId, lines: [line] }, writeCall()),
      201,
    );
    expect(sent).toEqual({ lineItems: [line] });
  });

  test("B1 the attestation of the partner on record goes along where it was configured, and nowhere else", async () => {
    const server = await startServer(json(201, cart({})));
    const client = clientOf(server.url, { partnerOnRecordAttestation: true });
    await client.createCart({ customerId, lines: [line] }, writeCall());
    expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual({
      lineItems: [line],
      partnerOnRecordAttestationAccepted: true,
    });
  });

  test("B1 a reservation's context comes back on its line, without what is null", async () => {
    const provisioningContext = { scope: "shared", subscriptionId: "a1" };
    const { sent, result } = await answered(
      cart({ provisioningContext: { ...provisioningContext, duration: null }, orderGroup: 1 }),
      (client) => client.createCart({ customerId, lines: [{ ...line, provisioningContext }] }, writeCall()),
      201,
    );
    expect(sent.lineItems).toMatchObject([{ provisioningContext }]);
    expect(result.lines).toMatchObject([{ provisioningContext, orderGroup: "1" }]);
    expect(result.lines[0]?.provisioningContext).toEqual(provisioningContext);
  });

  test("prices and ids may be numbers or text", async () => {
    const pricing = {
      listPrice: 100,
      discountedPrice: 90,
      proratedPrice: null,
      price: "89.50",
      extendedPrice: 179,
    };
    const { result } = await answered(
      cart({ id: "0", quantity: "2", pricing, currencyCode: "EUR", termDuration: null }),
      (client) => client.createCart({ customerId, lines: [line] }, writeCall()),
      201,
    );
    expect(result.lines).toEqual([
      {
        ...line,
        orderGroup: null,
        pricing: { unitPrice: "89.50", extendedPrice: "179" },
        currencyCode: "EUR",
        error: null,
      },
    ]);
  });

  test.each([
    ["by name", "QuotaNotAvailable", 10002],
    ["by number", 10002, 10002],
    ["by number as text", "10002", 10002],
    ["by a name we do not know", "SomethingNew", 0],
  ])("a line's error is read %s", async (_name, errorCode, code) => {
    const error = {
      errorCode,
      errorDescription: "No quota.",
      additionalInformation: { availableQuantity: 1 },
    };
    const { result } = await answered(cart({ error }), (client) =>
      client.getCart({ customerId, cartId: "cart" }),
    );
    expect(result.lines[0]?.error).toEqual({ code, description: "No quota.", availableQuantity: 1 });
  });

  test("B1 a checkout may hold orders and errors at once", async () => {
    const { result } = await answered(
      {
        orders: [
          {
            id: "o1",
            alternateId: "0a3624c6e47d",
            status: "pending review",
            billingCycle: "OneTime",
            currencyCode: null,
            creationDate: "2026-11-23T10:00:00",
            lineItems: [
              {
                lineItemNumber: 0,
                offerId: "A:B:C",
                quantity: 2,
                pricing: { price: 89.5, extendedPrice: 179 },
              },
            ],
          },
        ],
        orderErrors: [{ orderGroupId: "1", code: "2000", description: "No." }],
      },
      (client) => client.checkoutCart({ customerId, cartId: "cart" }, writeCall()),
      201,
    );
    expect(result).toEqual({
      orders: [
        {
          id: "o1",
          alternateId: "0a3624c6e47d",
          customerId,
          status: "pending_review",
          billingCycle: "one_time",
          currencyCode: null,
          createdAt: "2026-11-23T10:00:00Z",
          lines: [
            {
              lineItemNumber: 0,
              offerId: "A:B:C",
              friendlyName: null,
              quantity: 2,
              subscriptionId: null,
              termDuration: null,
              unitPrice: "89.5",
              extendedPrice: "179",
            },
          ],
        },
      ],
      orderErrors: [{ orderGroupId: "1", code: 2000, description: "No." }],
    });
  });
});

describe("cancelling", () => {
  test("C7 C13 an order PATCH names its lines and nothing else", async () => {
    const order = {
      id: "o1",
      status: "cancelled",
      billingCycle: "one_time",
      creationDate: "2026-11-01T00:00:00Z",
    };
    const { sent, request, result } = await answered(order, (client) =>
      client.cancelOrderLines(
        { customerId, orderId: "o1", lines: [{ lineItemNumber: 0, offerId: "A:B:C" }] },
        writeCall(),
      ),
    );
    expect(request).toMatchObject({ method: "PATCH", url: `/v1/customers/${customerId}/orders/o1` });
    expect(sent).toEqual({
      id: "o1",
      status: "cancelled",
      lineItems: [{ lineItemNumber: 0, offerId: "A:B:C" }],
    });
    expect(result).toMatchObject({ status: "cancelled", lines: [] });
  });

  const resource = {
    id: "s1",
    orderId: "o1",
    offerId: "A:B:C",
    offerName: "Server",
    friendlyName: null,
    status: "active",
    quantity: 1,
    creationDate: "2026-11-20T00:00:00Z",
    cancellationAllowedUntilDate: "2026-11-27T23:59:00Z",
    refundOptions: [{ type: "Partial", expiresAt: "2026-11-27T23:59:00Z" }],
    autoRenewEnabled: true,
    scheduledNextTermInstructions: { quantity: 1, customTermEndDate: null },
    attributes: { etag: "eyJpZCI6InMxIn0=", objectType: "Subscription" },
  };

  test("C13 a subscription goes back whole, with another status and its etag", async () => {
    const { result: subscription } = await answered(resource, (client) =>
      client.getSubscription({ customerId, subscriptionId: "s1" }),
    );
    expect(subscription).toMatchObject({
      friendlyName: "Server",
      cancellationAllowedUntil: "2026-11-27T23:59:00Z",
      refundOptions: [{ type: "Partial", expiresAt: "2026-11-27T23:59:00Z" }],
      etag: "eyJpZCI6InMxIn0=",
    });
    const { sent, request } = await answered({ ...resource, status: "deleted" }, (client) =>
      client.cancelSubscription({ customerId, subscription }, writeCall()),
    );
    expect(request).toMatchObject({ method: "PATCH", headers: { "if-match": "eyJpZCI6InMxIn0=" } });
    expect(sent).toEqual({ ...resource, status: "deleted" });
  });

  test("C13 a slow cancellation is accepted with 202 and nothing else; half an answer is not", async () => {
    const subscription = (
      await answered({ ...resource, attributes: null }, (client) =>
        client.getSubscription({ customerId, subscriptionId: "s1" }),
      )
    ).result;
    const cancel = (client: PartnerCenter) =>
      client.cancelSubscription({ customerId, subscription }, writeCall());
    const { request } = await answered("", cancel, 202);
    expect(request?.headers["if-match"]).toBeUndefined();
    await expect(answered('{"status":', cancel)).rejects.toMatchObject({ kind: "unreadable" });
  });
});

describe("service requests", () => {
  test("S7 an id may be printed as a number, and never is null", async () => {
    const { result, url } = await answered(
      {
        items: [
          {
            id: 616122292874576,
            title: "Refund",
            severity: "Moderate",
            status: "AttentionNeeded",
            createdDate: "2026-11-20T09:00:00Z",
            lastModifiedDate: "0001-01-01T00:00:00",
          },
        ],
      },
      (client) => client.listServiceRequests({ customerId }),
    );
    expect(url).toBe(`/v1/customers/${customerId}/servicerequests`);
    expect(result).toEqual([
      {
        id: "616122292874576",
        title: "Refund",
        description: "",
        status: "attention_needed",
        severity: "moderate",
        createdAt: "2026-11-20T09:00:00Z",
        lastModifiedAt: null,
        notes: [],
      },
    ]);
  });

  test("S7 notes come oldest first, whoever wrote them and without a date too", async () => {
    const { result } = await answered(
      {
        id: "1",
        notes: [
          { text: "second", createdByName: "Support", createdDate: "2026-11-21T09:00:00Z" },
          { text: "first", createdByName: null, createdDate: "2026-11-20T09:00:00Z" },
          { createdDate: "0001-01-01T00:00:00" },
        ],
      },
      (client) => client.getServiceRequest({ id: "1" }),
    );
    expect(result.notes).toEqual([
      { text: "", createdBy: "", createdAt: null },
      { text: "first", createdBy: "", createdAt: "2026-11-20T09:00:00Z" },
      { text: "second", createdBy: "Support", createdAt: "2026-11-21T09:00:00Z" },
    ]);
  });

  test.each([
    ["a note", { note: "Any news?" }, { newNote: { text: "Any news?" } }],
    ["the end", { close: true }, { status: "closed" }],
    ["both", { note: "Thanks.", close: true }, { newNote: { text: "Thanks." }, status: "closed" }],
  ] as const)("S7 an update sends %s and nothing else", async (_name, update, body) => {
    for (const answer of [{ id: "1", status: "closed" }, ""]) {
      const { sent, url, request } = await answered(
        answer,
        (client) => client.updateServiceRequest({ id: "1", ...update }, writeCall()),
        200,
      );
      expect([request?.method, url, sent]).toEqual(["PATCH", "/v1/servicerequests/1", body]);
    }
  });

  test("S1 the locale is part of the address, not of the request", async () => {
    const draft = { title: "Refund", description: "…", severity: "moderate", supportTopicId: "1" } as const;
    const { sent, url } = await answered(
      { id: "1" },
      (client) => client.createServiceRequest({ ...draft, locale: "en-us" }, writeCall()),
      201,
    );
    expect(url).toBe("/v1/servicerequests/en-us");
    expect(sent).toEqual(draft);
  });
});

describe("subscriptions", () => {
  test("B1 an Azure subscription is known by its billing type, whatever else is missing", async () => {
    const { result, url } = await answered(
      {
        items: [
          {
            id: "6d2c1d6e-5c1f-4e0a-8f0e-0d9f1c2b3a4d",
            offerId: "MS-AZR-0145P",
            friendlyName: "Production",
            status: "Active",
            billingType: "Usage",
            quantity: "1",
            creationDate: "2020-04-01T00:00:00",
          },
        ],
      },
      (client) => client.listSubscriptions({ customerId }),
    );
    expect(url).toBe(`/v1/customers/${customerId}/subscriptions`);
    expect(result).toMatchObject([
      { friendlyName: "Production", billingType: "usage", status: "active", quantity: 1, orderId: null },
    ]);
  });
});

describe("the customer agreement", () => {
  test.each([
    [{ items: [{ templateId: "117a77b0", type: "MicrosoftCustomerAgreement" }] }, true],
    [{ items: [] }, false],
  ])("B1 %j: %s", async (body, accepted) => {
    const { result, url } = await answered(body, (client) => client.hasCustomerAgreement({ customerId }));
    expect(url).toBe(`/v1/customers/${customerId}/agreements?agreementType=MicrosoftCustomerAgreement`);
    expect(result).toBe(accepted);
  });
});

describe("inventory", () => {
  const item = { customerId, productId: "DZH318Z0BQ3V", skuId: "00G1" };
  const ask = async (body: unknown) => {
    const market = json(200, { defaultAddress: { country: "gb" } });
    const server = await startServer(inTurn(market, json(200, body)));
    const result = await clientOf(server.url).checkInventory({ ...item, azureSubscriptionId: "a1" });
    return { result, asked: server.seen[1] };
  };

  test("B1 is asked by POST for the customer's market, with what is known and no more", async () => {
    const { result, asked } = await ask([
      { productId: item.productId, skuId: "0001", isRestricted: true },
      {
        ...item,
        isRestricted: true,
        restrictions: [{ reasonCode: "NotAvailableForSubscription", description: "No.", properties: {} }],
      },
    ]);
    expect([asked?.method, asked?.url]).toEqual(["POST", "/v1/extensions/product/checkInventory?country=GB"]);
    expect(JSON.parse(asked?.body ?? "")).toEqual({
      targetItems: [{ productId: item.productId, skuId: item.skuId }],
      inventoryContext: { customerId, azureSubscriptionId: "a1" },
    });
    expect(result).toEqual({
      isRestricted: true,
      restrictions: [{ reasonCode: "NotAvailableForSubscription", description: "No." }],
    });
  });

  test("B1 an item that is left out is unknown there", async () => {
    expect((await ask([])).result).toBeNull();
  });
});

describe("invoices", () => {
  const line = {
    customerId,
    orderId: "8a8b8c8d8e8f",
    productId: "DG7GMGF0DWM3",
    skuId: "0002",
    chargeType: "cancelImmediate",
    quantity: "-1",
    subtotal: "-620.00",
    totalForCustomer: -620,
    currency: "USD",
  };

  test("C12 are all there, newest first, whether pages are linked or only counted", async () => {
    const invoice = (id: number) => ({
      id: `G${id}`,
      invoiceDate: `2026-${String(1 + (id % 12)).padStart(2, "0")}-06T00:00:00Z`,
      currencyCode: "USD",
      billingPeriodStartDate: "0001-01-01T00:00:00",
    });
    const all = Array.from({ length: 201 }, (_, id) => invoice(id));
    const server = await startServer(
      inTurn(
        json(200, { items: all.slice(0, 200) }),
        json(200, { items: all.slice(200), links: { next: { uri: "/invoices?offset=201" } } }),
        json(200, { items: [] }),
      ),
    );
    const invoices = await clientOf(server.url).listInvoices();
    expect(server.seen.map(({ url }) => url)).toEqual([
      "/v1/invoices?size=200&offset=0",
      "/v1/invoices?size=200&offset=200",
      "/v1/invoices?size=200&offset=201",
    ]);
    expect(invoices).toHaveLength(201);
    const dates = invoices.map(({ invoiceDate }) => invoiceDate);
    expect(dates).toEqual(dates.toSorted().reverse());
    expect(invoices[0]).toMatchObject({ documentType: "invoice", billingPeriodStart: null });
  });

  test("C12 lines are read by the token, because the printed link is broken", async () => {
    const next = {
      uri: "/invoices/G1/lineitems?provider=onetime?seekoperation=Next&invocielineitemtype=x",
      headers: [{ key: "MS-ContinuationToken", value: "token-of-page-2" }],
    };
    const server = await startServer(
      inTurn(
        json(200, { items: [line], links: { next } }),
        json(200, { items: [{ ...line, invoiceNumber: "G1", alternateId: "a" }], links: {} }),
      ),
    );
    const lines = await clientOf(server.url).listInvoiceLines({ invoiceId: "G1" });
    const query = "provider=onetime&invoicelineitemtype=billinglineitems&size=2000";
    expect(server.seen.map(({ url }) => url)).toEqual([
      `/v1/invoices/G1/lineitems?${query}`,
      `/v1/invoices/G1/lineitems?${query}&seekOperation=Next`,
    ]);
    expect(server.seen[1]?.headers["ms-continuationtoken"]).toBe("token-of-page-2");
    expect(lines).toMatchObject([
      {
        invoiceId: null,
        alternateId: null,
        chargeType: "cancelImmediate",
        quantity: -1,
        subtotal: "-620.00",
        total: "-620",
        currencyCode: "USD",
      },
      { invoiceId: "G1", alternateId: "a" },
    ]);
  });

  test("C12 a token that only the body carries is used as well", async () => {
    const server = await startServer(
      inTurn(
        json(200, { items: [line], links: { next: { uri: "/x" } }, continuationToken: "from-the-body" }),
        json(200, { items: [] }),
      ),
    );
    await clientOf(server.url).listUnbilledLines({ currencyCode: "USD", period: "previous" });
    expect(server.seen[1]?.headers["ms-continuationtoken"]).toBe("from-the-body");
    expect(server.seen[1]?.url).toMatch(/currencycode=USD&period=previous&seekOperation=Next$/);
  });
});
