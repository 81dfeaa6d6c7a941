import { randomUUID } from "node:crypto";
import type { Desk } from "#src/desk/context.ts";

/** Perpetual software, of which everything comes back. */
export const sqlServer = { productId: "DG7GMGF0PSQ2", skuId: "0001" };
export const windowsServer = { productId: "DG7GMGF0PWS5", skuId: "0001" };

/** Places an order in Partner Center, past the app; returns its number. */
export async function place(
  flow: { app: { desk: Pick<Desk, "partnerCenter"> } },
  customerId: string,
  products: { productId: string; skuId: string }[] = [sqlServer],
): Promise<string> {
  const { partnerCenter } = flow.app.desk;
  const call = () => ({ requestId: randomUUID(), correlationId: randomUUID() });
  const lines = await Promise.all(
    products.map(async ({ productId, skuId }, id) => {
      const [offer] = await partnerCenter.listAvailabilities({ customerId, productId, skuId });
      return { id, catalogItemId: offer?.catalogItemId ?? "", quantity: 1, billingCycle: "one_time" };
    }),
  );
  const cart = await partnerCenter.createCart({ customerId, lines }, call());
  const { orders } = await partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call());
  return orders[0]?.id ?? "";
}
