import type { PurchasedOrder } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { type CheckoutResult, type Order, PartnerCenterFailure } from "../partner-center/port.ts";
import { sendOnce } from "../requests/send-once.ts";
import type { RequestRows } from "../requests/tables.ts";

/** Cart already submitted: proof that an earlier checkout landed. */
const cartAlreadySubmitted = 800065;

/**
 * Places a confirmed purchase by checking out its cart, once (B1). After a lost answer it finds its orders by the purchase's
 * id on their lines, and never orders again.
 */
export async function placePurchase(desk: Desk, input: { purchaseId: string }): Promise<void> {
  await sendOnce<"purchase", CheckoutResult>(desk, {
    kind: "purchase",
    id: input.purchaseId,
    write: (row, call) =>
      desk.partnerCenter.checkoutCart({ customerId: row.customer_id, cartId: cartOf(row) }, call),
    read: async (row) => {
      if (await cartIsActive(desk, row)) return "nothing";
      const orders = (await desk.partnerCenter.listOrders({ customerId: row.customer_id })).filter((order) =>
        order.lines.some((line) => line.friendlyName === row.id),
      );
      return orders.length > 0 ? { orders, orderErrors: [] } : null;
    },
    landed: (failure) => (failure.code === cartAlreadySubmitted ? "read" : null),
    record: (result) => {
      const ordered = result.orders.length > 0;
      const failed = result.orderErrors.length > 0;
      return {
        to: ordered ? (failed ? "partly_ordered" : "ordered") : "refused",
        set: {
          orders: JSON.stringify(result.orders.map(toPurchased)),
          order_errors: JSON.stringify(
            result.orderErrors.map(({ code, description }) => ({ code, description })),
          ),
          failure: null,
          due_at: null,
        },
        outcome: ordered ? "done" : "refused",
        details: {
          orderIds: result.orders.map((order) => order.id),
          errorCodes: result.orderErrors.map((error) => error.code),
        },
      };
    },
  });
}

function cartOf(row: RequestRows["purchase"]): string {
  if (row.cart_id === null) throw new Error(`${row.id} was never quoted`);
  return row.cart_id;
}

/** Whether the cart still waits to be ordered. One that is gone may have been ordered. */
async function cartIsActive(desk: Desk, row: RequestRows["purchase"]): Promise<boolean> {
  try {
    const cart = await desk.partnerCenter.getCart({ customerId: row.customer_id, cartId: cartOf(row) });
    return cart.status.toLowerCase() === "active";
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused") return false;
    throw error;
  }
}

function toPurchased(order: Order): PurchasedOrder {
  return {
    orderId: order.id,
    createdAt: order.createdAt,
    lines: order.lines.map((line) => ({
      lineItemNumber: line.lineItemNumber,
      catalogItemId: line.offerId,
      quantity: line.quantity,
      subscriptionId: line.subscriptionId,
    })),
  };
}
