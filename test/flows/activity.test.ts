import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import type { ActivityAct } from "#src/activity/acts.ts";
import { recordActivity } from "#src/activity/record.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { transact } from "#src/db/database.ts";
import type { ReminderKind } from "#src/reminders/kinds.ts";
import { setReminder } from "#src/reminders/set.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { dayOf, startOfDay } from "#src/windows/morning.ts";
import { until } from "../ground/until.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { customer, forge, lastDelivery, secretsIn, stateOf, type Visitor, visit } from "./visitor.ts";

let flow: Flow;
let workspaceId: string;
beforeAll(async () => {
  flow = await openFlow({ env: { ACTIVITY_CHANNEL: "C0CSP" } });
  workspaceId = flow.slack.state().team.id;
});
afterAll(() => flow.close());
afterEach(() => expectNothingRefused(flow.slack));

const contoso = customer("Contoso");
const order = seedOrders.recentPerpetual;
const auditorZone = "America/New_York";
const plus = (day: string, days: number) => dayOf(startOfDay(day, auditorZone, days), auditorZone);

/** Opens the form; gives the day on which it was opened, the auditor's. */
async function opens(reader: Visitor): Promise<string> {
  for (;;) {
    const day = dayOf(new Date(), auditorZone);
    await reader.types(commands.activity);
    await reader.shows(callbacks.activityForm);
    if (day === dayOf(new Date(), auditorZone)) return day;
  }
}

async function asks(reader: Visitor, kind?: string) {
  await opens(reader);
  if (kind) await reader.person.select(inputs.activityKind, kind);
  await reader.person.submit();
  return reader.offered(actions.activityCsv);
}

const now = (kind: ReminderKind) =>
  transact(flow.app.desk.db, (trx) =>
    setReminder(trx, flow.app.desk, { workspaceId, kind, subjectId: workspaceId, dueAt: new Date() }),
  );

const many = (count: number, act: ActivityAct) =>
  transact(flow.app.desk.db, async (trx) => {
    for (let index = 1; index <= count; index += 1)
      await recordActivity(trx, {
        workspaceId,
        at: new Date(Date.now() - 60_000 + index),
        actor: null,
        act,
        outcome: "done",
        request: null,
        customerId: null,
        details: { reason: `entry ${index} of ${count}` },
        correlationId: null,
      });
  });

const content = async (fileId: string) => {
  const file = await flow.app.desk.chat.readFile({ workspaceId, fileId, mostBytes: 1e7 });
  return file.kind === "file" ? file.bytes.toString() : file.problem;
};

