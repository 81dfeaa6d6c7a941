import type { Act } from "#src/access/rights.ts";
import { actionRow, button, context, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import type { Session } from "../handlers.ts";
import { actions, commands } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { contactLines } from "./contact.ts";
import { helpWords, meant, nearest } from "./words.ts";

/** The flows in the order of help, each with the button that opens it. */
export const flows = ["buy", "keys", "cancel", "support", "activity"] as const satisfies Act[];
export type Flow = (typeof flows)[number];

export const openers = {
  buy: actions.buyOpen,
  keys: actions.keysOpen,
  cancel: actions.cancelOpen,
  support: actions.supportOpen,
  activity: actions.activityOpen,
} as const satisfies Record<Flow, string>;

/** How one command is used, with examples and its button; `mistyped`: what followed it and means nothing. */
export function usageView(
  { texts, desk }: Pick<Session, "texts" | "desk">,
  flow: Flow,
  mistyped?: string,
): Modal {
  const command = commands[flow];
  return modal(texts, {
    title: texts.plain("app"),
    blocks: [
      ...(mistyped === undefined
        ? []
        : [
            warning(
              mistypedHelp(texts, flow, mistyped) ??
                texts.markup("usage.unknown", { typed: mistyped, command }),
            ),
          ]),
      section(texts.markup(`help.${flow}`, { command })),
      section(texts.markup(`usage.${flow}`, { command })),
      actionRow([button({ text: texts.plain(`help.${flow}.button`), actionId: openers[flow] })]),
      context([
        texts.markup("usage.more", { command: commands.help }),
        ...contactLines(texts, desk.helpContact),
      ]),
    ],
  });
}

/** Markup that asks whether help was meant; null when what was typed is not close to that. */
export function mistypedHelp(texts: Texts, flow: Flow, typed: string): string | null {
  const word = nearest(typed, helpWords);
  return word === null ? null : texts.markup("usage.did_you_mean", { typed, command: commands[flow], word });
}

type OpenTyped = (session: Session, typed: string) => Promise<Modal>;

/** A flow's command: asked for help it says how it is used, to anybody; what else follows it is the flow's own. */
export function withHelp(flow: Flow, open: OpenTyped): OpenTyped {
  return async (session, typed) =>
    typed !== "" && meant(typed) === "help" ? usageView(session, flow) : open(session, typed);
}
