import type { App } from "@slack/bolt";
import { expect, test } from "vitest";
import { startSlackStandIn } from "#sandbox/slack/start.ts";
import { manifestWith, openDesk, option, plain, requestUrl, section, slackError } from "./desk.ts";

const quiet = (): void => {};

test("a message is posted, edited in place and found again by its metadata", async () => {
  await using desk = await openDesk(quiet);
  const agent = desk.slack.as("admin.agent");
  const { chat, conversations } = desk.app.client;
  const metadata = { event_type: "purchase", event_payload: { id: "p-1" } };
  const posted = await chat.postMessage({ channel: agent.id, text: "Ordered", metadata });
  const opened = await conversations.open({ users: agent.id });
  expect(opened.channel?.id).toBe(posted.channel);
  const channel = posted.channel ?? "";
  await chat.postMessage({ channel, text: "Second" });
  await chat.update({ channel, ts: posted.ts ?? "", text: "Delivered" });

  const history = await conversations.history({ channel, include_all_metadata: true, limit: 10 });
  expect(history.messages?.map((message) => message.text)).toEqual(["Second", "Delivered"]);
  expect(history.messages?.[1]?.metadata).toEqual(metadata);
  expect(history.messages?.[1]?.edited?.user).toBe(desk.slack.state().app.botUserId);
  const bare = await conversations.history({ channel, oldest: posted.ts ?? "", limit: 10 });
  expect(bare.messages?.map((message) => message.text)).toEqual(["Second"]);
  expect(bare.messages?.[0]?.metadata).toBeUndefined();

  expect(agent.dm().map((message) => [message.text, message.edited])).toEqual([
    ["Delivered", true],
    ["Second", false],
  ]);
  expect(desk.slack.state().channels.find((entry) => entry.id === channel)?.messages[0]).toMatchObject({
    versions: [{ text: "Ordered" }],
  });
  await chat.delete({ channel, ts: posted.ts ?? "" });
  expect(agent.dm().map((message) => message.text)).toEqual(["Second"]);
});

test("a text alone takes the blocks of an edited message away; blocks alone keep nothing but themselves", async () => {
  await using desk = await openDesk(quiet);
  const agent = desk.slack.as("admin.agent");
  const { chat } = desk.app.client;
  const { ts = "", channel = "" } = await chat.postMessage({
    channel: agent.id,
    text: "a",
    blocks: [section("A")],
  });
  await chat.update({ channel, ts, text: "b", blocks: [section("B")] });
  expect(agent.dm()[0]).toMatchObject({ notification: "b", text: "B", edited: false });
  await chat.update({ channel, ts, text: "c" });
  expect(agent.dm()[0]).toMatchObject({ notification: "c", text: "c", blocks: [], edited: true });
});

test("the Web API refuses what Slack refuses", async () => {
  await using desk = await openDesk(quiet);
  const agent = desk.slack.as("admin.agent");
  const { chat, conversations, users } = desk.app.client;
  const { channel = "", ts = "" } = await chat.postMessage({ channel: agent.id, text: "mine" });
  await agent.say("theirs");
  const theirs = agent.dm()[1]?.ts ?? "";
  const guest = desk.slack.as("guest").id;

  expect(await slackError(chat.postMessage({ channel: "C404", text: "x" }))).toBe("channel_not_found");
  expect(await slackError(chat.postMessage({ channel: "C0GENERAL", text: "x" }))).toBe("not_in_channel");
  expect(await slackError(chat.postMessage({ channel, text: "" }))).toBe("no_text");
  expect(await slackError(chat.postEphemeral({ channel, user: guest, text: "x" }))).toBe(
    "user_not_in_channel",
  );
  expect(await slackError(chat.update({ channel, ts: "1.2", text: "x" }))).toBe("message_not_found");
  expect(await slackError(chat.update({ channel, ts: theirs, text: "x" }))).toBe("cant_update_message");
  expect(await slackError(chat.update({ channel, ts, text: "x".repeat(4001) }))).toBe("msg_too_long");
  expect(await slackError(chat.delete({ channel, ts: theirs }))).toBe("cant_delete_message");
  expect(await slackError(users.info({ user: "U404" }))).toBe("user_not_found");
  expect(await slackError(users.lookupByEmail({ email: "nobody@partner.example" }))).toBe("users_not_found");
  expect(await slackError(users.lookupByEmail({ email: "former.agent@partner.example" }))).toBe(
    "users_not_found",
  );
  expect(await slackError(conversations.open({ users: desk.slack.as("former.agent").id }))).toBe(
    "user_disabled",
  );
  expect(await slackError(conversations.info({ channel: "C404" }))).toBe("channel_not_found");
  expect(await slackError(desk.app.client.apiCall("rockets.launch"))).toBe("unknown_method");
});

