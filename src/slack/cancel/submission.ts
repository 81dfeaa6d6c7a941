import { assessLine } from "#src/cancellations/assess.ts";
import { requestCancellation } from "#src/cancellations/request.ts";
import { readLine } from "#src/purchases/list-lines.ts";
import type { Modal } from "../blocks/modal.ts";
import { customerOf } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeLine, decodeState, StaleState } from "../state.ts";
import { drawCancelForm } from "./command.ts";
import { cancelConfirmView, cancelRequestedView } from "./confirm.ts";

function check(texts: Texts, form: Form): FieldErrors {
  if (!customerOf(form.chosen(actions.cancelCustomer)))
    return { [actions.cancelCustomer]: texts.plain("customer.missing") };
  if (form.chosen(actions.cancelLine)) return {};
  const beside =
    [actions.cancelLine, actions.cancelProduct].find((actionId) => form.blockId(actionId)) ??
    actions.cancelCustomer;
  return { [beside]: texts.plain("cancel.line.missing") };
}

/** The summary of an order that can be cancelled; for any other, the form again with what C8 says. */
async function summarise(session: Session, form: Form): Promise<Modal> {
  const { desk, agent, texts } = session;
  const customer = customerOf(form.chosen(actions.cancelCustomer));
  const chosen = decodeLine(form.value(actions.cancelLine) ?? "");
  if (!customer || !chosen) throw new StaleState("a cancellation form without an order");
  const line = await readLine(desk, { customerId: customer.value, ...chosen });
  const assessment = await assessLine(desk, agent, { line });
  if (assessment.kind === "open")
    return cancelConfirmView(texts, { customer: customer.text, line, assessment });
  return drawCancelForm(session, { customer, product: null, line: chosen });
}

async function confirm({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  const { customerId, orderId, lineItemNumber } = decodeState("line", form.metadata);
  await requestCancellation(desk, agent, { customerId, orderId, lineItemNumber });
  return cancelRequestedView(texts, { customerId, orderId });
}

/** The two steps of a cancellation: look at the order once more; then ask for it. */
export function registerCancelSubmissions(on: Handlers): void {
  on.submitThenWork(callbacks.cancelForm, { working: "cancel.working", check, work: summarise });
  // Asks Partner Center once more before anything is written, which may take longer than Slack waits.
  on.submitThenWork(callbacks.cancelConfirm, {
    working: "cancel.requesting",
    check: () => ({}),
    work: confirm,
  });
}
