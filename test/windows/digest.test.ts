import { type KyselyPlugin, sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { takeBack } from "#src/cancellations/take-back.ts";
import type { DigestItem } from "#src/db/rows.ts";
import { handOverWindow, keepPurchase, snoozeWindow } from "#src/windows/decide.ts";
import { sendDigest } from "#src/windows/digest.ts";
import { watchPurchases } from "#src/windows/watch.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { day, minute, pass, readRow, refusalOf } from "../requests/acts.ts";

/** The seeded test clock starts at an ordinary weekday; people are in UTC unless the chat says otherwise. */
let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

const hour = 60 * minute;
const windows = () => under.desk.db.selectFrom("windows").selectAll().orderBy("deadline_at").execute();
const digests = () => under.desk.db.selectFrom("digests").selectAll().orderBy("created_at").execute();
const items = async (): Promise<DigestItem[]> => (await digests()).at(-1)?.items ?? [];
const digestTexts = () =>
  under.chat.posted.map(({ message }) => message.text).filter((text) => text.startsWith("digest"));

async function bought(query = "sql server 2022 standard"): Promise<{
  customerId: string;
  orderId: string;
  lineItemNumber: number;
}> {
  const id = await buy(under.desk, agent, { query });
  await runDue(under.desk);
  const purchase = await readRow(under.desk, "purchase", id);
  const order = purchase.orders[0];
  if (!order) throw new Error(`${id} became no order`);
  return { customerId: purchase.customer_id, orderId: order.orderId, lineItemNumber: 0 };
}

/** The last three of these days are lived through, so that no morning of them is missed. */
async function days(count: number): Promise<void> {
  await pass(under, Math.max(0, count - 3) * day);
  for (let hours = 0; hours < Math.min(count, 3) * 24; hours += 6) await pass(under, 6 * hour);
}

test("C1 the purchaser is told in the morning when a window closes within three days, and not before", async () => {
  const line = await bought();
  await days(56);
  expect(await windows()).toMatchObject([{ order_id: line.orderId, person_id: agent.personId }]);
  expect(await digests()).toHaveLength(0);
  await days(2);
  expect((await digests()).length).toBeGreaterThan(0);
  const [first] = await digests();
  expect(first?.items).toMatchObject([{ orderId: line.orderId, state: "open" }]);
  const deadline = new Date(first?.items[0]?.deadlineAt ?? 0);
  const left = deadline.getTime() - (first?.created_at.getTime() ?? 0);
  expect(left).toBeGreaterThan(2 * day);
  expect(left).toBeLessThanOrEqual(3 * day);
  expect(first?.created_at.getUTCHours()).toBeGreaterThanOrEqual(9);
});

test("C1 one message a morning, however often the sweeper rings and whatever is lost", async () => {
  await bought();
  await days(58);
  const before = (await digests()).length;
  expect(before).toBeGreaterThan(0);
  await under.desk.db.updateTable("reminders").set({ due_at: under.clock.now() }).execute();
  await under.desk.db.deleteFrom("outbox").execute();
  await pass(under, minute);
  await under.desk.db.updateTable("reminders").set({ due_at: under.clock.now() }).execute();
  await pass(under, minute);
  const all = await digests();
  expect(new Set(all.map((digest) => digest.day)).size).toBe(all.length);
  expect(digestTexts().length).toBe(all.length);
});

test("C1 keep: who decided is recorded, the message shows it, and nobody is reminded again", async () => {
  await bought();
  await days(58);
  const [item] = await items();
  await keepPurchase(under.desk, agent, { windowId: item?.windowId ?? "" });
  expect(await items()).toMatchObject([{ state: "keep", by: "U0AGENT" }]);
  expect(await windows()).toMatchObject([{ decision: "keep", decided_by: agent.personId }]);
  const told = (await digests()).length;
  await days(3);
  expect(await digests()).toHaveLength(told);
  expect(
    await under.desk.db.selectFrom("reminders").where("kind", "=", "digest").select("id").execute(),
  ).toEqual([]);
  const other = await under.agent("U0AGENT2");
  const refusal = await refusalOf(keepPurchase(under.desk, other, { windowId: item?.windowId ?? "" }));
  expect(refusal.code).toBe("request_moved_on");
});

test("C1 one look finds what is watched already, however many lines were bought", async () => {
  await bought();
  await bought("sql server standard");
  await days(1);
  expect(await windows()).toHaveLength(2);
  const asked: string[] = [];
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (node.kind === "SelectQueryNode" && JSON.stringify(node.from).includes('"windows"'))
        asked.push(node.kind);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const desk = { ...under.desk, db: under.desk.db.withPlugin(counting) };
  const before = under.simulator.requests().length;
  expect(await watchPurchases(desk, agent, agent.personId)).toBe(true);
  expect(asked).toHaveLength(1);
  expect(under.simulator.requests()).toHaveLength(before);
});

test("C1 snooze: silent until the last day, then told once more", async () => {
  await bought();
  await days(58);
  const [item] = await items();
  await snoozeWindow(under.desk, agent, { windowId: item?.windowId ?? "" });
  const told = (await digests()).length;
  const deadline = new Date(item?.deadlineAt ?? 0).getTime();
  while (deadline - under.clock.now().getTime() > day + 6 * hour) await pass(under, 6 * hour);
  expect(await digests()).toHaveLength(told);
  while (deadline > under.clock.now().getTime()) await pass(under, 6 * hour);
  expect(await digests()).toHaveLength(told + 1);
});

test("C1 a cancellation, asked for anywhere, decides its window", async () => {
  const line = await bought();
  await days(58);
  await requestCancellation(under.desk, agent, line);
  expect(await items()).toMatchObject([{ state: "cancel", by: "U0AGENT" }]);
  expect(await windows()).toMatchObject([{ decision: "cancel", decided_by: agent.personId }]);
});

test("C1 a cancellation that came to nothing leaves its window undecided: its person is told again", async () => {
  const line = await bought();
  await days(58);
  const desk = { ...under.desk, timings: { ...under.desk.timings, graceSeconds: 600 } };
  const { cancellationId } = await requestCancellation(desk, agent, line);
  const told = (await digests()).length;
  await takeBack(desk, agent, { cancellationId });
  expect(await windows()).toMatchObject([{ decision: null, decided_by: null }]);
  expect(await items()).toMatchObject([{ state: "open", by: null }]);
  await days(1);
  expect((await digests()).length).toBeGreaterThan(told);

  under.simulator.addFault({
    path: `/orders/${line.orderId}$`,
    method: "PATCH",
    times: 1,
    fault: "answer",
    answer: { status: 400, code: 800061, description: "planted" },
  });
  const again = await requestCancellation(under.desk, agent, line);
  expect(await windows()).toMatchObject([{ decision: "cancel" }]);
  await runDue(under.desk);
  expect(await readRow(under.desk, "cancellation", again.cancellationId)).toMatchObject({
    status: "refused",
  });
  expect(await windows()).toMatchObject([{ decision: null }]);
  await days(1);
  expect((await digests()).length).toBeGreaterThan(told + 1);
});

test("C1 on a morning on which Partner Center is down what is watched is told, and a new purchase is watched later", async () => {
  await bought();
  await days(58);
  const told = (await digests()).length;
  await bought("windows server 2025 standard");
  under.simulator.addFault({ path: "/v1/", fault: "503" });
  await days(1);
  expect((await digests()).length).toBeGreaterThan(told);
  expect(await windows()).toHaveLength(1);
  under.simulator.clearFaults();
  await days(1);
  expect(await windows()).toHaveLength(2);
});

test("C1 however many windows close, a morning looks at a set number and tells of what is open, past those that are over", async () => {
  const line = await bought();
  await pass(under, 58 * day);
  const order = await under.desk.partnerCenter.getOrder(line);
  await under.desk.db.deleteFrom("digests").execute();
  // A hundred that passed unseen since the last look, and a hundred that are open.
  await sql`
    insert into windows (id, workspace_id, person_id, customer_id, customer_name, order_id, line_item_number, product_title,
      quantity, deadline_at, created_at, updated_at)
    select 'win_' || n, workspace_id, person_id, customer_id, customer_name, order_id || n, line_item_number, product_title,
      quantity, case when n <= 100 then now_is - interval '1 hour' else deadline_at + make_interval(secs => n) end, now_is, now_is
    from windows, generate_series(1, 200) as n, (select ${under.clock.now()}::timestamptz as now_is) as clock`.execute(
    under.desk.db,
  );
  const looked: string[] = [];
  const all = {
    ...under.desk,
    partnerCenter: {
      ...under.desk.partnerCenter,
      getOrder: async ({ orderId }: { orderId: string }) => {
        looked.push(orderId);
        return order;
      },
    },
  };
  await sendDigest(all, { subjectId: agent.personId });
  expect(await items()).toHaveLength(15);
  expect(looked).toHaveLength(15);
  expect((await items()).every(({ state }) => state === "open")).toBe(true);
  const open = (await windows()).filter((window) => window.closed_at === null);
  expect(open).toHaveLength(101);
  // Nothing of it is there any more: all of it is looked at in the end, some of it each morning.
  await under.desk.db.deleteFrom("digests").execute();
  const gone = {
    ...all,
    partnerCenter: { ...all.partnerCenter, getOrder: under.desk.partnerCenter.getOrder },
  };
  for (const left of [101 - 44, 101 - 88, 1]) {
    await sendDigest(gone, { subjectId: agent.personId });
    expect((await windows()).filter((window) => window.closed_at === null)).toHaveLength(left);
  }
  expect(await items()).toMatchObject([{ orderId: line.orderId }]);
});

test("C2 handed over: the colleague gets the next morning's message, someone without the right does not", async () => {
  await bought();
  await days(57);
  const [window] = await windows();
  const windowId = window?.id ?? "";
  const sales = await under.agent("U0SALES");
  const toSales = handOverWindow(under.desk, agent, { windowId, slackUserId: sales.slackUserId });
  expect((await refusalOf(toSales)).code).toBe("invalid_input");
  expect((await refusalOf(keepPurchase(under.desk, sales, { windowId }))).code).toBe("not_allowed");
  const colleague = await under.agent("U0AGENT2");
  await handOverWindow(under.desk, agent, { windowId, slackUserId: colleague.slackUserId });
  const before = (await digests()).length;
  await days(1);
  expect((await digests()).slice(before).map((digest) => digest.person_id)).toEqual([colleague.personId]);
});

test("C1 who has left hands their windows to a colleague who may cancel", async () => {
  await bought();
  const colleague = await under.agent("U0AGENT2");
  await days(56);
  under.chat.changeProfile("U0AGENT", { isMember: false });
  await days(2);
  expect(await windows()).toMatchObject([{ person_id: colleague.personId }]);
  expect((await digests()).map((digest) => digest.person_id)).toContain(colleague.personId);
});

test("C1 who left before the first morning hands over what they bought the day before", async () => {
  const colleague = await under.agent("U0AGENT2");
  const line = await bought();
  under.chat.changeProfile("U0AGENT", { isMember: false });
  await days(2);
  expect(await windows()).toMatchObject([{ person_id: colleague.personId, order_id: line.orderId }]);
  await days(57);
  expect((await digests()).map((digest) => digest.person_id)).toContain(colleague.personId);
});

test("C1 snoozed over the long night in which clocks go back, it is told while there is time to decide", async () => {
  await bought();
  await days(58);
  await under.desk.db.updateTable("people").set({ time_zone: "Europe/Madrid" }).execute();
  // Clocks go back at 01:00 UTC; that Sunday's morning is at 08:00 UTC, after the deadline.
  const deadline = new Date("2027-10-31T07:30:00Z");
  await under.desk.db.updateTable("windows").set({ deadline_at: deadline }).execute();
  const [item] = await items();
  await snoozeWindow(under.desk, agent, { windowId: item?.windowId ?? "" });
  expect(await windows()).toMatchObject([{ snoozed_until: new Date("2027-10-30T07:00:00Z") }]);
});

test("C4 what can't be cancelled here is not watched", async () => {
  await bought("suse");
  await days(2);
  expect(await windows()).toEqual([]);
});
