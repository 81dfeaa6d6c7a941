import { afterAll, beforeAll, expect, test } from "vitest";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { type Chat, ChatFailure } from "#src/messages/port.ts";
import { createChat } from "#src/slack/chat.ts";
import { accessTo } from "./slack-desk.ts";

const workspaceId = "T0CSPDESK";
const message = { text: "Hello", blocks: [{ type: "section", text: { type: "mrkdwn", text: "Hello" } }] };

let slack: SlackStandIn;
let chat: Chat;
beforeAll(async () => {
  slack = await startSlackStandIn();
  chat = createChat(accessTo(slack));
});
afterAll(() => slack.close());

const openDirect = () => chat.openDirect({ workspaceId, slackUserId: slack.as("admin.agent.es").id });

test("a profile tells language, zone, address and whether they are a member", async () => {
  const read = (who: string) => chat.readProfile({ workspaceId, slackUserId: slack.as(who).id });
  expect(await read("admin.agent.es")).toEqual({
    displayName: "Admin agent (Spain)",
    email: "admin.agent.es@partner.example",
    phone: null,
    locale: "es-ES",
    timeZone: "Europe/Madrid",
    isMember: true,
  });
  expect((await read("guest")).isMember).toBe(false);
  expect((await read("former.agent")).isMember).toBe(false);
});

test("a posted message is found again by its id, and redrawn in place", async () => {
  const { channel } = await openDirect();
  const since = new Date();
  const { ts } = await chat.post({ workspaceId, channel, messageId: "msg_1", message });
  expect(await chat.findPosted({ workspaceId, channel, messageId: "msg_1", since })).toEqual({ ts });
  expect(await chat.findPosted({ workspaceId, channel, messageId: "msg_2", since })).toBeNull();
  await chat.update({ workspaceId, channel, ts, message: { ...message, text: "Hello again" } });
  expect(
    slack
      .as("admin.agent.es")
      .dm()
      .map(({ notification }) => notification),
  ).toEqual(["Hello again"]);
  expect(slack.calls.find(({ method }) => method === "chat.postMessage")?.args).toMatchObject({
    unfurl_links: "false",
  });
});

test.each([
  ["500", "unknown"],
  ["reset-after-commit", "unknown"],
  ["error:internal_error", "unknown"],
  ["error:channel_not_found", "gone"],
  ["error:invalid_blocks", "refused"],
  ["error:missing_scope", "wait"],
  ["error:token_revoked", "wait"],
] as const)("%s on a post means %s, and is not repeated", async (fault, kind) => {
  const { channel } = await openDirect();
  const before = slack.calls.length;
  slack.addFault({ method: "chat.postMessage", fault, times: 1 });
  const failure = await chat
    .post({ workspaceId, channel, messageId: "msg_3", message })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ChatFailure);
  expect(failure).toMatchObject({ kind });
  expect(
    slack.calls.slice(before).filter(({ method }) => method === "chat.postMessage").length,
  ).toBeLessThanOrEqual(1);
});

test("a rate limit says how long to wait", async () => {
  const { channel } = await openDirect();
  slack.addFault({ method: "chat.postMessage", fault: "429", retryAfterSeconds: 7, times: 1 });
  await expect(chat.post({ workspaceId, channel, messageId: "msg_4", message })).rejects.toMatchObject({
    kind: "wait",
    retryAfterMs: 7_000,
  });
});

test("someone who does not exist is gone", async () => {
  await expect(chat.readProfile({ workspaceId, slackUserId: "U0NOBODY" })).rejects.toMatchObject({
    kind: "gone",
  });
});