test("arguments come as form, query, JSON or multipart, the token in the header or among them", async () => {
  await using slack = await startSlackStandIn();
  const call = async (method: string, init?: RequestInit): Promise<Record<string, unknown>> => {
    const response = await fetch(slack.apiUrl + method, init);
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  };
  const token = slack.botToken;
  const authorization = `Bearer ${token}`;
  const channel = "C0CSP";
  expect(await call("auth.test")).toEqual({ ok: false, error: "not_authed" });
  expect(await call("auth.test?token=xoxb-other")).toEqual({ ok: false, error: "invalid_auth" });
  expect(await call(`auth.test?token=${token}`)).toMatchObject({ ok: true, team_id: "T0CSPDESK" });
  expect(await call(`users.info?token=${token}`)).toMatchObject({
    error: "invalid_arguments",
    response_metadata: { messages: ["[ERROR] missing required field: user"] },
  });
  const json = JSON.stringify({ channel, text: "json" });
  const headers = { authorization, "content-type": "application/json; charset=utf-8" };
  expect(await call("chat.postMessage", { method: "POST", headers, body: json })).toMatchObject({ ok: true });
  expect(await call("chat.postMessage", { method: "POST", headers, body: "{" })).toMatchObject({
    error: "invalid_json",
  });
  const form = new URLSearchParams({ token, channel, blocks: JSON.stringify([section("form")]) });
  expect(await call("chat.postMessage", { method: "POST", body: form })).toMatchObject({
    ok: true,
    warning: "missing_text_in_message",
  });
  form.set("blocks", "[");
  expect(await call("chat.postMessage", { method: "POST", body: form })).toMatchObject({
    error: "invalid_blocks_format",
  });
  const parts = new FormData();
  parts.set("channel", channel);
  parts.set("text", "multipart");
  expect(
    await call("chat.postMessage", { method: "POST", headers: { authorization }, body: parts }),
  ).toMatchObject({ ok: true });
  expect(
    slack
      .as("sales.agent")
      .messages()
      .map((message) => message.text),
  ).toEqual(["json", "form", "multipart"]);
  expect(JSON.stringify(slack.calls)).not.toContain(token);
});

test("people have a locale, a time zone and a standing", async () => {
  await using desk = await openDesk(quiet, { clock: { now: () => new Date("2026-01-15T12:00:00Z") } });
  const { users } = desk.app.client;
  const info = async (key: string) =>
    (await users.info({ user: desk.slack.as(key).id, include_locale: true })).user;
  expect(await info("admin.agent.es")).toMatchObject({
    locale: "es-ES",
    tz: "Europe/Madrid",
    tz_offset: 3600,
  });
  expect(await info("admin.agent")).toMatchObject({ locale: "en-US", is_restricted: false, deleted: false });
  expect(await info("guest")).toMatchObject({ is_restricted: true });
  expect(await info("former.agent")).toMatchObject({ deleted: true });
  const found = await users.lookupByEmail({ email: "Admin.Agent@partner.example" });
  expect(found.user?.id).toBe(desk.slack.as("admin.agent").id);
  desk.slack.changePerson("guest", { deactivated: true });
  expect(await info("guest")).toMatchObject({ deleted: true });
});

