import { afterEach, beforeEach, expect, test } from "vitest";
import { type DatabaseTransaction, transact } from "#src/db/database.ts";
import { type RemindVerb, runReminder } from "#src/reminders/run.ts";
import { dropReminder, keepReminder, setReminder } from "#src/reminders/set.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { countWaiting } from "../ground/locks.ts";

let under: DeskUnderTest;
beforeEach(async () => {
  under = await openDesk();
});
afterEach(() => under.close());

const minute = 60_000;
const inMinutes = (minutes: number) => new Date(under.clock.now().getTime() + minutes * minute);
const reminders = () => under.desk.db.selectFrom("reminders").selectAll().execute();
const about = { workspaceId: "T0TEST", kind: "credit", subjectId: "T0TEST" } as const;

async function remindAt(dueAt: Date): Promise<string> {
  await transact(under.desk.db, (trx) => setReminder(trx, under.desk, { ...about, dueAt }));
  return (await reminders())[0]?.id ?? "";
}
const run = (verb: RemindVerb, reminderId: string) =>
  runReminder(under.desk, { credit: verb }, { reminderId });
const rung = async () =>
  (await under.desk.db.selectFrom("outbox").where("topic", "=", "reminder").select("id").execute()).length;

test("invariant 1: the sweeper rings for a reminder that is due, again when the queue was lost, and never before", async () => {
  await remindAt(inMinutes(10));
  await ringOverdue(under.desk);
  expect(await rung()).toBe(0);
  under.clock.advance(10 * minute);
  await ringOverdue(under.desk);
  expect(await rung()).toBe(1);
  await under.desk.db.deleteFrom("outbox").execute();
  await ringOverdue(under.desk);
  expect(await rung()).toBe(0);
  under.clock.advance(minute);
  await ringOverdue(under.desk);
  expect(await rung()).toBe(1);
});

test("invariant 2: two workers run a reminder once, and it comes back when its verb says so", async () => {
  const id = await remindAt(inMinutes(0));
  let runs = 0;
  const verb: RemindVerb = async (_desk, { subjectId }) => {
    expect(subjectId).toBe("T0TEST");
    runs += 1;
    return inMinutes(60);
  };
  await Promise.all([run(verb, id), run(verb, id), run(verb, id)]);
  expect(runs).toBe(1);
  expect(await reminders()).toMatchObject([{ due_at: inMinutes(60), lease: null, attempts: 0 }]);
  await run(verb, id);
  expect(runs).toBe(1);
});

test("invariant 2: what twin runs look like without the lease", async () => {
  const id = await remindAt(inMinutes(0));
  let runs = 0;
  const verb: RemindVerb = async () => {
    runs += 1;
    await under.desk.db
      .updateTable("reminders")
      .set({ lease: null, leased_until: null, due_at: inMinutes(0) })
      .execute();
    return null;
  };
  await Promise.all([run(verb, id), run(verb, id)]);
  await run(verb, id);
  expect(runs).toBeGreaterThan(1);
});

test("invariant 3: a reminder that failed comes again, slower when it fails each time", async () => {
  const id = await remindAt(inMinutes(0));
  const verb: RemindVerb = async () => {
    throw new Error("planted");
  };
  await run(verb, id);
  const [first] = await reminders();
  expect(first?.due_at.getTime()).toBeGreaterThan(under.clock.now().getTime());
  expect(first).toMatchObject({ lease: null, attempts: 1 });
  for (let tries = 0; tries < 25; tries += 1) {
    under.clock.advance(5 * minute);
    await run(verb, id);
  }
  const [slow] = await reminders();
  expect((slow?.due_at.getTime() ?? 0) - under.clock.now().getTime()).toBeGreaterThan(60 * minute);
  expect(under.logged.join()).toContain("a reminder failed");
});

test("one that is moved while it runs stays moved, one that is dropped stays dropped", async () => {
  const id = await remindAt(inMinutes(0));
  await run(async () => {
    await remindAt(inMinutes(7));
    return null;
  }, id);
  expect(await reminders()).toMatchObject([{ due_at: inMinutes(7) }]);
  under.clock.advance(7 * minute);
  await run(async () => {
    await transact(under.desk.db, (trx) => dropReminder(trx, about));
    return inMinutes(1);
  }, id);
  expect(await reminders()).toEqual([]);
});

test("keeping a reminder does not move one that is there", async () => {
  await remindAt(inMinutes(3));
  await transact(under.desk.db, (trx) => keepReminder(trx, under.desk, { ...about, dueAt: inMinutes(9) }));
  expect(await reminders()).toMatchObject([{ due_at: inMinutes(3) }]);
});

test("invariant 3: one that is asked for while it runs for the last time looks once more", async () => {
  const id = await remindAt(inMinutes(0));
  const keep = () =>
    transact(under.desk.db, (trx) => keepReminder(trx, under.desk, { ...about, dueAt: inMinutes(9) }));
  await run(async () => {
    await keep();
    return null;
  }, id);
  expect(await reminders()).toMatchObject([{ due_at: inMinutes(0), lease: null }]);
  await run(async () => null, id);
  expect(await reminders()).toEqual([]);
});

test("invariant 3: who keeps a reminder holds up nobody who keeps it too, and whoever runs it waits for both", async () => {
  const { db } = under.desk;
  const id = await remindAt(inMinutes(0));
  const keep = (trx: DatabaseTransaction) => keepReminder(trx, under.desk, { ...about, dueAt: inMinutes(9) });
  let ran = false;
  const { running } = await transact(db, async (trx) => {
    await keep(trx);
    await transact(db, keep);
    const running = run(async () => {
      ran = true;
      return null;
    }, id);
    await expect.poll(() => countWaiting(db)).toBe(1);
    expect(ran).toBe(false);
    return { running };
  });
  await running;
  expect(ran).toBe(true);
});
