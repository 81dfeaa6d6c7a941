import { unescapeMarkup } from "../blocks/escape.ts";

/** Longer messages are read so far. */
const mostCharacters = 12_000;

/**
 * What can be read in a message that somebody picked, in its text, blocks and attachments, without Slack's markup. It is
 * searched and then forgotten: it is neither stored nor logged.
 */
export function readMessage(message: { text?: string; [part: string]: unknown }): string {
  const { text = "", blocks, attachments } = message;
  const all = [text, ...textsIn(blocks), ...textsIn(attachments)].join("\n").slice(0, mostCharacters);
  // `<https://…|label>` and the like; a mention leads nowhere.
  const plain = all.replaceAll(/<([^<>|]*)\|?([^<>]*)>/g, (_all, target: string, label: string) =>
    /^[@#!]/.test(target) ? " " : ` ${target} ${label} `,
  );
  return unescapeMarkup(plain);
}

function textsIn(part: unknown): string[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) =>
    typeof value === "string" ? (name === "text" || name === "url" ? [value] : []) : textsIn(value),
  );
}
