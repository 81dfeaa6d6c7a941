import { section, warning } from "../blocks/blocks.ts";
import type { Handlers } from "../handlers.ts";
import { commands } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import type { Message } from "../message.ts";
import { holdsProductKey } from "./shape.ts";

/** What to do with a product key that stands in a channel, for its writer alone. The key is not in it. */
export function pasteWarning(texts: Texts): Message {
  const what = texts.markup("paste.what");
  return {
    text: what,
    blocks: [warning(what), section(texts.markup("paste.do", { command: commands.keys }))],
  };
}

/** Warns people who write something like a product key where others read it. */
export function registerPasteWarning(on: Handlers): void {
  on.message(holdsProductKey, pasteWarning);
}
