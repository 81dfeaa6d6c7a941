import { App, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { expect, test } from "vitest";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { manifestWith, modal, option, plain, requestUrl, signal, textInput } from "./desk.ts";

const manifest = (socket: boolean) =>
  manifestWith({
    features: {
      app_home: { home_tab_enabled: true },
      slash_commands: [{ command: "/csp", description: "x", ...(socket ? {} : { url: requestUrl }) }],
    },
    oauth_config: { scopes: { bot: ["commands", "chat:write"] } },
    settings: {
      interactivity: { is_enabled: true, request_url: requestUrl },
      event_subscriptions: { request_url: requestUrl, bot_events: ["app_home_opened"] },
      socket_mode_enabled: socket,
    },
  });

/**
 * A workspace and a Bolt app in Socket Mode. Bolt hangs up when a pong takes longer than `pongMs`, and waits as long before
 * it connects anew: a busy machine takes its time.
 */
async function openSocketDesk(install: (app: App) => void, { ackDeadlineMs = 3_000, pongMs = 5_000 } = {}) {
  const slack = await startSlackStandIn({ manifest: manifest(true), ackDeadlineMs });
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: pongMs,
    installerOptions: { clientOptions },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions,
    deferInitialization: true,
  });
  await app.init();
  install(app);
  await receiver.start();
  await slack.waitFor(() => slack.state().connections === 1);
  return {
    slack,
    app,
    async [Symbol.asyncDispose]() {
      await receiver.stop();
      await slack.waitFor(() => slack.state().connections === 0);
      await slack.close();
    },
  };
}

/** Redeliveries of a delivery that have been answered. */
const answeredAgain = (slack: SlackStandIn, id: string) =>
  slack.deliveries.find(
    (delivery) => delivery.redeliveryOf === id && delivery.result?.outcome === "answered",
  );

test("commands, suggestions, submissions and events go over the connection, answers come back", async () => {
  await using desk = await openSocketDesk((app) => {
    app.command("/csp", async ({ ack, client, body }) => {
      await ack("Opening");
      const pick = { type: "external_select" as const, action_id: "pick", min_query_length: 0 };
      const blocks = [
        { type: "input" as const, block_id: "pick", label: plain("Pick"), element: pick },
        textInput("note"),
      ];
      await client.views.open({ trigger_id: body.trigger_id, view: modal("form", blocks) });
    });
    app.options("pick", async ({ ack }) => ack({ options: [option("Contoso", "contoso")] }));
    app.view("form", async ({ ack, view }) => {
      if (view.state.values.note?.note?.value === "right") await ack();
      else await ack({ response_action: "errors", errors: { note: "Not that" } });
    });
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [] } });
    });
  });
  const { slack } = desk;
  const agent = slack.as("admin.agent");
  const command = await agent.command("/csp", "buy");
  expect(command).toMatchObject({ transport: "socket", result: { outcome: "answered" } });
  expect(agent.messages().at(-1)).toMatchObject({ text: "Opening", ephemeral: true });
  await agent.view("form");
  await agent.pick("pick", "co");
  await agent.type("note", "wrong");
  expect(await agent.submit()).toEqual({ outcome: "errors", errors: { note: "Not that" } });
  await agent.type("note", "right");
  expect(await agent.submit()).toEqual({ outcome: "closed" });
  await agent.openHome();
  await slack.waitFor(() => agent.home());
  const envelopes = slack.deliveries.map((delivery) => JSON.parse(delivery.body));
  expect(envelopes).toMatchObject([
    { type: "slash_commands", accepts_response_payload: true, payload: { command: "/csp", text: "buy" } },
    { type: "interactive", accepts_response_payload: true, payload: { type: "block_suggestion" } },
    { type: "interactive", payload: { type: "view_submission" } },
    { type: "interactive", payload: { type: "view_submission" } },
    {
      type: "events_api",
      accepts_response_payload: false,
      retry_attempt: 0,
      payload: { type: "event_callback" },
    },
  ]);
  expect(new Set(envelopes.map((envelope) => envelope.envelope_id)).size).toBe(envelopes.length);
  expect(slack.exchanges().filter((exchange) => exchange.to === "bot")).toHaveLength(5);
  await expect(slack.verifyUrl()).rejects.toThrow("no address");
});

