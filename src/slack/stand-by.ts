import type { ServerResponse } from "node:http";
import { z } from "zod";
import { measure } from "#src/desk/measure.ts";
import { countedAs } from "./arrivals.ts";
import { section } from "./blocks/blocks.ts";
import { modal } from "./blocks/modal.ts";
import type { Signed } from "./gate.ts";
import { actions, callbacks, commands, messageShortcuts, optionSources, shortcuts } from "./ids.ts";
import { createTexts, type Language } from "./locales/texts.ts";

/** Slack waits three seconds for an answer; this is when somebody else answers for us. */
export const patienceMs = 2_500;

/**
 * Answers what nobody answered in time, or what nobody handles (a button of an older version), so that a person sees words
 * instead of a broken window. `tell` says something to one person through their response address.
 */
export function standBy(
  signed: Signed,
  response: ServerResponse,
  help: { languages: ReadonlyMap<string, Language>; tell: (responseUrl: string, text: string) => void },
): void {
  if (response.headersSent) return;
  const asked = readAsked(signed);
  measure("slackStoodBy", { kind: countedAs(asked.type) });
  const texts = createTexts(help.languages.get(asked.user) ?? "en", "UTC");
  const known = isNamedByUs(asked);
  switch (asked.type) {
    case "view_submission": {
      const why = texts.markup(known ? "late.view" : "error.stale");
      const view = modal(texts, { title: texts.plain("app"), blocks: [section(why)] });
      send(response, { response_action: "update", view });
      break;
    }
    case "block_suggestion":
      send(response, { options: [] });
      break;
    case "command":
      send(response, {
        response_type: "ephemeral",
        text: texts.markup(known ? "late.command" : "late.unknown_command"),
      });
      break;
    case "message_action":
      if (asked.responseUrl) help.tell(asked.responseUrl, texts.markup("late.shortcut"));
      send(response, null);
      break;
    default:
      if (asked.responseUrl) help.tell(asked.responseUrl, texts.markup("late.button"));
      send(response, null);
  }
}

const named = z.string().optional();
const command = z.object({ command: z.string(), user_id: z.string(), response_url: named });
const interaction = z.object({
  type: z.string(),
  user: z.object({ id: z.string() }),
  response_url: named,
  action_id: named,
  callback_id: named,
  view: z.object({ callback_id: named }).nullish(),
  actions: z.array(z.object({ action_id: z.string() })).optional(),
});

interface Asked {
  type: string;
  /** What was clicked, typed or submitted, by its name. */
  name: string;
  user: string;
  responseUrl: string | null;
}

const nothing: Asked = { type: "", name: "", user: "", responseUrl: null };

function readAsked({ from, body }: Signed): Asked {
  if (from === "event") return nothing;
  const typed = command.safeParse(body);
  if (typed.success) {
    const { command: name, user_id: user, response_url } = typed.data;
    return { type: "command", name, user, responseUrl: response_url || null };
  }
  const payload = interaction.safeParse(body);
  if (!payload.success) return nothing;
  const { type, user, response_url, view, ...names } = payload.data;
  return {
    type,
    name: names.actions?.[0]?.action_id ?? names.action_id ?? names.callback_id ?? view?.callback_id ?? "",
    user: user.id,
    responseUrl: response_url || null,
  };
}

const ours: Record<string, ReadonlySet<string>> = {
  command: new Set(Object.values(commands)),
  block_actions: new Set(Object.values(actions)),
  block_suggestion: new Set(Object.values(optionSources)),
  view_submission: new Set(Object.values(callbacks)),
  view_closed: new Set(),
  shortcut: new Set(Object.values(shortcuts)),
  message_action: new Set(Object.values(messageShortcuts)),
};

/** Whether somebody here answers it; what is not ours, such as a button of an older version, need not be waited for. */
export function isOurs(signed: Signed): boolean {
  return isNamedByUs(readAsked(signed));
}

function isNamedByUs({ type, name }: Asked): boolean {
  return ours[type]?.has(name) ?? true;
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(body === null ? "" : JSON.stringify(body));
}
