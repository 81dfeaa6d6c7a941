import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskQueue, topics } from "#jobs/queues.ts";
import { type Queues, relayOnce } from "#jobs/relay.ts";
import { sweepOnce } from "#jobs/sweeper.ts";
import type { Agent } from "#src/access/agent.ts";
import { readActivity } from "#src/activity/read-activity.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import { findOrder } from "#src/cancellations/find-order.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { lookForCredits } from "#src/cancellations/watch-credit.ts";
import { ringWaiting } from "#src/connections/ring.ts";
import { transact } from "#src/db/database.ts";
import type { Rows } from "#src/db/rows.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import { countDownload, listLinks } from "#src/fulfilment/links.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { readHome } from "#src/home/read.ts";
import { PartnerCenterFailure, type WriteCall } from "#src/partner-center/port.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import { listSupportRequests } from "#src/support-requests/read.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { sendDigest } from "#src/windows/digest.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { minute, pass, seededLine } from "../requests/acts.ts";
import { filledIn } from "../support-requests/cases.ts";

/** Tables that grow with every year and every agent. */
const growing = [
  "purchases",
  "cancellations",
  "key_requests",
  "support_requests",
  "messages",
  "activity",
  "outbox",
  "links",
  "reminders",
  "windows",
] as const;

/** What tells one row from the next; each copy gets its own. */
const own: Record<string, string> = {
  id: "one.id || '-' || n",
  form_token: "one.form_token || '-' || n",
  order_id: "one.order_id || '-' || n",
  customer_id: "md5((n % 5000)::text)::uuid::text",
  request_id: "one.request_id || '-' || n",
  subject_id: "one.subject_id || '-' || n",
  ms_request_id: "md5(one.id || n)::uuid",
  sequence: "1000000 + n",
  at: "one.at - make_interval(mins => n)",
};

/** Makes `count` rows like the first one for which `which` holds, with other ids, in `set` otherwise. */
async function multiply(
  desk: Desk,
  table: (typeof growing)[number],
  count: number,
  which = "true",
  set: Record<string, string> = {},
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' and is_identity = 'NO'`.execute(
    desk.db,
  );
  const values = rows.map(({ name }) => set[name] ?? own[name] ?? `one.${name}`);
  const made = await sql`
    insert into ${sql.table(table)} (${sql.join(rows.map(({ name }) => sql.ref(name)))})
    select ${sql.raw(values.join(", "))}
    from (select * from ${sql.table(table)} where ${sql.raw(which)} limit 1) as one, generate_series(1, ${sql.lit(count)}) as n`.execute(
    desk.db,
  );
  expect(made.numAffectedRows, table).toBe(BigInt(count));
}

/** A year of others' work: ended for the most part, some of it under way and due in a long time. */
async function fill(desk: Desk): Promise<void> {
  const far = { due_at: "'2100-01-01'::timestamptz" };
  const ended = { due_at: "null" };
  await multiply(desk, "purchases", 10_000, "status = 'ordered'");
  await multiply(desk, "cancellations", 10_000, "status = 'accepted'", {
    ...ended,
    status: "'visible'",
    visible_at: "now()",
    credit_status: "'seen'",
    credit_seen: "1",
    credit_invoice_id: "'D0001'",
  });
  await multiply(desk, "cancellations", 3_000, "status = 'accepted'", {
    ...far,
    id: "one.id || '-moving-' || n",
    order_id: "one.order_id || '-moving-' || n",
  });
  await multiply(desk, "key_requests", 10_000);
  await multiply(desk, "links", 10_000);
  await multiply(desk, "support_requests", 10_000, "true", {
    ...ended,
    status: "'closed'",
    ticket_number: "'1'",
    filed_at: "now()",
    closed_at: "now()",
  });
  await multiply(desk, "messages", 10_000, "drawn_version > 0");
  await multiply(desk, "activity", 10_000);
  await multiply(desk, "outbox", 10_000, "sent_at is not null", {
    sent_at: "one.sent_at - interval '1 hour'",
  });
  await multiply(desk, "reminders", 10_000, "true", far);
  await multiply(desk, "windows", 10_000, "true", { closed_at: "now()" });
  await sql`analyze`.execute(desk.db);
}

