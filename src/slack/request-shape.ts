import { z } from "zod";
import { limits } from "./blocks/limits.ts";

const id = z.string().min(1);
const text = z.string();
const team = z.looseObject({ id: id.optional(), enterprise_id: text.nullish() }).nullish();
const from = {
  user: z.looseObject({ id, team_id: text.nullish() }),
  team,
  enterprise: z.looseObject({ id: text.nullish() }).nullish(),
  is_enterprise_install: z.union([z.boolean(), text]).nullish(),
  trigger_id: text.optional(),
  response_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .or(z.literal("")),
};

const option = z.looseObject({ value: text, text: z.looseObject({ text }) });
const answer = z.looseObject({
  type: text,
  value: text.nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
  selected_user: text.nullish(),
  selected_date: text.nullish(),
});
const label = z.looseObject({ text }).nullish();
const block = z
  .looseObject({ type: text, block_id: text.optional(), element: z.looseObject({}).optional() })
  .refine(({ type, element }) => type !== "input" || element);
const anyView = z.looseObject({
  id,
  type: text,
  hash: text.optional(),
  callback_id: text,
  private_metadata: text.max(limits.privateMetadata),
  title: label,
  submit: label,
  close: label,
  blocks: z.array(block),
  state: z.looseObject({ values: z.record(text, z.record(text, answer)) }),
});
/** A modal has a title, the Home tab need not. */
const view = anyView.refine(({ type, title }) => type !== "modal" || title);
const action = z.looseObject({
  action_id: id,
  block_id: text,
  type: text,
  action_ts: text.optional(),
  value: text.nullish(),
});

/** What of Slack's interactions this app relies on, by their type. */
const interaction = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("block_actions"),
    ...from,
    actions: z.array(action).min(1),
    view: view.nullish(),
    channel: z.looseObject({ id }).nullish(),
    message: z.looseObject({ ts: text }).nullish(),
  }),
  z.looseObject({
    type: z.literal("view_submission"),
    ...from,
    view,
    response_urls: z.array(z.looseObject({ response_url: text })).nullish(),
  }),
  z.looseObject({ type: z.literal("view_closed"), ...from, view }),
  z.looseObject({
    type: z.literal("block_suggestion"),
    ...from,
    action_id: id,
    block_id: text,
    value: text,
    // Our selects stand in modals.
    view,
  }),
  z.looseObject({ type: z.literal("shortcut"), ...from, callback_id: id }),
  z.looseObject({
    type: z.literal("message_action"),
    ...from,
    callback_id: id,
    message: z.looseObject({ ts: text }),
  }),
]);

const authorization = z.looseObject({
  enterprise_id: text.nullish(),
  is_enterprise_install: z.boolean().nullish(),
});
const event = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("event_callback"),
    team_id: text.nullish(),
    enterprise_id: text.nullish(),
    is_enterprise_install: z.boolean().nullish(),
    authorizations: z.array(authorization).nullish(),
    event: z.looseObject({
      type: id,
      user: z.unknown().optional(),
      tokens: z.looseObject({ bot: z.array(text).nullish() }).nullish(),
    }),
  }),
  z.looseObject({ type: z.literal("url_verification"), challenge: text }),
  z.looseObject({ type: z.literal("app_rate_limited") }),
]);

const command = z.looseObject({
  command: z.string().startsWith("/"),
  text: text.optional(),
  user_id: id,
  team_id: text.optional(),
  trigger_id: text.optional(),
});
const sslCheck = z.looseObject({ ssl_check: z.literal("1") });

/** The `payload` of a form: an interaction of a kind that Slack sends, with all that we rely on in it. */
export function isInteraction(payload: unknown): payload is Record<string, unknown> {
  return interaction.safeParse(payload).success;
}

/** A JSON body: an event, or a question of Slack's about the address itself. */
export function isEvent(body: unknown): body is Record<string, unknown> {
  return event.safeParse(body).success;
}

/** The fields of a form without a payload: a slash command, or Slack's check of our certificate. */
export function isCommand(fields: unknown): fields is Record<string, unknown> {
  return command.safeParse(fields).success || sslCheck.safeParse(fields).success;
}
