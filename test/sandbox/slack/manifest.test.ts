import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { acceptManifest } from "#sandbox/slack/manifest.ts";
import { startSlackStandIn } from "#sandbox/slack/start.ts";
import { manifestWith, openDesk, option, plain, requestUrl, section } from "./desk.ts";

/** The errors of a manifest as `apps.manifest.validate` lists them. */
function errorsOf(manifest: unknown): { message: string; pointer: string }[] {
  try {
    acceptManifest(manifest);
    return [];
  } catch (error) {
    const { error: name, extra } = error as { error: string; extra: { errors: [] } };
    expect(name).toBe("invalid_manifest");
    return extra.errors;
  }
}

const command = (rest: object = {}) => ({ command: "/csp", description: "x", url: requestUrl, ...rest });
const withCommand = (rest: object) => manifestWith({ features: { slash_commands: [command(rest)] } });
const withSettings = (settings: object) => manifestWith({ settings });

test("the manifest of the app is taken", async () => {
  expect(errorsOf(parse(await readFile("manifest.yml", "utf8")))).toEqual([]);
});

const refused: [string, unknown, string, string][] = [
  ["no name", { display_information: {} }, "/display_information", "missing required field: name"],
  [
    "a name of 36 characters",
    manifestWith({ display_information: { name: "x".repeat(36) } }),
    "/display_information/name",
    "must be less than 36 characters",
  ],
  [
    "a long description",
    manifestWith({ display_information: { name: "x", description: "x".repeat(141) } }),
    "/display_information/description",
    "must be less than 141",
  ],
  [
    "a short long_description",
    manifestWith({ display_information: { name: "x", long_description: "x" } }),
    "/display_information/long_description",
    "must be more than 174",
  ],
  [
    "a colour that is none",
    manifestWith({ display_information: { name: "x", background_color: "red" } }),
    "/display_information/background_color",
    "required format",
  ],
  ["an unknown key", manifestWith({ feature: {} }), "", "invalid additional property: feature"],
  [
    "an unknown key below",
    manifestWith({ features: { app_home: { tab: true } } }),
    "/features/app_home",
    "invalid additional property: tab",
  ],
  [
    "a bot name with blanks",
    manifestWith({ features: { bot_user: { display_name: "CSP Desk" } } }),
    "/features/bot_user/display_name",
    "required format",
  ],
  [
    "a command without slash",
    withCommand({ command: "csp" }),
    "/features/slash_commands/0/command",
    "required format",
  ],
  [
    "a command in capitals",
    withCommand({ command: "/CSP" }),
    "/features/slash_commands/0/command",
    "required format",
  ],
  [
    "a command of 33 characters",
    withCommand({ command: `/${"x".repeat(32)}` }),
    "/features/slash_commands/0/command",
    "must be less than 33",
  ],
  [
    "a command without description",
    withCommand({ description: undefined }),
    "/features/slash_commands/0",
    "missing required field: description",
  ],
  [
    "a command at an open address",
    withCommand({ url: "http://csp-desk.example.com" }),
    "/features/slash_commands/0/url",
    "must be an https address",
  ],
  [
    "a command without address",
    withCommand({ url: undefined }),
    "/features/slash_commands/0",
    "requires a URL or Socket Mode",
  ],
  [
    "a command twice",
    manifestWith({ features: { slash_commands: [command(), command()] } }),
    "/features/slash_commands/1/command",
    "already taken",
  ],
  [
    "a long shortcut",
    manifestWith({
      features: { shortcuts: [{ name: "x".repeat(25), type: "global", callback_id: "a", description: "b" }] },
    }),
    "/features/shortcuts/0/name",
    "must be less than 25",
  ],
  [
    "events without address",
    withSettings({ event_subscriptions: { bot_events: ["app_home_opened"] } }),
    "/settings/event_subscriptions",
    "requires either Request URL or Socket Mode",
  ],
  [
    "an event twice",
    withSettings({ event_subscriptions: { request_url: requestUrl, bot_events: ["a", "a"] } }),
    "/settings/event_subscriptions/bot_events",
    "must not name anything twice",
  ],
  [
    "interactivity without address",
    withSettings({ interactivity: { is_enabled: true } }),
    "/settings/interactivity",
    "requires a Request URL",
  ],
  [
    "interactivity that says nothing",
    withSettings({ interactivity: {} }),
    "/settings/interactivity",
    "missing required field: is_enabled",
  ],
  [
    "an optional scope of its own",
    manifestWith({ oauth_config: { scopes: { bot: [], bot_optional: ["files:read"] } } }),
    "/oauth_config/scopes/bot_optional/0",
    "must be among the bot scopes",
  ],
];

test.each(refused)("a manifest with %s is refused", (_name, manifest, pointer, message) => {
  expect(errorsOf(manifest)).toEqual([{ pointer, message: expect.stringContaining(message) }]);
});

