import type { types } from "@slack/bolt";
import { acts, mayDo } from "#src/access/rights.ts";
import type { Granter } from "#src/access/who-grants.ts";
import type { DrawHome } from "#src/home/port.ts";
import type { HomeContent } from "#src/home/read.ts";
import { openHome } from "#src/home/refresh.ts";
import {
  actionRow,
  type Block,
  button,
  context,
  divider,
  header,
  section,
  warning,
} from "../blocks/blocks.ts";
import { listOf } from "../blocks/list.ts";
import { connectionBlocks } from "../connect/view.ts";
import { roleList } from "../explain.ts";
import type { Handlers } from "../handlers.ts";
import { openFlowBlocks } from "../help/command.ts";
import { contactLines } from "../help/contact.ts";
import { welcomeBlocks } from "../help/welcome.ts";
import { actions, commands } from "../ids.ts";
import { createTexts, type Texts } from "../locales/texts.ts";
import { partBlocks } from "./parts.ts";

type HomeView = types.HomeView;

/**
 * The Home tab: on top what waits for this person or is under way, then every flow with its button (G2, K1, C2), then
 * settings. Who may do nothing here reads what this is and who can change that.
 */
export function homeView(texts: Texts, content: HomeContent, portalUrl: string): HomeView {
  if (!content.agent.isMember) return closedHome(texts, texts.markup("error.not_member"));
  const { roles } = content.agent;
  const portal = { link: portalUrl, label: texts.plain("portal.name") };
  const mayAny = acts.some((act) => mayDo(roles, act));
  return home(texts, [
    ...(mayAny ? [] : newcomerBlocks(texts, content)),
    ...(content.welcome ? welcomeBlocks(texts, roles) : []),
    ...partBlocks(texts, content),
    ...(mayAny ? [section(texts.markup("home.intro")), ...openFlowBlocks(texts, roles)] : []),
    divider,
    section(texts.markup("home.settings")),
    ...connectionBlocks(texts, content.connection),
    ...settingsBlocks(texts, content),
    context([
      ...(mayAny ? [texts.markup("help.roles", { portal })] : []),
      ...contactLines(texts, content.helpContact),
      texts.markup("home.drawn", { at: { at: content.readAt, show: "minute" } }),
    ]),
  ]);
}

/** The Home tab of somebody for whom there is nothing to do here; `markup` says why. */
export function closedHome(texts: Texts, markup: string): HomeView {
  return home(texts, [warning(markup), section(texts.markup("home.closed", { command: commands.help }))]);
}

function home(texts: Texts, blocks: Block[]): HomeView {
  return { type: "home", blocks: [header(texts.plain("app")), ...blocks].slice(0, 100) };
}

/** For who may do nothing here: what this is, what is missing, and who can give it. */
function newcomerBlocks(texts: Texts, { agent, granters }: HomeContent): Block[] {
  const { roles, email } = agent;
  return [
    section(texts.markup("home.what")),
    warning(
      roles.length === 0
        ? texts.markup("home.newcomer", { email: email ?? "–" })
        : texts.markup("home.no_rights", { roles: roleList(texts, roles) }),
    ),
    ...granterBlocks(texts, granters),
  ];
}

function granterBlocks(texts: Texts, granters: Granter[]): Block[] {
  if (granters.length === 0) return [];
  const names = granters.map(({ displayName, slackUserId }) =>
    slackUserId === null
      ? texts.markup("home.granter", { name: displayName })
      : texts.markup("home.granter", { name: { mention: slackUserId } }),
  );
  return [section([texts.markup("home.granters"), ...names].join("\n"))];
}

function settingsBlocks(texts: Texts, { agent, readAt }: HomeContent): Block[] {
  return [
    section(rolesText(texts, agent, readAt)),
    section(texts.markup("home.language", { choice: agent.languageChoice ?? "slack" })),
    actionRow([
      button({ text: texts.plain("home.roles.refresh"), actionId: actions.homeRoles }),
      button({ text: texts.plain("home.language.change"), actionId: actions.homeLanguage }),
    ]),
  ];
}

/** Which roles somebody has, and how old that knowledge is at `now`. */
export function rolesText(
  texts: Texts,
  { roles, rolesReadAt }: Pick<HomeContent["agent"], "roles" | "rolesReadAt">,
  now: Date,
): string {
  return texts.markup("home.roles", {
    roles: listOf(
      texts,
      roles.map((role) => texts.plain(`role.${role}`)),
      "all",
    ),
    held: roles.length === 0 ? "no" : "yes",
    known: rolesReadAt ? "yes" : "no",
    minutes: rolesReadAt ? Math.max(0, Math.floor((now.getTime() - rolesReadAt.getTime()) / 60_000)) : 0,
    at: { at: rolesReadAt ?? now, show: "time" },
  });
}

/** Draws anybody's Home tab. `portalUrl` is the Partner Center web portal. */
export function createDrawHome(options: { portalUrl: string }): DrawHome {
  return (content, reader) =>
    homeView(createTexts(reader.locale, reader.timeZone), content, options.portalUrl);
}

/** The Home tab, drawn whenever somebody opens it. */
export function registerHome(on: Handlers): void {
  on.home(({ ground, agent }) => openHome(ground, agent), closedHome);
}
