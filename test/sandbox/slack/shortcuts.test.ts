import type { MessageShortcut } from "@slack/bolt";
import { expect, test } from "vitest";
import type { Wire } from "#sandbox/slack/model.ts";
import { manifestWith, modal, openDesk, requestUrl, textInput } from "./desk.ts";

const manifest = (interactive = true) =>
  manifestWith({
    features: {
      shortcuts: [
        { name: "Buy again", type: "message", callback_id: "buy_again", description: "Repeat this purchase" },
        { name: "New purchase", type: "global", callback_id: "new_purchase", description: "Buy software" },
      ],
    },
    oauth_config: { scopes: { bot: ["commands", "chat:write"] } },
    settings: { interactivity: { is_enabled: interactive, request_url: requestUrl } },
  });

test("a message shortcut brings the message, its channel, a trigger and an address for the answer", async () => {
  const heard: Wire[] = [];
  await using desk = await openDesk(
    (app) =>
      app.shortcut<MessageShortcut>(
        { callback_id: "buy_again", type: "message_action" },
        async ({ ack, client, respond, shortcut }) => {
          await ack();
          heard.push({ ...shortcut });
          await respond("Looking");
          await client.views.open({
            trigger_id: shortcut.trigger_id,
            view: modal("again", [textInput("note")]),
          });
        },
      ),
    { manifest: manifest() },
  );
  const agent = desk.slack.as("admin.agent");
  const metadata = { event_type: "purchase", event_payload: { id: "pur_1" } };
  const posted = await desk.app.client.chat.postMessage({ channel: agent.id, text: "Bought", metadata });
  const delivery = await agent.messageShortcut("buy_again", { ts: String(posted.ts) });
  expect(delivery).toMatchObject({ kind: "message_action", result: { outcome: "answered" } });
  await agent.view("again");
  await desk.slack.waitFor(() => agent.dm().some(({ text, ephemeral }) => ephemeral && text === "Looking"));
  expect(heard).toMatchObject([
    {
      type: "message_action",
      callback_id: "buy_again",
      user: { id: agent.id },
      team: { id: desk.slack.state().team.id },
      channel: { id: posted.channel, name: "directmessage" },
      message_ts: posted.ts,
      message: { type: "message", ts: posted.ts, text: "Bought", metadata },
      response_url: expect.stringContaining("/response/"),
    },
  ]);
  expect(desk.errors).toEqual([]);
});

test("shortcuts are picked over the control API, each from its own menu", async () => {
  const heard: string[] = [];
  await using desk = await openDesk(
    (app) => {
      app.shortcut(/./, async ({ ack, shortcut }) => {
        await ack();
        heard.push(`${shortcut.type} ${shortcut.callback_id}`);
      });
    },
    { manifest: manifest() },
  );
  const agent = desk.slack.as("admin.agent");
  await agent.say("Please repeat", { channel: "csp" });
  const pick = async (body: object): Promise<number> => {
    const response = await fetch(`${desk.slack.url}/control/shortcuts`, {
      method: "POST",
      body: JSON.stringify({ person: "admin.agent", ...body }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const message = { ts: agent.messages().at(-1)?.ts };
  expect(await pick({ callbackId: "buy_again", message })).toBe(200);
  expect(await pick({ callbackId: "new_purchase" })).toBe(200);
  expect(await pick({ callbackId: "buy_again" })).toBe(409);
  expect(await pick({ callbackId: "new_purchase", message })).toBe(409);
  expect(await pick({ callbackId: "buy_again", message: { ts: "1.000404" } })).toBe(409);
  expect(heard).toEqual(["message_action buy_again", "shortcut new_purchase"]);
});

test("what only one person sees has no shortcuts, and without interactivity there are none", async () => {
  await using desk = await openDesk(() => {}, { manifest: manifest() });
  const agent = desk.slack.as("admin.agent");
  await desk.app.client.chat.postEphemeral({ channel: "C0CSP", user: agent.id, text: "Hint" });
  const hint = { ts: agent.messages().at(-1)?.ts ?? "" };
  await expect(agent.messageShortcut("buy_again", hint)).rejects.toThrow("has no shortcuts");
  await using passive = await openDesk(() => {}, { manifest: manifest(false) });
  await expect(passive.slack.as("admin.agent").shortcut("new_purchase")).rejects.toThrow(
    "not set up for interactivity",
  );
});
