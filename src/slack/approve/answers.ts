import {
  approvePurchase,
  declinePurchase,
  handOverApproval,
  isReason,
  readApproval,
  type SeenApproval,
} from "#src/approvals/decide.ts";
import { DeskError } from "#src/desk/errors.ts";
import { acceptChange, withdrawPurchase } from "#src/purchases/confirm.ts";
import type { Modal } from "../blocks/modal.ts";
import { explain } from "../explain.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import { decodeState, encodeState } from "../state.ts";
import { answeredView, approvalAskedView, handOverForm, refuseForm } from "./form.ts";

function seenIn(state: string): SeenApproval {
  const { purchaseId, hash } = decodeState("approval", state);
  return { purchaseId, hash };
}

async function approve({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  await approvePurchase(desk, agent, seenIn(value));
  return answeredView(texts, "approve.done.approved");
}

/** Opens a form for who is still asked; anybody else is told at once, before they type. */
function opening(form: typeof refuseForm) {
  return async ({ desk, agent, texts }: Session, value: string): Promise<Modal> => {
    const seen = seenIn(value);
    const { customerName } = await readApproval(desk, agent, seen);
    return form(texts, encodeState("approval", seen), customerName);
  };
}

async function refuse({ desk, agent, texts }: Session, form: Form): Promise<Modal | { errors: FieldErrors }> {
  const reason = form.value(inputs.approveReason) ?? "";
  if (!isReason(reason)) return { errors: { [inputs.approveReason]: texts.plain("approve.reason.invalid") } };
  await declinePurchase(desk, agent, { ...seenIn(form.metadata), reason });
  return answeredView(texts, "approve.done.declined");
}

async function handOver(session: Session, form: Form): Promise<Modal | { errors: FieldErrors }> {
  const { desk, agent, texts } = session;
  const slackUserId = form.user(inputs.approvePerson);
  if (!slackUserId) return { errors: { [inputs.approvePerson]: texts.plain("approve.person.missing") } };
  try {
    await handOverApproval(desk, agent, { ...seenIn(form.metadata), slackUserId });
    return answeredView(texts, "approve.done.handed_over");
  } catch (error) {
    const beside =
      error instanceof DeskError &&
      (error.code === "approver_not_entitled" || error.code === "approver_asked_already");
    if (!beside) throw error;
    return {
      errors: { [inputs.approvePerson]: explain(desk, texts, error, callbacks.approveHandOver).plain },
    };
  }
}

async function withdraw({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  await withdrawPurchase(desk, agent, seenIn(value));
  return answeredView(texts, "approve.done.withdrawn");
}

async function takeNewPrice({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  const { awaiting } = await acceptChange(desk, agent, seenIn(value));
  return awaiting ? approvalAskedView(texts, awaiting) : answeredView(texts, "approve.done.new_price");
}

/** The buttons of approvals and of changed prices, and the two forms behind them. */
export function registerApprovals(on: Handlers): void {
  on.button(actions.approveApprove, approve);
  on.button(actions.approveRefuse, opening(refuseForm));
  on.button(actions.approveHandOver, opening(handOverForm));
  on.button(actions.approveWithdraw, withdraw);
  on.button(actions.approveLeave, withdraw);
  on.button(actions.approveNewPrice, takeNewPrice);
  on.submit(callbacks.approveRefuse, refuse);
  on.submit(callbacks.approveHandOver, handOver);
}
