import { input, plain, section } from "../blocks/blocks.ts";
import { limits } from "../blocks/limits.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { staticSelect } from "../blocks/selects.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeState } from "../state.ts";

export const impacts = ["critical", "moderate", "minimal"] as const;

/** What is known before the agent types (S1). */
export interface SupportForm {
  formToken: string;
  customer: CustomerChoice | null;
  orderOrSubscriptionId: string;
  contactName: string;
  contactEmail: string;
}

/** The support request form, with the fields of Microsoft's own (S2-S5). */
export function supportForm(texts: Texts, form: SupportForm): Modal {
  return modal(texts, {
    title: texts.plain("support.title"),
    submit: texts.plain("support.submit"),
    callbackId: callbacks.supportForm,
    metadata: encodeState("form", { formToken: form.formToken }),
    blocks: [
      section(texts.markup("support.problem_type")),
      customerQuestion(texts, inputs.supportCustomer, form.customer, false),
      input({
        label: texts.plain("support.impact.label"),
        element: staticSelect({
          actionId: inputs.supportImpact,
          placeholder: texts.plain("choose"),
          choices: impacts.map((impact) => ({ value: impact, text: texts.plain(`impact.${impact}`) })),
        }),
      }),
      line(texts.plain("support.subject.label"), inputs.supportTitle, 255, ""),
      line(texts.plain("support.order.label"), inputs.supportOrder, 100, form.orderOrSubscriptionId),
      input({
        label: texts.plain("support.reason.label"),
        element: {
          type: "plain_text_input",
          action_id: inputs.supportReason,
          multiline: true,
          max_length: 2_000,
        },
      }),
      input({
        label: texts.plain("support.amount.label"),
        hint: texts.plain("support.amount.hint"),
        element: { type: "plain_text_input", action_id: inputs.supportAmount, max_length: 50 },
      }),
      line(texts.plain("support.contact_name.label"), inputs.supportContactName, 100, form.contactName),
      input({
        label: texts.plain("support.contact_email.label"),
        element: {
          type: "email_text_input",
          action_id: inputs.supportContactEmail,
          ...(form.contactEmail === "" ? {} : { initial_value: form.contactEmail }),
        },
      }),
      input({
        label: texts.plain("support.contact_phone.label"),
        element: {
          type: "plain_text_input",
          action_id: inputs.supportContactPhone,
          max_length: 40,
          placeholder: plain("+34 910 000 000", limits.placeholder),
        },
      }),
    ],
  });
}

function line(label: string, actionId: string, maxLength: number, initial: string) {
  return input({
    label,
    element: {
      type: "plain_text_input",
      action_id: actionId,
      max_length: maxLength,
      ...(initial === "" ? {} : { initial_value: initial.slice(0, maxLength) }),
    },
  });
}

/** After the request was taken: what happens next (S7). */
export function supportRequestedView(texts: Texts, supportRequestId: string): Modal {
  return modal(texts, {
    title: texts.plain("support.title"),
    close: texts.plain("done"),
    blocks: [section(texts.markup("support.requested", { id: supportRequestId }))],
  });
}

/** Asks for the number that the portal gave. */
export function filedForm(texts: Texts, supportRequestId: string): Modal {
  return modal(texts, {
    title: texts.plain("support.filed.title"),
    submit: texts.plain("support.filed.submit"),
    callbackId: callbacks.supportFiled,
    metadata: encodeState("supportRequest", { supportRequestId }),
    blocks: [
      input({
        label: texts.plain("support.ticket.label"),
        hint: texts.plain("support.ticket.hint"),
        element: { type: "plain_text_input", action_id: inputs.supportTicket, max_length: 40 },
      }),
    ],
  });
}

/** After the ticket number was saved (S7). */
export function filedView(texts: Texts): Modal {
  return modal(texts, {
    title: texts.plain("support.filed.title"),
    close: texts.plain("done"),
    blocks: [section(texts.markup("support.filed.done"))],
  });
}
