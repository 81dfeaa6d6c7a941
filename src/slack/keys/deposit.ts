import { randomUUID } from "node:crypto";
import { Secret } from "#src/config/secret.ts";
import { type Deposit, depositSecrets, readDeposit } from "#src/fulfilment/deposit.ts";
import { isKey, longestKey } from "#src/fulfilment/key-shape.ts";
import { isSafeLink, longestLink } from "#src/fulfilment/link-shape.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import type { SoftwarePackage } from "#src/fulfilment/port.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { context, input, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeState, encodeState } from "../state.ts";
import { depositFacts, idsOf, lineSection } from "./form.ts";
import { packageFacts } from "./hand-over.ts";

export interface DepositForm {
  formToken: string;
  line: SoftwareLine;
  choice: SoftwarePackage;
  /** What is in the vault now and would be destroyed. */
  replaces: Deposit | null;
  /** What was typed, where the form comes back to the one who typed it. */
  typed: { key: string | null; link: string | null };
}

/** The form for what was fetched in the portal: from here it goes into the vault, and teammates get it from there. */
export function depositForm(texts: Texts, form: DepositForm): Modal {
  const { formToken, line, choice, replaces } = form;
  const question = (which: "key" | "link", actionId: string, most: number) =>
    input({
      label: texts.plain(`deposit.${which}.label`),
      hint: texts.plain(`deposit.${which}.hint`),
      element: {
        type: "plain_text_input",
        action_id: actionId,
        max_length: most,
        ...(form.typed[which] ? { initial_value: form.typed[which] } : {}),
      },
      optional: true,
    });
  return modal(texts, {
    title: texts.plain("deposit.title"),
    submit: texts.plain(replaces ? "deposit.submit.replace" : "deposit.submit"),
    close: texts.plain("back"),
    callbackId: callbacks.keysDeposit,
    metadata: encodeState("deposit", {
      formToken,
      ...idsOf(line),
      ...choice,
      replaces: replaces ? replaces.at.toISOString() : null,
    }),
    blocks: [
      lineSection(texts, line),
      packageFacts(texts, choice),
      ...(replaces ? [warning(texts.markup("deposit.replaces", depositFacts(replaces)))] : []),
      question("key", inputs.keysDepositKey, longestKey),
      question("link", inputs.keysDepositLink, longestLink),
      context([texts.markup("deposit.vault")]),
    ],
  });
}

async function openDeposit({ desk, agent, texts }: Session, value: string): Promise<Modal> {
  const { version, language, fileType, ...ids } = decodeState("depositOpen", value);
  const [{ line }, replaces] = await Promise.all([
    listPackages(desk, agent, ids),
    readDeposit(desk, agent, ids),
  ]);
  return depositForm(texts, {
    formToken: randomUUID(),
    line,
    choice: { version, language, fileType },
    replaces,
    typed: { key: null, link: null },
  });
}

function check(texts: Texts, form: Form): FieldErrors {
  const key = form.value(inputs.keysDepositKey)?.trim() ?? "";
  const link = form.value(inputs.keysDepositLink)?.trim() ?? "";
  if (key === "" && link === "") return { [inputs.keysDepositKey]: texts.plain("deposit.missing") };
  return {
    ...(key !== "" && !isKey(key) ? { [inputs.keysDepositKey]: texts.plain("deposit.key.invalid") } : {}),
    ...(link !== "" && !isSafeLink(link)
      ? { [inputs.keysDepositLink]: texts.plain("deposit.link.invalid") }
      : {}),
  };
}

const secretOf = (text: string | null) => (text?.trim() ? new Secret(text.trim()) : null);

async function deposit({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  const { replaces, version, language, fileType, ...ids } = decodeState("deposit", form.metadata);
  const { customerId, orderId, lineItemNumber } = ids;
  const line = { customerId, orderId, lineItemNumber };
  const choice = { version, language, fileType };
  const typed = { key: form.value(inputs.keysDepositKey), link: form.value(inputs.keysDepositLink) };
  const there = await readDeposit(desk, agent, line);
  if (there && there.at.toISOString() !== replaces) {
    // Somebody was faster, or this form came twice: what is there now is replaced only by one who has seen it.
    const read = await listPackages(desk, agent, line);
    return depositForm(texts, { formToken: ids.formToken, line: read.line, choice, replaces: there, typed });
  }
  const { warnings } = await depositSecrets(desk, agent, {
    formToken: ids.formToken,
    ...line,
    choice,
    key: secretOf(typed.key),
    downloadLink: secretOf(typed.link),
  });
  return modal(texts, {
    title: texts.plain("deposit.title"),
    close: texts.plain("done"),
    blocks: [
      section(texts.markup("deposit.done")),
      ...warnings.map((about) => warning(texts.markup(`deposit.warning.${about}`))),
    ],
  });
}

/** "Deposit what you got": key and link go from the form into the vault, never into a message. */
export function registerDeposit(on: Handlers): void {
  on.detour(actions.keysDeposit, openDeposit);
  on.submitThenWork(callbacks.keysDeposit, { working: "deposit.working", check, work: deposit });
}
