import { createServer, type IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { NotPossible } from "#sandbox/slack/model.ts";
import { startSlackStandIn } from "#sandbox/slack/start.ts";
import { openDesk, section, signal } from "./desk.ts";

interface Bot {
  url: string;
  requests: { headers: IncomingHttpHeaders; body: string }[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A bare server that answers with these status codes in turn, the last one for good. */
async function answering(statuses: number[], headers: Record<string, string> = {}): Promise<Bot> {
  const requests: Bot["requests"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const status = statuses[Math.min(requests.length, statuses.length - 1)] ?? 200;
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("a command answered late shows operation_timeout to its author", async () => {
  const release = signal();
  await using desk = await openDesk(
    (app) => {
      app.command("/csp", async ({ ack }) => {
        await release.given;
        await ack();
      });
    },
    { ackDeadlineMs: 300 },
  );
  const agent = desk.slack.as("admin.agent");
  const delivery = await agent.command("/csp");
  expect(delivery.result?.outcome).toBe("late");
  expect(delivery.result?.latencyMs).toBeGreaterThanOrEqual(290);
  expect(agent.messages()).toMatchObject([
    { from: "slack", ephemeral: true, text: '/csp failed with the error "operation_timeout"' },
  ]);
  release.give();
});

test("a command that is refused or finds nobody shows dispatch_failed", async () => {
  await using bot = await answering([500]);
  await using slack = await startSlackStandIn({ botUrl: bot.url });
  const agent = slack.as("admin.agent");
  await agent.command("/csp");
  slack.addFault({ delivery: "command", fault: "reset-before", times: 1 });
  await agent.command("/csp");
  expect(agent.messages().map((message) => message.text)).toEqual(
    Array(2).fill('/csp failed with the error "dispatch_failed"'),
  );
  expect(slack.deliveries.map((delivery) => delivery.result)).toMatchObject([
    { outcome: "refused", status: 500 },
    { outcome: "failed", status: null },
  ]);
  expect(bot.requests).toHaveLength(1);
});

test("a signature is made over the bytes sent, and a wrong secret is refused by Bolt", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack }) => ack());
  });
  await using stranger = await startSlackStandIn({ signingSecret: "another-secret" });
  const delivery = await desk.slack.as("admin.agent.es").command("/csp", "año <&> 🔑");
  expect(delivery.result?.outcome).toBe("answered");
  expect(new URLSearchParams(delivery.body).get("text")).toBe("año <&> 🔑");
  stranger.setBotUrl(desk.botUrl);
  expect((await stranger.as("admin.agent").command("/csp")).result).toMatchObject({ status: 401 });
});

test("a redelivery sends the same bytes and headers, or a fresh signature over the same bytes", async () => {
  await using bot = await answering([200]);
  let now = new Date("2026-05-01T10:00:00Z");
  await using slack = await startSlackStandIn({ botUrl: bot.url, signatureClock: { now: () => now } });
  const { id } = await slack.as("admin.agent").command("/csp", "once");
  now = new Date("2026-05-01T10:01:00Z");
  const again = await slack.redeliver(id);
  const fresh = await slack.redeliver(id, { fresh: true });
  const [first, second, third] = bot.requests;
  expect(second).toEqual(first);
  expect(third?.body).toBe(first?.body);
  expect(third?.headers["x-slack-signature"]).not.toBe(first?.headers["x-slack-signature"]);
  expect(third?.headers["x-slack-request-timestamp"]).toBe("1777629660");
  expect([again.redeliveryOf, fresh.redeliveryOf]).toEqual([id, id]);
  await expect(slack.redeliver("delivery-404")).rejects.toThrow("no delivery");
});

test("an event that is not taken comes again at once, after a minute and after five", async () => {
  await using bot = await answering([500]);
  await using slack = await startSlackStandIn({ botUrl: bot.url });
  await slack.as("admin.agent").openHome();
  expect(bot.requests).toHaveLength(2);
  await slack.advance(59_000);
  expect(bot.requests).toHaveLength(2);
  await slack.advance(1_000);
  expect(bot.requests).toHaveLength(3);
  await slack.advance(300_000);
  await slack.advance(3_600_000);
  expect(bot.requests.map(({ headers }) => headers["x-slack-retry-num"])).toEqual([undefined, "1", "2", "3"]);
  expect(bot.requests.map(({ headers }) => headers["x-slack-retry-reason"]).slice(1)).toEqual(
    Array(3).fill("http_error"),
  );
  expect(new Set(bot.requests.map(({ body }) => JSON.parse(body).event_id)).size).toBe(1);
});

test("an event is not sent again when the bot asks for that", async () => {
  await using bot = await answering([500], { "x-slack-no-retry": "1" });
  await using slack = await startSlackStandIn({ botUrl: bot.url });
  await slack.as("admin.agent").openHome();
  expect(bot.requests).toHaveLength(1);
});