test("an envelope that is not acknowledged comes once more, the same to the letter", async () => {
  const first = signal();
  const acknowledged = signal();
  const heard: string[] = [];
  await using desk = await openSocketDesk(
    (app) => {
      app.command("/csp", async ({ ack, command }) => {
        heard.push(command.trigger_id);
        if (heard.length > 1) return ack();
        await first.given;
        await ack();
        return acknowledged.give();
      });
    },
    { ackDeadlineMs: 2_000 },
  );
  const agent = desk.slack.as("admin.agent");
  const delivery = await agent.command("/csp");
  expect(delivery.result?.outcome).toBe("late");
  expect(agent.messages().at(-1)?.text).toContain("operation_timeout");
  const again = await desk.slack.waitFor(() => answeredAgain(desk.slack, delivery.id));
  expect(again.body).toBe(delivery.body);
  expect(new Set(heard).size).toBe(1);
  expect(heard).toHaveLength(2);
  first.give();
  await acknowledged.given;
});

test("an envelope comes twice on demand, and each is acknowledged", async () => {
  const heard: string[] = [];
  await using desk = await openSocketDesk((app) => {
    app.command("/csp", async ({ ack, command }) => {
      heard.push(command.trigger_id);
      await ack();
    });
  });
  desk.slack.addFault({ delivery: "command", fault: "twice", times: 1 });
  const delivery = await desk.slack.as("admin.agent").command("/csp");
  const twin = await desk.slack.waitFor(() => answeredAgain(desk.slack, delivery.id));
  expect(delivery.result?.outcome).toBe("answered");
  expect(twin.body).toBe(delivery.body);
  expect(new Set(heard).size).toBe(1);
  expect(heard).toHaveLength(2);
});

test("after a disconnect the app connects anew and gets what it has missed", async () => {
  const heard: string[] = [];
  await using desk = await openSocketDesk(
    (app) => {
      app.command("/csp", async ({ ack, command }) => {
        heard.push(command.text);
        await ack();
      });
    },
    { pongMs: 1_000 },
  );
  const { slack } = desk;
  slack.disconnect("refresh_requested");
  await slack.waitFor(() => slack.state().connections === 0);
  const missed = await slack.as("admin.agent").command("/csp", "missed");
  expect(missed.result).toMatchObject({ outcome: "failed", body: "the app has no connection open" });
  await slack.waitFor(() => answeredAgain(slack, missed.id));
  expect(heard).toEqual(["missed"]);
  expect(slack.calls.filter((call) => call.method === "apps.connections.open").length).toBeGreaterThan(1);
});

test("an event that finds no connection is tried again later, with number and reason", async () => {
  await using slack = await startSlackStandIn({ manifest: manifest(true) });
  await slack.as("admin.agent").openHome();
  await slack.advance(60_000);
  const tries = slack.deliveries.map((delivery) => JSON.parse(delivery.body));
  expect(tries.map((envelope) => [envelope.retry_attempt, envelope.retry_reason])).toEqual([
    [0, ""],
    [1, "connection_failed"],
    [2, "connection_failed"],
  ]);
  expect(new Set(tries.map((envelope) => envelope.payload.event_id)).size).toBe(1);
});

test("a connection needs the token of the app, a fresh address, and Socket Mode switched on", async () => {
  await using slack = await startSlackStandIn({ manifest: manifest(false) });
  const call = async (method: string, token: string): Promise<Record<string, unknown>> => {
    const authorization = `Bearer ${token}`;
    const response = await fetch(slack.apiUrl + method, { method: "POST", headers: { authorization } });
    return (await response.json()) as Record<string, unknown>;
  };
  expect((await call("apps.connections.open", slack.botToken)).error).toBe("not_allowed_token_type");
  expect((await call("auth.test", slack.appToken)).error).toBe("not_allowed_token_type");
  const { url } = await call("apps.connections.open", slack.appToken);
  const connection = new WebSocket(String(url));
  const told = await new Promise<string>((resolve) => {
    connection.addEventListener("message", (event) => resolve(String(event.data)), { once: true });
  });
  expect(JSON.parse(told)).toEqual({ type: "disconnect", reason: "link_disabled" });
  await new Promise((resolve) => connection.addEventListener("close", resolve, { once: true }));
  const used = new WebSocket(String(url));
  await new Promise((resolve) => used.addEventListener("error", resolve, { once: true }));
  expect(used.readyState).toBe(WebSocket.CLOSED);
});
