import type { PurchasedOrder } from "../db/rows.ts";
import type { CheckoutResult, Order } from "../partner-center/port.ts";
import type { RequestRows } from "../requests/tables.ts";
import { boughtAs } from "./bought-as.ts";
import { restLines } from "./retry.ts";
import { lineWindow, type Policy } from "./window.ts";

/** A new order may be missing from the order list for this long; by id it can be read at once. */
export const orderListLagMs = 20 * 60_000;

type Purchase = Pick<RequestRows["purchase"], "lines" | "market">;

/**
 * A purchase by the orders that were found for it, its checkout's answer being lost: null while more of them may still come
 * up (`ageMs` since it was sent); afterwards lines in no order have failed, without a word of Partner Center's.
 */
export function resultOfFound(
  desk: Policy,
  purchase: Purchase,
  orders: Order[],
  ageMs: number,
): CheckoutResult | null {
  if (orders.length === 0) return null;
  const found = orders.map((order) => toPurchased(desk, purchase, order));
  if (restLines({ lines: purchase.lines, orders: found, order_errors: [] }).length === 0)
    return { orders, orderErrors: [] };
  return ageMs < orderListLagMs
    ? null
    : { orders, orderErrors: [{ orderGroupId: "", code: 0, description: "" }] };
}

/**
 * An order as the purchase keeps it, with the moment until which each line may be cancelled (C1) and with what the order itself
 * says it costs: between the last look at the cart and its checkout the price may have changed.
 */
export function toPurchased(desk: Policy, purchase: Purchase, order: Order): PurchasedOrder {
  return {
    orderId: order.id,
    createdAt: order.createdAt,
    lines: order.lines.map((line) => {
      const item = {
        catalogItemId: line.offerId,
        quantity: line.quantity,
        termDuration: line.termDuration,
        billingCycle: order.billingCycle,
      };
      const bought = boughtAs(purchase.lines, item);
      const window =
        bought && lineWindow(desk, bought, { at: new Date(order.createdAt), market: purchase.market });
      return {
        lineItemNumber: line.lineItemNumber,
        ...item,
        subscriptionId: line.subscriptionId,
        deadlineAt: window?.deadlineAt.toISOString() ?? null,
        price: line.extendedPrice,
      };
    }),
  };
}
