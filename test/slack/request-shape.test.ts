import { describe, expect, test } from "vitest";
import { isCommand, isEvent, isInteraction } from "#src/slack/request-shape.ts";

/** What Slack sends, by its own documentation, beside what the stand-in sends. */

const user = { id: "U0AGENT", username: "agent", name: "agent", team_id: "T0CSPDESK" };
const team = { id: "T0CSPDESK", domain: "csp-desk" };
const from = { user, team, enterprise: null, is_enterprise_install: false, token: "t", api_app_id: "A1" };
const organisation = {
  user: { ...user, team_id: "E0ORG" },
  team: null,
  enterprise: { id: "E0ORG", name: "Contoso" },
  is_enterprise_install: true,
};
const option = { text: { type: "plain_text", text: "One", emoji: true }, value: "1" };
const view = {
  id: "V1",
  team_id: "T0CSPDESK",
  type: "modal",
  title: { type: "plain_text", text: "CSP Desk", emoji: true },
  submit: null,
  close: { type: "plain_text", text: "Close" },
  blocks: [
    { type: "section", block_id: "a", text: { type: "mrkdwn", text: "*x*" }, accessory: { type: "button" } },
    { type: "input", block_id: "b", optional: true, element: { type: "plain_text_input", action_id: "c" } },
    { type: "divider", block_id: "d" },
  ],
  private_metadata: "",
  callback_id: "buy.form.v1",
  hash: "1.a",
  clear_on_close: false,
  notify_on_close: false,
  previous_view_id: null,
  root_view_id: "V1",
  app_id: "A1",
  external_id: "",
  bot_id: "B1",
  state: {
    values: {
      text: { one: { type: "plain_text_input", value: null } },
      choice: { one: { type: "external_select", selected_option: option } },
      choices: { one: { type: "checkboxes", selected_options: [option] } },
      nothing: { one: { type: "static_select", selected_option: null } },
      person: { one: { type: "users_select", selected_user: null } },
      day: { one: { type: "datepicker", selected_date: "2026-11-23" } },
      files: { one: { type: "file_input", files: [{ id: "F1", name: "invoice.pdf", size: 4 }] } },
      rich: { one: { type: "rich_text_input", rich_text_value: { type: "rich_text", elements: [] } } },
    },
  },
};
const home = {
  ...view,
  type: "home",
  title: { type: "plain_text", text: "View Title" },
  callback_id: "",
  state: { values: {} },
};
const button = {
  type: "button",
  action_id: "buy.open.v1",
  block_id: "x",
  text: option.text,
  value: "{}",
  action_ts: "1.2",
};
const select = {
  type: "static_select",
  action_id: "keys.version.v1",
  block_id: "x",
  selected_option: option,
  action_ts: "1.2",
};

