import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import type { Act } from "../access/rights.ts";
import { type ProductKind, productKind } from "../catalog/kinds.ts";
import { readTitle, splitCatalogItemId } from "../catalog/titles.ts";
import type { PurchaseLine } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { type Order, type OrderLine, PartnerCenterFailure } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";
import { orderListLagMs } from "./ordered.ts";

/** One line of an order as the customer's software page shows it (K2). */
export interface SoftwareLine {
  customerId: string;
  orderId: string;
  lineItemNumber: number;
  catalogItemId: string;
  productId: string;
  skuId: string;
  title: string;
  kind: ProductKind;
  quantity: number;
  /** Cancelled and visible as such; it stays listed, its key unavailable (C11). */
  cancelled: boolean;
  subscriptionId: string | null;
  termDuration: string | null;
  billingCycle: string;
  currencyCode: string | null;
  /** Decimal string for the whole line, where Partner Center told. */
  extendedPrice: string | null;
  purchasedAt: Date;
}

/**
 * Everything bought for the customer, cancelled lines included, newest first (K2, C11). Our own purchases of the last
 * minutes are there even while Partner Center's list lags behind.
 *
 * @throws DeskError not_allowed … | customer_not_found | partner_center_*
 */
export async function listSoftware(
  desk: Desk,
  agent: Agent,
  input: { act: Act; customerId: string },
): Promise<SoftwareLine[]> {
  await authorise(desk, agent, input.act, { customerId: input.customerId });
  try {
    const listed = await desk.partnerCenter.listOrders({ customerId: input.customerId });
    const late = (await recentOrderIds(desk, input.customerId)).filter(
      (id) => !listed.some((order) => order.id === id),
    );
    const orders = [
      ...listed,
      ...(await Promise.all(late.map((orderId) => readIfThere(desk, input.customerId, orderId)))).flat(),
    ];
    const lines: SoftwareLine[] = [];
    for (const order of orders) lines.push(...(await describeOrder(desk, order)));
    return lines.sort(
      (a, b) => b.purchasedAt.getTime() - a.purchasedAt.getTime() || a.lineItemNumber - b.lineItemNumber,
    );
  } catch (error) {
    throw explainFailure(error);
  }
}

/**
 * One line, read by order id, which has no lag.
 *
 * @throws DeskError order_not_found | partner_center_*
 */
export async function readLine(
  desk: Desk,
  input: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<SoftwareLine> {
  const lines = await readOrder(desk, input);
  const line = lines.find((candidate) => candidate.lineItemNumber === input.lineItemNumber);
  if (line) return line;
  throw new DeskError("order_not_found", `no line ${input.lineItemNumber} of order ${input.orderId}`, {
    orderId: input.orderId,
  });
}

/**
 * Every line of one order, read by its id, which has no lag.
 *
 * @throws DeskError order_not_found | partner_center_*
 */
export async function readOrder(
  desk: Desk,
  input: { customerId: string; orderId: string },
): Promise<SoftwareLine[]> {
  try {
    const order = await desk.partnerCenter.getOrder({ customerId: input.customerId, orderId: input.orderId });
    return await describeOrder(desk, order);
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure && error.kind === "refused" && error.status === 404))
      throw explainFailure(error);
  }
  throw new DeskError("order_not_found", `no order ${input.orderId} of customer ${input.customerId}`, {
    orderId: input.orderId,
  });
}

/** The lines of an order that was read. Throws `PartnerCenterFailure` when the catalogue can't be read. */
export async function describeOrder(desk: Desk, order: Order): Promise<SoftwareLine[]> {
  const lines: SoftwareLine[] = [];
  for (const line of order.lines) lines.push(await describeLine(desk, order, line));
  return lines;
}

/** The order, or none where Partner Center does not know it (any more): one that is gone does not hide the others. */
async function readIfThere(desk: Desk, customerId: string, orderId: string): Promise<Order[]> {
  try {
    return [await desk.partnerCenter.getOrder({ customerId, orderId })];
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused") return [];
    throw error;
  }
}

async function recentOrderIds(desk: Desk, customerId: string): Promise<string[]> {
  const rows = await desk.db
    .selectFrom("purchases")
    .select("orders")
    .where("customer_id", "=", customerId)
    .where("status", "in", ["ordered", "partly_ordered"])
    .where("updated_at", ">", new Date(desk.clock.now().getTime() - orderListLagMs))
    .execute();
  return rows.flatMap((row) => row.orders.map((order) => order.orderId));
}

async function describeLine(desk: Desk, order: Order, line: OrderLine): Promise<SoftwareLine> {
  const { productId, skuId } = splitCatalogItemId(line.offerId);
  const { title, kind } = await titleAndKind(desk, order, line, { productId, skuId });
  return {
    customerId: order.customerId,
    orderId: order.id,
    lineItemNumber: line.lineItemNumber,
    catalogItemId: line.offerId,
    productId,
    skuId,
    title,
    kind,
    quantity: line.quantity,
    cancelled: line.quantity === 0 || order.status === "cancelled",
    subscriptionId: line.subscriptionId,
    termDuration: line.termDuration,
    billingCycle: order.billingCycle,
    currencyCode: order.currencyCode,
    extendedPrice: line.extendedPrice,
    purchasedAt: new Date(order.createdAt),
  };
}

/**
 * A product may have left the catalogue since it was bought; then we know it where we bought it, and else its id stands for
 * its name.
 */
async function titleAndKind(
  desk: Desk,
  order: Order,
  line: OrderLine,
  item: { productId: string; skuId: string },
): Promise<{ title: string; kind: ProductKind }> {
  const hasTerm = line.termDuration !== null;
  try {
    const { title, product } = await readTitle(desk, { customerId: order.customerId, ...item });
    return { title, kind: productKind(product, hasTerm) };
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure && error.kind === "refused" && error.status === 404))
      throw error;
    const bought = await boughtByUs(desk, order, line);
    return (
      bought ?? { title: `${item.productId}:${item.skuId}`, kind: hasTerm ? "subscription" : "perpetual" }
    );
  }
}

/** The line of our own purchase that this order line carries the id of. */
async function boughtByUs(desk: Desk, order: Order, line: OrderLine): Promise<PurchaseLine | undefined> {
  if (line.friendlyName === null) return undefined;
  const purchase = await desk.db
    .selectFrom("purchases")
    .select("lines")
    .where("id", "=", line.friendlyName)
    .where("customer_id", "=", order.customerId)
    .executeTakeFirst();
  return purchase?.lines.find(({ catalogItemId }) => catalogItemId === line.offerId);
}
