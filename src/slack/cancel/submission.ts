import { randomUUID } from "node:crypto";
import { readBatch } from "#src/cancellations/read-batch.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { limits } from "../blocks/limits.ts";
import type { Modal } from "../blocks/modal.ts";
import { refusalMarkup } from "../explain.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeLine, decodeState } from "../state.ts";
import { answersOf, assessChosen, drawCancelForm } from "./command.ts";
import { batchState, cancelConfirmView, cancelRequestedView } from "./confirm.ts";
import { lookUpTyped } from "./find-typed.ts";
import { sorted } from "./form.ts";
import { type Answers, mostAtOnce } from "./selection.ts";

function check(texts: Texts, form: Form): FieldErrors {
  const { customer, chosen, typed } = answersOf(form);
  if (typed !== "" || (customer && chosen.length > 0)) return {};
  if (!customer) return { [actions.cancelCustomer]: texts.plain("cancel.customer_or_order.missing") };
  const beside =
    [actions.cancelLines, actions.cancelProduct].find((actionId) => form.blockId(actionId)) ??
    actions.cancelCustomer;
  return { [beside]: texts.plain("cancel.lines.missing") };
}

/** The summary of what can be cancelled, with what can't and why; when nothing can, the form again with what C8 says. */
async function summarise(session: Session, form: Form): Promise<Modal> {
  const given = answersOf(form);
  const { answers, notices } =
    given.typed === "" ? { answers: given, notices: [] } : await lookUpTyped(session, given);
  const { customer } = answers;
  if (!customer || notices.length > 0) return drawCancelForm(session, answers, notices);
  return confirmOrForm(session, { ...answers, customer });
}

async function confirmOrForm(
  session: Session,
  answers: Answers & { customer: NonNullable<Answers["customer"]> },
): Promise<Modal> {
  const { desk, texts } = session;
  const items = await assessChosen(session, answers.customer.value, answers.chosen);
  const { open } = sorted(items);
  if (open.length === 0) return drawCancelForm(session, answers);
  const state = batchState({ formToken: randomUUID(), customerId: answers.customer.value, open });
  if (items.length > mostAtOnce || state.length > limits.privateMetadata)
    return drawCancelForm(session, answers, [texts.markup("cancel.too_many", { most: mostAtOnce })]);
  return cancelConfirmView(texts, {
    customer: answers.customer.text,
    items,
    open,
    state,
    now: desk.clock.now(),
  });
}

async function confirm(session: Session, form: Form): Promise<Modal> {
  const { desk, agent, texts } = session;
  const { formToken, customerId, lines } = decodeState("cancelBatch", form.metadata);
  const asked = lines.flatMap((line) => decodeLine(line) ?? []);
  const batch = await requestCancellations(desk, agent, { formToken, customerId, lines: asked });
  const { items, refused_items, customer_name } = await readBatch(desk, agent, batch);
  if (items.length === 0) {
    const customer = { value: customerId, text: customer_name };
    // Each reason once: fifty orders that are not found are one sentence.
    const reasons = [...new Set(refused_items.map((item) => refusalMarkup(texts, item)))];
    return drawCancelForm(session, { customer, product: null, chosen: lines, typed: "", round: 0 }, reasons);
  }
  return cancelRequestedView(texts, {
    customerId,
    count: items.length,
    left: asked.length - items.length,
  });
}

/** The two steps of a cancellation: look at everything chosen once more; then ask for it. */
export function registerCancelSubmissions(on: Handlers): void {
  on.submitThenWork(callbacks.cancelForm, { working: "cancel.working", check, work: summarise });
  // Asks Partner Center once more before anything is written, which may take longer than Slack waits.
  on.submitThenWork(callbacks.cancelConfirm, {
    working: "cancel.requesting",
    check: () => ({}),
    work: confirm,
  });
}