test("Socket Mode needs no address, and this machine no encryption", () => {
  const settings = {
    interactivity: { is_enabled: true },
    event_subscriptions: { bot_events: ["app_home_opened"] },
  };
  const features = { slash_commands: [command({ url: undefined })] };
  expect(errorsOf(manifestWith({ features, settings: { ...settings, socket_mode_enabled: true } }))).toEqual(
    [],
  );
  expect(errorsOf(withCommand({ url: "http://127.0.0.1:3000/slack/events" }))).toEqual([]);
});

test("a workspace does not start with a manifest that Slack refuses", async () => {
  await expect(startSlackStandIn({ manifest: manifestWith({ feature: {} }) })).rejects.toThrow(
    "invalid_manifest: invalid additional property: feature at /",
  );
});

test("a missing scope is named with those that are there", async () => {
  await using slack = await startSlackStandIn({
    manifest: manifestWith({
      features: { slash_commands: [command()] },
      oauth_config: { scopes: { bot: ["users:read"] } },
    }),
  });
  const call = async (method: string, args: Record<string, string>): Promise<unknown> => {
    const response = await fetch(`${slack.apiUrl}${method}?${new URLSearchParams(args)}`, {
      headers: { authorization: `Bearer ${slack.botToken}` },
    });
    return response.json();
  };
  const provided = "users:read,commands";
  const user = slack.as("admin.agent").id;
  for (const [method, args, needed] of [
    ["chat.postMessage", { channel: user, text: "x" }, "chat:write"],
    ["chat.postEphemeral", { channel: "C0CSP", user, text: "x" }, "chat:write"],
    ["chat.update", { channel: "C0CSP", ts: "1.2", text: "x" }, "chat:write"],
    ["conversations.open", { users: user }, "im:write"],
    ["conversations.history", { channel: "C0CSP" }, "channels:history"],
    ["users.lookupByEmail", { email: "x@y.example" }, "users:read.email"],
    ["files.info", { file: "F1" }, "files:read"],
    ["files.getUploadURLExternal", { filename: "a", length: "1" }, "files:write"],
  ] as const) {
    expect(await call(method, args)).toEqual({ ok: false, error: "missing_scope", needed, provided });
  }
  expect(await call("users.info", { user })).toMatchObject({ ok: true });
});

test("an event arrives only where it is subscribed and its scope is there", async () => {
  const events = (bot_events: string[], bot: string[]) =>
    manifestWith({
      features: { app_home: { home_tab_enabled: true, messages_tab_enabled: true } },
      oauth_config: { scopes: { bot } },
      settings: { event_subscriptions: { request_url: requestUrl, bot_events } },
    });
  for (const [manifest, kinds] of [
    [events(["app_home_opened", "message.im"], ["im:history"]), ["app_home_opened", "message"]],
    [events(["app_home_opened", "message.im"], []), ["app_home_opened"]],
    [events([], ["im:history"]), []],
  ] as const) {
    await using desk = await openDesk(() => {}, { manifest });
    const agent = desk.slack.as("admin.agent");
    await agent.openHome();
    await agent.say("hello");
    const delivered = desk.slack.exchanges().filter((exchange) => exchange.to === "bot");
    expect(delivered.map((exchange) => exchange.name)).toEqual(kinds);
  }
});

test("what is switched off in the manifest is not there for people", async () => {
  const install = async (features: object, settings: object = {}) =>
    openDesk((app) => app.options("pick", async ({ ack }) => ack({ options: [option("A", "a")] })), {
      manifest: manifestWith({ features, settings, oauth_config: { scopes: { bot: ["chat:write"] } } }),
    });
  const actions = {
    type: "actions" as const,
    elements: [
      { type: "button" as const, action_id: "go", text: plain("Go") },
      { type: "external_select" as const, action_id: "pick", min_query_length: 0 },
    ],
  };
  {
    await using desk = await install({
      app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: true },
    });
    const agent = desk.slack.as("admin.agent");
    expect(desk.slack.state().tabs).toEqual({ home: false, messages: true, maySay: false });
    await expect(agent.say("hello")).rejects.toThrow("takes no messages");
    await expect(agent.openHome()).rejects.toThrow("no Home tab");
    await desk.app.client.chat.postMessage({ channel: agent.id, text: "a", blocks: [section("a"), actions] });
    await expect(agent.click("go")).rejects.toThrow("not set up for interactivity");
  }
  const interactivity = { is_enabled: true, request_url: requestUrl };
  {
    await using desk = await install({}, { interactivity });
    const agent = desk.slack.as("admin.agent");
    await desk.app.client.chat.postMessage({ channel: agent.id, text: "a", blocks: [actions] });
    expect(await agent.suggest("pick", "")).toEqual([]);
    expect(desk.slack.deliveries).toEqual([]);
  }
  {
    await using desk = await install(
      {},
      { interactivity: { ...interactivity, message_menu_options_url: requestUrl } },
    );
    const agent = desk.slack.as("admin.agent");
    await desk.app.client.chat.postMessage({ channel: agent.id, text: "a", blocks: [actions] });
    expect(await agent.suggest("pick", "")).toMatchObject([{ value: "a" }]);
  }
});
