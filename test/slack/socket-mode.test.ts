import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandbox } from "#sandbox/start.ts";
import { actions, callbacks, commands } from "#src/slack/ids.ts";
import { type Flow, openFlow } from "../flows/flow.ts";
import { visit } from "../flows/visitor.ts";
import { expectNothingRefused } from "./slack-desk.ts";

/** What happens here is trouble enough for the log. */
const inSocketMode = { socketMode: true, env: { LOG_LEVEL: "silent" } };

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow(inSocketMode);
});
afterAll(() => flow.close());

const connected = (slack = flow.slack) => slack.waitFor(() => slack.state().connections === 1);

test("a purchase goes through without an address: command, suggestions, form, order", async () => {
  await connected();
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.buy);
  await agent.shows(callbacks.buyForm);
  const found = await agent.person.suggest(actions.buyCustomer, "Contoso");
  expect(found.map(({ text }) => text.text)).toContain("Contoso");
  const bought = await agent.buys("sql server 2022 standard");
  expect(flow.partnerCenter.orders().some(({ id }) => bought.text.includes(id))).toBe(true);
  const { deliveries } = flow.slack;
  expect(new Set(deliveries.map(({ kind }) => kind))).toEqual(
    new Set(["command", "block_actions", "block_suggestion", "view_submission"]),
  );
  expect(new Set(deliveries.map(({ transport }) => transport))).toEqual(new Set(["socket"]));
  expect(deliveries.filter(({ result, refusal }) => result?.outcome !== "answered" || refusal)).toEqual([]);
  expectNothingRefused(flow.slack);
});

test("the health check answers, and there is nothing for Slack to send to", async () => {
  const ask = async (path: string, method: string) => {
    const response = await fetch(`${flow.app.url}${path}`, { method });
    await response.body?.cancel();
    return response.status;
  };
  expect(await ask("/healthz", "GET")).toBe(200);
  expect(await ask("/slack/events", "POST")).toBe(404);
});

test("a token that Slack does not accept stops the start, with what to do", async () => {
  const env = { ...inSocketMode.env, SLACK_APP_TOKEN: "xapp-wrong" };
  await expect(startSandbox({ databaseUrl: flow.databaseUrl, socketMode: true, env })).rejects.toThrow(
    /SLACK_APP_TOKEN \(invalid_auth\)/,
  );
});

test.each(["warning", "refresh_requested"] as const)(
  "asked to connect anew (%s), the bot does, and hears what was said meanwhile",
  async (reason) => {
    await connected();
    const opened = () => flow.slack.calls.filter(({ method }) => method === "apps.connections.open").length;
    const before = opened();
    const sales = visit(flow.slack, "sales.agent");
    flow.slack.disconnect(reason);
    await sales.types(commands.help);
    await flow.slack.waitFor(() => opened() > before);
    await connected();
    await sales.sees("CSP Desk");
    await sales.types(commands.cancel);
    await sales.sees("Cancelling needs the role Admin agent");
  },
);

test("a Slack that refuses the connection is asked again until it gives one; stopping ends that too", async () => {
  const fresh = await openFlow(inSocketMode);
  try {
    const { slack } = fresh;
    await connected(slack);
    const refused = () =>
      slack.calls.filter(({ method, ok }) => method === "apps.connections.open" && !ok).length;
    slack.addFault({ method: "apps.connections.open", fault: "500", times: 1 });
    slack.disconnect("refresh_requested");
    await slack.waitFor(() => refused() === 1);
    await connected(slack);

    slack.addFault({ method: "apps.connections.open", fault: "500" });
    slack.disconnect("refresh_requested");
    await slack.waitFor(() => refused() > 1);
    await fresh.app.stop();
    expect(slack.state().connections).toBe(0);
  } finally {
    await fresh.close();
  }
});

test("after stopping, no connection is left and none is opened", async () => {
  await connected();
  await flow.app.stop();
  await flow.slack.waitFor(() => flow.slack.state().connections === 0);
  await expect(fetch(`${flow.app.url}/healthz`)).rejects.toThrow();
  const missed = await flow.slack.as("admin.agent").command(commands.help);
  expect(missed.result).toMatchObject({ outcome: "failed", body: "the app has no connection open" });
  expect(flow.slack.state().connections).toBe(0);
});
