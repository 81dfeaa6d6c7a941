import { fileTypes, mostFiles } from "#src/support-requests/file-types.ts";
import { type Block, context, input, plain, section } from "../blocks/blocks.ts";
import { limits } from "../blocks/limits.ts";
import { listOf } from "../blocks/list.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { staticSelect } from "../blocks/selects.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { type Form, restoreForm } from "../form.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeState } from "../state.ts";

export const impacts = ["critical", "moderate", "minimal"] as const;

/** What is known before the agent types (S1). Empty where it is not. */
export interface SupportForm {
  formToken: string;
  customer: CustomerChoice | null;
  /** The chosen customer's GUID and domain (S4). */
  tenant: string | null;
  title: string;
  orderOrSubscriptionId: string;
  reason: string;
  amount: string;
  contactName: string;
  contactEmail: string;
  contactPhone: string;
}

/** The support request form, with the fields of Microsoft's own, in its order (S2-S6). */
export function supportForm(texts: Texts, form: SupportForm): Modal {
  return modal(texts, {
    title: texts.plain("support.title"),
    submit: texts.plain("support.submit"),
    callbackId: callbacks.supportForm,
    metadata: encodeState("supportForm", { formToken: form.formToken, files: [] }),
    blocks: [
      section(texts.markup("support.problem_type")),
      customerQuestion(texts, actions.supportCustomer, form.customer),
      tenantBlock(texts, form.tenant),
      input({
        label: texts.plain("support.impact.label"),
        element: staticSelect({
          actionId: inputs.supportImpact,
          placeholder: texts.plain("choose"),
          choices: impacts.map((impact) => ({ value: impact, text: texts.plain(`impact.${impact}`) })),
        }),
      }),
      line(texts.plain("support.subject.label"), inputs.supportTitle, 255, form.title),
      input({
        label: texts.plain("support.order.label"),
        hint: texts.plain("support.order.hint"),
        element: typed(inputs.supportOrder, 64, form.orderOrSubscriptionId),
      }),
      input({
        label: texts.plain("support.reason.label"),
        element: { ...typed(inputs.supportReason, 2_000, form.reason), multiline: true },
      }),
      input({
        label: texts.plain("support.amount.label"),
        hint: texts.plain("support.amount.hint"),
        element: typed(inputs.supportAmount, 50, form.amount),
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
          ...typed(inputs.supportContactPhone, 40, form.contactPhone),
          placeholder: plain("+34 910 000 000", limits.placeholder),
        },
      }),
      input({
        label: texts.plain("support.files.label"),
        hint: texts.plain("support.files.hint", { most: mostFiles, types: listOf(texts, fileTypes, "all") }),
        element: {
          type: "file_input",
          action_id: inputs.supportFiles,
          filetypes: fileTypes,
          max_files: mostFiles,
        },
        optional: true,
      }),
    ],
  });
}

const tenantBlockId = "support.tenant";

/** The first part of the description (S4), which follows from the customer. */
function tenantBlock(texts: Texts, tenant: string | null): Block {
  const text =
    tenant === null ? texts.markup("support.tenant.none") : texts.markup("support.tenant", { tenant });
  return context([text], tenantBlockId);
}

/** The form with another customer's tenant; everything else stays as it was typed. */
export function withTenant(texts: Texts, form: Form, tenant: string | null): Modal {
  const restored = restoreForm(form.view, {});
  const blocks = (restored.blocks as Block[]).map((block) =>
    block.block_id === tenantBlockId ? tenantBlock(texts, tenant) : block,
  );
  return { ...restored, blocks };
}

function typed(actionId: string, maxLength: number, initial: string) {
  return {
    type: "plain_text_input" as const,
    action_id: actionId,
    max_length: maxLength,
    ...(initial === "" ? {} : { initial_value: initial.slice(0, maxLength) }),
  };
}

function line(label: string, actionId: string, maxLength: number, initial: string): Block {
  return input({ label, element: typed(actionId, maxLength, initial) });
}

/** After the request was taken: what happens next (S7). */
export function supportRequestedView(texts: Texts, supportRequestId: string): Modal {
  return doneView(
    texts,
    texts.plain("support.title"),
    texts.markup("support.requested", { id: supportRequestId }),
  );
}

/** Asks for the number that the portal gave, or for the right one. */
export function filedForm(texts: Texts, supportRequestId: string, ticketNumber: string | null): Modal {
  return modal(texts, {
    title: texts.plain("support.filed.title"),
    submit: texts.plain("support.filed.submit"),
    callbackId: callbacks.supportFiled,
    metadata: encodeState("supportFiled", { supportRequestId, replaces: ticketNumber }),
    blocks: [
      input({
        label: texts.plain("support.ticket.label"),
        hint: texts.plain(ticketNumber === null ? "support.ticket.hint" : "support.ticket.correct_hint"),
        element: typed(inputs.supportTicket, 40, ticketNumber ?? ""),
      }),
    ],
  });
}

/** After the ticket number was saved (S7). */
export function filedView(texts: Texts): Modal {
  return doneView(texts, texts.plain("support.filed.title"), texts.markup("support.filed.done"));
}

/** Asks for a note to the ticket (S7). */
export function noteForm(texts: Texts, update: { formToken: string; supportRequestId: string }): Modal {
  return modal(texts, {
    title: texts.plain("support.note.title"),
    submit: texts.plain("support.note.submit"),
    callbackId: callbacks.supportNote,
    metadata: encodeState("supportUpdate", update),
    blocks: [
      input({
        label: texts.plain("support.note.label"),
        hint: texts.plain("support.note.hint"),
        element: { ...typed(inputs.supportNoteText, 2_000, ""), multiline: true },
      }),
    ],
  });
}

/** The last look before a ticket is closed (S7). */
export function closeForm(
  texts: Texts,
  update: { formToken: string; supportRequestId: string },
  ticket: { number: string; title: string },
): Modal {
  return modal(texts, {
    title: texts.plain("support.close.title"),
    submit: texts.plain("support.close.submit"),
    callbackId: callbacks.supportClose,
    metadata: encodeState("supportUpdate", update),
    blocks: [section(texts.markup("support.close.confirm", { ticket: ticket.number, title: ticket.title }))],
  });
}

/** A window that only says what was done. Texts are as they are shown. */
export function doneView(texts: Texts, title: string, markup: string): Modal {
  return modal(texts, { title, close: texts.plain("done"), blocks: [section(markup)] });
}
