import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sweepOnce } from "#jobs/sweeper.ts";
import type { Agent } from "#src/access/agent.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { customerId, day, fillForm, minute } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(() => under.close());

const sweptAtOnce = 200;

/** So many reminders that were due minutes ago, the first of them first. */
async function remind(first: number, last: number): Promise<void> {
  const now = under.clock.now();
  await sql`
    insert into reminders (id, workspace_id, kind, subject_id, due_at, created_at, updated_at)
    select 'rem_' || n, ${agent.workspaceId}, 'link_dies', 'lnk_' || n,
      ${now}::timestamptz - interval '1 hour' + make_interval(secs => n), ${now}, ${now}
    from generate_series(${sql.lit(first)}, ${sql.lit(last)}) as n`.execute(under.desk.db);
}

/** The reminders that were rung for since the last time somebody asked, as numbers. */
async function rung(): Promise<number[]> {
  const { rows } = await sql<{ subject_id: string }>`
    delete from outbox where topic = 'reminder' and subject_id like 'rem\_%' returning subject_id`.execute(
    under.desk.db,
  );
  return rows.map(({ subject_id }) => Number(subject_id.slice(4))).sort((a, b) => a - b);
}

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

test("invariant 3: a sweep takes a set number of overdue rows, the oldest first, and each gets its turn", async () => {
  await remind(1, 450);
  await sweepOnce(under.desk);
  expect(await rung()).toEqual(numbers(1, sweptAtOnce));
  await sweepOnce(under.desk);
  expect(await rung()).toEqual(numbers(sweptAtOnce + 1, 2 * sweptAtOnce));
  // Those that nobody answered for are overdue again; who has waited longer goes first all the same.
  under.clock.advance(under.desk.timings.patienceSeconds * 1_000);
  await sweepOnce(under.desk);
  expect((await rung()).filter((n) => n > 2 * sweptAtOnce)).toEqual(numbers(2 * sweptAtOnce + 1, 450));
});

async function quoted(): Promise<string> {
  const form = await fillForm(under.desk, agent, {
    customerId: customerId("Contoso"),
    words: "sql enterprise",
  });
  return (await quotePurchase(under.desk, agent, form)).purchaseId;
}

test("invariant 3: an overdue request that can't be moved keeps none behind it from being moved", async () => {
  const [stuck, other] = [await quoted(), await quoted()];
  await sql`
    create function stand_still() returns trigger language plpgsql as $$ begin raise exception 'stuck'; end $$`.execute(
    under.desk.db,
  );
  await sql`
    create trigger stuck before update on purchases for each row when (old.id = ${sql.lit(stuck)})
    execute function stand_still()`.execute(under.desk.db);
  under.clock.advance(120 * minute);
  await sql`
    insert into outbox (topic, subject_id, run_at, created_at, sent_at)
    select 'message', 'old', ${under.clock.now()}, ${under.clock.now()}, ${new Date(under.clock.now().getTime() - 8 * day)}`.execute(
    under.desk.db,
  );
  await sweepOnce(under.desk);
  const statuses = await under.desk.db.selectFrom("purchases").select(["id", "status"]).execute();
  expect(new Map(statuses.map(({ id, status }) => [id, status]))).toEqual(
    new Map([
      [stuck, "quoted"],
      [other, "lapsed"],
    ]),
  );
  expect(under.logged.join()).toContain("an overdue request could not be moved");
  const { rows } = await sql`select from outbox where subject_id = 'old'`.execute(under.desk.db);
  expect(rows).toEqual([]);
});

test("what was sent a week ago goes as fast as it came", async () => {
  const old = new Date(under.clock.now().getTime() - 8 * day);
  await sql`
    insert into outbox (topic, subject_id, run_at, created_at, sent_at)
    select 'message', 'msg_' || n, ${old}::timestamptz, ${old}::timestamptz, ${old}::timestamptz
    from generate_series(1, 3500) as n`.execute(under.desk.db);
  under.clock.advance(minute);
  await sweepOnce(under.desk);
  const { rows } = await sql`select from outbox where sent_at = ${old}`.execute(under.desk.db);
  expect(rows).toEqual([]);
});
