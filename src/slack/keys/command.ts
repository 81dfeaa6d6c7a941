import { randomUUID } from "node:crypto";
import { admit } from "#src/connections/admit.ts";
import { readCustomer } from "#src/customers/read.ts";
import { DeskError } from "#src/desk/errors.ts";
import { readDeposit } from "#src/fulfilment/deposit.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import { readLine } from "#src/purchases/list-lines.ts";
import type { Modal } from "../blocks/modal.ts";
import { type CustomerChoice, customerOf, customerTyped, suggestCustomers } from "../customer-choice.ts";
import { explain } from "../explain.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { mistypedHelp, withHelp } from "../help/usage.ts";
import { actions, callbacks, commands, inputs, optionSources } from "../ids.ts";
import { decodeState, parseState } from "../state.ts";
import { keysForm, unavailableView } from "./form.ts";
import { readSoftware } from "./lists.ts";
import { softwarePage } from "./software.ts";

/**
 * Opens a customer's software page for those who may have keys (K1, K2); `typed` is the beginning of the customer's name or
 * domain, or the tenant GUID.
 */
export async function openSoftware(session: Session, typed = ""): Promise<Modal> {
  await admit(session.desk, session.agent, "keys");
  if (typed === "") return drawSoftware(session, newPage(null));
  const meant = await customerTyped(session, "keys", typed);
  if (meant.customer) return drawSoftware(session, newPage(meant.customer));
  const notice = mistypedHelp(session.texts, "keys", typed) ?? meant.notice;
  return drawSoftware(session, { ...newPage(null), notice });
}

/** `/csp-keys` with what follows it. */
export const openKeysTyped = withHelp("keys", openSoftware);

/** From a receipt: straight to the choice for its line; without one, to the software page. */
export async function openKeys(session: Session, value = ""): Promise<Modal> {
  const line = parseState("line", value);
  if (!line) return openSoftware(session);
  return drawKeysForm(session, { ...line, ...newForm(false) });
}

interface Page {
  listToken: string;
  customer: CustomerChoice | null;
  query: string;
  page: number;
  notice?: string;
}

function newPage(customer: CustomerChoice | null): Page {
  return { listToken: randomUUID(), customer, query: "", page: 0 };
}

async function drawSoftware(session: Session, page: Page): Promise<Modal> {
  const { listToken, customer } = page;
  const lines = customer ? await readSoftware(session, { listToken, customerId: customer.value }) : [];
  return softwarePage(session.texts, { ...page, lines });
}

/** The page as it is asked for now. A search or a customer that changed since it was drawn starts at its first line. */
function turnedTo(form: Form, step: number): Page {
  const { listToken, page, query: before } = decodeState("software", form.metadata);
  const query = (form.value(actions.keysSearch) ?? "").trim();
  return {
    listToken,
    customer: customerOf(form.chosen(actions.keysCustomer)),
    query,
    page: query === before ? Math.max(0, page + step) : 0,
  };
}

interface Chosen {
  formToken: string;
  customerId: string;
  orderId: string;
  lineItemNumber: number;
  listed: boolean;
  version: string | null;
  language: string | null;
  reason: string | null;
}

/** An empty form. `listed`: it stands on top of the software page. */
function newForm(listed: boolean) {
  return { formToken: randomUUID(), listed, version: null, language: null, reason: null };
}

async function drawKeysForm(session: Session, chosen: Chosen): Promise<Modal> {
  const { desk, agent, texts } = session;
  try {
    const { line, packages } = await listPackages(desk, agent, chosen);
    const deposited = packages === null ? await readDeposit(desk, agent, chosen) : null;
    return keysForm(texts, { ...chosen, line, packages, deposited });
  } catch (error) {
    if (!(error instanceof DeskError && error.code === "key_revoked")) throw error;
    const markup = explain(desk, texts, error, "keys.packages").markup;
    return unavailableView(texts, await readLine(desk, chosen), { markup, listed: chosen.listed });
  }
}

function narrowed(session: Session, form: Form, keep: { language: boolean }): Promise<Modal> {
  return drawKeysForm(session, {
    ...decodeState("keys", form.metadata),
    version: form.value(actions.keysVersion),
    language: keep.language ? form.value(actions.keysLanguage) : null,
    reason: form.value(inputs.keysReason),
  });
}

async function openAllSoftware(session: Session, value: string): Promise<Modal> {
  const { desk, agent } = session;
  const { customerId } = decodeState("customer", value);
  await admit(desk, agent, "keys", { customerId });
  const customer = await readCustomer(desk, customerId);
  return drawSoftware(session, newPage({ value: customer.id, text: customer.companyName }));
}

/** `/csp-keys`, the customer's software page, and what belongs to choosing. */
export function registerKeysForm(on: Handlers): void {
  on.command(commands.keys, openKeysTyped);
  on.button(actions.keysOpen, openKeys);
  on.button(actions.keysAll, openAllSoftware);
  on.options(optionSources.keysCustomer, (session, query) => suggestCustomers(session, "keys", query));
  on.change(actions.keysCustomer, (session, form) => {
    const customer = customerOf(form.chosen(actions.keysCustomer));
    return drawSoftware(session, newPage(customer));
  });
  on.change(actions.keysSearch, (session, form) => drawSoftware(session, turnedTo(form, 0)));
  on.change(actions.keysPrevious, (session, form) => drawSoftware(session, turnedTo(form, -1)));
  on.change(actions.keysNext, (session, form) => drawSoftware(session, turnedTo(form, 1)));
  on.submitThenWork(callbacks.keysSoftware, {
    working: "software.working",
    check: (texts, form) =>
      customerOf(form.chosen(actions.keysCustomer))
        ? {}
        : { [actions.keysCustomer]: texts.plain("customer.missing") },
    work: (session, form) => drawSoftware(session, turnedTo(form, 0)),
  });
  on.detour(actions.keysGet, (session, value) =>
    drawKeysForm(session, { ...decodeState("line", value), ...newForm(true) }),
  );
  on.change(actions.keysVersion, (session, form) => narrowed(session, form, { language: false }));
  on.change(actions.keysLanguage, (session, form) => narrowed(session, form, { language: true }));
}
