import { randomUUID } from "node:crypto";
import { authorise } from "#src/access/authorise.ts";
import { readCustomer } from "#src/customers/read.ts";
import type { Modal } from "../blocks/modal.ts";
import { suggestCustomers } from "../customer-choice.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, commands, optionSources } from "../ids.ts";
import { decodeState, parseState } from "../state.ts";
import { filedForm, supportForm } from "./form.ts";

/** Opens the support form (S1), prefilled with the order it is about and with the agent's own contact data (S5). */
export async function openSupport({ desk, agent, texts }: Session, value = ""): Promise<Modal> {
  await authorise(desk, agent, "support");
  const about = parseState("support", value);
  const customer = about && (await readCustomer(desk, about.customerId));
  return supportForm(texts, {
    formToken: randomUUID(),
    customer: customer && { value: customer.id, text: customer.companyName },
    orderOrSubscriptionId: about?.orderId ?? "",
    contactName: agent.displayName,
    contactEmail: agent.email ?? "",
  });
}

async function openFiled({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  const { supportRequestId } = decodeState("supportRequest", value);
  await authorise(desk, agent, "support");
  return filedForm(texts, supportRequestId);
}

/** `/csp-support` and the buttons that lead to its forms. */
export function registerSupportForm(on: Handlers): void {
  on.command(commands.support, (session) => openSupport(session));
  on.button(actions.supportOpen, openSupport);
  on.button(actions.supportFiled, openFiled);
  on.options(optionSources.supportCustomer, (session, query) => suggestCustomers(session, "support", query));
  on.link(actions.supportPortal);
}