describe("A1 the door", () => {
  test("A1 an admin agent alone is refused by name of the roles, and that they asked is recorded", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.types(commands.activity);
    const refusal = await agent.sees("needs the role");
    expect(refusal.text).toContain("Global admin");
    const rows = await flow.app.desk.db
      .selectFrom("activity")
      .select(["act", "outcome", "roles", "correlation_id"])
      .where("kind", "=", "activity")
      .execute();
    expect(rows).toEqual([
      {
        act: "activity.asked",
        outcome: "refused",
        roles: ["admin_agent"],
        correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
  });
});

describe("A2 the question", () => {
  test("A2 begins with the last seven days, everybody and everything", async () => {
    const auditor = visit(flow.slack, "account.admin");
    const today = await opens(auditor);
    const state = stateOf(await auditor.person.view());
    expect(state[inputs.activityFrom]?.selected_date).toBe(plus(today, -6));
    expect(state[inputs.activityTo]?.selected_date).toBe(today);
    expect(state[inputs.activityPerson]?.selected_user).toBeNull();
  });

  test("A2 a wrong order and a day to come are told beside the field, and nothing chosen is lost", async () => {
    const auditor = visit(flow.slack, "account.admin");
    const today = await opens(auditor);
    await auditor.person.select(inputs.activityPerson, "admin.agent");
    await auditor.person.select(inputs.activityFrom, plus(today, -2));
    await auditor.person.select(inputs.activityTo, plus(today, -3));
    const wrong = await auditor.person.submit();
    expect(wrong.errors).toEqual({ [inputs.activityTo]: expect.stringContaining("before the first day") });
    await auditor.person.select(inputs.activityTo, plus(today, 3));
    const future = await auditor.person.submit();
    expect(future.errors).toEqual({ [inputs.activityTo]: expect.stringContaining("has not come yet") });
    const state = stateOf(await auditor.person.view());
    expect(state[inputs.activityFrom]?.selected_date).toBe(plus(today, -2));
    expect(state[inputs.activityPerson]?.selected_user).toBe("U0ADMINAGENT");
  });

  test("A2 can be changed from the answer, as it was asked", async () => {
    const auditor = visit(flow.slack, "account.admin");
    await opens(auditor);
    await auditor.person.select(inputs.activityPerson, "admin.agent.2");
    await auditor.person.pick(inputs.activityCustomer, "Contoso", 0);
    await auditor.person.select(inputs.activityKind, "roles");
    await auditor.person.submit();
    await auditor.sees("There is nothing in these days");
    await auditor.person.click(actions.activityChange);
    const state = stateOf(await auditor.shows(callbacks.activityForm));
    expect(state[inputs.activityPerson]?.selected_user).toBe("U0ADMINAGENT2");
    expect(JSON.stringify(state[inputs.activityCustomer])).toContain(contoso.id);
    expect(JSON.stringify(state[inputs.activityKind])).toContain("roles");
  });
});

describe("A3 the answer", () => {
  test("A3 who saw a key, why, for whom, in both records, and the key itself nowhere", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.choosesLine(order.id);
    const shown = await agent.getsKeys();
    const secrets = secretsIn(shown);
    expect(secrets).toHaveLength(2);
    const auditor = visit(flow.slack, "account.admin");
    await asks(auditor, "keys");
    const page = await auditor.sees("Was shown a key or download link");
    expect(page.text).toContain("Ticket 4711");
    expect(page.text).toContain(contoso.companyName);
    expect(page.text).toContain(order.id);
    expect(page.text).toContain("as Admin agent");
    expect(JSON.stringify(page.blocks)).toContain("<@U0ADMINAGENT>");
    await now("audit_mirror");
    await until("the worker is done", async () => {
      const copied = await flow.app.desk.db.selectFrom("audit_records").select("id").executeTakeFirst();
      return copied !== undefined;
    });
    await auditor.person.click(actions.activityNewest);
    const both = await auditor.sees("Got a software key");
    expect(both.text).toContain("Microsoft’s records as of");
    expect(both.text).not.toContain("outside Slack");
    const elsewhere = flow.slack.calls.filter(({ args }) => args.view_id !== shown.id);
    expect(elsewhere.length).toBeGreaterThan(5);
    for (const secret of secrets) expect(JSON.stringify(elsewhere)).not.toContain(secret);
  });

  test("A3 ten a page, older and newer again", async () => {
    await many(25, "support_request.followed");
    const auditor = visit(flow.slack, "account.admin");
    const first = await asks(auditor, "support");
    expect(first.text).toContain("entry 25 of 25");
    expect(first.text).toContain("entry 16 of 25");
    expect(first.text).not.toContain("entry 15 of 25");
    expect(JSON.stringify(first.blocks)).not.toContain(actions.activityNewer);
    await auditor.person.click(actions.activityOlder);
    await auditor.sees("entry 15 of 25");
    await auditor.person.click(actions.activityOlder);
    const last = await auditor.sees("entry 1 of 25");
    expect(JSON.stringify(last.blocks)).not.toContain(actions.activityOlder);
    await auditor.person.click(actions.activityNewer);
    const back = await auditor.sees("entry 6 of 25");
    expect(back.text).toContain("entry 15 of 25");
    expect(back.text).not.toContain("entry 16 of 25");
  });

  test("A1 a button of a reader's page, pressed by an admin agent, shows nothing more", async () => {
    const auditor = visit(flow.slack, "account.admin");
    await asks(auditor, "support");
    await auditor.person.click(actions.activityOlder);
    await auditor.sees("entry 15 of 25");
    const { body } = lastDelivery(flow.slack, "block_actions");
    const before = flow.slack.calls.length;
    await forge(flow.slack, flow.app.url ?? "", body, (payload) =>
      payload.replaceAll('"id":"U0ACCOUNTADMIN"', '"id":"U0ADMINAGENT"'),
    );
    const since = () => JSON.stringify(flow.slack.calls.slice(before));
    await flow.slack.waitFor(() => since().includes("needs the role"));
    expect(since()).not.toContain("entry 15 of 25");
  });

  test("A3 what people typed runs nothing on the page", async () => {
    await transact(flow.app.desk.db, (trx) =>
      recordActivity(trx, {
        workspaceId,
        at: new Date(),
        actor: null,
        act: "role.<!channel>" as ActivityAct,
        outcome: "done",
        request: null,
        customerId: "<!here>",
        details: { reason: "<!channel> *bold* <https://elsewhere.example|click>", code: "<@U1>" },
        correlationId: null,
      }),
    );
    const auditor = visit(flow.slack, "account.admin");
    const page = await asks(auditor, "roles");
    const blocks = JSON.stringify(page.blocks);
    for (const markup of ["<!channel>", "<!here>", "<https://elsewhere", "<@U1>"])
      expect(blocks).not.toContain(markup);
    expect(blocks).toContain("&lt;!channel&gt;");
  });
});

describe("A3 exports", () => {
  test.each([
    ["CSV", actions.activityCsv],
    ["JSON", actions.activityJson],
  ])("A3 as %s come into the reader's own conversation, once, and are recorded", async (format, button) => {
    const auditor = visit(flow.slack, "account.admin");
    await asks(auditor, "support");
    await auditor.person.click(button);
    await auditor.sees("The file is being made");
    await auditor.person.click(button).catch(() => {});
    const told = await auditor.reads("is in this conversation", `as ${format}`);
    const files = auditor.person.dm().flatMap(({ fileIds }) => fileIds);
    const text = await content(files.at(-1) ?? "");
    expect(text).toContain("entry 25 of 25");
    expect(told.text).toContain("25 entries");
    if (format === "CSV") expect(text.startsWith("\uFEFFat,source,")).toBe(true);
    else expect(JSON.parse(text)).toHaveLength(25);
    const rows = await flow.app.desk.db
      .selectFrom("activity")
      .select(["details", "correlation_id"])
      .where("act", "=", "activity.exported")
      .orderBy("sequence", "desc")
      .limit(1)
      .execute();
    expect(rows[0]?.correlation_id).not.toBeNull();
    expect(rows[0]?.details).toMatchObject({
      rows: 25,
      format: format.toLowerCase(),
      filter: { kind: "support" },
    });
  });

  test("A3 an answer that Slack lost leads to no second file", async () => {
    const auditor = visit(flow.slack, "account.admin");
    const before = auditor.person.dm().flatMap(({ fileIds }) => fileIds).length;
    flow.slack.addFault({ method: "files.completeUploadExternal", fault: "reset-after-commit", times: 1 });
    await asks(auditor, "support");
    await auditor.person.click(actions.activityCsv);
    await auditor.reads("The export of the activity is being made");
    await until("the worker is done", async () => {
      const waiting = await flow.app.desk.db
        .selectFrom("activity_exports")
        .select("id")
        .where("status", "=", "requested")
        .execute();
      return waiting.length === 0;
    });
    expect(auditor.person.dm().flatMap(({ fileIds }) => fileIds)).toHaveLength(before + 1);
  });
});

describe("A3 what the readers are told", () => {
  test("A3 an access outside Slack, once, and it is marked in the activity", async () => {
    flow.partnerCenter.recordAccess({
      userPrincipalName: "admin.agent.2@partner.example",
      what: "key",
      customerId: contoso.id,
      orderId: order.id,
    });
    const auditor = visit(flow.slack, "account.admin");
    await now("audit_mirror");
    const told = await auditor.reads("outside Slack", "Contoso");
    expect(told.text).toContain(order.id);
    await now("audit_mirror");
    const page = await asks(auditor, "outside");
    expect(page.text).toContain("outside Slack");
    expect(page.text).toContain("Got a software key");
    expect(auditor.person.dm().filter(({ text }) => text.includes("by Microsoft’s records"))).toHaveLength(1);
    expect(
      visit(flow.slack, "admin.agent")
        .person.dm()
        .map(({ text }) => text)
        .join(),
    ).not.toContain("by Microsoft’s records");
  });

  test("A3 the chain's head is posted into the channel, and the chain has it", async () => {
    await now("chain_head");
    const person = flow.slack.as("account.admin");
    const post = await flow.slack.waitFor(() =>
      person.messages().find(({ channel, text }) => channel === "C0CSP" && text.includes("verify-activity")),
    );
    const [, sequence, hash] = /--head (\d+):([0-9a-f]{64})/.exec(post.text) ?? [];
    const verdict = await verifyChain(flow.app.desk.db, workspaceId, [
      { sequence: sequence ?? "", hash: hash ?? "" },
    ]);
    expect(verdict).toMatchObject({ intact: true });
  });
});
