import { randomUUID } from "node:crypto";
import { requestHandOver } from "#src/fulfilment/hand-over.ts";
import type { SoftwarePackage } from "#src/fulfilment/port.ts";
import type { Modal } from "../blocks/modal.ts";
import { customerOf } from "../customer-choice.ts";
import type { Form } from "../form.ts";
import type { FieldErrors, Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { decodeLine, decodeState, encodeState, StaleState } from "../state.ts";
import { handOverView } from "./hand-over.ts";

function check(texts: Texts, form: Form): FieldErrors {
  if (!customerOf(form.chosen(actions.keysCustomer)))
    return { [actions.keysCustomer]: texts.plain("customer.missing") };
  const line = form.chosen(actions.keysLine);
  if (!line) {
    const beside = form.blockId(actions.keysLine) ? actions.keysLine : actions.keysCustomer;
    return { [beside]: texts.plain("keys.line.missing") };
  }
  if (!choiceOf(form)) return { [actions.keysLine]: texts.plain("keys.package.missing") };
  return {};
}

function choiceOf(form: Form): SoftwarePackage | null {
  const version = form.value(actions.keysVersion) ?? form.value(inputs.keysVersionTyped);
  const language = form.value(actions.keysLanguage) ?? form.value(inputs.keysLanguageTyped);
  const fileType = form.value(inputs.keysFileType) ?? form.value(inputs.keysFileTypeTyped);
  return version && language && fileType ? { version, language, fileType } : null;
}

/** Hands over key and link (K1, K4, K5). They go from here into the open modal and nowhere else. */
async function handOver({ desk, agent, texts }: Session, form: Form): Promise<Modal> {
  const customer = customerOf(form.chosen(actions.keysCustomer));
  const chosen = form.chosen(actions.keysLine);
  const line = decodeLine(chosen?.value ?? "");
  const choice = choiceOf(form);
  if (!customer || !chosen || !line || !choice) throw new StaleState("a keys form without a choice");
  const given = await requestHandOver(desk, agent, {
    formToken: decodeState("form", form.metadata).formToken,
    customerId: customer.value,
    ...line,
    choice,
  });
  return handOverView(texts, { title: chosen.text, choice, handOver: given.handOver });
}

/** "Get keys and downloads" (K4). */
export function registerKeysSubmission(on: Handlers): void {
  on.submitThenWork(callbacks.keysForm, {
    working: "keys.working",
    check,
    work: handOver,
    renew: () => encodeState("form", { formToken: randomUUID() }),
  });
}
