import type { FailureRecord } from "#src/db/rows.ts";
import { type Block, context, fields, section } from "./blocks/blocks.ts";
import { limits, shorten } from "./blocks/limits.ts";
import type { Texts } from "./locales/texts.ts";

export interface Message {
  text: string;
  blocks: Block[];
}

/**
 * A request's message: title, where it stands, its facts, and the id to quote. Texts are markup; `also` is what a
 * notification, which shows no blocks, says besides.
 */
export function message(
  texts: Texts,
  row: { id: string; updated_at: Date },
  content: { title: string; status: string; blocks: Block[]; also?: string[] },
): Message {
  const wanted = [section(content.title), section(content.status), ...content.blocks];
  const blocks = thatFit(wanted);
  return {
    text: spoken([content.title, content.status, ...(content.also ?? [])]),
    blocks: [
      ...blocks,
      ...(blocks.length < wanted.length ? [context([texts.markup("message.cut")])] : []),
      context([
        texts.markup("message.footer", { id: row.id, updated: { at: row.updated_at, show: "minute" } }),
      ]),
    ],
  };
}

/** As many whole blocks as one message takes, with room for two small lines below them. */
function thatFit(wanted: Block[]): Block[] {
  let characters = 0;
  const first = wanted.slice(0, limits.messageBlocks - 2);
  const end = first.findIndex((block) => {
    characters += charactersOf(block);
    return characters > limits.blocksText;
  });
  return end === -1 ? first : first.slice(0, end);
}

/** How much text a block shows. */
function charactersOf(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  return Object.entries(part).reduce(
    (sum, [name, value]) =>
      sum + (name === "text" && typeof value === "string" ? value.length : charactersOf(value)),
    0,
  );
}

/** As many whole lines as fit; the first of them at least. */
function spoken(lines: string[]): string {
  let text = "";
  for (const line of lines) {
    const longer = text === "" ? line : `${text}\n${line}`;
    if (longer.length > limits.messageText) break;
    text = longer;
  }
  return shorten(text === "" ? (lines[0] ?? "") : text, limits.messageText);
}

/** Why Partner Center said no, and the ids that an operator or Microsoft's support will ask for. */
export function failureBlocks(
  texts: Texts,
  row: { failure: FailureRecord | null; correlation_id: string },
): Block[] {
  const { failure } = row;
  if (!failure) return [fields([texts.markup("fact.correlation", { id: row.correlation_id })])];
  return [
    section(texts.markup("failure.reason", { description: failure.description, code: failure.code })),
    fields([
      texts.markup("fact.operation", { operation: failure.operation }),
      texts.markup("fact.request", { id: failure.requestId }),
      texts.markup("fact.correlation", { id: failure.correlationId }),
    ]),
  ];
}
