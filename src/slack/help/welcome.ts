import type { Selectable } from "kysely";
import { mayDo, type Role } from "#src/access/rights.ts";
import type { WelcomesRow } from "#src/db/rows.ts";
import { wantHomeNow } from "#src/home/refresh.ts";
import { hideWelcome } from "#src/onboarding/home-welcome.ts";
import { actionRow, type Block, button, divider, linkButton, section } from "../blocks/blocks.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, commands } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import type { Message } from "../message.ts";
import { type Flow, openers } from "./usage.ts";

/** What somebody new might try first: what changes nothing comes before what does. */
const firstSteps: readonly Flow[] = ["keys", "activity", "buy", "cancel", "support"];

/** The greeting on a Home tab that is opened for the first time, with a step to try; nothing for who may do nothing here. */
export function welcomeBlocks(texts: Texts, roles: readonly Role[]): Block[] {
  const flow = firstSteps.find((one) => mayDo(roles, one));
  if (!flow) return [];
  return [
    section(texts.markup("home.welcome", { flow, command: commands[flow] })),
    actionRow([
      button({
        text: texts.plain("home.welcome.try", { flow }),
        actionId: openers[flow],
        style: "primary",
      }),
      button({
        text: texts.plain("home.welcome.hide"),
        actionId: actions.homeWelcome,
        spoken: texts.plain("home.welcome.hide.spoken"),
      }),
    ]),
    divider,
  ];
}

/** The one message to the person who installed the app: what it does, what to try, and the way to its Home tab. */
export function welcomeMessage(texts: Texts, row: Selectable<WelcomesRow>): Message {
  const title = texts.markup("welcome.title");
  const what = texts.markup("home.what");
  const steps = texts.markup("welcome.try", { command: commands.help });
  return {
    text: [title, what, steps].join("\n"),
    blocks: [
      section(title),
      section(what),
      section(steps),
      section(texts.markup("welcome.others")),
      actionRow([
        ...(row.app_id === null
          ? []
          : [
              linkButton({
                text: texts.plain("welcome.home"),
                actionId: actions.welcomeHome,
                url: `slack://app?${new URLSearchParams({ team: row.workspace_id, id: row.app_id, tab: "home" })}`,
                style: "primary",
              }),
            ]),
        button({ text: texts.plain("welcome.help"), actionId: actions.helpOpen }),
      ]),
    ],
  };
}

async function hide({ desk, agent }: Session): Promise<void> {
  await hideWelcome(desk, agent);
  await wantHomeNow(desk, agent.personId);
}

/** The buttons of both greetings. */
export function registerWelcome(on: Handlers): void {
  on.press(actions.homeWelcome, hide);
  on.link(actions.welcomeHome);
}