test("what the manifest does not grant is refused", async () => {
  const manifest = manifestWith({
    features: {
      app_home: { home_tab_enabled: false, messages_tab_enabled: false },
      slash_commands: [{ command: "/csp", description: "x", should_escape: true, url: requestUrl }],
    },
    oauth_config: { scopes: { bot: ["commands", "chat:write", "users:read"] } },
    settings: { event_subscriptions: { bot_events: [] } },
  });
  const texts: string[] = [];
  await using desk = await openDesk(
    (app) => {
      app.command("/csp", async ({ ack, command }) => {
        texts.push(command.text);
        await ack();
      });
    },
    { manifest },
  );
  const agent = desk.slack.as("admin.agent");
  const { client } = desk.app;
  expect(await slackError(client.conversations.open({ users: agent.id }))).toBe("missing_scope");
  expect(await slackError(client.users.lookupByEmail({ email: "x@y.example" }))).toBe("missing_scope");
  expect((await client.users.info({ user: agent.id })).user?.profile?.email).toBeUndefined();
  expect(await slackError(client.chat.postMessage({ channel: agent.id, text: "x" }))).toBe(
    "messages_tab_disabled",
  );
  const home = client.views.publish({ user_id: agent.id, view: { type: "home", blocks: [section("x")] } });
  expect(await slackError(home)).toBe("not_enabled");
  await expect(agent.command("/other")).rejects.toThrow("not a valid command");
  await expect(agent.openHome()).rejects.toThrow("no Home tab");
  await agent.command("/csp", "cancel @sales.agent #csp https://contoso.example");
  expect(texts).toEqual(["cancel <@U0SALESAGENT|sales.agent> <#C0CSP|csp> <https://contoso.example>"]);
});

const counting = (app: App): void => {
  app.command("/csp", async ({ ack, respond, command }) => {
    await ack(command.text === "now" ? "at once" : "");
    for (let count = 1; count <= Number(command.text); count += 1) await respond(`answer ${count}`);
  });
};

test("a response address takes five answers, seen by one person", async () => {
  await using desk = await openDesk(counting);
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp", "6");
  expect(await desk.firstError).toMatchObject({ statusCode: 404 });
  expect(agent.messages().map((message) => message.text)).toEqual([1, 2, 3, 4, 5].map((n) => `answer ${n}`));
  expect(agent.messages().every((message) => message.ephemeral)).toBe(true);
  expect(desk.slack.as("sales.agent").messages()).toEqual([]);
  agent.reload();
  expect(agent.messages()).toEqual([]);
});

test("a response address lives for half an hour", async () => {
  const urls: string[] = [];
  const clock = { now: () => new Date("2026-01-15T12:00:00Z") };
  await using desk = await openDesk(
    (app) => {
      app.command("/csp", async ({ ack, body }) => {
        urls.push(body.response_url);
        await ack();
      });
    },
    { clock },
  );
  await desk.slack.as("admin.agent").command("/csp");
  const post = async (body: object) =>
    (await fetch(urls[0] ?? "", { method: "POST", body: JSON.stringify(body) })).status;
  await desk.slack.advance(30 * 60_000);
  expect(await post({ text: "just in time", response_type: "in_channel" })).toBe(200);
  expect(await post({ blocks: "none" })).toBe(400);
  await desk.slack.advance(1);
  expect(await post({ text: "too late" })).toBe(404);
  const everyone = desk.slack.as("sales.agent").messages();
  expect(everyone.map((message) => [message.from, message.text])).toEqual([
    ["admin.agent", "/csp"],
    ["bot", "just in time"],
  ]);
});

test("the body of an acknowledgement is an ephemeral answer", async () => {
  await using desk = await openDesk(counting);
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp", "now", { channel: "dm" });
  expect(agent.dm()).toMatchObject([{ text: "at once", ephemeral: true, from: "bot" }]);
});

