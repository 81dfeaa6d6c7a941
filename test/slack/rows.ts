import type { SoftwareLine } from "#src/purchases/list-lines.ts";

/** When everything that is drawn here was asked for, and for whom. */
export const at = new Date("2026-11-23T09:00:00Z");
export const customerId = "11111111-2222-4333-8444-555555555555";
/** An order number as long as Partner Center's. */
export const orderId = "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1";

/** What a row of every kind of request has; `customerName` is what Partner Center calls the customer. */
export function requestColumns(id: string, customerName: string) {
  return {
    id,
    workspace_id: "T0TEST",
    person_id: "per_1",
    customer_id: customerId,
    customer_name: customerName,
    correlation_id: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    failure: null,
    version: 1,
    attempts: 0,
    due_at: null,
    lease: null,
    leased_until: null,
    created_at: at,
    updated_at: at,
  };
}

/** A line of that order with this title; every second one is cancelled. */
export function softwareLine(title: string, lineItemNumber = 0): SoftwareLine {
  return {
    customerId,
    orderId,
    lineItemNumber,
    catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
    productId: "DG7GMGF0FKZV",
    skuId: "0003",
    title,
    kind: "subscription",
    quantity: 999_999,
    cancelled: lineItemNumber % 2 === 1,
    subscriptionId: null,
    termDuration: "P3Y",
    billingCycle: "monthly",
    currencyCode: "EUR",
    extendedPrice: "123456789.1234",
    purchasedAt: at,
  };
}
