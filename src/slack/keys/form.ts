import type { Deposit } from "#src/fulfilment/deposit.ts";
import type { SoftwarePackage } from "#src/fulfilment/port.ts";
import { reasonLength } from "#src/fulfilment/reveal.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { actionRow, type Block, button, context, input, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { staticSelect } from "../blocks/selects.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts, Values } from "../locales/texts.ts";
import { encodeState } from "../state.ts";

/** How far the form has come. `packages` null: the portal shows the choices, so the agent types them. */
export interface KeysForm {
  formToken: string;
  line: SoftwareLine;
  /** It stands on top of the software page, to which closing leads back. */
  listed: boolean;
  packages: SoftwarePackage[] | null;
  /** What lies in the vault for this line, where the portal is the way to it. */
  deposited: Deposit | null;
  version: string | null;
  language: string | null;
  /** What was typed as the reason so far. */
  reason: string | null;
}

/** Version, language and file type, of which only those are offered that exist together (K3), and why. */
export function keysForm(texts: Texts, form: KeysForm): Modal {
  const { line, packages } = form;
  const nothing = packages?.length === 0;
  return modal(texts, {
    title: texts.plain("keys.title"),
    ...(nothing ? {} : { submit: texts.plain("keys.submit") }),
    callbackId: callbacks.keysForm,
    metadata: encodeState("keys", { ...idsOf(line), formToken: form.formToken, listed: form.listed }),
    blocks: [
      lineSection(texts, line),
      ...(nothing
        ? [section(texts.markup("keys.none"))]
        : [
            ...(form.deposited ? [depositSection(texts, form.deposited)] : []),
            ...packageBlocks(texts, form),
            reasonQuestion(texts, form.reason),
            context([texts.markup("keys.minute")]),
          ]),
      ...(form.listed ? [] : [allSoftware(texts, line)]),
    ],
  });
}

/** Why there is no choice for this line, as markup, with the way to the customer's other software. */
export function unavailableView(
  texts: Texts,
  line: SoftwareLine,
  input: { markup: string; listed: boolean },
): Modal {
  return modal(texts, {
    title: texts.plain("keys.title"),
    blocks: [
      lineSection(texts, line),
      warning(input.markup),
      ...(input.listed ? [] : [allSoftware(texts, line)]),
    ],
  });
}

/** The ids of a line, as states hold them. */
export function idsOf({ customerId, orderId, lineItemNumber }: SoftwareLine) {
  return { customerId, orderId, lineItemNumber };
}

/** Under this id the line's own words are found again in a view that Slack returns. */
export const lineBlockId = "keys.line.v1";

/** What was bought: product, order number, quantity and day. */
export function lineSection(texts: Texts, line: SoftwareLine): Block {
  return section(
    texts.markup("keys.chosen", {
      product: line.title,
      order: line.orderId,
      quantity: line.quantity,
      bought: { at: line.purchasedAt, show: "day" },
    }),
    lineBlockId,
  );
}

function depositSection(texts: Texts, deposit: Deposit): Block {
  return section(
    texts.markup("deposit.there", { ...depositFacts(deposit), link: deposit.hasLink ? "yes" : "no" }),
  );
}

/** Who deposited, when, and the last characters of the key, for a text. */
export function depositFacts({ by, at, displayKey }: Deposit): Values {
  return {
    by: { mention: by },
    at: { at, show: "minute" },
    known: displayKey === "" ? "no" : "yes",
    key: displayKey,
  };
}

function allSoftware(texts: Texts, { customerId }: SoftwareLine): Block {
  return actionRow([
    button({
      text: texts.plain("software.all"),
      actionId: actions.keysAll,
      value: encodeState("customer", { customerId }),
    }),
  ]);
}

function reasonQuestion(texts: Texts, reason: string | null): Block {
  return input({
    label: texts.plain("keys.reason.label"),
    hint: texts.plain("keys.reason.hint"),
    element: {
      type: "plain_text_input",
      action_id: inputs.keysReason,
      max_length: reasonLength.most,
      ...(reason ? { initial_value: reason } : {}),
    },
  });
}

function packageBlocks(texts: Texts, form: KeysForm): Block[] {
  const { packages } = form;
  if (packages === null) return typedPackage(texts, form.deposited);
  const versions = distinct(packages.map(({ version }) => version));
  const version = oneOf(versions, form.version);
  const ofVersion = packages.filter((candidate) => candidate.version === version);
  const languages = distinct(ofVersion.map(({ language }) => language));
  const language = oneOf(languages, form.language);
  const fileTypes = distinct(
    ofVersion.filter((candidate) => candidate.language === language).map(({ fileType }) => fileType),
  );
  const ask = (
    label: PackageLabel,
    actionId: string,
    values: string[],
    chosen: string | null,
    scope?: string,
  ): Block => packageQuestion(texts, { label, actionId, values, chosen, scope });
  return [
    ask("keys.version.label", actions.keysVersion, versions, version),
    ...(version === null
      ? []
      : [ask("keys.language.label", actions.keysLanguage, languages, language, version)]),
    ...(version === null || language === null
      ? []
      : [ask("keys.file_type.label", inputs.keysFileType, fileTypes, null, `${version}/${language}`)]),
  ];
}

type PackageLabel = "keys.version.label" | "keys.language.label" | "keys.file_type.label";

/** The last of the three leads nowhere: it is read when the form is submitted. */
function packageQuestion(
  texts: Texts,
  question: {
    label: PackageLabel;
    actionId: string;
    values: string[];
    chosen: string | null;
    scope: string | undefined;
  },
): Block {
  const { label, actionId, values, chosen, scope } = question;
  const name =
    label === "keys.language.label"
      ? (value: string) => languageName(texts, value)
      : (value: string) => value;
  return input({
    label: texts.plain(label),
    element: staticSelect({
      actionId,
      placeholder: texts.plain("choose"),
      choices: values.map((value) => ({ value, text: name(value) })),
      chosen,
    }),
    ...(scope === undefined ? {} : { scope }),
    dispatch: actionId !== inputs.keysFileType,
  });
}

/** As typed for what is in the vault already: for that package, and no other, it is given from there. */
function typedPackage(texts: Texts, deposited: Deposit | null): Block[] {
  const typed = (label: PackageLabel, actionId: string, known: string | undefined) =>
    input({
      label: texts.plain(label),
      element: {
        type: "plain_text_input",
        action_id: actionId,
        max_length: 60,
        ...(known ? { initial_value: known } : {}),
      },
    });
  const { version, language, fileType } = deposited?.choice ?? {};
  return [
    section(texts.markup("keys.typed")),
    typed("keys.version.label", inputs.keysVersionTyped, version),
    typed("keys.language.label", inputs.keysLanguageTyped, language),
    typed("keys.file_type.label", inputs.keysFileTypeTyped, fileType),
  ];
}

/** A language tag in words, such as `en-us` as "American English"; what is no tag stays as it is. */
export function languageName(texts: Texts, tag: string): string {
  try {
    return new Intl.DisplayNames([texts.language], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function distinct(values: string[]): string[] {
  return [...new Set(values)];
}

function oneOf(values: string[], chosen: string | null): string | null {
  if (chosen !== null && values.includes(chosen)) return chosen;
  return values.length === 1 ? (values[0] ?? null) : null;
}
