import type { Desk } from "../desk/context.ts";
import { type CheckoutResult, type Order, PartnerCenterFailure } from "../partner-center/port.ts";
import { actAsRequester } from "../requests/act-as-requester.ts";
import { type Step, sendOnce } from "../requests/send-once.ts";
import type { RequestRows } from "../requests/tables.ts";
import { beginDigests } from "../windows/begin.ts";
import {
  compareCart,
  type FoundContent,
  fillAnew,
  frozenHash,
  lostItsCart,
  type Standing,
} from "./compare.ts";
import { resultOfFound, toPurchased } from "./ordered.ts";
import { quoteLifeMs } from "./quote.ts";

/** Cart already submitted: proof that an earlier checkout landed. */
const cartAlreadySubmitted = 800065;
const mostLooks = 10;

/**
 * Places a confirmed purchase by checking out its cart, once (B1), and only as it was confirmed: right before, the cart is
 * read and compared. Under a new availability at the same price it goes on with a new cart; at another price, or without
 * its cart, it comes to rest as `changed` and its agent is asked again. After a lost answer it finds its orders by the
 * purchase's id on their lines, and never orders again.
 */
export async function placePurchase(ground: Desk, input: { purchaseId: string }): Promise<void> {
  const desk = await actAsRequester(ground, "purchase", input.purchaseId);
  await sendOnce<"purchase", CheckoutResult>(desk, {
    kind: "purchase",
    id: input.purchaseId,
    stands: async (row) => {
      const standing = await compareCart(desk, row);
      return standing.kind === "asked_for" ? null : () => stepAside(desk, row, standing);
    },
    write: async ([row], call) => {
      const result = await desk.partnerCenter.checkoutCart(
        { customerId: row.customer_id, cartId: cartOf(row) },
        call,
      );
      return { ...result, orders: await Promise.all(result.orders.map((order) => priced(desk, order))) };
    },
    read: async (row, ageMs) => {
      if (await cartIsActive(desk, row)) return "nothing";
      const orders = (await desk.partnerCenter.listOrders({ customerId: row.customer_id })).filter((order) =>
        order.lines.some((line) => line.friendlyName === row.id),
      );
      return resultOfFound(desk, row, orders, ageMs);
    },
    landed: (failure) => (failure.code === cartAlreadySubmitted ? "read" : null),
    // Not for ever: where looking anew does not help, the refusal stands.
    reroute: (failure, row) =>
      failure.operation === "checkoutCart" && lostItsCart(failure) && row.attempts < mostLooks ? {} : null,
    record: (result, row) => {
      const ordered = result.orders.length > 0;
      const failed = result.orderErrors.length > 0;
      return {
        to: ordered ? (failed ? "partly_ordered" : "ordered") : "refused",
        set: {
          orders: JSON.stringify(result.orders.map((order) => toPurchased(desk, row, order))),
          order_errors: JSON.stringify(
            result.orderErrors.map(({ code, description, orderGroupId }) => ({
              code,
              description,
              orderGroup: orderGroupId,
            })),
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
    also: (result, { workspace_id: workspaceId, person_id: personId }) =>
      result.orders.length > 0 ? (trx) => beginDigests(trx, desk, { workspaceId, personId }) : null,
  });
}

/** The order with its prices, which the answer of a checkout may leave out; as it is where they can't be read now. */
async function priced(desk: Desk, order: Order): Promise<Order> {
  if (order.lines.every((line) => line.extendedPrice !== null)) return order;
  try {
    return await desk.partnerCenter.getOrder({ customerId: order.customerId, orderId: order.id });
  } catch (error) {
    if (error instanceof PartnerCenterFailure) return order;
    throw error;
  }
}

/** What comes instead of an order that would not be what was confirmed. */
async function stepAside(
  desk: Desk,
  row: RequestRows["purchase"],
  standing: Exclude<Standing, { kind: "asked_for" }>,
): Promise<Step<"purchase">> {
  const now = desk.clock.now();
  const found = standing.kind === "repriced" ? standing.found : await fillAnew(desk, row);
  const details = {
    why: standing.kind,
    cartId: found.cartId,
    confirmed: { hash: frozenHash(row), totalPrice: row.total_price, catalogItemIds: itemsOf(row) },
    found: { hash: found.hash, totalPrice: found.totalPrice, catalogItemIds: itemsOf(found) },
  };
  if (standing.kind === "reissued" && found.hash === frozenHash(row)) {
    return {
      to: "requested",
      set: {
        cart_id: found.cartId,
        lines: JSON.stringify(found.lines),
        ms_request_id: null,
        failure: null,
        due_at: now,
      },
      ringAt: now,
      details,
    };
  }
  return {
    to: "changed",
    set: {
      offered: JSON.stringify({ ...found, why: standing.kind === "expired" ? "expired" : "price" }),
      ms_request_id: null,
      failure: null,
      due_at: new Date(now.getTime() + quoteLifeMs),
    },
    details,
  };
}

function itemsOf({ lines }: Pick<FoundContent, "lines">): string[] {
  return lines.map((line) => line.catalogItemId);
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
