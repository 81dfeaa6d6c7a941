import { glob, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { acceptManifest, inSocketMode } from "#sandbox/slack/manifest.ts";
import { registerFlows } from "#src/slack/edge.ts";
import { eventsPath } from "#src/slack/gate.ts";
import type { Handlers } from "#src/slack/handlers.ts";
import {
  actions,
  callbacks,
  commands,
  inputs,
  messageShortcuts,
  optionSources,
  shortcuts,
} from "#src/slack/ids.ts";
import { redirectPath } from "#src/slack/install/routes.ts";
import { botScopes } from "#src/slack/install/scopes.ts";

interface Manifest {
  display_information: { name: string; description: string };
  features: {
    app_home: { home_tab_enabled: boolean; messages_tab_enabled: boolean };
    bot_user: { display_name: string };
    shortcuts: { name: string; type: "global" | "message"; callback_id: string; description: string }[];
    slash_commands: {
      command: string;
      url: string;
      description: string;
      usage_hint?: string;
      should_escape: boolean;
    }[];
  };
  oauth_config: { scopes: { bot: string[] } };
  settings: {
    event_subscriptions: { request_url: string; bot_events: string[] };
    interactivity: { is_enabled: boolean; request_url: string; message_menu_options_url: string };
    socket_mode_enabled: boolean;
  };
}

const manifest = parse(await readFile("manifest.yml", "utf8")) as Manifest;

async function sources(): Promise<string> {
  let code = "";
  for await (const file of glob("src/slack/**/*.ts")) code += await readFile(file, "utf8");
  return code;
}

/** Everything that the flows register, by kind. */
function registered() {
  const seen = {
    commands: [] as string[],
    actions: [] as string[],
    options: [] as string[],
    callbacks: [] as string[],
    shortcuts: [] as string[],
    messageShortcuts: [] as string[],
  };
  const on: Handlers = {
    command: (name) => seen.commands.push(name),
    shortcut: (id) => seen.shortcuts.push(id),
    messageShortcut: (id) => seen.messageShortcuts.push(id),
    button: (id) => seen.actions.push(id),
    detour: (id) => seen.actions.push(id),
    press: (id) => seen.actions.push(id),
    change: (id) => seen.actions.push(id),
    link: (id) => seen.actions.push(id),
    options: (id) => seen.options.push(id),
    submit: (id) => seen.callbacks.push(id),
    submitAsRead: (id) => seen.callbacks.push(id),
    submitThenWork: (id) => seen.callbacks.push(id),
    home: () => {},
    message: () => {},
  };
  registerFlows(on);
  return seen;
}

test("every name that we send has exactly one handler, and none is handled that we never send", () => {
  const seen = registered();
  expect(seen.commands.sort()).toEqual(Object.values(commands).sort());
  expect(seen.actions.sort()).toEqual(Object.values(actions).sort());
  expect(seen.options.sort()).toEqual(Object.values(optionSources).sort());
  expect(seen.callbacks.sort()).toEqual(Object.values(callbacks).sort());
  expect(seen.shortcuts.sort()).toEqual(Object.values(shortcuts).sort());
  expect(seen.messageShortcuts.sort()).toEqual(Object.values(messageShortcuts).sort());
  const all = [...Object.values(actions), ...Object.values(inputs)];
  expect(new Set(all).size).toBe(all.length);
  // Slack tells submissions and shortcuts apart by their kind, and people reading a log by their name.
  const called = [callbacks, shortcuts, messageShortcuts].flatMap((ids): string[] => Object.values(ids));
  expect(new Set(called).size).toBe(called.length);
  for (const id of [...all, ...called]) expect(id).toMatch(/^[a-z.-]+\.v\d+$/);
});

test("commands in code and in the manifest are the same, within Slack's limits", () => {
  const declared = manifest.features.slash_commands;
  expect(declared.map(({ command }) => command).sort()).toEqual(Object.values(commands).sort());
  for (const { command, description, usage_hint = "", should_escape } of declared) {
    expect(command).toMatch(/^\/[a-z-]{1,31}$/);
    expect(description.length).toBeLessThanOrEqual(2_000);
    expect(usage_hint.length).toBeLessThanOrEqual(1_000);
    expect(should_escape).toBe(true);
  }
  expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
  expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
  expect(manifest.features.bot_user.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
});

test("shortcuts in code and in the manifest are the same, within Slack's limits", () => {
  const declared = manifest.features.shortcuts;
  const ids = (type: "global" | "message") =>
    declared.filter((shortcut) => shortcut.type === type).map(({ callback_id }) => callback_id);
  expect(ids("global").sort()).toEqual(Object.values(shortcuts).sort());
  expect(ids("message").sort()).toEqual(Object.values(messageShortcuts).sort());
  expect(declared.length).toBeLessThanOrEqual(10);
  // Slack lists them by name beside those of other apps.
  expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
  for (const { name, callback_id, description } of declared) {
    expect(name.length).toBeLessThanOrEqual(24);
    expect(callback_id.length).toBeLessThanOrEqual(255);
    expect(description.length).toBeGreaterThan(0);
    expect(description.length).toBeLessThanOrEqual(150);
  }
});

test("what needs an address or a scope of its own has it: selects that ask us, files, shortcuts", async () => {
  const code = await sources();
  const { interactivity } = manifest.settings;
  expect(code).toContain('type: "external_select"');
  expect(interactivity.message_menu_options_url).toMatch(/^https:/);
  expect(code).toContain('type: "file_input"');
  expect(manifest.oauth_config.scopes.bot).toContain("files:read");
  expect(manifest.features.shortcuts.length).toBeGreaterThan(0);
  expect(interactivity.is_enabled).toBe(true);
  expect(manifest.oauth_config.scopes.bot).toContain("commands");
});

test("Slack's own rules take the manifest, as it is and in Socket Mode", () => {
  expect(() => acceptManifest(manifest)).not.toThrow();
  expect(() => acceptManifest(inSocketMode(acceptManifest(manifest)))).not.toThrow();
  expect(() =>
    acceptManifest({
      ...manifest,
      features: { ...manifest.features, shortcuts: Array(11).fill(manifest.features.shortcuts[0]) },
    }),
  ).toThrow();
});

test("each scope serves a method that we call, and each method has its scope", async () => {
  const scopeOf: Record<string, string | null> = {
    "auth.test": null,
    "auth.revoke": null,
    "views.open": null,
    "views.push": null,
    "views.update": null,
    "views.publish": null,
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.delete": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "conversations.history": "im:history",
    "users.info": "users:read",
    "files.info": "files:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
  };
  const called = new Set(
    [...(await sources()).matchAll(/(?:client\.|client, "|apiCall\(")([a-z]+\.[a-zA-Z]+)[("]/g)].map(
      ([, method]) => method ?? "",
    ),
  );
  expect([...called].sort()).toEqual(Object.keys(scopeOf).sort());
  // The e-mail address in a profile has a scope of its own.
  const needed = new Set([
    "commands",
    "users:read.email",
    ...Object.values(scopeOf).filter((scope) => scope !== null),
  ]);
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...needed].sort());
});

test("requests, interactions and options all go to the one address", () => {
  const { interactivity, event_subscriptions: events } = manifest.settings;
  const urls = [
    events.request_url,
    ...manifest.features.slash_commands.map(({ url }) => url),
    interactivity.request_url,
    interactivity.message_menu_options_url,
  ];
  expect(new Set(urls).size).toBe(1);
  expect(new URL(urls[0] ?? "").protocol).toBe("https:");
  expect(new URL(urls[0] ?? "").pathname).toBe(eventsPath);
  expect(interactivity.is_enabled).toBe(true);
  expect(manifest.settings.socket_mode_enabled).toBe(false);
});

test("events in code and in the manifest are the same but for the optional one, and both tabs can be seen", async () => {
  const text = await readFile("manifest.yml", "utf8");
  const handled = [...(await sources()).matchAll(/app\.event\("([a-z_]+)"/g)].map(([, event]) => event);
  const always = ["app_home_opened", "app_uninstalled", "tokens_revoked"];
  expect(handled.sort()).toEqual([...always, "message"].sort());
  expect([...manifest.settings.event_subscriptions.bot_events].sort()).toEqual(always);
  expect(manifest.oauth_config.scopes.bot).toEqual([...botScopes]);
  expect(text).toContain(`#   - https://csp-desk.example.com${redirectPath}`);
  expect(text).toMatch(/^ +# - message\.channels$/m);
  expect(text).toMatch(/^ +# - channels:history$/m);
  expect(manifest.features.app_home.home_tab_enabled).toBe(true);
  expect(manifest.features.app_home.messages_tab_enabled).toBe(true);
});
