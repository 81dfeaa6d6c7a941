import type { RawBuilder, Selectable } from "kysely";
import { recordActivity } from "../activity/record.ts";
import { taxIncluded } from "../catalog/markets.ts";
import { splitCatalogItemId } from "../catalog/titles.ts";
import { transact } from "../db/database.ts";
import type { CancellationsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { addDecimals, decimalOf, tenThousandths } from "../desk/decimals.ts";
import { type Invoice, type InvoiceLine, PartnerCenterFailure } from "../partner-center/port.ts";
import { kept } from "../reminders/set.ts";
import { redrawCancellation } from "./redraw.ts";

type Cancellation = Selectable<CancellationsRow>;
/** A negative line, with the end of what its invoice bills. */
type Credited = InvoiceLine & { until: Date };

/**
 * Invoices of a calendar month appear with their lines from the 6th to the 8th of the next (Microsoft, "Common billing
 * scenarios"); we look on each of these days of the month, in UTC.
 */
const firstLookDay = 6;
const lastLookDay = 15;
const lookHour = 6;
/** A credit that is on none of so many invoices is looked for no more; its message goes on saying that it is overdue. */
const mostMonths = 4;
/** Rounding of a prorated amount, in ten-thousandths. */
const tolerance = 100n;

/** The next time to look for credits, UTC. */
export function nextCreditLook(now: Date): Date {
  const at = (year: number, month: number, day: number) => new Date(Date.UTC(year, month, day, lookHour));
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  for (let day = firstLookDay; day <= lastLookDay; day += 1) {
    const look = at(year, month, day);
    if (look > now) return look;
  }
  return at(year, month + 1, firstLookDay);
}

/** The first day of the month after a cancellation's, as ISO day: its invoice is the one for the cancellation's month. */
export function invoiceMonth(visibleAt: Date): Date {
  return new Date(Date.UTC(visibleAt.getUTCFullYear(), visibleAt.getUTCMonth(), 1));
}

/** Has the credits of this workspace looked for, as parts of a statement with which a cancellation becomes visible where `once` holds (C12). */
export function creditWatch(
  desk: Desk,
  { workspace_id: workspaceId }: Pick<Cancellation, "workspace_id">,
  once: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const dueAt = nextCreditLook(desk.clock.now());
  return kept(desk, { workspaceId, kind: "credit", subjectId: workspaceId, dueAt }, once);
}

/**
 * Looks on the invoices for the credits of every cancellation of a workspace whose credit has not come (C12): seen, another
 * amount or another currency, or overdue once the invoice of its month has come without it. Each invoice is read once for all of them. Gives the
 * next look, null when no credit is awaited.
 */
export async function lookForCredits(desk: Desk, input: { subjectId: string }): Promise<Date | null> {
  const now = desk.clock.now();
  const awaited = await awaitedCredits(desk, input.subjectId);
  const [first] = awaited;
  if (!first?.visible_at) return null;
  const since = invoiceMonth(first.visible_at);
  const invoices = (await desk.partnerCenter.listInvoices()).filter((invoice) => endOf(invoice) >= since);
  const lines: Credited[] = [];
  for (const invoice of invoices) {
    const billed = await desk.partnerCenter.listInvoiceLines({ invoiceId: invoice.id });
    const until = endOf(invoice);
    lines.push(
      ...billed.filter(isCredit).map((line) => ({ ...line, invoiceId: line.invoiceId ?? invoice.id, until })),
    );
  }
  for (const group of Map.groupBy(awaited, groupOf).values()) await settle(desk, group, lines);
  return (await awaitedCredits(desk, input.subjectId)).length > 0 ? nextCreditLook(now) : null;
}

function awaitedCredits(desk: Desk, workspaceId: string): Promise<Cancellation[]> {
  const oldest = invoiceMonth(desk.clock.now());
  oldest.setUTCMonth(oldest.getUTCMonth() - mostMonths);
  return desk.db
    .selectFrom("cancellations")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("status", "=", "visible")
    .where("visible_at", ">=", oldest)
    .where((eb) => eb.or([eb("credit_status", "is", null), eb("credit_status", "=", "overdue")]))
    .orderBy("visible_at")
    .execute();
}

/** Lines of one product in one order look alike on an invoice: their credits are compared together. */
function groupOf(cancellation: Cancellation): string {
  const { productId, skuId } = splitCatalogItemId(cancellation.catalog_item_id);
  return [cancellation.customer_id, cancellation.order_id, productId, skuId].join(" ");
}

function endOf(invoice: Invoice): Date {
  return new Date(invoice.billingPeriodEnd ?? invoice.invoiceDate);
}

function isCredit(line: InvoiceLine): boolean {
  return line.total.startsWith("-") || line.subtotal.startsWith("-");
}

async function settle(desk: Desk, group: Cancellation[], lines: Credited[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  let orderIds = [first.order_id, first.alternate_order_id];
  let found = matching(first, orderIds, lines);
  if (found.length === 0 && first.alternate_order_id === null) {
    const alternateId = await readAlternateId(desk, first);
    orderIds = [first.order_id, alternateId];
    found = matching(first, orderIds, lines);
  }
  const [line] = found;
  if (!line) {
    if (isOverdue(first, desk.clock.now()))
      for (const row of group) await record(desk, row, { status: "overdue" });
    return;
  }
  const withTax = taxIncluded(first.market);
  // Amounts of two currencies don't compare: where none came in the expected one, what came is told as it is.
  const inCurrency = (wanted: string | null) => found.filter(({ currencyCode }) => currencyCode === wanted);
  const expectedIn = first.credit_currency ?? line.currencyCode;
  const foreign = inCurrency(expectedIn).length === 0 ? line.currencyCode : null;
  const came = inCurrency(foreign ?? expectedIn);
  let left = -tenThousandths(addDecimals(came.map((one) => (withTax ? one.total : one.subtotal))));
  for (const [index, row] of group.entries()) {
    const expected = row.credit_amount === null || foreign ? null : tenThousandths(row.credit_amount);
    const seen = shareOf(left, expected, group.length - index);
    left -= seen;
    await record(desk, row, {
      status: !foreign && (expected === null || isClose(seen, expected)) ? "seen" : "different",
      seen,
      foreign,
      invoiceId: came[0]?.invoiceId ?? "",
    });
  }
}

/** What one of so many cancellations has of what is left of their credits: what it expects, and the last of them the rest. */
function shareOf(left: bigint, expected: bigint | null, among: number): bigint {
  if (among === 1) return left;
  if (expected === null) return left / BigInt(among);
  return isClose(left, expected) || left < expected ? left : expected;
}

function isClose(seen: bigint, expected: bigint): boolean {
  const apart = seen > expected ? seen - expected : expected - seen;
  return apart <= tolerance;
}

/** An earlier month's invoice may carry the credit of another line of the same product in the order. */
function matching(of: Cancellation, orderIds: (string | null)[], lines: Credited[]): Credited[] {
  const { productId, skuId } = splitCatalogItemId(of.catalog_item_id);
  return lines.filter(
    (line) =>
      of.visible_at !== null &&
      line.until >= invoiceMonth(of.visible_at) &&
      line.customerId === of.customer_id &&
      (orderIds.includes(line.orderId) ||
        (line.alternateId !== null && orderIds.includes(line.alternateId))) &&
      line.productId === productId &&
      line.skuId === skuId,
  );
}

/** Invoices name an order by its other id (Microsoft, "Order resources": alternateId). */
async function readAlternateId(desk: Desk, of: Cancellation): Promise<string | null> {
  try {
    const order = await desk.partnerCenter.getOrder({ customerId: of.customer_id, orderId: of.order_id });
    await desk.db
      .updateTable("cancellations")
      .set({ alternate_order_id: order.alternateId })
      .where("customer_id", "=", of.customer_id)
      .where("order_id", "=", of.order_id)
      .execute();
    return order.alternateId;
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused") return null;
    throw error;
  }
}

/** The invoice for the cancellation's month is out, with all its lines, when the days for looking are over. */
function isOverdue(of: Cancellation, now: Date): boolean {
  if (!of.visible_at) return false;
  const month = invoiceMonth(of.visible_at);
  return now >= new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, lastLookDay));
}

