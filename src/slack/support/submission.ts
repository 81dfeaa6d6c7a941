import { DeskError } from "#src/desk/errors.ts";
import { isTakenType, mostFileBytes, mostFiles } from "#src/support-requests/file-types.ts";
import { markFiled } from "#src/support-requests/mark-filed.ts";
import { checkSupportFields, requestSupport, type SupportFields } from "#src/support-requests/request.ts";
import { updateTicket } from "#src/support-requests/update-ticket.ts";
import type { Modal } from "../blocks/modal.ts";
import { customerOf } from "../customer-choice.ts";
import { explain } from "../explain.ts";
import { type Form, restoreForm } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeState, encodeState, StaleState } from "../state.ts";
import { doneView, filedView, impacts, supportRequestedView } from "./form.ts";

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

/** Ids of the files attached now and of those that the form could not be given back (S6). */
function fileIdsOf(form: Form): string[] {
  const { files } = decodeState("supportForm", form.metadata);
  return [...files, ...form.files(inputs.supportFiles).map(({ id }) => id)];
}

function check(texts: Texts, form: Form): FieldErrors {
  if (!customerOf(form.chosen(actions.supportCustomer)))
    return { [actions.supportCustomer]: texts.plain("customer.missing") };
  const wrong = checkSupportFields(fieldsOf(form), texts.language);
  return {
    ...Object.fromEntries(wrong.map((field) => [questions[field], texts.plain(`support.invalid.${field}`)])),
    ...checkFiles(texts, form),
  };
}

/** What Slack tells of the files at once; their content is looked at when it is fetched. */
function checkFiles(texts: Texts, form: Form): FieldErrors {
  const say = (text: string) => ({ [inputs.supportFiles]: text });
  if (fileIdsOf(form).length > mostFiles)
    return say(texts.plain("support.invalid.files", { most: mostFiles }));
  const files = form.files(inputs.supportFiles);
  const strange = files.find(({ name }) => !isTakenType(name));
  if (strange) return say(texts.plain("support.invalid.file_type", { name: strange.name }));
  const large = files.find(({ size }) => size > mostFileBytes);
  return large ? say(texts.plain("support.invalid.file_size", { name: large.name })) : {};
}

async function submitRequest({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  const customer = customerOf(form.chosen(actions.supportCustomer));
  if (!customer) throw new StaleState("a support form without a customer");
  const { formToken, unknownOrder } = decodeState("supportForm", form.metadata);
  const fields = fieldsOf(form);
  const fileIds = fileIdsOf(form);
  try {
    const { supportRequestId } = await requestSupport(desk, agent, {
      ...fields,
      formToken,
      customerId: customer.value,
      fileIds,
      insistsOn: unknownOrder,
    });
    return supportRequestedView(texts, supportRequestId);
  } catch (error) {
    if (!(error instanceof DeskError && error.code === "order_unknown")) throw error;
    const state = { formToken, files: fileIds, unknownOrder: fields.orderOrSubscriptionId };
    const { markup } = explain(desk, texts, error, callbacks.supportForm);
    return restoreForm(
      { ...form.view, private_metadata: encodeState("supportForm", state) },
      { banner: markup, away: true },
    );
  }
}

/** The state of a form that comes back: what was attached is remembered. */
function renew(form: Form): string {
  const { formToken } = decodeState("supportForm", form.metadata);
  return encodeState("supportForm", { formToken, files: fileIdsOf(form) });
}

async function submitTicket(
  { desk, agent, texts }: Session,
  form: Form,
): Promise<Modal | { errors: FieldErrors }> {
  const filing = decodeState("supportFiled", form.metadata);
  const ticketNumber = form.value(inputs.supportTicket)?.trim() ?? "";
  return besideItsField(inputs.supportTicket, texts.plain("support.invalid.ticketNumber"), async () => {
    await markFiled(desk, agent, { ...filing, ticketNumber });
    return filedView(texts);
  });
}

async function submitNote(
  { desk, agent, texts }: Session,
  form: Form,
): Promise<Modal | { errors: FieldErrors }> {
  const update = decodeState("supportUpdate", form.metadata);
  return besideItsField(inputs.supportNoteText, texts.plain("support.invalid.note"), async () => {
    await updateTicket(desk, agent, { ...update, note: form.value(inputs.supportNoteText) ?? "" });
    return doneView(texts, texts.plain("support.note.title"), texts.markup("support.note.done"));
  });
}

async function submitClose({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  await updateTicket(desk, agent, { ...decodeState("supportUpdate", form.metadata), note: null });
  return doneView(texts, texts.plain("support.close.title"), texts.markup("support.close.done"));
}

async function besideItsField(
  actionId: string,
  text: string,
  act: () => Promise<Modal>,
): Promise<Modal | { errors: FieldErrors }> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DeskError && error.code === "invalid_input")) throw error;
    return { errors: { [actionId]: text } };
  }
}

/** Support requests (S7), the numbers that the portal gave them, and what is added to their tickets. */
export function registerSupportSubmissions(on: Handlers): void {
  on.submitThenWork(callbacks.supportForm, {
    working: "support.working",
    check,
    work: submitRequest,
    renew,
  });
  on.submit(callbacks.supportFiled, submitTicket);
  on.submit(callbacks.supportNote, submitNote);
  on.submit(callbacks.supportClose, submitClose);
}
