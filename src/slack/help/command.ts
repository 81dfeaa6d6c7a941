import { type Act, mayDo, rights } from "#src/access/rights.ts";
import { openActivity } from "../activity/command.ts";
import { actionRow, type Block, button, context, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { openBuy } from "../buy/command.ts";
import { openCancel } from "../cancel/command.ts";
import { drawConnect } from "../connect/view.ts";
import { roleList } from "../explain.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, commands } from "../ids.ts";
import { openKeys } from "../keys/command.ts";
import type { Texts } from "../locales/texts.ts";
import { openSupport } from "../support/command.ts";
import { meant, nearest, type Word } from "./words.ts";

const flows = ["buy", "keys", "cancel", "support", "activity"] as const satisfies Act[];

const openers = {
  buy: actions.buyOpen,
  keys: actions.keysOpen,
  cancel: actions.cancelOpen,
  support: actions.supportOpen,
  activity: actions.activityOpen,
};

/** What this person may do, each with its button; and for the rest, who can. */
export function helpView(
  texts: Texts,
  reader: { roles: Session["agent"]["roles"]; portalUrl: string },
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

function oneFlow(texts: Texts, act: (typeof flows)[number], allowed: boolean): Block[] {
  const text = section(texts.markup(`help.${act}`, { command: commands[act] }));
  if (!allowed)
    return [text, context([texts.markup("help.needs_role", { roles: roleList(texts, rights[act]) })])];
  return [text, actionRow([button({ text: texts.plain(`help.${act}.button`), actionId: openers[act] })])];
}

function notAWord(texts: Texts, typed: string): string {
  const word = nearest(typed);
  return word
    ? texts.markup("help.did_you_mean", { typed, word })
    : texts.markup("help.unknown_word", { typed });
}

const opens: Record<Exclude<Word, "help">, (session: Session) => Promise<Modal>> = {
  buy: openBuy,
  keys: (session) => openKeys(session),
  cancel: (session) => openCancel(session),
  support: (session) => openSupport(session),
  activity: openActivity,
  connect: drawConnect,
};

async function openHelp(session: Session, typed: string): Promise<Modal> {
  const word = meant(typed);
  const reader = { roles: session.agent.roles, portalUrl: session.portalUrl };
  if (word === null) return helpView(session.texts, reader, typed);
  return word === "help" ? helpView(session.texts, reader) : opens[word](session);
}

/** `/csp`: help, and every flow by its word. */
export function registerHelp(on: Handlers): void {
  on.command(commands.help, openHelp);
}
