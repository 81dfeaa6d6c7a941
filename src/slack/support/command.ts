import { randomUUID } from "node:crypto";
import { admit } from "#src/connections/admit.ts";
import { readCustomer } from "#src/customers/read.ts";
import { markFilesAdded } from "#src/support-requests/destroy-files.ts";
import { handBackFiles } from "#src/support-requests/hand-back-files.ts";
import { identifyOrder } from "#src/support-requests/identify-order.ts";
import { lastContactPhone, listSupportRequests, readSupportRequest } from "#src/support-requests/read.ts";
import { tenantOf } from "#src/support-requests/request.ts";
import type { Modal } from "../blocks/modal.ts";
import { formatMoney } from "../blocks/money.ts";
import { customerOf, suggestCustomers } from "../customer-choice.ts";
import { type Form, withNotice } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { withHelp } from "../help/usage.ts";
import { helpWords, nearest } from "../help/words.ts";
import { actions, commands, optionSources } from "../ids.ts";
import { decodeState, parseState, type StateOf } from "../state.ts";
import { closeForm, doneView, filedForm, noteForm, supportForm, withTenant } from "./form.ts";
import { detailsView, handedBackView, listView, unknownWordView } from "./list.ts";

/** Opens the support form (S1), prefilled with what a button knows (customer, order, reason, amount). */
export function openSupport(session: Session, value = ""): Promise<Modal> {
  return openSupportAbout(session, parseState("support", value) ?? {});
}

type About = Partial<StateOf<"support">>;

/**
 * Opens the support form (S1) with what is known of the case, with what the order cost, and with the agent's own contact
 * data (S5). `notice`: markup, what the agent should know about what was filled in.
 */
export async function openSupportAbout(
  session: Session,
  { notice, ...about }: About & { notice?: string },
): Promise<Modal> {
  const { desk, agent, texts } = session;
  await admit(desk, agent, "support");
  const { customerId, orderId, reason } = about;
  const [customer, amount, contactPhone] = await Promise.all([
    customerId === undefined ? null : readCustomer(desk, customerId),
    amountOf(session, about),
    phoneOf(session),
  ]);
  const form = supportForm(texts, {
    formToken: randomUUID(),
    customer: customer && { value: customer.id, text: customer.companyName },
    tenant: customer && tenantOf(customer),
    title: orderId === undefined ? "" : texts.plain("support.subject.known", { order: orderId }),
    orderOrSubscriptionId: orderId ?? "",
    reason: reason ? texts.plain(`support.reason.${reason}`) : "",
    amount,
    contactName: agent.displayName,
    contactEmail: agent.email ?? "",
    contactPhone,
  });
  return notice === undefined ? form : withNotice(form, notice);
}

/** The amount that the button knows, else what the order cost, where Partner Center tells; as the reader writes it. */
async function amountOf({ desk, texts }: Session, about: About): Promise<string> {
  const { customerId, orderId, amount, currency } = about;
  if (customerId === undefined || orderId === undefined) return "";
  const known =
    amount && currency
      ? { amount, currency }
      : (await identifyOrder(desk, { customerId, orderOrSubscriptionId: orderId })).paid;
  return known ? formatMoney(known.amount, known.currency, texts.language).replaceAll("\u00a0", " ") : "";
}

/** From the person's profile, else as they gave it the last time. */
async function phoneOf({ desk, agent }: Session): Promise<string> {
  const { workspaceId, slackUserId } = agent;
  const profile = await desk.chat.readProfile({ workspaceId, slackUserId }).catch(() => null);
  return profile?.phone ?? (await lastContactPhone(desk, agent)) ?? "";
}

async function changeCustomer({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  await admit(desk, agent, "support");
  const chosen = customerOf(form.chosen(actions.supportCustomer));
  const customer = chosen && (await readCustomer(desk, chosen.value));
  return withTenant(texts, form, customer && tenantOf(customer));
}

/** What may follow `/csp-support`, in both languages. */
const listWords = ["list", "lista"];

async function openWord(session: Session, typed: string): Promise<Modal> {
  if (typed === "") return openSupport(session);
  if (listWords.includes(typed.toLowerCase())) return openList(session);
  await admit(session.desk, session.agent, "support");
  return unknownWordView(session.texts, typed, nearest(typed, [...listWords, ...helpWords]));
}

/** `/csp-support` with what follows it. */
export const openSupportTyped = withHelp("support", openWord);

async function openList({ desk, agent, texts }: Session, value = ""): Promise<Modal> {
  const page = parseState("supportList", value)?.page ?? 0;
  return listView(texts, await listSupportRequests(desk, agent, { page }));
}

const requestIn = ({ desk, agent }: Session, value: string) =>
  readSupportRequest(desk, agent, decodeState("supportRequest", value));

async function openDetails(session: Session, value: string): Promise<Modal> {
  return detailsView(session.texts, await requestIn(session, value), session.portalUrl);
}

async function openFiled(session: Session, value: string): Promise<Modal> {
  const { id, ticket_number: ticketNumber } = await requestIn(session, value);
  return filedForm(session.texts, id, ticketNumber);
}

async function openNote(session: Session, value: string): Promise<Modal> {
  const { id } = await requestIn(session, value);
  return noteForm(session.texts, { formToken: randomUUID(), supportRequestId: id });
}

async function openClose(session: Session, value: string): Promise<Modal> {
  const { id, title, ticket_number: number } = await requestIn(session, value);
  const update = { formToken: randomUUID(), supportRequestId: id };
  return closeForm(session.texts, update, { number: number ?? "–", title });
}

async function getFiles({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  return handedBackView(texts, await handBackFiles(desk, agent, decodeState("supportRequest", value)));
}

async function addedFiles({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  await markFilesAdded(desk, agent, decodeState("supportRequest", value));
  return doneView(texts, texts.plain("support.title"), texts.markup("support.files.destroyed"));
}

/** `/csp-support`, its list, and the buttons that lead to its forms. */
export function registerSupportForm(on: Handlers): void {
  on.command(commands.support, openSupportTyped);
  on.button(actions.supportOpen, openSupport);
  on.options(optionSources.supportCustomer, (session, query) => suggestCustomers(session, "support", query));
  on.change(actions.supportCustomer, changeCustomer);
  on.link(actions.supportPortal);
  on.button(actions.supportList, openList);
  on.button(actions.supportShow, openDetails);
  on.button(actions.supportFiled, openFiled);
  on.button(actions.supportNote, openNote);
  on.button(actions.supportClose, openClose);
  on.button(actions.supportFiles, getFiles);
  on.button(actions.supportFilesAdded, addedFiles);
}