const reveal = (change: object = {}) => ({
  ...seededLine("recentPerpetual"),
  formToken: randomUUID(),
  choice: { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" },
  reason: "A new server for the branch office",
  ...change,
});

function ofSomebodyElse(error: unknown): void {
  if (!(error instanceof DeskError && error.code === "request_not_found")) throw error;
}

/** Partner Center that does not answer this once. */
function lost(_input: unknown, call: WriteCall): Promise<never> {
  return Promise.reject(
    new PartnerCenterFailure({
      kind: "retry_same_id",
      status: 0,
      code: 0,
      description: "no answer",
      operation: "cancelOrderLines",
      ...call,
    }),
  );
}

const quiet: DeskQueue = { addBulk: async () => {}, close: async () => {} };
const quietQueues = Object.fromEntries(topics.map((topic) => [topic, quiet])) as Queues;

describe("what is asked of tables that hold years", () => {
  let under: DeskUnderTest;
  let agent: Agent;
  let desk: Desk;
  const asked = new Map<string, readonly unknown[]>();

  beforeAll(async () => {
    under = await openDesk({ simulator: { cancellationLagMs: 5 * minute } });
    const other = await under.agent("U0AGENT2");
    await buy(under.desk, other);
    await requestSupport(under.desk, other, filledIn());
    await revealKey(under.desk, other, reveal());
    await requestCancellation(under.desk, other, seededLine("fiftyNineDaysOld"));
    await runDue(under.desk);
    await sendDigest(under.desk, { subjectId: other.personId });
    await fill(under.desk);
    agent = await under.agent();
    desk = {
      ...under.desk,
      db: new Kysely<Rows>({
        dialect: new PostgresDialect({ pool: under.opened.pool }),
        log: ({ query }) => void asked.set(query.sql, query.parameters),
      }),
    };
  }, 110_000);
  afterAll(() => under.close());

  /** Every way that somebody waits for, or that a worker goes again and again. */
  async function everything(): Promise<void> {
    const { customerId } = seededLine("recentPerpetual");
    await readHome(desk, agent);
    for (const line of await listSoftware(desk, agent, { act: "keys", customerId }))
      await assessLine(desk, agent, { line });
    const { orderId } = seededLine("fiftyNineDaysOld");
    await findOrder(desk, agent, { orderId });
    await transact(desk.db, (trx) => ringWaiting(trx, desk, { personId: null }));
    await buy(desk, agent);
    await revealKey(desk, agent, reveal());
    for (const { linkId } of await listLinks(desk, agent, { customerId }))
      await countDownload(desk, agent, { linkId }).catch(ofSomebodyElse);
    await requestSupport(desk, agent, filledIn());
    await listSupportRequests(desk, agent, { page: 0 });
    await requestCancellation(desk, agent, seededLine("recentPerpetual"));
    await requestCancellations(desk, agent, {
      formToken: randomUUID(),
      customerId: seededLine("tenDaysOldSubscription").customerId,
      lines: [seededLine("tenDaysOldSubscription")],
    });
    await relayOnce(desk, quietQueues);
    await ring();
    // Its first answer is lost: what was sent together is found again.
    await runDue({ ...desk, partnerCenter: { ...desk.partnerCenter, cancelOrderLines: lost } });
    for (const ms of [minute, 4 * minute, 4 * minute, 20 * minute]) await pass(under, ms, desk);
    await sweepOnce(desk);
    const reader = await under.agent("U0GLOBAL");
    const range = { from: "2026-11-20", to: "2026-11-23" };
    const all = { ...range, slackUserId: null, customerId: null, kind: null };
    const [newest] = (await readActivity(desk, reader, { question: all, turn: null })).entries;
    if (!newest) throw new Error("Nothing was recorded.");
    for (const kind of [null, "cancellations", "outside"] as const)
      await readActivity(desk, reader, {
        question: { ...all, kind },
        turn: { direction: "older", place: newest },
      });
    await lookForCredits(desk, { subjectId: agent.workspaceId });
    await sendDigest(desk, { subjectId: agent.personId });
  }

  /** What was handed to the queues above is rung for again. */
  const ring = () =>
    sql`update outbox set sent_at = null where sent_at = ${under.clock.now()}`.execute(under.desk.db);

  /** The statements that the planner answers by reading a growing table from one end to the other. */
  async function wholeReads(): Promise<string[]> {
    const found: string[] = [];
    for (const [text, parameters] of asked) {
      if (!/^(with|select|insert|update|delete)\b/i.test(text.trim())) continue;
      const { rows } = await under.opened.pool.query<Record<string, string>>(`explain ${text}`, [
        ...parameters,
      ]);
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      const read = /Seq Scan on (\w+)/g;
      const tables = [...plan.matchAll(read)].map(([, table]) => table ?? "");
      if (tables.some((table) => growing.some((one) => one === table))) found.push(`${text}\n${plan}`);
    }
    return found;
  }

  test("A3 C6 C9 K2: no step of any flow reads one of them from one end to the other", async () => {
    await everything();
    expect(asked.size).toBeGreaterThan(100);
    expect(await wholeReads()).toEqual([]);
  });

  test("A3 C6 C9 K2: without their indexes, the same questions do", async () => {
    const dropped = ["cancellations_by_line", "purchases_ordered_by_customer", "outbox_sent"];
    await sql`drop index ${sql.join(dropped.map((name) => sql.ref(name)))}`.execute(under.desk.db);
    const found = (await wholeReads()).join();
    for (const table of ["cancellations", "purchases", "outbox"])
      expect(found).toContain(`Seq Scan on ${table}`);
  });
});
