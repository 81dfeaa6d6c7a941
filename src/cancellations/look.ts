import type { Desk } from "../desk/context.ts";
import { type Order, PartnerCenterFailure } from "../partner-center/port.ts";
import type { RequestRows } from "../requests/tables.ts";
import { isLastLook } from "./follow-schedule.ts";

type Row = RequestRows["cancellation"];

/** From so many orders of one customer on, their list is cheaper than reading each of them. */
const listFrom = 3;

/** Whether a cancellation shows; a failure where that was not answered. */
export type Seen = boolean | PartnerCenterFailure;

/** Whether the order shows the cancellation of this line. */
export function shows(order: Order, lineItemNumber: number): boolean {
  const line = order.lines.find((candidate) => candidate.lineItemNumber === lineItemNumber);
  return order.status === "cancelled" || line?.quantity === 0;
}

/**
 * Looks which of these cancellations of one customer show (C9), each order read once, by its id. For three orders and more the
 * customer's list is read instead. Microsoft states a lag of the list for new orders only, and says nothing of changes: so what
 * the list shows counts, and what it does not show counts as not yet, except at the last look, which goes by id.
 */
export async function lookFor(
  desk: Desk,
  customerId: string,
  rows: readonly Row[],
): Promise<Map<string, Seen>> {
  const orders = new Map<string, Order | PartnerCenterFailure>();
  const orderIds = [...new Set(rows.map((row) => row.order_id))];
  if (orderIds.length >= listFrom) {
    const listed = await answered(desk.partnerCenter.listOrders({ customerId }));
    if (listed instanceof PartnerCenterFailure) return new Map(rows.map((row) => [row.id, listed]));
    for (const order of listed) orders.set(order.id, order);
  }
  const now = desk.clock.now();
  for (const orderId of orderIds) {
    const known = orders.get(orderId);
    const hidden = rows.filter(
      (row) =>
        row.order_id === orderId &&
        !(known && !(known instanceof PartnerCenterFailure) && shows(known, row.line_item_number)),
    );
    const late = hidden.some((row) => row.accepted_at !== null && isLastLook(row.accepted_at, now));
    if (known && !late) continue;
    if (hidden.length > 0)
      orders.set(orderId, await answered(desk.partnerCenter.getOrder({ customerId, orderId })));
  }
  return new Map(
    rows.map((row) => {
      const order = orders.get(row.order_id);
      return [
        row.id,
        order instanceof PartnerCenterFailure ? order : !!order && shows(order, row.line_item_number),
      ];
    }),
  );
}

async function answered<T>(call: Promise<T>): Promise<T | PartnerCenterFailure> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof PartnerCenterFailure) return error;
    throw error;
  }
}