test("a home is published when it is opened, and told apart by its hash", async () => {
  await using desk = await openDesk((app) => {
    app.event("app_home_opened", async ({ event, client }) => {
      const text = event.view ? "Welcome back" : "Welcome";
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [section(text)] } });
    });
    app.message("hello", async ({ say, message }) => {
      await say(`hello in ${message.channel_type}`);
    });
    app.shortcut("new-purchase", async ({ ack, client, body }) => {
      await ack();
      await client.chat.postMessage({ channel: body.user.id, text: "shortcut" });
    });
  });
  const agent = desk.slack.as("admin.agent");
  await agent.openHome();
  const first = await desk.slack.waitFor(() => agent.home());
  expect(first).toMatchObject({ type: "home", text: "Welcome" });
  await agent.openHome();
  await desk.slack.waitFor(() => agent.home()?.text === "Welcome back");
  expect(agent.home()?.id).toBe(first.id);
  expect(agent.home()?.hash).not.toBe(first.hash);
  expect(desk.slack.as("sales.agent").home()).toBeUndefined();

  await agent.say("hello");
  await desk.slack.waitFor(() => agent.dm().some((message) => message.text === "hello in im"));
  await agent.shortcut("new-purchase");
  await desk.slack.waitFor(() => agent.dm().some((message) => message.text === "shortcut"));
  expect(desk.errors).toEqual([]);
});

test("Bolt answers the address check and the certificate probe", async () => {
  await using desk = await openDesk(() => {});
  expect(await desk.slack.verifyUrl()).toBe(true);
  expect(await desk.slack.sslCheck()).toBe(true);
});

test("a connection lost after the commit leaves one message, one lost before leaves none", async () => {
  await using desk = await openDesk(() => {});
  const agent = desk.slack.as("admin.agent");
  const post = (text: string) => desk.app.client.chat.postMessage({ channel: agent.id, text });
  desk.slack.addFault({ method: "chat.postMessage", fault: "reset-after-commit", times: 1 });
  await expect(post("kept")).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  desk.slack.addFault({ method: "chat.postMessage", fault: "reset-before", times: 1 });
  await expect(post("lost")).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  await post("third");
  expect(agent.dm().map((message) => message.text)).toEqual(["kept", "third"]);
  expect(desk.slack.calls.slice(-3)).toMatchObject([
    { ok: true, fault: "reset-after-commit" },
    { ok: false, fault: "reset-before" },
    { ok: true },
  ]);
});

test("a Web API method can be limited, broken, slow or given an error, so often and no more", async () => {
  await using slack = await startSlackStandIn();
  const call = () =>
    fetch(`${slack.apiUrl}auth.test`, { headers: { authorization: `Bearer ${slack.botToken}` } });
  slack.addFault({ method: "auth.test", fault: "429", retryAfterSeconds: 7, times: 1 });
  const limited = await call();
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
  slack.addFault({ method: "*", fault: "500", times: 1 });
  expect((await call()).status).toBe(500);
  slack.addFault({ method: "auth.test", fault: "error:account_inactive", times: 1 });
  expect(await (await call()).json()).toEqual({ ok: false, error: "account_inactive" });
  slack.addFault({ method: "auth.test", fault: "slow", delayMs: 50, times: 1 });
  const before = performance.now();
  expect(await (await call()).json()).toMatchObject({ ok: true });
  expect(performance.now() - before).toBeGreaterThanOrEqual(45);
  slack.addFault({ method: "auth.test", fault: "500" });
  expect((await call()).status).toBe(500);
  slack.clearFaults();
  expect((await call()).status).toBe(200);
  slack.addFault({ method: "auth.test", fault: "500", probability: 0.5 });
  const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await call()).status));
  expect(new Set(statuses)).toEqual(new Set([200, 500]));
  expect(() => slack.addFault({ delivery: "command", fault: "500" })).toThrow("a delivery can be slow");
});

test("waiting ends with the fact, at the deadline, or when the workspace closes", async () => {
  const slack = await startSlackStandIn();
  const agent = slack.as("admin.agent");
  const never = { timeoutMs: 30, what: "a message arrives" };
  await expect(slack.waitFor(() => agent.messages()[0], never)).rejects.toThrow(
    "Not true within 30 ms: a message arrives",
  );
  const arrived = slack.waitFor(async () => agent.messages()[0]?.text);
  await agent.say("here");
  expect(await arrived).toBe("here");
  const broken = slack.waitFor(() => {
    throw new NotPossible("broken");
  });
  await expect(broken).rejects.toThrow("broken");
  const interrupted = expect(slack.waitFor(() => false)).rejects.toThrow("closed while waiting");
  await slack.close();
  await interrupted;
});

test("two workspaces in one process know nothing of each other and count alike", async () => {
  await using first = await startSlackStandIn();
  await using second = await startSlackStandIn();
  await first.as("admin.agent").say("only here");
  expect(second.as("admin.agent").messages()).toEqual([]);
  await second.as("admin.agent").say("and there");
  const ids = [first, second].map((slack) => slack.deliveries.map((delivery) => delivery.id));
  expect(ids[0]).toEqual(ids[1]);
});
