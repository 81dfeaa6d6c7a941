import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import {
  type CancellationRule,
  cancellationRules,
  type HybridBenefit,
  hybridBenefit,
  type ProductKind,
} from "../catalog/kinds.ts";
import { softwareNotListed, taxIncluded } from "../catalog/markets.ts";
import { offerTo } from "../catalog/offer.ts";
import { lacksAgreement } from "../customers/lacks-agreement.ts";
import { type CustomerWithMarket, readCustomer } from "../customers/read.ts";
import { transact } from "../db/database.ts";
import type { PurchaseLine, PurchasesRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { addDecimals } from "../desk/decimals.ts";
import { DeskError, ofTheMoment } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { type Cart, type CartLineResult, PartnerCenterFailure } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";
import { cartLines } from "./cart-lines.ts";
import { type ChosenLine, type LineProblem, LinesRefused, mostLines, toPurchaseLine } from "./chosen.ts";
import { contentHash } from "./content.ts";
import { freeze } from "./freeze.ts";
import { refusalReason } from "./refusals.ts";
import { findTried } from "./retry.ts";
import { type LineWindow, lineWindow } from "./window.ts";

export interface QuoteInput {
  /** Minted when the form opened: one form and one content are one purchase, however often submitted. */
  formToken: string;
  customerId: string;
  /** From 1 to 10. */
  lines: ChosenLine[];
  /** The purchase of which this tries again what was not ordered. */
  retryOf?: string | undefined;
}

/** What lines of one kind have in common: whether, until when and for what they can be cancelled if bought now. */
export interface QuotedCancellation {
  kind: ProductKind;
  rule: CancellationRule;
  /** Which lines, counted from 0. */
  lines: number[];
  /** Null where they can't be cancelled here. Credits are those of these lines together. */
  window: LineWindow | null;
}

export interface Quote {
  purchaseId: string;
  /** Of this content at this price: what a confirmation is for. */
  hash: string;
  customerName: string;
  market: string;
  lines: PurchaseLine[];
  currencyCode: string;
  /** Decimal string in `currencyCode`: the first bill of every line together. */
  totalPrice: string;
  taxIncluded: boolean;
  /** Each that applies to a line, once (B3). */
  hybridBenefits: HybridBenefit[];
  /** M2: the market is listed, and Partner Center sells all the same. */
  softwareMarketWarning: boolean;
  cancellations: QuotedCancellation[];
}

/** How long a quote waits for its confirmation. */
export const quoteLifeMs = 60 * 60_000;

/**
 * Asks for the price by filling a cart, which buys nothing (B1, B2). The cart and its frozen content become a purchase in
 * status `quoted`, to be confirmed within the hour; the same form with the same content gives the same one.
 *
 * @throws LinesRefused: every line that can't be bought as it is, with its reason
 * @throws DeskError invalid_input | agreement_missing | customer_not_found | request_moved_on | already_retried |
 *   partner_center_*
 */
export async function quotePurchase(desk: Desk, agent: Agent, input: QuoteInput): Promise<Quote> {
  await authorise(desk, agent, "buy", { customerId: input.customerId });
  if (input.lines.length === 0 || input.lines.length > mostLines)
    throw new DeskError("invalid_input", `${input.lines.length} lines`, { field: "lines" });
  const customer = await readCustomer(desk, input.customerId);
  const lines = await resolveLines(desk, customer, input.lines);
  if (await lacksAgreement(desk, customer.id))
    throw new DeskError("agreement_missing", `${customer.id} has not accepted the customer agreement`);

  const purchase = await openQuote(desk, agent, input, customer, lines);
  const cart = await fillCart(desk, purchase);
  const priced = await keepPrice(desk, purchase, cart).catch(async (error: unknown) => {
    // The cart was answered: what is mended by the next try deserves another answer.
    await renewCartRequestId(desk, purchase);
    throw error;
  });
  return toQuote(desk, priced);
}

/** Every chosen line by what is on offer now; all that is wrong is said at once. */
async function resolveLines(
  desk: Desk,
  customer: CustomerWithMarket,
  chosen: readonly ChosenLine[],
): Promise<PurchaseLine[]> {
  const offers = new Map<string, ReturnType<typeof offerTo>>();
  const offerOf = (item: ChosenLine) => {
    const key = `${item.productId}:${item.skuId}`;
    const read = offers.get(key) ?? offerTo(desk, customer, item);
    offers.set(key, read);
    return read;
  };
  const found = await Promise.all(
    chosen.map(async (line) => {
      try {
        return await toPurchaseLine(desk, {
          customerId: customer.id,
          offer: await offerOf(line),
          chosen: line,
        });
      } catch (error) {
        // No answer is nobody's mistake: then nothing can be said about any line.
        if (error instanceof DeskError && !ofTheMoment.has(error.code)) return error;
        throw error;
      }
    }),
  );
  const lines = found.filter((one): one is PurchaseLine => !(one instanceof DeskError));
  const problems = found.flatMap((one, line) => (one instanceof DeskError ? [{ line, error: one }] : []));
  refuse(problems.length > 0 ? problems : repeated(lines));
  return lines;
}

/** The same thing twice can't be told apart in an order: one line with the quantity of both is meant. */
function repeated(lines: readonly PurchaseLine[]): LineProblem[] {
  const hashes = lines.map((line) => contentHash("", [{ ...line, quantity: 1 }]));
  return hashes.flatMap((hash, line) => {
    const first = hashes.indexOf(hash);
    return first === line
      ? []
      : [{ line, error: new DeskError("line_repeated", `line ${line} repeats line ${first}`) }];
  });
}

function refuse(problems: LineProblem[]): void {
  const [first, ...others] = problems;
  if (first) throw new LinesRefused([first, ...others]);
}

async function openQuote(
  desk: Desk,
  agent: Agent,
  input: QuoteInput,
  customer: CustomerWithMarket,
  lines: PurchaseLine[],
): Promise<Selectable<PurchasesRow>> {
  const hash = contentHash(customer.id, lines);
  const now = desk.clock.now();
  return transact(desk.db, async (trx) => {
    const tried = input.retryOf === undefined ? null : await findTried(trx, agent, input.retryOf);
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
        content_hash: hash,
        lines: JSON.stringify(lines),
        currency_code: null,
        total_price: null,
        tax_included: taxIncluded(customer.market),
        cart_request_id: randomUUID(),
        cart_id: null,
        // For another customer it is another purchase.
        retry_of: tried?.customer_id === customer.id ? tried.id : null,
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
        .where("content_hash", "=", hash)
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
      details: { lines: lines.map(({ catalogItemId, quantity }) => ({ catalogItemId, quantity })) },
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
        lines: cartLines(purchase),
      },
      { requestId: purchase.cart_request_id, correlationId: purchase.correlation_id },
    );
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused")
      await renewCartRequestId(desk, purchase);
    throw withReason(error);
  }
}

