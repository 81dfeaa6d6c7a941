import { z } from "zod";
import type { Order, OrderLine, PartnerCenter } from "./port.ts";
import type { Transport } from "./transport.ts";
import { count, id, instant, list, orNull, pricing, word } from "./wire.ts";

const orderLine = z
  .object({
    lineItemNumber: count,
    offerId: z.string().min(1),
    friendlyName: orNull(z.string()),
    quantity: count,
    subscriptionId: orNull(z.string()),
    termDuration: orNull(z.string()),
    pricing: orNull(pricing),
  })
  .transform(
    ({ pricing: price, ...rest }): OrderLine => ({
      ...rest,
      unitPrice: price?.unitPrice ?? null,
      extendedPrice: price?.extendedPrice ?? null,
    }),
  );

/** An order of this customer, as it comes from orders, cancellations and checkouts. */
export const orderOf = (customerId: string) =>
  z
    .object({
      id,
      alternateId: orNull(id),
      status: word,
      billingCycle: word,
      currencyCode: orNull(z.string()),
      creationDate: instant,
      lineItems: list(orderLine),
    })
    .transform(
      ({ creationDate, lineItems, ...rest }): Order => ({
        ...rest,
        customerId,
        createdAt: creationDate,
        lines: lineItems,
      }),
    );

type OrderCalls = Pick<PartnerCenter, "listOrders" | "getOrder" | "cancelOrderLines">;

/** Orders: history, one, and cancelling lines of one (pages get-an-order-by-id, cancel-software-purchases). */
export function orderCalls(transport: Transport): OrderCalls {
  const query = { include_price: "true" };
  return {
    listOrders: ({ customerId }, call) =>
      transport.readAll(
        {
          operation: "listOrders",
          path: ["customers", customerId, "orders"],
          query,
          schema: orderOf(customerId),
        },
        call,
      ),

    getOrder: ({ customerId, orderId }, call) =>
      transport.read(
        {
          operation: "getOrder",
          path: ["customers", customerId, "orders", orderId],
          query,
          schema: orderOf(customerId),
        },
        call,
      ),

    cancelOrderLines: ({ customerId, orderId, lines }, call) =>
      transport.write(
        {
          operation: "cancelOrderLines",
          method: "PATCH",
          path: ["customers", customerId, "orders", orderId],
          body: { id: orderId, status: "cancelled", lineItems: lines },
          schema: orderOf(customerId),
        },
        call,
      ),
  };
}
