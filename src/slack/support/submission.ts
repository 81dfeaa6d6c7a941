import { DeskError } from "#src/desk/errors.ts";
import { markFiled } from "#src/support-requests/mark-filed.ts";
import { checkSupportFields, requestSupport, type SupportFields } from "#src/support-requests/request.ts";
import type { Modal } from "../blocks/modal.ts";
import { customerOf } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeState, StaleState } from "../state.ts";
import { filedView, impacts, supportRequestedView } from "./form.ts";

/** Which question of the form each field of the request comes from. */
const questions = {
  impact: inputs.supportImpact,
  title: inputs.supportTitle,
  orderOrSubscriptionId: inputs.supportOrder,
  reason: inputs.supportReason,
  amountRequested: inputs.supportAmount,
  contactName: inputs.supportContactName,
  contactEmail: inputs.supportContactEmail,
  contactPhone: inputs.supportContactPhone,
} satisfies Record<keyof SupportFields, string>;

function fieldsOf(form: Form): SupportFields {
  const text = (field: keyof SupportFields) => form.value(questions[field])?.trim() ?? "";
  return {
    impact: impacts.find((impact) => impact === text("impact")) ?? "moderate",
    title: text("title"),
    orderOrSubscriptionId: text("orderOrSubscriptionId"),
    reason: text("reason"),
    amountRequested: text("amountRequested"),
    contactName: text("contactName"),
    contactEmail: text("contactEmail"),
    contactPhone: text("contactPhone"),
  };
}

function check(texts: Texts, form: Form): FieldErrors {
  if (!customerOf(form.chosen(inputs.supportCustomer)))
    return { [inputs.supportCustomer]: texts.plain("customer.missing") };
  const wrong = checkSupportFields(fieldsOf(form));
  return Object.fromEntries(
    wrong.map((field) => [questions[field], texts.plain(`support.invalid.${field}`)]),
  );
}

async function submitRequest({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  const customer = customerOf(form.chosen(inputs.supportCustomer));
  if (!customer) throw new StaleState("a support form without a customer");
  const { formToken } = decodeState("form", form.metadata);
  const { supportRequestId } = await requestSupport(desk, agent, {
    ...fieldsOf(form),
    formToken,
    customerId: customer.value,
  });
  return supportRequestedView(texts, supportRequestId);
}

async function submitTicket(
  { desk, agent, texts }: Session,
  form: Form,
): Promise<Modal | { errors: FieldErrors }> {
  const { supportRequestId } = decodeState("supportRequest", form.metadata);
  const ticketNumber = form.value(inputs.supportTicket)?.trim() ?? "";
  try {
    await markFiled(desk, agent, { supportRequestId, ticketNumber });
    return filedView(texts);
  } catch (error) {
    if (!(error instanceof DeskError && error.code === "invalid_input")) throw error;
    return { errors: { [inputs.supportTicket]: texts.plain("support.invalid.ticketNumber") } };
  }
}

/** Support requests (S7) and the numbers that the portal gave them. */
export function registerSupportSubmissions(on: Handlers): void {
  on.submitThenWork(callbacks.supportForm, { working: "support.working", check, work: submitRequest });
  on.submit(callbacks.supportFiled, submitTicket);
}
