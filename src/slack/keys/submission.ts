import { randomUUID } from "node:crypto";
import { DeskError } from "#src/desk/errors.ts";
import { readDeposit } from "#src/fulfilment/deposit.ts";
import type { SoftwarePackage } from "#src/fulfilment/port.ts";
import { reasonLength, revealKey } from "#src/fulfilment/reveal.ts";
import { readLine } from "#src/purchases/list-lines.ts";
import type { Block } from "../blocks/blocks.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { type Drawn, secretLifeMs } from "../on-screen.ts";
import { decodeState, encodeState, StaleState } from "../state.ts";
import { lineBlockId, lineSection } from "./form.ts";
import { handOverView, hiddenView } from "./hand-over.ts";

function check(texts: Texts, form: Form): FieldErrors {
  const questions: string[] = [
    actions.keysVersion,
    inputs.keysVersionTyped,
    actions.keysLanguage,
    inputs.keysLanguageTyped,
    inputs.keysFileType,
    inputs.keysFileTypeTyped,
  ];
  const asked = questions.filter((actionId) => form.blockId(actionId) !== undefined);
  const missing = asked.filter((actionId) => !form.value(actionId)?.trim());
  // The next question follows from the last answer; it may be on its way still.
  const unasked = choiceOf(form) === null && missing.length === 0 ? asked.slice(-1) : [];
  const reason = [...(form.value(inputs.keysReason) ?? "").trim()].length;
  return {
    ...Object.fromEntries([...missing, ...unasked].map((id) => [id, texts.plain("keys.package.missing")])),
    ...(reason < reasonLength.least || reason > reasonLength.most
      ? { [inputs.keysReason]: texts.plain("keys.reason.invalid", reasonLength) }
      : {}),
  };
}

function choiceOf(form: Form): SoftwarePackage | null {
  const typed = (actionId: string) => form.value(actionId)?.trim();
  const version = form.value(actions.keysVersion) ?? typed(inputs.keysVersionTyped);
  const language = form.value(actions.keysLanguage) ?? typed(inputs.keysLanguageTyped);
  const fileType = form.value(inputs.keysFileType) ?? typed(inputs.keysFileTypeTyped);
  return version && language && fileType ? { version, language, fileType } : null;
}

interface Asked {
  formToken: string;
  customerId: string;
  orderId: string;
  lineItemNumber: number;
  choice: SoftwarePackage;
  reason: string;
  renews?: string;
}

/**
 * Hands over key and link (K1, K4, K5). They go from here into the open modal and nowhere else, for one minute: what was
 * asked for longer ago is a form that came again, and its minute is over.
 */
async function handOver({ desk, agent, texts }: Session, asked: Asked, about: Block): Promise<Drawn> {
  const { customerId, orderId, lineItemNumber, choice } = asked;
  const line = { customerId, orderId, lineItemNumber };
  const reveal = await revealKey(desk, agent, asked);
  if (desk.clock.now().getTime() - reveal.askedAt.getTime() >= secretLifeMs)
    return hiddenView(texts, { about, line });
  const deposited = reveal.source === "service" ? null : await readDeposit(desk, agent, line);
  return handOverView(texts, { about, line, choice, reveal, deposited });
}

async function handOverFromForm(session: Session, form: Form): Promise<Drawn | null> {
  const { formToken, customerId, orderId, lineItemNumber } = decodeState("keys", form.metadata);
  const choice = choiceOf(form);
  const about = (form.view.blocks as Block[]).find((block) => block.block_id === lineBlockId);
  if (!choice || !about) throw new StaleState("a keys form without a choice");
  const reason = form.value(inputs.keysReason) ?? "";
  try {
    return await handOver(session, { formToken, customerId, orderId, lineItemNumber, choice, reason }, about);
  } catch (error) {
    // Slack delivered the form again after all was done: what it led to stays as it stands.
    if (error instanceof DeskError && error.code === "request_moved_on") return null;
    throw error;
  }
}

/** A fresh link for a line whose link is dead or dying, with one click (K5). */
async function renew(session: Session, value: string): Promise<Drawn> {
  const { linkId, customerId, orderId, lineItemNumber, version, language, fileType } = decodeState(
    "renewal",
    value,
  );
  const { desk, texts } = session;
  const line = { customerId, orderId, lineItemNumber };
  return handOver(
    session,
    {
      ...line,
      formToken: randomUUID(),
      choice: { version, language, fileType },
      reason: texts.plain("keys.renew.reason"),
      renews: linkId,
    },
    lineSection(texts, await readLine(desk, line)),
  );
}

/** "Get keys and downloads" (K4) and "Renew" (K5). */
export function registerKeysSubmission(on: Handlers): void {
  on.submitThenWork(callbacks.keysForm, {
    working: "keys.working",
    check,
    work: handOverFromForm,
    renew: ({ metadata }) =>
      encodeState("keys", { ...decodeState("keys", metadata), formToken: randomUUID() }),
  });
  on.button(actions.keysRenew, renew);
  on.link(actions.keysPortal);
}
