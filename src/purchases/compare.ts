import { randomUUID } from "node:crypto";
import { findTerm } from "../catalog/offer.ts";
import { splitCatalogItemId } from "../catalog/titles.ts";
import type { OfferedContent, PurchaseLine } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { addDecimals } from "../desk/decimals.ts";
import { type Cart, type CartLineResult, PartnerCenterFailure } from "../partner-center/port.ts";
import type { RequestRows } from "../requests/tables.ts";
import { cartLines } from "./cart-lines.ts";
import { freeze } from "./freeze.ts";

type Purchase = RequestRows["purchase"];

/** What a cart holds now: what was confirmed, or something else. `hash` tells which. */
export type FoundContent = Omit<OfferedContent, "why">;

/**
 * How a confirmed purchase stands in Partner Center: `asked_for` as confirmed; `repriced` in its own cart; `reissued` under
 * an availability that is no longer the one in the cart; `expired` with its cart.
 */
export type Standing =
  | { kind: "asked_for" }
  | { kind: "repriced"; found: FoundContent }
  | { kind: "reissued" | "expired" };

/** Partner Center: CatalogItemIdIsNotValid of a cart line; the availability, and the cart, that checkout does not find. */
const itemNotValid = 10001;
const availabilityNotFound = 400019;
const cartNotFound = 800008;
const errorsInCart = 800009;

/** What is short may still be there at checkout, which says so group by group (page checkout-a-cart). */
const shortages = new Set([10002, 10003]);

/** A checkout that met an item or a cart which is no longer there: it did nothing, and looking anew may help. */
export function lostItsCart(failure: { code: number }): boolean {
  return [availabilityNotFound, cartNotFound, errorsInCart].includes(failure.code);
}

/** What was confirmed, by its hash. */
export function frozenHash(row: Purchase): string {
  return (
    row.frozen_hash ??
    freeze({
      customerId: row.customer_id,
      lines: row.lines,
      currencyCode: row.currency_code,
      totalPrice: row.total_price,
    })
  );
}

/**
 * Reads the cart, with Partner Center's own prices, and compares it with what was confirmed. Reads only. A cart that was
 * ordered stands as asked for: what became of it is found by its orders.
 *
 * @throws PartnerCenterFailure: also `refused` for a line that can't be bought
 */
export async function compareCart(desk: Desk, row: Purchase): Promise<Standing> {
  const cart = await readCart(desk, row);
  if (cart === null || row.failure?.code === cartNotFound) return { kind: "expired" };
  if (cart.status.toLowerCase() !== "active") return { kind: "asked_for" };
  if (row.failure?.code === availabilityNotFound || cart.lines.length !== row.lines.length)
    return { kind: "reissued" };
  if (cart.lines.some((line) => line.error?.code === itemNotValid)) return { kind: "reissued" };
  const found = contentOf(row, cart, row.lines);
  return found.hash === frozenHash(row) ? { kind: "asked_for" } : { kind: "repriced", found };
}

/**
 * Fills a new cart with the purchase as it is sold at this moment. Only for a purchase of which nothing was ordered; a cart
 * that is not used buys nothing.
 *
 * @throws PartnerCenterFailure: `refused` where a line is no longer sold
 */
export async function fillAnew(desk: Desk, row: Purchase): Promise<FoundContent> {
  const lines = await Promise.all(row.lines.map((line) => refresh(desk, row, line)));
  const cart = await desk.partnerCenter.createCart(
    { customerId: row.customer_id, lines: cartLines({ id: row.id, lines }) },
    { requestId: randomUUID(), correlationId: row.correlation_id },
  );
  return contentOf(row, cart, lines);
}

async function readCart(desk: Desk, row: Purchase): Promise<Cart | null> {
  if (row.cart_id === null) throw new Error(`${row.id} was never quoted`);
  try {
    return await desk.partnerCenter.getCart({ customerId: row.customer_id, cartId: row.cart_id });
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused" && error.status === 404)
      return null;
    throw error;
  }
}

async function refresh(desk: Desk, row: Purchase, line: PurchaseLine): Promise<PurchaseLine> {
  const term = await findTerm(desk, { ...line, customerId: row.customer_id });
  if (!term) throw refusal(row, availabilityNotFound, `${line.title} is no longer sold like this.`);
  return { ...line, catalogItemId: term.catalogItemId };
}

/** What the cart holds, as Partner Center says it and not as we remember it. */
function contentOf(row: Purchase, cart: Cart, wanted: readonly PurchaseLine[]): FoundContent {
  const lines = wanted.map((line, id) => {
    const held = cart.lines.find((candidate) => candidate.id === id);
    if (held?.error && !shortages.has(held.error.code))
      throw refusal(row, held.error.code, held.error.description);
    if (!held?.pricing)
      throw new PartnerCenterFailure({
        ...refusalOf(row, 0, `cart ${cart.id} came without a price`),
        kind: "unreadable",
      });
    return heldLine(line, held, held.pricing);
  });
  const currencyCode = cart.lines.find((line) => line.currencyCode !== null)?.currencyCode ?? null;
  const totalPrice = addDecimals(lines.map((line) => line.extendedPrice));
  const content = { lines, currencyCode, totalPrice };
  return { ...content, cartId: cart.id, hash: freeze({ ...content, customerId: row.customer_id }) };
}

function heldLine(
  line: PurchaseLine,
  held: CartLineResult,
  pricing: { unitPrice: string; extendedPrice: string },
): PurchaseLine {
  const { provisioningContext: _context, orderGroup: _group, ...kept } = line;
  return {
    ...kept,
    ...splitCatalogItemId(held.catalogItemId),
    catalogItemId: held.catalogItemId,
    quantity: held.quantity,
    billingCycle: held.billingCycle,
    termDuration: held.termDuration ?? null,
    ...(held.provisioningContext === undefined ? {} : { provisioningContext: held.provisioningContext }),
    ...(held.orderGroup === null ? {} : { orderGroup: held.orderGroup }),
    ...pricing,
  };
}

function refusalOf(row: Purchase, code: number, description: string) {
  return {
    kind: "refused" as const,
    status: 0,
    code,
    description,
    operation: "getCart",
    requestId: row.ms_request_id ?? "",
    correlationId: row.correlation_id,
  };
}

function refusal(row: Purchase, code: number, description: string): PartnerCenterFailure {
  return new PartnerCenterFailure(refusalOf(row, code, description));
}
