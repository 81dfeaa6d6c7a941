import type { Block, Element, Option, StateValue, StateValues } from "./model.ts";

/** An interactive element and the block it stands in. */
export interface Placed {
  block: Block;
  blockId: string;
  element: Element;
  actionId: string;
}

interface StateField {
  field: string;
  initial: string | null;
  empty: null | [];
}

const text: StateField = { field: "value", initial: "initial_value", empty: null };
const one: StateField = { field: "selected_option", initial: "initial_option", empty: null };
const many: StateField = { field: "selected_options", initial: "initial_options", empty: [] };

/** Which field of `state.values` an element type fills, and from which property it starts. */
const stateFields: Record<string, StateField> = {
  plain_text_input: text,
  email_text_input: text,
  url_text_input: text,
  number_input: text,
  rich_text_input: { field: "rich_text_value", initial: "initial_value", empty: null },
  static_select: one,
  external_select: one,
  radio_buttons: one,
  multi_static_select: many,
  multi_external_select: many,
  checkboxes: many,
  users_select: { field: "selected_user", initial: "initial_user", empty: null },
  multi_users_select: { field: "selected_users", initial: "initial_users", empty: [] },
  conversations_select: { field: "selected_conversation", initial: "initial_conversation", empty: null },
  multi_conversations_select: {
    field: "selected_conversations",
    initial: "initial_conversations",
    empty: [],
  },
  channels_select: { field: "selected_channel", initial: "initial_channel", empty: null },
  multi_channels_select: { field: "selected_channels", initial: "initial_channels", empty: [] },
  datepicker: { field: "selected_date", initial: "initial_date", empty: null },
  timepicker: { field: "selected_time", initial: "initial_time", empty: null },
  datetimepicker: { field: "selected_date_time", initial: "initial_date_time", empty: null },
  file_input: { field: "files", initial: null, empty: [] },
};

/** The `state.values` field of this element type; undefined for buttons and overflow menus, which keep no value. */
export function stateField(type: string): string | undefined {
  return stateFields[type]?.field;
}

/** Every interactive element in these blocks, in reading order. The blocks must already have ids. */
export function elementsIn(blocks: Block[]): Placed[] {
  return blocks.flatMap((block) => {
    const elements =
      block.type === "input" && block.element
        ? [block.element]
        : block.type === "actions"
          ? (block.elements ?? [])
          : block.type === "section" && block.accessory && block.accessory.type !== "image"
            ? [block.accessory]
            : [];
    return elements.map((element) => ({
      block,
      blockId: block.block_id ?? "",
      element,
      actionId: element.action_id ?? "",
    }));
  });
}

/** Gives ids to the blocks and interactive elements that have none, as Slack does. Returns a copy. */
export function withIds(blocks: Block[], nextId: () => string): Block[] {
  const copy = structuredClone(blocks);
  for (const block of copy) block.block_id ??= nextId();
  for (const { element } of elementsIn(copy)) element.action_id ??= nextId();
  return copy;
}

/** All options an element carries itself, groups flattened. */
export function ownOptions(element: Element): Option[] {
  return element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
}

/** Nothing chosen, nothing typed. */
export function isEmpty(value: StateValue | undefined): boolean {
  if (!value) return true;
  const content = value[stateField(value.type) ?? ""];
  return (
    content === null ||
    content === undefined ||
    content === "" ||
    (Array.isArray(content) && content.length === 0)
  );
}

/**
 * The state of a view or message when it is first shown, or (with `before`) after the bot has replaced its blocks:
 * a field stays as the person left it, even when that is empty, wherever block id, action id and element type are
 * the same and the choice is still offered. A new initial value needs a new block id.
 */
export function stateOf(blocks: Block[], before: StateValues = {}): StateValues {
  const values: StateValues = {};
  for (const { element, blockId, actionId } of elementsIn(blocks)) {
    const fields = stateFields[element.type];
    if (!fields) continue;
    const initial = fields.initial === null ? undefined : element[fields.initial];
    const kept = before[blockId]?.[actionId];
    const inBlock = values[blockId] ?? {};
    inBlock[actionId] =
      kept && kept.type === element.type && stillOffered(element, kept)
        ? kept
        : { type: element.type, [fields.field]: structuredClone(initial ?? fields.empty) };
    values[blockId] = inBlock;
  }
  return values;
}

function stillOffered(element: Element, kept: StateValue): boolean {
  const offered = ownOptions(element);
  if (offered.length === 0) return true;
  const chosen = [kept.selected_option, kept.selected_options]
    .flat()
    .filter((choice) => choice !== undefined);
  return chosen.every((choice) =>
    offered.some((option) => option.value === (choice as Option | null)?.value),
  );
}

/** Everything a person can read in these blocks, one line per text object. */
export function readableText(content: unknown): string {
  if (Array.isArray(content)) return content.map(readableText).filter(Boolean).join("\n");
  if (typeof content !== "object" || content === null) return "";
  const own = "text" in content && typeof content.text === "string" ? [content.text] : [];
  const alt = "alt_text" in content && typeof content.alt_text === "string" ? [content.alt_text] : [];
  return [...own, ...alt, ...Object.values(content).map(readableText)].filter(Boolean).join("\n");
}
