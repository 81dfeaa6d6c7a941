import { mayDo, rights } from "#src/access/rights.ts";
import { openActivityTyped } from "../activity/command.ts";
import { actionRow, type Block, button, context, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { openBuyTyped } from "../buy/command.ts";
import { openCancelTyped } from "../cancel/command.ts";
import { drawConnect } from "../connect/view.ts";
import { roleList } from "../explain.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, commands } from "../ids.ts";
import { openKeysTyped } from "../keys/command.ts";
import type { Texts } from "../locales/texts.ts";
import { openSupportTyped } from "../support/command.ts";
import { contactLines } from "./contact.ts";
import { type Flow, flows, openers, usageView } from "./usage.ts";
import { meant, nearest, splitWord, type Word } from "./words.ts";

/** What this person may do, each with its button; and for the rest, who can. */
export function helpView(
  texts: Texts,
  reader: { roles: Session["agent"]["roles"]; portalUrl: string; helpContact: string | null },
  mistyped?: string,
): Modal {
  return modal(texts, {
    title: texts.plain("app"),
    blocks: [
      ...(mistyped === undefined ? [] : [warning(notAWord(texts, mistyped))]),
      section(texts.markup("help.intro")),
      ...flowBlocks(texts, reader.roles),
      context([
        texts.markup("help.roles", { portal: { link: reader.portalUrl, label: texts.plain("portal.name") } }),
        ...contactLines(texts, reader.helpContact),
      ]),
    ],
  });
}

/** Every flow in a line, with its button where these roles may go there, else with the roles that may. */
function flowBlocks(texts: Texts, roles: Session["agent"]["roles"]): Block[] {
  return flows.flatMap((act) => oneFlow(texts, act, mayDo(roles, act)));
}

/** The flows that these roles may go into, each with its button. */
export function openFlowBlocks(texts: Texts, roles: Session["agent"]["roles"]): Block[] {
  return flows.filter((act) => mayDo(roles, act)).flatMap((act) => oneFlow(texts, act, true));
}

function oneFlow(texts: Texts, act: Flow, allowed: boolean): Block[] {
  const text = section(texts.markup(`help.${act}`, { command: commands[act] }));
  if (!allowed)
    return [text, context([texts.markup("help.needs_role", { roles: roleList(texts, rights[act]) })])];
  return [text, actionRow([button({ text: texts.plain(`help.${act}.button`), actionId: openers[act] })])];
}

function notAWord(texts: Texts, typed: string): string {
  const word = nearest(splitWord(typed).first);
  return word
    ? texts.markup("help.did_you_mean", { typed, word })
    : texts.markup("help.unknown_word", { typed });
}

const opens: Record<Exclude<Word, "help">, (session: Session, typed: string) => Promise<Modal>> = {
  buy: openBuyTyped,
  keys: openKeysTyped,
  cancel: openCancelTyped,
  support: openSupportTyped,
  activity: openActivityTyped,
  connect: drawConnect,
};

/** `/csp cancel 1a2b3c4d5e6f` is `/csp-cancel 1a2b3c4d5e6f`, and `/csp help cancel` is `/csp-cancel help`. */
async function openHelp(session: Session, typed: string): Promise<Modal> {
  const { first, rest } = splitWord(typed);
  const word = meant(first);
  const { agent, portalUrl, desk } = session;
  const reader = { roles: agent.roles, portalUrl, helpContact: desk.helpContact };
  if (word === null) return helpView(session.texts, reader, typed);
  if (word !== "help") return opens[word](session, rest);
  const about = flows.find((flow) => flow === meant(rest));
  return about ? usageView(session, about) : helpView(session.texts, reader);
}

/** `/csp`: help, and every flow by its word. */
export function registerHelp(on: Handlers): void {
  on.command(commands.help, openHelp);
  on.button(actions.helpOpen, (session) => openHelp(session, ""));
}
