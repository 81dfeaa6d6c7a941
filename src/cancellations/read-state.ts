import type { Desk } from "../desk/context.ts";
import type { RequestRows } from "../requests/tables.ts";

/** Whether the cancellation of this line shows in the order, read by id (C9). Throws `PartnerCenterFailure`. */
export async function readState(desk: Desk, row: RequestRows["cancellation"]): Promise<boolean> {
  const order = await desk.partnerCenter.getOrder({ customerId: row.customer_id, orderId: row.order_id });
  const line = order.lines.find((candidate) => candidate.lineItemNumber === row.line_item_number);
  return order.status === "cancelled" || line?.quantity === 0;
}