describe("invariant 7: what Slack sends passes", () => {
  test.each<[string, unknown]>([
    [
      "a button of the Home tab",
      {
        type: "block_actions",
        ...from,
        trigger_id: "1",
        view: home,
        container: { type: "view", view_id: "V1" },
        actions: [button],
      },
    ],
    ["a select of a modal", { type: "block_actions", ...from, trigger_id: "1", view, actions: [select] }],
    [
      "a button of a message",
      {
        type: "block_actions",
        ...from,
        trigger_id: "1",
        response_url: "https://hooks.slack.com/actions/T/1/x",
        channel: { id: "D1", name: "directmessage" },
        message: { type: "message", ts: "1.2", bot_id: "B1", text: "", blocks: [] },
        state: { values: {} },
        actions: [button],
      },
    ],
    [
      "a button of a message that only its reader sees",
      {
        type: "block_actions",
        ...from,
        trigger_id: "1",
        response_url: "https://hooks.slack.com/actions/T/1/x",
        container: { type: "message", is_ephemeral: true },
        channel: { id: "C1" },
        actions: [button],
      },
    ],
    [
      "an organisation's button",
      { type: "block_actions", ...from, ...organisation, trigger_id: "1", view, actions: [button] },
    ],
    ["a form", { type: "view_submission", ...from, trigger_id: "1", view, response_urls: [] }],
    [
      "an organisation's form",
      { type: "view_submission", ...from, ...organisation, trigger_id: "1", view, response_urls: [] },
    ],
    ["a form that was closed", { type: "view_closed", ...from, view, is_cleared: true }],
    [
      "a question for options",
      { type: "block_suggestion", ...from, action_id: "buy.customer.v1", block_id: "x", value: "", view },
    ],
    [
      "a shortcut",
      { type: "shortcut", ...from, action_ts: "1.2", callback_id: "shortcut.buy.v1", trigger_id: "1" },
    ],
    [
      "a shortcut of a bot's message with files",
      {
        type: "message_action",
        ...from,
        callback_id: "shortcut.cancel-order.v1",
        trigger_id: "1",
        response_url: "https://hooks.slack.com/app/T/1/x",
        message_ts: "1.2",
        channel: { id: "C1" },
        message: {
          type: "message",
          subtype: "bot_message",
          ts: "1.2",
          bot_id: "B2",
          files: [{ id: "F1" }],
          attachments: [],
        },
      },
    ],
  ])("%s", (_name, payload) => expect(isInteraction(payload)).toBe(true));

  const callback = (event: object, more: object = {}) => ({
    token: "t",
    team_id: "T0CSPDESK",
    api_app_id: "A1",
    type: "event_callback",
    event_id: "Ev1",
    event_time: 1,
    authorizations: [
      {
        enterprise_id: null,
        team_id: "T0CSPDESK",
        user_id: "U1",
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    event,
    ...more,
  });

  test.each<[string, unknown]>([
    [
      "an opened Home tab",
      callback({ type: "app_home_opened", user: "U0AGENT", channel: "D1", tab: "home", event_ts: "1.2" }),
    ],
    ["an event about a person", callback({ type: "user_change", user: { id: "U0AGENT", profile: {} } })],
    ["an event about nobody", callback({ type: "app_uninstalled" })],
    [
      "tokens that were revoked",
      callback({ type: "tokens_revoked", tokens: { oauth: ["U1"], bot: ["U2"] } }),
    ],
    [
      "a message of a bot",
      callback({ type: "message", subtype: "bot_message", bot_id: "B2", text: "", channel: "C1", ts: "1.2" }),
    ],
    [
      "an organisation's event",
      callback(
        { type: "app_home_opened", user: "W0AGENT", tab: "messages" },
        {
          enterprise_id: "E0ORG",
          is_enterprise_install: true,
          authorizations: [{ enterprise_id: "E0ORG", team_id: null, is_enterprise_install: true }],
        },
      ),
    ],
    ["a question about the address", { type: "url_verification", token: "t", challenge: "c" }],
    ["a limit", { type: "app_rate_limited", team_id: "T0CSPDESK", minute_rate_limited: 1 }],
  ])("%s", (_name, body) => expect(isEvent(body)).toBe(true));

  test("a command, a command of an organisation, and a check of the certificate", () => {
    const typed = {
      command: "/csp-buy",
      text: "",
      user_id: "U0AGENT",
      team_id: "T0CSPDESK",
      trigger_id: "1",
      response_url: "https://hooks.slack.com/commands/T/1/x",
    };
    expect(isCommand(typed)).toBe(true);
    expect(isCommand({ ...typed, enterprise_id: "E0ORG", is_enterprise_install: "true" })).toBe(true);
    expect(isCommand({ ssl_check: "1", token: "t" })).toBe(true);
  });
});

describe("invariant 7: what Slack never sends does not", () => {
  test.each<[string, unknown]>([
    ["a modal without a title", { type: "view_submission", ...from, view: { ...view, title: undefined } }],
    [
      "an input without an element",
      { type: "view_submission", ...from, view: { ...view, blocks: [{ type: "input", block_id: "b" }] } },
    ],
    [
      "a form that remembers too much",
      { type: "view_submission", ...from, view: { ...view, private_metadata: "x".repeat(3_001) } },
    ],
    [
      "answers that are no answers",
      { type: "view_submission", ...from, view: { ...view, state: { values: { b: { c: [] } } } } },
    ],
    ["an answer's address that is none", { type: "view_submission", ...from, view, response_urls: [null] }],
    ["nobody", { type: "view_submission", ...from, user: { id: "" }, view }],
    ["no actions", { type: "block_actions", ...from, view, actions: [] }],
    [
      "another scheme",
      { type: "block_actions", ...from, response_url: "file:///etc/passwd", actions: [button] },
    ],
    ["another kind", { type: "interactive_message", ...from, actions: [] }],
  ])("%s", (_name, payload) => expect(isInteraction(payload)).toBe(false));
});
