import { randomUUID } from "node:crypto";
import type { Desk } from "#src/desk/context.ts";
import type { CartLine } from "#src/partner-center/port.ts";

export interface StockLine {
  customerId: string;
  orderId: string;
  lineItemNumber: number;
}

const perpetual = [
  { productId: "DG7GMGF0PSQ2", skuId: "0001" },
  { productId: "DG7GMGF0PCAL", skuId: "0002" },
  { productId: "DG7GMGF0PWS5", skuId: "0001" },
  { productId: "DG7GMGF0PWS5", skuId: "0002" },
];
const subscription = { productId: "DG7GMGF0FKZV", skuId: "0001" };

/** Buys past the desk: an order of so many perpetual lines (at most four), or of subscriptions. One order, its lines in order. */
export async function placeOrder(
  desk: Desk,
  customerId: string,
  of: { kind: "perpetual" | "subscription"; lines: number },
): Promise<StockLine[]> {
  const call = () => ({ requestId: randomUUID(), correlationId: randomUUID() });
  const lines: CartLine[] = [];
  for (let id = 0; id < of.lines; id += 1) {
    const sku = of.kind === "subscription" ? subscription : perpetual[id];
    if (!sku) throw new Error("There are not so many products.");
    lines.push({
      id,
      catalogItemId: await catalogItemId(desk, customerId, sku),
      quantity: 1 + id,
      ...(of.kind === "subscription"
        ? { billingCycle: "annual", termDuration: "P1Y" }
        : { billingCycle: "one_time" }),
    });
  }
  const cart = await desk.partnerCenter.createCart({ customerId, lines }, call());
  const { orders } = await desk.partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call());
  const [order] = orders;
  if (!order || order.lines.length !== of.lines) throw new Error("That was not one order of these lines.");
  return order.lines.map(({ lineItemNumber }) => ({ customerId, orderId: order.id, lineItemNumber }));
}

const known = new WeakMap<Desk["partnerCenter"], Map<string, string>>();

async function catalogItemId(
  { partnerCenter }: Desk,
  customerId: string,
  sku: { productId: string; skuId: string },
): Promise<string> {
  const ids = known.get(partnerCenter) ?? new Map<string, string>();
  known.set(partnerCenter, ids);
  const key = `${customerId} ${sku.productId} ${sku.skuId}`;
  const [first] = ids.has(key) ? [] : await partnerCenter.listAvailabilities({ customerId, ...sku });
  const id = ids.get(key) ?? first?.catalogItemId ?? "";
  ids.set(key, id);
  return id;
}
