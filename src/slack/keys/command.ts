import { randomUUID } from "node:crypto";
import { authorise } from "#src/access/authorise.ts";
import { readCustomer } from "#src/customers/read.ts";
import { DeskError } from "#src/desk/errors.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import type { Modal } from "../blocks/modal.ts";
import { type CustomerChoice, customerOf, suggestCustomers } from "../customer-choice.ts";
import { explain } from "../explain.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, commands, optionSources } from "../ids.ts";
import { decodeLine, decodeState, parseState } from "../state.ts";
import { type KeysForm, keysForm } from "./form.ts";

/** Opens the keys form for those who may have keys (K1); from a message, with customer and software chosen. */
export async function openKeys(session: Session, value = ""): Promise<Modal> {
  await authorise(session.desk, session.agent, "keys");
  const line = parseState("line", value);
  const customer = line && (await readCustomer(session.desk, line.customerId));
  return drawKeysForm(session, {
    formToken: randomUUID(),
    customer: customer && { value: customer.id, text: customer.companyName },
    line,
    version: null,
    language: null,
  });
}

async function drawKeysForm(
  session: Session,
  chosen: {
    formToken: string;
    customer: CustomerChoice | null;
    line: { orderId: string; lineItemNumber: number } | null;
    version: string | null;
    language: string | null;
  },
): Promise<Modal> {
  const { desk, agent, texts } = session;
  const empty: KeysForm = { ...chosen, lines: [], line: null };
  if (!chosen.customer) return keysForm(texts, empty);
  const customerId = chosen.customer.value;
  const lines = await listSoftware(desk, agent, { act: "keys", customerId });
  const line = lines.find(
    ({ orderId, lineItemNumber }) =>
      orderId === chosen.line?.orderId && lineItemNumber === chosen.line.lineItemNumber,
  );
  if (!line) return keysForm(texts, { ...empty, lines });
  try {
    const { packages } = await listPackages(desk, agent, {
      customerId,
      orderId: line.orderId,
      lineItemNumber: line.lineItemNumber,
    });
    return keysForm(texts, { ...empty, lines, line, packages });
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return keysForm(texts, {
      ...empty,
      lines,
      line,
      refusal: explain(desk, texts, error, "keys.packages").markup,
    });
  }
}

function redraw(
  session: Session,
  form: Form,
  keep: { line: boolean; version: boolean; language: boolean },
): Promise<Modal> {
  return drawKeysForm(session, {
    formToken: decodeState("form", form.metadata).formToken,
    customer: customerOf(form.chosen(actions.keysCustomer)),
    line: keep.line ? decodeLine(form.value(actions.keysLine) ?? "") : null,
    version: keep.version ? form.value(actions.keysVersion) : null,
    language: keep.language ? form.value(actions.keysLanguage) : null,
  });
}

/** `/csp-keys` and what belongs to choosing. */
export function registerKeysForm(on: Handlers): void {
  on.command(commands.keys, (session) => openKeys(session));
  on.button(actions.keysOpen, openKeys);
  on.options(optionSources.keysCustomer, (session, query) => suggestCustomers(session, "keys", query));
  on.change(actions.keysCustomer, (session, form) =>
    redraw(session, form, { line: false, version: false, language: false }),
  );
  on.change(actions.keysLine, (session, form) =>
    redraw(session, form, { line: true, version: false, language: false }),
  );
  on.change(actions.keysVersion, (session, form) =>
    redraw(session, form, { line: true, version: true, language: false }),
  );
  on.change(actions.keysLanguage, (session, form) =>
    redraw(session, form, { line: true, version: true, language: true }),
  );
  on.link(actions.keysDownload);
  on.link(actions.keysPortal);
}