/** A refusal of the whole cart, with the reason where its code has one. */
function withReason(error: unknown): unknown {
  const explained = explainFailure(error);
  if (!(explained instanceof DeskError && explained.code === "partner_center_refused")) return explained;
  const reason = refusalReason(Number(explained.values.code));
  return reason === null
    ? explained
    : new DeskError(explained.code, explained.message, { ...explained.values, reason }, { cause: error });
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
  const answers = purchase.lines.map((_line, id) => cart.lines.find((candidate) => candidate.id === id));
  refuse(
    answers.flatMap((answer, line) =>
      answer?.error ? [{ line, error: cartLineError(cart, answer.error) }] : [],
    ),
  );
  const lines = purchase.lines.map((line, id): PurchaseLine => {
    const answer = answers[id];
    if (!answer?.pricing) {
      throw new DeskError("partner_center_unavailable", `cart ${cart.id} came without a price`, {
        reference: purchase.correlation_id,
      });
    }
    return {
      ...line,
      ...answer.pricing,
      ...(answer.orderGroup === null ? {} : { orderGroup: answer.orderGroup }),
    };
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

/** A cart is made with its mistakes on its lines (page cart-resources). */
function cartLineError(cart: Cart, error: NonNullable<CartLineResult["error"]>): DeskError {
  return new DeskError("cart_line_refused", `cart ${cart.id}: ${error.code} ${error.description}`, {
    code: error.code,
    description: error.description,
    reason: refusalReason(error.code) ?? "-",
    ...(error.availableQuantity === null ? {} : { available: error.availableQuantity }),
    ...(error.purchasedQuantity === undefined ? {} : { purchased: error.purchasedQuantity }),
  });
}

function toQuote(desk: Desk, purchase: Selectable<PurchasesRow>): Quote {
  const { lines } = purchase;
  const benefits = lines.flatMap((line) => hybridBenefit(line.title, line.kind) ?? []);
  return {
    purchaseId: purchase.id,
    hash: freeze({
      customerId: purchase.customer_id,
      lines,
      currencyCode: purchase.currency_code,
      totalPrice: purchase.total_price,
    }),
    customerName: purchase.customer_name,
    market: purchase.market,
    lines,
    currencyCode: purchase.currency_code ?? "",
    totalPrice: purchase.total_price ?? "0",
    taxIncluded: purchase.tax_included,
    hybridBenefits: [...new Set(benefits)],
    softwareMarketWarning:
      softwareNotListed.markets.has(purchase.market) && lines.some(({ kind }) => kind === "subscription"),
    cancellations: cancellationsOf(desk, purchase),
  };
}

/** What can become of the lines if they are bought now; those of a kind with one deadline are one answer. */
function cancellationsOf(desk: Desk, purchase: Selectable<PurchasesRow>): QuotedCancellation[] {
  const bought = { at: desk.clock.now(), market: purchase.market };
  const groups = new Map<string, QuotedCancellation>();
  for (const [index, line] of purchase.lines.entries()) {
    const window = lineWindow(desk, line, bought);
    const key = [
      line.kind,
      window?.deadlineAt.getTime(),
      window?.refund,
      window?.fullUntil?.getTime(),
    ].join();
    const group = groups.get(key);
    if (!group) {
      groups.set(key, { kind: line.kind, rule: cancellationRules[line.kind], lines: [index], window });
      continue;
    }
    group.lines.push(index);
    if (group.window && window) {
      group.window.creditAtFirst = sum(group.window.creditAtFirst, window.creditAtFirst);
      group.window.creditAtLast = sum(group.window.creditAtLast, window.creditAtLast);
    }
  }
  return [...groups.values()];
}

function sum(one: string | null, other: string | null): string | null {
  return one === null || other === null ? null : addDecimals([one, other]);
}
