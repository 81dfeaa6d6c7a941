import { createHash, randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import { daysLeft, windowByPolicy } from "../cancellations/editions.ts";
import type { CancellationRule, HybridBenefit } from "../catalog/kinds.ts";
import { taxIncluded } from "../catalog/markets.ts";
import { type Offer, type OfferTerm, readOffer } from "../catalog/offer.ts";
import { type CustomerWithMarket, readCustomer } from "../customers/read.ts";
import { transact } from "../db/database.ts";
import type { PurchaseLine, PurchasesRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { type Cart, PartnerCenterFailure } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";

export interface QuoteInput {
  /** Minted when the form opened: one form and one content are one purchase, however often submitted. */
  formToken: string;
  customerId: string;
  productId: string;
  skuId: string;
  termId: string;
  /** As typed. */
  quantity: string;
}

export interface Quote {
  purchaseId: string;
  customerName: string;
  market: string;
  lines: PurchaseLine[];
  currencyCode: string;
  /** Decimal string in `currencyCode`. */
  totalPrice: string;
  taxIncluded: boolean;
  hybridBenefit: HybridBenefit | null;
  cancellation: {
    rule: CancellationRule;
    deadlineIfBoughtNow: Date | null;
    days: number | null;
    refund: "full" | "prorated" | null;
  };
}

/** How long a quote waits for its confirmation. */
export const quoteLifeMs = 60 * 60_000;

/**
 * Asks for the price by filling a cart, which buys nothing (B1, B2). The cart and its frozen content become a purchase in
 * status `quoted`, to be confirmed within the hour; the same form with the same content gives the same one.
 *
 * @throws DeskError invalid_input | quantity_not_allowed | cart_line_refused | agreement_missing | reservations_not_sold |
 *   product_not_found | customer_not_found | request_moved_on | partner_center_*
 */
export async function quotePurchase(desk: Desk, agent: Agent, input: QuoteInput): Promise<Quote> {
  await authorise(desk, agent, "buy", { customerId: input.customerId });
  const [customer, offer] = await Promise.all([
    readCustomer(desk, input.customerId),
    readOffer(desk, agent, input),
  ]);
  const term = offer.terms.find((candidate) => candidate.id === input.termId);
  if (!term)
    throw new DeskError(
      "product_not_found",
      `${input.productId}:${input.skuId} offers no term ${input.termId}`,
    );
  const quantity = parseQuantity(input.quantity, offer);

  const purchase = await openQuote(desk, agent, input, customer, offer, term, quantity);
  const cart = await fillCart(desk, purchase);
  const priced = await keepPrice(desk, purchase, cart).catch(async (error: unknown) => {
    // The cart was answered: what is mended by the next try deserves another answer.
    await renewCartRequestId(desk, purchase);
    throw error;
  });
  return toQuote(desk, priced, offer);
}

function parseQuantity(typed: string, offer: Offer): number {
  const text = typed.trim();
  if (!/^\d{1,9}$/.test(text))
    throw new DeskError("invalid_input", `quantity ${JSON.stringify(text)}`, { field: "quantity" });
  const quantity = Number(text);
  if (quantity < Math.max(1, offer.minimumQuantity) || quantity > offer.maximumQuantity) {
    throw new DeskError("quantity_not_allowed", `quantity ${quantity} of ${offer.productId}:${offer.skuId}`, {
      field: "quantity",
      minimum: Math.max(1, offer.minimumQuantity),
      maximum: offer.maximumQuantity,
    });
  }
  return quantity;
}

async function openQuote(
  desk: Desk,
  agent: Agent,
  input: QuoteInput,
  customer: CustomerWithMarket,
  offer: Offer,
  term: OfferTerm,
  quantity: number,
): Promise<Selectable<PurchasesRow>> {
  const contentHash = createHash("sha256")
    .update(JSON.stringify(["v1", input.customerId, input.productId, input.skuId, input.termId, quantity]))
    .digest("hex");
  const line: PurchaseLine = {
    catalogItemId: term.catalogItemId,
    productId: offer.productId,
    skuId: offer.skuId,
    title: offer.title,
    kind: offer.kind,
    quantity,
    billingCycle: term.billingCycle,
    termDuration: term.termDuration,
    unitPrice: "0",
    extendedPrice: "0",
  };
  const now = desk.clock.now();
  return transact(desk.db, async (trx) => {
    const opened = await trx
      .insertInto("purchases")
      .values({
        id: newId("pur", desk.clock),
        workspace_id: agent.workspaceId,
        person_id: agent.personId,
        customer_id: customer.id,
        customer_name: customer.companyName,
        market: customer.market,
        form_token: input.formToken,
        content_hash: contentHash,
        lines: JSON.stringify([line]),
        currency_code: null,
        total_price: null,
        tax_included: taxIncluded(customer.market),
        cart_request_id: randomUUID(),
        cart_id: null,
        status: "quoted",
        ms_request_id: null,
        correlation_id: randomUUID(),
        sent_at: null,
        due_at: new Date(now.getTime() + quoteLifeMs),
        lease: null,
        leased_until: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.constraint("purchases_one_per_form").doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!opened) {
      const known = await trx
        .selectFrom("purchases")
        .selectAll()
        .where("workspace_id", "=", agent.workspaceId)
        .where("form_token", "=", input.formToken)
        .where("content_hash", "=", contentHash)
        .executeTakeFirstOrThrow();
      if (known.status !== "quoted" || (known.due_at !== null && known.due_at <= now))
        throw new DeskError("request_moved_on", `${known.id} is ${known.status}`, { id: known.id });
      return known;
    }
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: agent,
      act: "purchase.quoted",
      outcome: "done",
      request: { kind: "purchase", id: opened.id },
      customerId: customer.id,
      details: { catalogItemId: term.catalogItemId, quantity },
      correlationId: opened.correlation_id,
    });
    return opened;
  });
}

async function fillCart(desk: Desk, purchase: Selectable<PurchasesRow>): Promise<Cart> {
  try {
    return await desk.partnerCenter.createCart(
      {
        customerId: purchase.customer_id,
        lines: purchase.lines.map((line, id) => ({
          id,
          catalogItemId: line.catalogItemId,
          quantity: line.quantity,
          billingCycle: line.billingCycle,
          ...(line.termDuration === null ? {} : { termDuration: line.termDuration }),
          friendlyName: purchase.id,
        })),
      },
      { requestId: purchase.cart_request_id, correlationId: purchase.correlation_id },
    );
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused")
      await renewCartRequestId(desk, purchase);
    throw explainFailure(error);
  }
}

/** An answer came, so the next try is another logical call and needs an id of its own. */
async function renewCartRequestId(desk: Desk, purchase: Selectable<PurchasesRow>): Promise<void> {
  await desk.db
    .updateTable("purchases")
    .set({ cart_request_id: randomUUID() })
    .where("id", "=", purchase.id)
    .where("status", "=", "quoted")
    .where("cart_request_id", "=", purchase.cart_request_id)
    .execute();
}

async function keepPrice(
  desk: Desk,
  purchase: Selectable<PurchasesRow>,
  cart: Cart,
): Promise<Selectable<PurchasesRow>> {
  const lines = purchase.lines.map((line, id) => {
    const answered = cart.lines.find((candidate) => candidate.id === id);
    if (answered?.error) {
      throw new DeskError(
        "cart_line_refused",
        `cart ${cart.id}: ${answered.error.code} ${answered.error.description}`,
        {
          code: answered.error.code,
          description: answered.error.description,
        },
      );
    }
    if (!answered?.pricing) {
      throw new DeskError("partner_center_unavailable", `cart ${cart.id} came without a price`, {
        reference: purchase.correlation_id,
      });
    }
    return { ...line, ...answered.pricing };
  });
  const currency = cart.lines.find((line) => line.currencyCode !== null)?.currencyCode ?? null;
  const priced = await desk.db
    .updateTable("purchases")
    .set({
      cart_id: cart.id,
      lines: JSON.stringify(lines),
      currency_code: currency,
      total_price: addDecimals(lines.map((line) => line.extendedPrice)),
      updated_at: desk.clock.now(),
    })
    .where("id", "=", purchase.id)
    .where("status", "=", "quoted")
    .returningAll()
    .executeTakeFirst();
  if (!priced)
    throw new DeskError("request_moved_on", `${purchase.id} is no longer quoted`, { id: purchase.id });
  return priced;
}

/** Adds decimal strings exactly, to four places. */
function addDecimals(values: string[]): string {
  let sum = 0n;
  for (const value of values) {
    const [whole = "0", fraction = ""] = value.split(".");
    sum += BigInt(whole + fraction.padEnd(4, "0").slice(0, 4));
  }
  const text = sum.toString().padStart(5, "0");
  return `${text.slice(0, -4)}.${text.slice(-4)}`;
}

function toQuote(desk: Desk, purchase: Selectable<PurchasesRow>, offer: Offer): Quote {
  const now = desk.clock.now();
  const window =
    offer.notes.cancellable === "in_window" ? windowByPolicy(now, offer.kind, desk.policyEdition) : null;
  return {
    purchaseId: purchase.id,
    customerName: purchase.customer_name,
    market: purchase.market,
    lines: purchase.lines,
    currencyCode: purchase.currency_code ?? "",
    totalPrice: purchase.total_price ?? "0",
    taxIncluded: purchase.tax_included,
    hybridBenefit: offer.hybridBenefit,
    cancellation: {
      rule: offer.notes.cancellable,
      deadlineIfBoughtNow: window?.deadlineAt ?? null,
      days: window ? daysLeft(window.deadlineAt, now) : null,
      refund: window?.refund ?? null,
    },
  };
}
