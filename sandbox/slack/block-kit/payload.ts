import { z } from "zod";
import { blocks } from "./blocks.ts";
import { optionGroup, plainOption, plainText } from "./objects.ts";
import { type Problem, problemAt } from "./problem.ts";

const viewSize = 250 * 1024;
const blockTextLimit = 13_000;
const markdownLimit = 12_000;

const carried = {
  private_metadata: z.string().max(3_000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};
const metadata = z.strictObject({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.unknown()),
  entities: z.array(z.unknown()).optional(),
});
const messageBlocks = z.array(blocks.message).max(50);
const attachment = z.looseObject({
  text: z.string().optional(),
  fallback: z.string().optional(),
  blocks: messageBlocks.optional(),
});

/** The shape of everything an app may show. A message may carry arguments of its call besides its content. */
export const shapes = {
  modal: z.strictObject({
    type: z.literal("modal"),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    blocks: z.array(blocks.modal).min(1).max(100),
    ...carried,
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
  }),
  home: z.strictObject({ type: z.literal("home"), blocks: z.array(blocks.home).max(100), ...carried }),
  message: z.looseObject({
    text: z.string().optional(),
    blocks: messageBlocks.optional(),
    attachments: z.array(attachment).optional(),
    metadata: metadata.optional(),
  }),
  options: z
    .strictObject({
      options: z.array(plainOption).max(100).optional(),
      option_groups: z.array(optionGroup).max(100).optional(),
    })
    .refine((answer) => (answer.options === undefined) !== (answer.option_groups === undefined), {
      error: "must provide exactly one of `options` or `option_groups`",
    }),
};

interface Block {
  type: string;
  block_id?: string | undefined;
  text?: unknown;
  element?: Element | undefined;
  accessory?: Element | undefined;
  elements?: unknown;
}
interface Element {
  type: string;
  action_id?: string | undefined;
  focus_on_load?: boolean | undefined;
}

/** Rules that span a whole view. The view must have the right shape. */
export function viewProblems(view: z.infer<typeof shapes.modal> | z.infer<typeof shapes.home>): Problem[] {
  const content: Block[] = view.blocks;
  const firstInput = content.findIndex((block) => block.type === "input");
  const bytes = Buffer.byteLength(JSON.stringify(view));
  return [
    ...(view.type === "modal" && view.submit === undefined && firstInput >= 0
      ? [
          problemAt(
            ["blocks", firstInput, "input"],
            "must define `submit` to use an `input` block in modals",
            {
              constraint: { type: "required", expected: "submit" },
            },
          ),
        ]
      : []),
    ...duplicates(content),
    ...focusProblems(content),
    ...(bytes > viewSize
      ? [
          problemAt([], `must be no more than ${viewSize} bytes`, {
            error: "view_too_large",
            constraint: { type: "maxSize", expected: viewSize, got: bytes },
          }),
        ]
      : []),
  ];
}

/** Rules that span a whole message. The message must have the right shape. */
export function messageProblems(message: z.infer<typeof shapes.message>): Problem[] {
  const content: Block[] = message.blocks ?? [];
  const tables = content.flatMap((block, index) =>
    block.type === "table" || block.type === "data_table" ? [index] : [],
  );
  const markdown = content
    .filter((block) => block.type === "markdown")
    .reduce((sum, block) => sum + String(block.text).length, 0);
  const total = textLength(content);
  const attachments = message.attachments?.length ?? 0;
  return [
    ...duplicates(content),
    ...focusProblems(content),
    ...tables.slice(1).map((index) =>
      problemAt(["blocks", index], "only one table allowed", {
        constraint: { type: "maxItems", expected: 1 },
      }),
    ),
    ...(markdown > markdownLimit
      ? [
          problemAt(["blocks"], `markdown must be less than ${markdownLimit + 1} characters in all`, {
            constraint: { type: "maxLength", expected: markdownLimit, got: markdown },
          }),
        ]
      : []),
    ...(total > blockTextLimit
      ? [
          problemAt(["blocks"], `must be less than ${blockTextLimit + 1} characters in all`, {
            error: "msg_blocks_too_long",
            constraint: { type: "maxLength", expected: blockTextLimit, got: total },
          }),
        ]
      : []),
    ...(attachments > 100
      ? [
          problemAt(["attachments"], "no more than 100 items allowed", {
            error: "too_many_attachments",
            constraint: { type: "maxItems", expected: 100 },
          }),
        ]
      : []),
  ];
}

function elementsOf(block: Block): { path: PropertyKey[]; element: Element }[] {
  if (block.element) return [{ path: ["element"], element: block.element }];
  if (block.accessory) return [{ path: ["accessory"], element: block.accessory }];
  if (block.type !== "actions") return [];
  return (block.elements as Element[]).map((element, index) => ({ path: ["elements", index], element }));
}

/** A block id may stand once in the payload, an action id once in its block. */
function duplicates(content: Block[]): Problem[] {
  const problems: Problem[] = [];
  const blockIds = new Set<string>();
  content.forEach((block, index) => {
    const actionIds = new Set<string>();
    for (const { path, element } of elementsOf(block)) {
      const id = element.action_id;
      if (id !== undefined && actionIds.has(id)) {
        problems.push(taken(["blocks", index, ...path, "action_id"], "action_id", id));
      }
      if (id !== undefined) actionIds.add(id);
    }
    if (block.block_id === undefined) return;
    if (blockIds.has(block.block_id)) {
      problems.push(taken(["blocks", index, "block_id"], "block_id", block.block_id));
    }
    blockIds.add(block.block_id);
  });
  return problems;
}

function taken(path: PropertyKey[], field: string, id: string): Problem {
  return problemAt(path, `\`${field}\` already exists: ${id}`, { constraint: { type: "unique", got: id } });
}

function focusProblems(content: Block[]): Problem[] {
  return content
    .flatMap((block, index) =>
      elementsOf(block)
        .filter(({ element }) => element.focus_on_load === true)
        .map(({ path }) => ["blocks", index, ...path, "focus_on_load"]),
    )
    .slice(1)
    .map((path) =>
      problemAt(path, "only one element may be focused on load", {
        constraint: { type: "maxItems", expected: 1 },
      }),
    );
}

/** Characters of everything that can be read in these blocks. */
function textLength(content: unknown): number {
  if (Array.isArray(content)) return content.reduce<number>((sum, part) => sum + textLength(part), 0);
  if (typeof content !== "object" || content === null) return 0;
  return Object.entries(content).reduce(
    (sum, [name, value]) =>
      sum + (name === "text" && typeof value === "string" ? value.length : textLength(value)),
    0,
  );
}