test("elements in messages act on the message: replaced, answered, deleted", async () => {
  const seen: unknown[] = [];
  await using desk = await openDesk((app) => {
    app.action("cancel", async ({ ack, respond, body, action }) => {
      await ack();
      seen.push({ action, container: "container" in body ? body.container : undefined });
      await respond({ replace_original: true, text: "Cancelled" });
    });
    app.action("more", async ({ ack, respond, action }) => {
      await ack();
      await respond({ text: action.type === "overflow" ? action.selected_option.value : "?" });
    });
    app.action("dismiss", async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
  });
  const agent = desk.slack.as("admin.agent");
  const { chat } = desk.app.client;
  const confirm = { title: plain("Sure?"), text: plain("Really"), confirm: plain("Yes"), deny: plain("No") };
  const order = await chat.postMessage({
    channel: agent.id,
    text: "Order",
    blocks: [
      section("Order"),
      {
        type: "actions",
        elements: [
          { type: "button", action_id: "cancel", value: "order-1", text: plain("Cancel"), confirm },
          {
            type: "overflow",
            action_id: "more",
            options: [option("Keys", "keys"), option("Support", "help")],
          },
        ],
      },
    ],
  });
  const ts = order.ts ?? "";
  await agent.click("cancel", { message: { ts }, confirm: false });
  expect(desk.slack.deliveries).toEqual([]);
  await expect(agent.select("more", "refund")).rejects.toThrow('"Keys", "Support"');
  await agent.select("more", "Keys");
  await desk.slack.waitFor(() =>
    agent.messages().some((message) => message.text === "keys" && message.ephemeral),
  );
  await agent.click("cancel", { message: { ts } });
  await desk.slack.waitFor(() => agent.dm()[0]?.text === "Cancelled");
  expect(seen).toMatchObject([
    {
      action: { type: "button", action_id: "cancel", value: "order-1", text: { text: "Cancel" } },
      container: { type: "message", message_ts: ts, is_ephemeral: false },
    },
  ]);
  await expect(agent.click("cancel", { message: { ts } })).rejects.toThrow("sees no element cancel");

  await chat.postEphemeral({
    channel: "C0CSP",
    user: agent.id,
    text: "Hint",
    blocks: [{ type: "actions", elements: [{ type: "button", action_id: "dismiss", text: plain("OK") }] }],
  });
  await expect(desk.slack.as("sales.agent").click("dismiss")).rejects.toThrow("sees no element dismiss");
  await agent.click("dismiss");
  await desk.slack.waitFor(() => agent.messages().every((message) => message.notification !== "Hint"));
});

test("files go up in three steps and come down with the token only", async () => {
  await using desk = await openDesk(quiet);
  const agent = desk.slack.as("global.admin");
  const { conversations, files, filesUploadV2 } = desk.app.client;
  const channel = (await conversations.open({ users: agent.id })).channel?.id ?? "";
  await filesUploadV2.call(desk.app.client, {
    channel_id: channel,
    filename: "activity.csv",
    file: Buffer.from("who;when\n"),
    initial_comment: "Activity",
  });
  const [message] = agent.dm();
  expect(message).toMatchObject({ text: "Activity", fileIds: [expect.any(String)] });
  const { file } = await files.info({ file: message?.fileIds[0] ?? "" });
  expect(file).toMatchObject({ name: "activity.csv", filetype: "csv", size: 9 });
  const address = file?.url_private_download ?? "";
  const withToken = await fetch(address, { headers: { authorization: `Bearer ${desk.slack.botToken}` } });
  expect(await withToken.text()).toBe("who;when\n");
  const without = await fetch(address);
  expect([without.status, without.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await without.text()).not.toContain("who;when");
  expect(await slackError(files.info({ file: "F404" }))).toBe("file_not_found");
});

test("what is stored with Slack is told apart from what is shown in modals", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: "modal",
          title: plain("Key"),
          private_metadata: "in-metadata",
          blocks: [
            section("in-modal"),
            {
              type: "actions",
              elements: [{ type: "button", action_id: "copy", value: "in-value", text: plain("in-label") }],
            },
          ],
        },
      });
      await client.views.publish({
        user_id: body.user_id,
        view: { type: "home", blocks: [section("in-home")] },
      });
      await client.chat.postMessage({ channel: body.user_id, text: "in-message" });
      await client.chat.postEphemeral({ channel: "C0CSP", user: body.user_id, text: "in-ephemeral" });
    });
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp", "typed-by-person");
  await desk.slack.waitFor(() => agent.messages().some((message) => message.text === "in-ephemeral"));
  const [message] = agent.dm();
  await desk.app.client.chat.update({
    channel: message?.channel ?? "",
    ts: message?.ts ?? "",
    text: "edited",
  });
  await agent.close();
  const stored = desk.slack.everythingStored();
  for (const canary of ["in-metadata", "in-value", "in-home", "in-message", "in-ephemeral"]) {
    expect(stored).toContain(canary);
  }
  for (const canary of ["in-modal", "in-label", "typed-by-person"]) expect(stored).not.toContain(canary);
  expect(desk.slack.everythingShownInViews()).toContain("in-modal");
  expect(desk.slack.everythingShownInViews()).not.toContain("in-message");
  expect(desk.errors).toEqual([]);
});
