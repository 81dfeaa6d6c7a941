import type { FailureRecord } from "#src/db/rows.ts";
import { type Block, context, fields, section } from "./blocks/blocks.ts";
import { limits, shorten } from "./blocks/limits.ts";
import type { Texts } from "./locales/texts.ts";

export interface Message {
  text: string;
  blocks: Block[];
}

/** A request's message: title, where it stands, its facts, and the id to quote. Texts are markup. */
export function message(
  texts: Texts,
  row: { id: string; updated_at: Date },
  content: { title: string; status: string; blocks: Block[] },
): Message {
  const blocks = [section(content.title), section(content.status), ...content.blocks].slice(0, 49);
  return {
    text: shorten(`${content.title}\n${content.status}`, limits.messageText),
    blocks: [
      ...blocks,
      context([
        texts.markup("message.footer", { id: row.id, updated: { at: row.updated_at, show: "minute" } }),
      ]),
    ],
  };
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
