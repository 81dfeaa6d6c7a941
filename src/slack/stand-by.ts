import type { ServerResponse } from "node:http";
import { z } from "zod";
import { section } from "./blocks/blocks.ts";
import { modal } from "./blocks/modal.ts";
import type { SignedRequest } from "./gate.ts";
import { createTexts, type Language } from "./locales/texts.ts";

/** Slack waits three seconds for an answer; this is when somebody else answers for us. */
export const patienceMs = 2_500;

/**
 * Answers what nobody answered in time, or what nobody handles (a button of an older version), so that a person sees words
 * instead of a broken window. `tell` says something to one person through their response address.
 */
export function standBy(
  request: SignedRequest,
  response: ServerResponse,
  help: { languages: ReadonlyMap<string, Language>; tell: (responseUrl: string, text: string) => void },
): void {
  if (response.headersSent) return;
  const asked = readAsked(request);
  const texts = createTexts(help.languages.get(asked.user) ?? "en", "UTC");
  switch (asked.type) {
    case "view_submission": {
      const view = modal(texts, { title: texts.plain("app"), blocks: [section(texts.markup("late.view"))] });
      send(response, { response_action: "update", view });
      break;
    }
    case "block_suggestion":
      send(response, { options: [] });
      break;
    case "command":
      send(response, { response_type: "ephemeral", text: texts.markup("late.command") });
      break;
    default:
      if (asked.responseUrl) help.tell(asked.responseUrl, texts.markup("late.button"));
      send(response, null);
  }
}

const interaction = z.object({
  type: z.string(),
  user: z.object({ id: z.string() }),
  response_url: z.string().optional(),
});

function readAsked(request: SignedRequest): { type: string; user: string; responseUrl: string | null } {
  const form = new URLSearchParams(request.rawBody.toString());
  if (form.has("command")) {
    return { type: "command", user: form.get("user_id") ?? "", responseUrl: form.get("response_url") };
  }
  const payload = interaction.safeParse(JSON.parse(form.get("payload") ?? "null"));
  if (!payload.success) return { type: "", user: "", responseUrl: null };
  return {
    type: payload.data.type,
    user: payload.data.user.id,
    responseUrl: payload.data.response_url ?? null,
  };
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(body === null ? "" : JSON.stringify(body));
}
