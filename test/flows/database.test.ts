import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { verifyChain } from "#src/activity/verify.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { patienceMs } from "#src/slack/stand-by.ts";
import { type Gate, openGate } from "../ground/gate.ts";
import { until } from "../ground/until.ts";
import { type Flow, openFlow, shortTimings } from "./flow.ts";
import { purchaseOf, stateOf, visit } from "./visitor.ts";

let gate: Gate;
let flow: Flow;
beforeAll(async () => {
  flow = await openFlow({
    // A Slack that would wait longer than the real one: when we answer is ours to say, how fast a machine is is not.
    ackDeadlineMs: 30_000,
    env: { ...shortTimings, LOG_LEVEL: "fatal" },
    through: async (url) => {
      gate = await openGate(url);
      return gate.url;
    },
  });
});
afterAll(async () => {
  await flow.close();
  await gate.close();
});
afterEach(async () => {
  gate.open();
  const health = await fetch(`${flow.app.url}/healthz`);
  expect(health.status).toBe(200);
});

const fault = /it is our mistake|can't work just now/;
const placed = (id: string) =>
  flow.partnerCenter.orders().filter(({ lines }) => lines.some((line) => line.friendlyName === id));

test("without the database a command is answered in words, and works again afterwards", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.help);
  await agent.sees("What you can do here");
  gate.shut();
  await agent.types(commands.buy);
  await agent.sees(fault);
  gate.open();
  await agent.types(commands.buy);
  await agent.shows(callbacks.buyForm);
});

test("B1 without the database the price form comes back with everything in it, and works again afterwards", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.chooseSoftware("sql server 2022 standard", "Contoso", "6");
  gate.shut();
  await agent.person.submit();
  const kept = await agent.sees(fault);
  expect(kept.callbackId).toBe(callbacks.buyForm);
  expect(stateOf(kept)[inputs.buyQuantity]?.value).toBe("6");
  expect(stateOf(kept)[actions.buyProduct]?.selected_option).toBeTruthy();
  gate.open();
  await agent.person.submit();
  await agent.sees("Total:");
});

test("B1 without the database the confirmation stays open, and confirms once afterwards", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const id = purchaseOf(await agent.checkPrice("sql server 2022 standard"));
  gate.shut();
  await agent.person.submit();
  const kept = await agent.sees(fault);
  expect(kept.callbackId).toBe(callbacks.buyConfirm);
  gate.open();
  await agent.person.submit();
  await agent.sees("Order requested");
  await agent.reads("Ordered.", id);
  expect(placed(id)).toHaveLength(1);
});

test("B1 the database lost while Partner Center takes the order: the order is found again, and told once", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const id = purchaseOf(await agent.checkPrice("sql server 2022 standard"));
  flow.partnerCenter.addFault({ path: "/checkout$", fault: "slow", delayMs: 700, times: 1 });
  await agent.person.submit();
  // The fault is used up when the order arrives, and its answer takes a while.
  await until("Partner Center is asked", async () => flow.partnerCenter.faults().length === 0);
  gate.shut();
  await until("Partner Center has taken it", async () => placed(id).length === 1);
  gate.open();
  await agent.reads("Ordered.", id);
  expect(placed(id)).toHaveLength(1);
  expect(agent.person.dm().filter(({ text }) => text.includes(id))).toHaveLength(1);
});

test("B1 a database that hangs: Slack is answered in time, and the order goes through when it is back", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const id = purchaseOf(await agent.checkPrice("sql server 2022 standard"));
  gate.freeze();
  const submission = await agent.person.submit();
  expect(submission.outcome).toBe("updated");
  expect(patienceMs).toBeLessThan(3_000);
  await agent.sees("taking longer than it should");
  gate.open();
  await agent.reads("Ordered.", id);
  expect(placed(id)).toHaveLength(1);
});

test("no activity was lost or changed by any of it", async () => {
  const verdict = await verifyChain(flow.app.desk.db, flow.slack.state().team.id);
  expect(verdict).toMatchObject({ intact: true });
});
