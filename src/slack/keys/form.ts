import type { SoftwarePackage } from "#src/fulfilment/port.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { type Block, context, input, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { mostChoices, staticSelect } from "../blocks/selects.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import { lineChoice } from "../lines.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeLine, encodeState } from "../state.ts";

/** How far the form has come. `packages` null: the portal shows the choices, so the agent types them. */
export interface KeysForm {
  formToken: string;
  customer: CustomerChoice | null;
  lines: SoftwareLine[];
  line: SoftwareLine | null;
  packages?: SoftwarePackage[] | null;
  version: string | null;
  language: string | null;
  refusal?: string;
}

/** The keys form: customer, software (K2, C11), then only those versions, languages and file types that exist (K3). */
export function keysForm(texts: Texts, form: KeysForm): Modal {
  const { customer, lines } = form;
  return modal(texts, {
    title: texts.plain("keys.title"),
    submit: texts.plain("keys.submit"),
    callbackId: callbacks.keysForm,
    metadata: encodeState("form", { formToken: form.formToken }),
    blocks: [
      customerQuestion(texts, actions.keysCustomer, customer),
      ...(customer ? lineBlocks(texts, form, customer) : [context([texts.markup("keys.intro")])]),
      ...(lines.length > mostChoices ? [context([texts.markup("line.more", { shown: mostChoices })])] : []),
      ...(form.refusal === undefined ? [] : [warning(form.refusal)]),
      ...packageBlocks(texts, form),
    ],
  });
}

function lineBlocks(texts: Texts, form: KeysForm, customer: CustomerChoice): Block[] {
  if (form.lines.length === 0) return [section(texts.markup("line.none", { customer: customer.text }))];
  return [
    input({
      label: texts.plain("keys.line.label"),
      hint: texts.plain("keys.line.hint"),
      element: staticSelect({
        actionId: actions.keysLine,
        placeholder: texts.plain("choose"),
        choices: form.lines.map((line) => lineChoice(texts, line)),
        chosen: form.line && encodeLine(form.line),
        chooseOnly: false,
      }),
      scope: customer.value,
      dispatch: true,
    }),
  ];
}

function packageBlocks(texts: Texts, form: KeysForm): Block[] {
  const { line, packages } = form;
  if (!line || packages === undefined) return [];
  const scope = encodeLine(line);
  if (packages === null) return typedPackage(texts, scope);
  if (packages.length === 0) return [section(texts.markup("keys.none"))];
  const versions = distinct(packages.map(({ version }) => version));
  const version = oneOf(versions, form.version);
  const ofVersion = packages.filter((candidate) => candidate.version === version);
  const languages = distinct(ofVersion.map(({ language }) => language));
  const language = oneOf(languages, form.language);
  const fileTypes = distinct(
    ofVersion.filter((candidate) => candidate.language === language).map(({ fileType }) => fileType),
  );
  return [
    packageQuestion(texts, "keys.version.label", actions.keysVersion, versions, version, scope, true),
    ...(version === null
      ? []
      : [
          packageQuestion(
            texts,
            "keys.language.label",
            actions.keysLanguage,
            languages,
            language,
            `${scope}/${version}`,
            true,
          ),
        ]),
    ...(version === null || language === null
      ? []
      : [
          packageQuestion(
            texts,
            "keys.file_type.label",
            inputs.keysFileType,
            fileTypes,
            null,
            `${scope}/${version}/${language}`,
            false,
          ),
        ]),
  ];
}

function packageQuestion(
  texts: Texts,
  label: "keys.version.label" | "keys.language.label" | "keys.file_type.label",
  actionId: string,
  values: string[],
  chosen: string | null,
  scope: string,
  dispatch: boolean,
): Block {
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
    scope,
    dispatch,
  });
}

function typedPackage(texts: Texts, scope: string): Block[] {
  const typed = (
    label: "keys.version.label" | "keys.language.label" | "keys.file_type.label",
    actionId: string,
  ) =>
    input({
      label: texts.plain(label),
      element: { type: "plain_text_input", action_id: actionId, max_length: 60 },
      scope,
    });
  return [
    section(texts.markup("keys.typed")),
    typed("keys.version.label", inputs.keysVersionTyped),
    typed("keys.language.label", inputs.keysLanguageTyped),
    typed("keys.file_type.label", inputs.keysFileTypeTyped),
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
