import { authorise } from "#src/access/authorise.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import { readCustomer } from "#src/customers/read.ts";
import { listSoftware, type SoftwareLine } from "#src/purchases/list-lines.ts";
import type { Modal } from "../blocks/modal.ts";
import type { Choice } from "../blocks/selects.ts";
import { type CustomerChoice, customerOf, suggestCustomers } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, commands, optionSources } from "../ids.ts";
import { decodeLine, parseState } from "../state.ts";
import { type Candidate, cancelForm } from "./form.ts";

/** With more orders of one product, only the chosen one is looked into. */
const mostAssessed = 20;

/** Opens the cancellation form for those who may cancel (C2); from a message or a finished form, with what is known chosen. */
export async function openCancel(session: Session, value = ""): Promise<Modal> {
  await authorise(session.desk, session.agent, "cancel");
  const line = parseState("line", value);
  const customerId = line?.customerId ?? parseState("customer", value)?.customerId;
  const customer = customerId === undefined ? null : await readCustomer(session.desk, customerId);
  return drawCancelForm(session, {
    customer: customer && { value: customer.id, text: customer.companyName },
    product: null,
    line,
  });
}

/** The form for what has been chosen so far. A line without a product brings its product along. */
export async function drawCancelForm(
  session: Session,
  wanted: {
    customer: CustomerChoice | null;
    product: string | null;
    line: { orderId: string; lineItemNumber: number } | null;
  },
): Promise<Modal> {
  const { desk, agent, texts } = session;
  if (!wanted.customer) {
    return cancelForm(texts, { customer: null, products: [], product: null, candidates: [], chosen: null });
  }
  const lines = await listSoftware(desk, agent, { act: "cancel", customerId: wanted.customer.value });
  const chosenLine = lines.find(
    ({ orderId, lineItemNumber }) =>
      orderId === wanted.line?.orderId && lineItemNumber === wanted.line.lineItemNumber,
  );
  const product = wanted.product ?? (chosenLine ? productOf(chosenLine) : null);
  const candidates = await assess(
    session,
    lines.filter((line) => productOf(line) === product),
    chosenLine,
  );
  const chosen = candidates.find(({ line }) => line === chosenLine) ?? null;
  return cancelForm(texts, {
    customer: wanted.customer,
    products: productChoices(lines),
    product,
    candidates,
    chosen,
  });
}

function assess(
  { desk, agent }: Session,
  lines: SoftwareLine[],
  chosen: SoftwareLine | undefined,
): Promise<Candidate[]> {
  return Promise.all(
    lines.map(async (line) => ({
      line,
      assessment:
        lines.length <= mostAssessed || line === chosen ? await assessLine(desk, agent, { line }) : null,
    })),
  );
}

function productOf(line: SoftwareLine): string {
  return `${line.productId}:${line.skuId}`;
}

function productChoices(lines: SoftwareLine[]): Choice[] {
  const titles = new Map(lines.map((line) => [productOf(line), line.title]));
  return [...titles].map(([value, text]) => ({ value, text }));
}

function redraw(session: Session, form: Form, keep: { product: boolean; line: boolean }): Promise<Modal> {
  return drawCancelForm(session, {
    customer: customerOf(form.chosen(actions.cancelCustomer)),
    product: keep.product ? form.value(actions.cancelProduct) : null,
    line: keep.line ? decodeLine(form.value(actions.cancelLine) ?? "") : null,
  });
}

/** `/csp-cancel` and what belongs to choosing. */
export function registerCancelForm(on: Handlers): void {
  on.command(commands.cancel, (session) => openCancel(session));
  on.button(actions.cancelOpen, openCancel);
  on.button(actions.cancelBack, openCancel);
  on.options(optionSources.cancelCustomer, (session, query) => suggestCustomers(session, "cancel", query));
  on.change(actions.cancelCustomer, (session, form) =>
    redraw(session, form, { product: false, line: false }),
  );
  on.change(actions.cancelProduct, (session, form) => redraw(session, form, { product: true, line: false }));
  on.change(actions.cancelLine, (session, form) => redraw(session, form, { product: true, line: true }));
}
