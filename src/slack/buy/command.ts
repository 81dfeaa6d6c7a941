import { randomUUID } from "node:crypto";
import { describeItems, listCatalog } from "#src/catalog/list.ts";
import { admit } from "#src/connections/admit.ts";
import { readCustomer } from "#src/customers/read.ts";
import { DeskError, ofTheMoment } from "#src/desk/errors.ts";
import { checkLine } from "#src/purchases/check-line.ts";
import type { ChosenLine, LineProblem } from "#src/purchases/chosen.ts";
import { readRest } from "#src/purchases/retry.ts";
import type { Modal } from "../blocks/modal.ts";
import type { Choice } from "../blocks/selects.ts";
import { customerOf, customerTyped, suggestCustomers } from "../customer-choice.ts";
import { type Form, withNotice } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { mistypedHelp, withHelp } from "../help/usage.ts";
import { actions, commands, optionSources } from "../ids.ts";
import { decodeChosen, decodeState } from "../state.ts";
import { lineInHand, readChoice, remove, settle, startChoice } from "./choice.ts";
import { drawBuyForm } from "./draw.ts";

/** Opens the purchase form for those who may buy (G2). */
export async function openBuy(session: Session): Promise<Modal> {
  await admit(session.desk, session.agent, "buy");
  return drawBuyForm(session, startChoice(randomUUID()));
}

/** The same for the customer whose name or domain begins with what was typed, or whose tenant GUID it is. */
async function openFor(session: Session, typed: string): Promise<Modal> {
  if (typed === "") return openBuy(session);
  await admit(session.desk, session.agent, "buy");
  const { customer, ...none } = await customerTyped(session, "buy", typed);
  const form = await drawBuyForm(session, { ...startChoice(randomUUID()), customer });
  return "notice" in none ? withNotice(form, mistypedHelp(session.texts, "buy", typed) ?? none.notice) : form;
}

/** `/csp-buy` with what follows it. */
export const openBuyTyped = withHelp("buy", openFor);

/** The form with these lines filled in. */
async function openWith(
  session: Session,
  given: { formToken: string; customerId: string; lines: ChosenLine[]; retryOf: string | undefined },
): Promise<Modal> {
  const { desk, agent } = session;
  const [customer, [last]] = await Promise.all([
    readCustomer(desk, given.customerId),
    describeItems(desk, agent, { customerId: given.customerId, items: given.lines.slice(-1) }),
  ]);
  return drawBuyForm(
    session,
    startChoice(given.formToken, {
      customer: { value: customer.id, text: customer.companyName },
      lines: given.lines,
      titleOfLast: last?.title ?? given.lines.at(-1)?.productId ?? "",
      retryOf: given.retryOf,
    }),
  );
}

/** From the price back to the form, with everything in it. */
function reopen(session: Session, form: Form): Promise<Modal> {
  const { formToken, customerId, lines, retryOf } = decodeState("purchase", form.metadata);
  return openWith(session, { formToken, customerId, lines: lines.map(decodeChosen), retryOf });
}

/** Exactly what was not ordered, in a form of its own: another form is another purchase. */
async function retry(session: Session, value: string): Promise<Modal> {
  const { purchaseId } = decodeState("purchaseRest", value);
  const rest = await readRest(session.desk, session.agent, { purchaseId });
  return openWith(session, { formToken: randomUUID(), ...rest, retryOf: purchaseId });
}

/** The product in hand becomes a line, if it can be bought as it is; else the form says what is wrong with it. */
async function addLine(session: Session, form: Form): Promise<Modal> {
  const choice = readChoice(form);
  const inHand = lineInHand(choice);
  if (!choice.customer || !inHand) return drawBuyForm(session, choice);
  const problem = await problemOf(session, choice.customer.value, [...choice.lines, inHand]);
  return problem ? drawBuyForm(session, choice, [problem]) : drawBuyForm(session, settle(choice));
}

async function problemOf(
  { desk, agent }: Session,
  customerId: string,
  lines: ChosenLine[],
): Promise<LineProblem | null> {
  try {
    await checkLine(desk, agent, { customerId, lines });
    return null;
  } catch (error) {
    if (error instanceof DeskError && !ofTheMoment.has(error.code)) return { line: lines.length - 1, error };
    throw error;
  }
}

async function suggestProducts(session: Session, query: string, form: Form): Promise<Choice[]> {
  const customer = customerOf(form.chosen(actions.buyCustomer));
  if (!customer) return [];
  const entries = await listCatalog(session.desk, session.agent, { customerId: customer.value, query });
  return entries.map((entry) => ({
    value: `${entry.productId}:${entry.skuId}`,
    text: entry.title,
    description: session.texts.plain(`kind.${entry.kind}`),
  }));
}

/** `/csp-buy` and what belongs to choosing. */
export function registerBuyForm(on: Handlers): void {
  on.command(commands.buy, openBuyTyped);
  on.button(actions.buyOpen, openBuy);
  on.button(actions.buyRetry, retry);
  on.options(optionSources.buyCustomer, (session, query) => suggestCustomers(session, "buy", query));
  on.options(optionSources.buyProduct, suggestProducts);
  for (const actionId of [actions.buyCustomer, actions.buyProduct, actions.buySubscription])
    on.change(actionId, (session, form) => drawBuyForm(session, readChoice(form)));
  on.change(actions.buyAdd, addLine);
  on.change(actions.buyRemove, (session, form, value) =>
    drawBuyForm(session, remove(readChoice(form), value)),
  );
  on.change(actions.buyBack, reopen);
}
