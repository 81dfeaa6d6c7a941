import type { types, ViewOutput } from "@slack/bolt";
import { type Block, context, warning } from "./blocks/blocks.ts";
import { unescapeMarkup } from "./blocks/escape.ts";
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
  /** The block that an answer stands in, for a message beside it. */
  blockId(actionId: string): string | undefined;
}

type Answer = ViewOutput["state"]["values"][string][string];

/** What was chosen and typed in a view, as Slack sends it with every action and submission. */
export function readForm(view: ViewOutput): Form {
  const answers = new Map<string, { blockId: string; answer: Answer }>();
  for (const [blockId, block] of Object.entries(view.state.values)) {
    for (const [actionId, answer] of Object.entries(block)) answers.set(actionId, { blockId, answer });
  }
  const chosen = (actionId: string): Choice | null => {
    const selected = answers.get(actionId)?.answer.selected_option;
    return selected ? { value: selected.value, text: unescapeMarkup(selected.text.text) } : null;
  };
  return {
    view,
    viewId: view.id,
    metadata: view.private_metadata,
    chosen,
    value: (actionId) => chosen(actionId)?.value ?? answers.get(actionId)?.answer.value ?? null,
    blockId: (actionId) => answers.get(actionId)?.blockId,
  };
}

/**
 * The form as it was, everything typed still there, with a notice: a `banner` (why it came back) at the top or a `busy`
 * line at the bottom, both markup.
 */
export function restoreForm(view: ViewOutput, notice: { banner?: string; busy?: string }): Modal {
  const own: string[] = Object.values(notices);
  const kept = (view.blocks as Block[])
    .filter((block) => !own.includes(block.block_id ?? ""))
    .map((block) => withAnswer(block, view));
  return {
    type: "modal",
    title: { type: "plain_text", text: view.title.text, emoji: false },
    blocks: [
      ...(notice.banner === undefined ? [] : [warning(notice.banner, notices.banner)]),
      ...kept,
      ...(notice.busy === undefined ? [] : [context([notice.busy], notices.busy)]),
    ],
    callback_id: view.callback_id,
    private_metadata: view.private_metadata,
    ...(view.submit ? { submit: { type: "plain_text", text: view.submit.text, emoji: false } } : {}),
    ...(view.close ? { close: { type: "plain_text", text: view.close.text, emoji: false } } : {}),
  };
}

function withAnswer(block: Block, view: ViewOutput): Block {
  if (block.type !== "input") return block;
  const { initial_option: _option, initial_value: _value, ...element } = block.element as Answerable;
  const answer = view.state.values[block.block_id ?? ""]?.[element.action_id ?? ""];
  if (!answer) return block;
  const initial = answer.selected_option
    ? { initial_option: answer.selected_option }
    : answer.value
      ? { initial_value: answer.value }
      : {};
  return { ...block, element: { ...element, ...initial } as types.InputBlockElement };
}

interface Answerable {
  action_id?: string;
  initial_option?: unknown;
  initial_value?: unknown;
}
