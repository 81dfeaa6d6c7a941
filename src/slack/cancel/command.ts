import { assessLine } from "#src/cancellations/assess.ts";
import { findOrder } from "#src/cancellations/find-order.ts";
import { admit } from "#src/connections/admit.ts";
import { readCustomer } from "#src/customers/read.ts";
import { listSoftware, type SoftwareLine } from "#src/purchases/list-lines.ts";
import { limits } from "../blocks/limits.ts";
import type { Modal } from "../blocks/modal.ts";
import type { Choice } from "../blocks/selects.ts";
import { type CustomerChoice, customerOf, suggestCustomers } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { mistypedHelp, withHelp } from "../help/usage.ts";
import { actions, commands, optionSources } from "../ids.ts";
import { decodeState, encodeLine, parseState } from "../state.ts";
import { openSupport } from "../support/command.ts";
import { lookUpTyped } from "./find-typed.ts";
import { allProducts, type Candidate, cancelForm, type Item, orderChoices } from "./form.ts";
import { type Answers, linesOf, orderOf } from "./selection.ts";

/** With more lines to choose from, only the chosen ones are looked into. */
const mostAssessed = 20;

const nothing: Answers = { customer: null, product: null, chosen: [], typed: "", round: 0 };

/** What is chosen and typed in an open form. */
export function answersOf(form: Form): Answers {
  return {
    customer: customerOf(form.chosen(actions.cancelCustomer)),
    product: form.value(actions.cancelProduct),
    chosen: form.chosenMany(actions.cancelLines).map(({ value }) => value),
    typed: form.value(actions.cancelOrder)?.trim() ?? "",
    round: parseState("cancelForm", form.metadata)?.round ?? 0,
  };
}

/** Opens the cancellation form for those who may cancel (C2); from a message or a finished form, with what is known chosen. */
export async function openCancel(session: Session, value = ""): Promise<Modal> {
  await admit(session.desk, session.agent, "cancel");
  const line = parseState("line", value);
  const customerId = line?.customerId ?? parseState("customer", value)?.customerId;
  if (customerId === undefined) return drawCancelForm(session, nothing);
  return drawCancelForm(session, {
    ...nothing,
    customer: await customerChoice(session, customerId),
    chosen: line ? [encodeLine(line)] : [],
  });
}

/** The form with the orders that were typed after the command found and chosen (C5). */
async function openOrders(session: Session, typed: string): Promise<Modal> {
  if (typed === "") return openCancel(session);
  await admit(session.desk, session.agent, "cancel");
  const mistyped = mistypedHelp(session.texts, "cancel", typed);
  return mistyped ? drawCancelForm(session, nothing, [mistyped]) : drawTyped(session, { ...nothing, typed });
}

/** `/csp-cancel` with what follows it. */
export const openCancelTyped = withHelp("cancel", openOrders);

/** The form for what was found elsewhere: the customer chosen, the orders looked up; for those who may cancel (C2). */
export async function openCancelOf(
  session: Session,
  found: { customer: CustomerChoice | null; orderIds: string[]; notices: string[] },
): Promise<Modal> {
  await admit(session.desk, session.agent, "cancel");
  const { customer, orderIds } = found;
  const answers = { ...nothing, customer, typed: orderIds.join(" ") };
  return orderIds.length === 0
    ? drawCancelForm(session, answers, found.notices)
    : drawTyped(session, answers);
}

/** The form that the confirmation came from, with the same choice. */
async function openBack(session: Session, _value: string, form: Form | null): Promise<Modal> {
  await admit(session.desk, session.agent, "cancel");
  const batch = decodeState("cancelBatch", form?.metadata);
  return drawCancelForm(session, {
    ...nothing,
    customer: await customerChoice(session, batch.customerId),
    chosen: batch.lines,
  });
}

async function customerChoice({ desk }: Session, customerId: string): Promise<CustomerChoice> {
  const customer = await readCustomer(desk, customerId);
  return { value: customer.id, text: customer.companyName };
}

/** The form after the typed numbers were looked up: what was found is chosen, what was not stays typed. */
export async function drawTyped(session: Session, answers: Answers): Promise<Modal> {
  const { answers: found, notices } = await lookUpTyped(session, answers);
  return drawCancelForm(session, found, notices);
}

/** The form for what has been answered so far. A chosen line brings its product along. */
export async function drawCancelForm(
  session: Session,
  answers: Answers,
  notices: string[] = [],
): Promise<Modal> {
  const { desk, texts } = session;
  const now = desk.clock.now();
  const { customer, round, typed } = answers;
  if (!customer) {
    const empty = { products: [], product: null, choices: [], total: 0, chosen: [], items: [] };
    return cancelForm(texts, { ...empty, customer, round, typed, notices, now });
  }
  const lines = await readLines(session, customer.value, answers.chosen);
  const chosenLines = linesOf(answers.chosen, lines);
  const product = answers.product ?? productOfAll(chosenLines);
  const offered = linesOffered(lines, product);
  const items = await assessAll(session, chosenLines);
  const others =
    offered.length <= mostAssessed
      ? await assessAll(
          session,
          offered.filter((line) => !chosenLines.includes(line)),
        )
      : [];
  const known = new Map([...items, ...others].map(({ line, assessment }) => [line, assessment]));
  const candidate = (line: SoftwareLine): Candidate => ({ line, assessment: known.get(line) ?? null });
  const list = choicesOf(session, lines, offered, answers.chosen, candidate);
  return cancelForm(texts, {
    customer,
    round,
    typed,
    notices,
    products: productChoices(lines),
    product,
    ...list,
    chosen: answers.chosen,
    items,
    now,
  });
}

