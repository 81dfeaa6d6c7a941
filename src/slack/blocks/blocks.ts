import type { types } from "@slack/bolt";
import type { Texts } from "../locales/texts.ts";
import { limits, shorten } from "./limits.ts";

export type Block = types.KnownBlock;
export type InputElement = types.InputBlockElement;
export type ActionsElement = types.Button;

/** Plain text; emoji codes stay as typed, because a customer may be called `:tada:`. */
export function plain(text: string, limit: number): types.PlainTextElement {
  return { type: "plain_text", text: shorten(text, limit), emoji: false };
}

/** Text that is markup already: made by `texts.markup`, which escapes its values. */
export function section(markup: string, blockId?: string): Block {
  return {
    type: "section",
    ...(blockId === undefined ? {} : { block_id: blockId }),
    text: { type: "mrkdwn", text: shorten(markup, limits.section), verbatim: true },
  };
}

/** Text with a button beside it, as markup. */
export function sectionWith(markup: string, beside: ActionsElement, blockId?: string): Block {
  return {
    type: "section",
    ...(blockId === undefined ? {} : { block_id: blockId }),
    text: { type: "mrkdwn", text: shorten(markup, limits.section), verbatim: true },
    accessory: beside,
  };
}

/** Many short texts of markup in as few sections as hold them whole. */
export function sections(lines: string[], between = "\n"): Block[] {
  const texts: string[] = [];
  for (const line of lines) {
    const longer = texts.length === 0 ? line : `${texts.at(-1)}${between}${line}`;
    if (texts.length > 0 && longer.length <= limits.section) texts[texts.length - 1] = longer;
    else texts.push(line);
  }
  return texts.map((text) => section(text));
}

/** The name of a page or of a part of one, as plain text. */
export function header(text: string): Block {
  return { type: "header", text: plain(text, limits.header) };
}

/** Something the person must not overlook, as markup; `beside`: what can be done about it. */
export function warning(markup: string, blockId?: string, beside?: ActionsElement): Block {
  const text = `:warning: ${markup}`;
  return beside ? sectionWith(text, beside, blockId) : section(text, blockId);
}

/** Up to ten short facts in two columns, as markup. */
export function fields(facts: string[]): Block {
  return {
    type: "section",
    fields: facts
      .slice(0, 10)
      .map((fact) => ({ type: "mrkdwn", text: shorten(fact, limits.field), verbatim: true })),
  };
}

/** Small grey lines, as markup. */
export function context(lines: string[], blockId?: string): Block {
  return {
    type: "context",
    ...(blockId === undefined ? {} : { block_id: blockId }),
    elements: lines
      .slice(0, 10)
      .map((line) => ({ type: "mrkdwn", text: shorten(line, limits.context), verbatim: true })),
  };
}

export const divider: Block = { type: "divider" };

/** Text to be copied, in one piece or several: shown letter by letter, with no markup read in it. */
export function copyable(text: string | string[], blockId?: string): Block {
  const elements = [text]
    .flat()
    .map((part) => ({ type: "text" as const, text: shorten(part, limits.section) }));
  return {
    type: "rich_text",
    ...(blockId === undefined ? {} : { block_id: blockId }),
    elements: [{ type: "rich_text_preformatted", elements }],
  };
}

/** Buttons and selects side by side, outside of any form. */
export function actionRow(elements: ActionsElement[]): Block {
  return { type: "actions", elements };
}

/** A button that tells the app; `value` holds ids only. */
export function button(input: {
  text: string;
  actionId: string;
  value?: string;
  style?: "primary" | "danger";
  /** What a screen reader says instead of the text, where several buttons are called the same. */
  spoken?: string;
  confirm?: types.ConfirmationDialog;
}): ActionsElement {
  return {
    type: "button",
    text: plain(input.text, limits.button),
    action_id: input.actionId,
    ...(input.value === undefined ? {} : { value: input.value }),
    ...(input.style ? { style: input.style } : {}),
    ...(input.spoken === undefined ? {} : { accessibility_label: shorten(input.spoken, limits.button) }),
    ...(input.confirm ? { confirm: input.confirm } : {}),
  };
}

/** Slack's question before something is done that can't be undone, or that costs money; `text` is markup. */
export function question(
  texts: Texts,
  asked: { title: string; text: string; confirm: string; style?: "primary" | "danger" },
): types.ConfirmationDialog {
  return {
    title: plain(asked.title, limits.confirmTitle),
    text: { type: "mrkdwn", text: shorten(asked.text, limits.confirmText) },
    confirm: plain(asked.confirm, limits.confirmButton),
    deny: plain(texts.plain("back"), limits.confirmButton),
    style: asked.style ?? "danger",
  };
}

/** A button that opens a page; `value` holds ids only. */
export function linkButton(input: {
  text: string;
  actionId: string;
  url: string;
  value?: string;
  style?: "primary";
}): ActionsElement {
  return {
    type: "button",
    text: plain(input.text, limits.button),
    action_id: input.actionId,
    url: input.url,
    ...(input.value === undefined ? {} : { value: input.value }),
    ...(input.style ? { style: input.style } : {}),
  };
}

/**
 * One question of a form. The block id is the action id and, where the answer depends on another one, a `scope`: a new
 * scope forgets what was answered, the same one keeps it.
 */
export function input(question: {
  label: string;
  element: InputElement & { action_id?: string };
  scope?: string;
  hint?: string;
  dispatch?: boolean;
  optional?: boolean;
}): Block {
  const actionId = question.element.action_id ?? "";
  return {
    type: "input",
    block_id: question.scope === undefined ? actionId : `${actionId}/${question.scope}`.slice(0, 255),
    label: plain(question.label, limits.label),
    element: question.element,
    ...(question.hint === undefined ? {} : { hint: plain(question.hint, limits.hint) }),
    ...(question.dispatch ? { dispatch_action: true } : {}),
    ...(question.optional ? { optional: true } : {}),
  };
}
