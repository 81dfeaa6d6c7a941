import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { actions, callbacks, inputs } from "#src/slack/ids.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow, shortTimings } from "./flow.ts";
import { type Visitor, visit } from "./visitor.ts";

/** Every window of these rules closes within so many days, so that every morning tells of it. */
let flow: Flow;
beforeAll(async () => {
  flow = await openFlow({ env: { POLICY_EDITION: "2021-06", DIGEST_DAYS: "60", ...shortTimings } });
});
afterAll(() => flow.close());
afterEach(() => expectNothingRefused(flow.slack));

/** The next morning comes at once: for everybody, their reminder is due now. */
async function morning(): Promise<void> {
  const { db } = flow.app.desk;
  await db.deleteFrom("digests").execute();
  await db
    .updateTable("reminders")
    .set({ due_at: new Date(0) })
    .where("kind", "=", "digest")
    .execute();
}

async function buysAndWakes(agent: Visitor, title: string) {
  await agent.buys("SQL Server 2022 Standard");
  await morning();
  return agent.reads(title);
}

test("C1 the morning message keeps, snoozes and cancels at a click, and shows who decided", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const message = await buysAndWakes(agent, "can be cancelled only for a short time");
  expect(message.text).toContain("SQL Server 2022 Standard");
  expect(message.text).toContain("Contoso");
  await agent.person.click(actions.cancelOpen, { message });
  expect((await agent.shows(callbacks.cancelForm)).text).toContain("days left to cancel this order");
  await agent.person.close({ all: true });
  await agent.person.click(actions.digestSnooze, { message });
  await agent.reads("will be reminded on the last day");
  expect(agent.person.dm().filter(({ ts }) => ts === message.ts)).toHaveLength(1);

  const again = await buysAndWakes(agent, "1 purchase can be cancelled");
  await agent.person.click(actions.digestKeep, { message: again });
  await agent.reads("All decided", "keeps it");
  const decided = await flow.app.desk.db
    .selectFrom("activity")
    .select("act")
    .where("act", "in", ["window.keep", "window.snooze"])
    .orderBy("sequence")
    .execute();
  expect(decided.map(({ act }) => act)).toEqual(["window.snooze", "window.keep"]);
});

test("C1 a click on a message that has not caught up does nothing, says so, and brings the message up to date", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const message = await buysAndWakes(agent, "1 purchase can be cancelled");
  const old = { text: "As it was", blocks: message.blocks };
  await agent.person.click(actions.digestKeep, { message });
  await agent.reads("All decided", "keeps it");
  const place = { workspaceId: flow.slack.state().team.id, channel: message.channel, ts: message.ts };
  await flow.app.desk.chat.update({ ...place, message: old });
  await agent.person.click(actions.digestKeep, { message });
  await agent.reads("nothing was done");
  await agent.reads("All decided", "keeps it");
  const acts = await flow.app.desk.db
    .selectFrom("activity")
    .select("act")
    .where("act", "=", "window.keep")
    .execute();
  expect(acts).toHaveLength(2);
});

test("C2 a window is handed over to someone who may cancel, and to nobody else", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const colleague = visit(flow.slack, "admin.agent.2");
  const message = await buysAndWakes(agent, "can be cancelled only for a short time");
  await agent.person.click(actions.digestHandOver, { message });
  await agent.shows(callbacks.digestHandOver);
  await agent.person.select(inputs.digestColleague, "sales.agent");
  expect((await agent.person.submit()).errors).toHaveProperty(inputs.digestColleague);
  await agent.person.select(inputs.digestColleague, "admin.agent.2");
  await agent.person.submit();
  await agent.sees("has taken it over");
  await agent.reads("has taken it over");
  await morning();
  await colleague.reads("can be cancelled only for a short time");
});

test("C1 the morning message in Spanish", async () => {
  const agent = visit(flow.slack, "admin.agent.es");
  const message = await buysAndWakes(agent, "solo se puede cancelar durante poco tiempo");
  await agent.person.click(actions.digestKeep, { message });
  await agent.reads("la conserva");
});
