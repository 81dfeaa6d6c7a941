import { randomUUID } from "node:crypto";
import { seedCustomers, seedOrders } from "#sandbox/partner-center/seed.ts";
import type { PartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import type { Agent } from "#src/access/agent.ts";
import { listCatalog } from "#src/catalog/list.ts";
import { type Offer, readOffer } from "#src/catalog/offer.ts";
import type { ActivityRow } from "#src/db/rows.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import type { ChosenLine } from "#src/purchases/chosen.ts";
import { confirmPurchase } from "#src/purchases/confirm.ts";
import { type Quote, type QuoteInput, quotePurchase } from "#src/purchases/quote.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { type RequestRows, requestTables } from "#src/requests/tables.ts";
import type { DeskUnderTest } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";

export const minute = 60_000;
export const day = 24 * 60 * minute;

export function customerId(companyName: string): string {
  const found = seedCustomers.find((customer) => customer.companyName === companyName);
  if (!found) throw new Error(`no customer ${companyName}`);
  return found.id;
}

/** A seeded order's line, as the verbs take it. */
export function seededLine(
  key: keyof typeof seedOrders,
  lineItemNumber = 0,
): { customerId: string; orderId: string; lineItemNumber: number } {
  const order = seedOrders[key];
  return { customerId: order.customerId, orderId: order.id, lineItemNumber };
}

/** The DeskError that a verb must throw. */
export async function refusalOf(verb: Promise<unknown>): Promise<DeskError> {
  const outcome = await verb.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && outcome.error instanceof DeskError) return outcome.error;
  throw new Error(`no refusal but ${JSON.stringify("error" in outcome ? String(outcome.error) : outcome)}`);
}

/** What the activity says about one request, oldest first. */
export function activityOf(desk: Desk, requestId: string): Promise<Pick<ActivityRow, "act" | "outcome">[]> {
  return desk.db
    .selectFrom("activity")
    .select(["act", "outcome"])
    .where("request_id", "=", requestId)
    .orderBy("sequence")
    .execute();
}

export async function readRow<K extends keyof RequestRows>(
  desk: Desk,
  kind: K,
  id: string,
): Promise<RequestRows[K]> {
  const row = await desk.db
    .selectFrom(requestTables[kind] as "purchases")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return row as unknown as RequestRows[K];
}

/** How often the simulator was asked this, whatever it answered. */
export function calls(simulator: PartnerCenterSimulator, method: string, path: RegExp): number {
  return simulator.requests().filter((request) => request.method === method && path.test(request.path))
    .length;
}

/** Time goes by: roles are read again, the sweeper rings, and what is due is done. */
export async function pass(under: DeskUnderTest, ms: number, desk: Desk = under.desk): Promise<void> {
  under.clock.advance(ms);
  await under.agent();
  await ringOverdue(desk);
  await runDue(desk);
}

/** The clock moves to the next moment at which a job is due, and everything due is done. Returns how far it moved, in ms. */
export async function toNextJob(under: DeskUnderTest, desk: Desk = under.desk): Promise<number> {
  const next = await desk.db
    .selectFrom("outbox")
    .select("run_at")
    .where("sent_at", "is", null)
    .orderBy("run_at")
    .limit(1)
    .executeTakeFirstOrThrow();
  const ms = Math.max(0, next.run_at.getTime() - under.clock.now().getTime());
  under.clock.advance(ms);
  await under.agent();
  await runDue(desk);
  return ms;
}

/** A form filled in with the first product that these words find, for one unit unless said otherwise. */
export async function fillForm(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; words: string; quantity?: string },
): Promise<QuoteInput> {
  const [entry] = await listCatalog(desk, agent, { customerId: input.customerId, query: input.words });
  if (!entry) throw new Error(`the catalogue has no ${input.words}`);
  const offer = await readOffer(desk, agent, { customerId: input.customerId, ...entry });
  return {
    formToken: randomUUID(),
    customerId: input.customerId,
    lines: [chooseFrom(offer, input.quantity)],
  };
}

/** The first of everything that an offer asks. */
function chooseFrom(offer: Offer, quantity = "1"): ChosenLine {
  return {
    productId: offer.productId,
    skuId: offer.skuId,
    termId: offer.terms[0]?.id ?? "",
    quantity,
    azureSubscriptionId: offer.reservation?.subscriptions[0]?.id ?? null,
    scope: offer.reservation ? "shared" : null,
  };
}

/** The form with its one line changed. */
export function withLine(form: QuoteInput, change: Partial<ChosenLine>): QuoteInput {
  return { ...form, lines: form.lines.map((line) => ({ ...line, ...change })) };
}

/** Quotes and confirms; nothing is sent yet. */
export async function confirmed(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; words: string; quantity?: string },
): Promise<Quote> {
  const quote = await quotePurchase(desk, agent, await fillForm(desk, agent, input));
  await confirmPurchase(desk, agent, quote);
  return quote;
}