/** What the customer has, and the orders of the chosen values that the list does not show (yet). */
async function readLines(session: Session, customerId: string, chosen: string[]): Promise<SoftwareLine[]> {
  const { desk, agent } = session;
  const listed = await listSoftware(desk, agent, { act: "cancel", customerId });
  const missing = new Set(
    chosen.map(orderOf).filter((orderId) => orderId && !listed.some((line) => line.orderId === orderId)),
  );
  const read = await Promise.all(
    [...missing].map(async (orderId) =>
      orderId === null ? [] : (await findOrder(desk, agent, { orderId, customerId })).lines,
    ),
  );
  return [...listed, ...read.flat()];
}

/** Everything chosen, one line each, with what C8 says about it. */
export async function assessChosen(session: Session, customerId: string, chosen: string[]): Promise<Item[]> {
  return assessAll(session, linesOf(chosen, await readLines(session, customerId, chosen)));
}

function assessAll({ desk, agent }: Session, lines: SoftwareLine[]): Promise<Item[]> {
  return Promise.all(
    lines.map(async (line) => ({ line, assessment: await assessLine(desk, agent, { line }) })),
  );
}

/** The lines of every order that holds the product; those of an order stay together, also of other products. */
function linesOffered(lines: SoftwareLine[], product: string | null): SoftwareLine[] {
  if (product === null) return [];
  if (product === allProducts) return lines;
  const orders = new Set(lines.filter((line) => productOf(line) === product).map(({ orderId }) => orderId));
  return lines.filter(({ orderId }) => orders.has(orderId));
}

/** The newest choices with everything chosen among them, and how many there are in all. */
function choicesOf(
  { texts }: Session,
  lines: SoftwareLine[],
  offered: SoftwareLine[],
  chosen: string[],
  candidate: (line: SoftwareLine) => Candidate,
): { choices: Choice[]; total: number } {
  const all = (some: SoftwareLine[]) =>
    [...Map.groupBy(some, ({ orderId }) => orderId).values()].flatMap((order) =>
      orderChoices(texts, order.map(candidate)),
    );
  const choices = all(offered);
  const kept = all(lines).filter(({ value }) => chosen.includes(value));
  const rest = choices.filter(({ value }) => !chosen.includes(value));
  return {
    choices:
      kept.length + rest.length <= limits.options && kept.every(({ value }) => has(choices, value))
        ? choices
        : [...kept, ...rest].slice(0, limits.options),
    total: kept.length + rest.length,
  };
}

function has(choices: Choice[], value: string): boolean {
  return choices.some((choice) => choice.value === value);
}

function productOf(line: SoftwareLine): string {
  return `${line.productId}:${line.skuId}`;
}

/** The product of these lines; all products where they are of several. */
function productOfAll(lines: SoftwareLine[]): string | null {
  const products = new Set(lines.map(productOf));
  const [only] = products;
  return products.size > 1 ? allProducts : (only ?? null);
}

function productChoices(lines: SoftwareLine[]): Choice[] {
  const titles = new Map(lines.map((line) => [productOf(line), line.title]));
  return [...titles].map(([value, text]) => ({ value, text }));
}

/** The newest orders and lines of the chosen product whose number or product holds what is typed. */
async function suggestLines(session: Session, query: string, form: Form): Promise<Choice[]> {
  const { customer, product } = answersOf(form);
  if (!customer) return [];
  const { desk, agent, texts } = session;
  const lines = await listSoftware(desk, agent, { act: "cancel", customerId: customer.value });
  const wanted = query.trim().toLocaleLowerCase();
  return [...Map.groupBy(linesOffered(lines, product), ({ orderId }) => orderId).values()]
    .filter((order) =>
      order.some(({ orderId, title }) => `${orderId} ${title}`.toLocaleLowerCase().includes(wanted)),
    )
    .flatMap((order) =>
      orderChoices(
        texts,
        order.map((line) => ({ line, assessment: null })),
      ),
    )
    .slice(0, limits.options);
}

/** `/csp-cancel` and what belongs to choosing. */
export function registerCancelForm(on: Handlers): void {
  on.command(commands.cancel, openCancelTyped);
  on.button(actions.cancelOpen, openCancel);
  on.button(actions.cancelBack, openBack);
  on.detour(actions.cancelSupport, openSupport);
  on.options(optionSources.cancelCustomer, (session, query) => suggestCustomers(session, "cancel", query));
  on.options(optionSources.cancelLines, suggestLines);
  on.change(actions.cancelCustomer, (session, form) =>
    drawCancelForm(session, { ...answersOf(form), product: null, chosen: [] }),
  );
  on.change(actions.cancelProduct, (session, form) => drawCancelForm(session, answersOf(form)));
  on.change(actions.cancelLines, (session, form) => drawCancelForm(session, answersOf(form)));
  on.change(actions.cancelOrder, (session, form) => drawTyped(session, answersOf(form)));
}
