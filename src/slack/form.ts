import type { types, ViewOutput } from "@slack/bolt";
import { z } from "zod";
import { type ActionsElement, type Block, context, warning } from "./blocks/blocks.ts";
import { escapeShort, unescapeMarkup } from "./blocks/escape.ts";
import type { Modal } from "./blocks/modal.ts";
import type { Choice } from "./blocks/selects.ts";
import { notices } from "./ids.ts";

/** An open form as Slack returned it: what was chosen and typed, by action id. */
export interface Form {
  view: ViewOutput;
  viewId: string;
  metadata: string;
  /** What was typed, or the value of what was chosen; null when empty. */
  value(actionId: string): string | null;
  chosen(actionId: string): Choice | null;
  /** What was chosen in a select that takes several. */
  chosenMany(actionId: string): Choice[];
  /** The Slack user id of who was chosen in a select of people. */
  user(actionId: string): string | null;
  /** The day (YYYY-MM-DD) that was picked. */
  date(actionId: string): string | null;
  /** The files in a file input. */
  files(actionId: string): AttachedFile[];
  /** The block that an answer stands in, for a message beside it. */
  blockId(actionId: string): string | undefined;
}

/** A file as Slack tells of it with a form; `size` in bytes. */
export interface AttachedFile {
  id: string;
  name: string;
  size: number;
}

const attached = z
  .array(z.object({ id: z.string(), name: z.string().nullish(), size: z.number().nullish() }))
  .catch([]);

type Answer = ViewOutput["state"]["values"][string][string];

/** What was chosen and typed in a view, as Slack sends it with every action and submission. */
export function readForm(view: ViewOutput): Form {
  const answers = new Map<string, { blockId: string; answer: Answer }>();
  for (const [blockId, block] of Object.entries(view.state.values)) {
    for (const [actionId, answer] of Object.entries(block)) answers.set(actionId, { blockId, answer });
  }
  const chosen = (actionId: string): Choice | null => {
    const selected = answers.get(actionId)?.answer.selected_option;
    return selected ? choiceOf(selected) : null;
  };
  return {
    view,
    viewId: view.id,
    metadata: view.private_metadata,
    chosen,
    chosenMany: (actionId) => (answers.get(actionId)?.answer.selected_options ?? []).map(choiceOf),
    value: (actionId) => chosen(actionId)?.value ?? answers.get(actionId)?.answer.value ?? null,
    user: (actionId) => answers.get(actionId)?.answer.selected_user ?? null,
    date: (actionId) => answers.get(actionId)?.answer.selected_date ?? null,
    files: (actionId) => filesIn(answers.get(actionId)?.answer),
    blockId: (actionId) => answers.get(actionId)?.blockId,
  };
}

function choiceOf(selected: { value: string; text: { text: string } }): Choice {
  return { value: selected.value, text: unescapeMarkup(selected.text.text) };
}

function filesIn(answer: Answer | undefined): AttachedFile[] {
  const given = attached.parse((answer as { files?: unknown } | undefined)?.files ?? []);
  return given.map(({ id, name, size }) => ({ id, name: name ?? id, size: size ?? 0 }));
}

/**
 * The form as it was, everything typed still there, with a notice: a `banner` (why it came back) at the top or a `busy`
 * line at the bottom, both markup; `beside`: a button beside the banner. `away`: another view stood in its place meanwhile. A file input can't be given its files
 * back, so they are named below it; the form's state remembers them.
 */
export function restoreForm(
  view: ViewOutput,
  notice: { banner?: string; beside?: ActionsElement; busy?: string; away?: boolean },
): Modal {
  const own: string[] = Object.values(notices);
  const kept = (view.blocks as Block[])
    .filter((block) => !own.includes(block.block_id ?? ""))
    .flatMap((block) => [withAnswer(block, view), ...(notice.away ? filesBelow(block, view) : [])]);
  return {
    type: "modal",
    title: { type: "plain_text", text: view.title.text, emoji: false },
    blocks: [
      ...(notice.banner === undefined ? [] : [warning(notice.banner, notices.banner, notice.beside)]),
      ...kept,
      ...(notice.busy === undefined ? [] : [context([notice.busy], notices.busy)]),
    ],
    callback_id: view.callback_id,
    private_metadata: view.private_metadata,
    ...(view.submit ? { submit: { type: "plain_text", text: view.submit.text, emoji: false } } : {}),
    ...(view.close ? { close: { type: "plain_text", text: view.close.text, emoji: false } } : {}),
  };
}

/** A form with something at its top that its person must not overlook, as markup; gone with the next change. */
export function withNotice(form: Modal, markup: string): Modal {
  return { ...form, blocks: [warning(markup, notices.banner), ...form.blocks] };
}

function filesBelow(block: Block, view: ViewOutput): Block[] {
  if (block.type !== "input" || block.element.type !== "file_input") return [];
  const files = filesIn(view.state.values[block.block_id ?? ""]?.[block.element.action_id ?? ""]);
  const [first] = files;
  const names = files.map(({ name }) => escapeShort(name, 80));
  return first ? [context([`:paperclip: ${names.join(" · ")}`], `${block.block_id}/${first.id}`)] : [];
}

function withAnswer(block: Block, view: ViewOutput): Block {
  if (block.type !== "input") return block;
  const {
    initial_option: _option,
    initial_options: _options,
    initial_value: _value,
    initial_user: _user,
    initial_date: _date,
    ...element
  } = block.element as Answerable;
  const answer = view.state.values[block.block_id ?? ""]?.[element.action_id ?? ""];
  if (!answer) return block;
  const initial = answer.selected_option
    ? { initial_option: answer.selected_option }
    : answer.selected_options?.length
      ? { initial_options: answer.selected_options }
      : answer.selected_user
        ? { initial_user: answer.selected_user }
        : answer.selected_date
          ? { initial_date: answer.selected_date }
          : answer.value
            ? { initial_value: answer.value }
            : {};
  return { ...block, element: { ...element, ...initial } as types.InputBlockElement };
}

interface Answerable {
  action_id?: string;
  initial_option?: unknown;
  initial_options?: unknown;
  initial_value?: unknown;
  initial_user?: unknown;
  initial_date?: unknown;
}