/** Writes what became of a credit; a status that stands already is left alone. */
async function record(
  desk: Desk,
  row: Cancellation,
  outcome:
    | { status: "overdue" }
    | { status: "seen" | "different"; seen: bigint; foreign: string | null; invoiceId: string },
): Promise<void> {
  const now = desk.clock.now();
  if (row.credit_status === outcome.status) return;
  await transact(desk.db, async (trx) => {
    const changed = await trx
      .updateTable("cancellations")
      .set({
        credit_status: outcome.status,
        ...("seen" in outcome
          ? {
              credit_seen: decimalOf(outcome.seen),
              credit_seen_currency: outcome.foreign,
              credit_invoice_id: outcome.invoiceId,
            }
          : {}),
        updated_at: now,
      })
      .where("id", "=", row.id)
      .where("credit_status", row.credit_status === null ? "is" : "=", row.credit_status)
      .returning("id")
      .executeTakeFirst();
    if (!changed) return;
    await redrawCancellation(trx, desk, row, { aloud: outcome.status !== "seen" });
    await recordActivity(trx, {
      workspaceId: row.workspace_id,
      at: now,
      actor: null,
      act: `credit.${outcome.status}`,
      outcome: outcome.status === "seen" ? "done" : "failed",
      request: { kind: "cancellation", id: row.id },
      customerId: row.customer_id,
      details: {
        expected: row.credit_amount,
        currency: row.credit_currency,
        ...("seen" in outcome
          ? {
              seen: decimalOf(outcome.seen),
              seenCurrency: outcome.foreign ?? row.credit_currency,
              invoiceId: outcome.invoiceId,
            }
          : {}),
      },
      correlationId: row.correlation_id,
    });
  });
}
