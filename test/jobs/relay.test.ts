import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Queues, relayOnce, startRelay } from "#jobs/relay.ts";
import { transact } from "#src/db/database.ts";
import { enqueue } from "#src/db/outbox.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";

let under: DeskUnderTest;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(() => under.close());

/** Queues that note what they were given; `refuse` makes them throw, as when Redis is away. */
function notingQueues() {
  const given: string[] = [];
  const state = { refuse: false };
  const queue = {
    async addBulk(jobs: { data: { id: string }; opts: { jobId?: string } }[]) {
      if (state.refuse) throw new Error("the queue is away");
      given.push(...jobs.map((job) => job.data.id));
    },
    close: async () => {},
  };
  const queues = {
    purchase: queue,
    cancellation: queue,
    support_request: queue,
    message: queue,
  } as unknown as Queues;
  return { queues, given, state };
}

const ask = (subjectId: string) =>
  transact(under.desk.db, (trx) =>
    enqueue(trx, { topic: "purchase", subjectId, runAt: under.clock.now(), now: under.clock.now() }),
  );

test("invariant 1: while the queue is away rows stay unsent, and go when it is back", async () => {
  const { queues, given, state } = notingQueues();
  await ask("pur_A");
  state.refuse = true;
  await expect(relayOnce(under.desk, queues)).rejects.toThrow("the queue is away");
  state.refuse = false;
  expect(await relayOnce(under.desk, queues)).toBe(1);
  expect(await relayOnce(under.desk, queues)).toBe(0);
  expect(given).toEqual(["pur_A"]);
});

test("invariant 1: a row that commits after a later one is not passed over", async () => {
  const { queues, given } = notingQueues();
  const slow = await under.opened.pool.connect();
  await slow.query("begin");
  await slow.query(
    "insert into outbox (topic, subject_id, run_at, created_at) values ('purchase', 'pur_SLOW', now(), now())",
  );
  await ask("pur_FAST");
  await relayOnce(under.desk, queues);
  expect(given).toEqual(["pur_FAST"]);
  await slow.query("commit");
  slow.release();
  await relayOnce(under.desk, queues);
  expect(given).toEqual(["pur_FAST", "pur_SLOW"]);
});

test("invariant 2: five relays at once hand over each row once", async () => {
  const { queues, given } = notingQueues();
  const ids = Array.from({ length: 250 }, (_, n) => `pur_${n}`);
  await transact(under.desk.db, async (trx) => {
    for (const id of ids)
      await enqueue(trx, {
        topic: "purchase",
        subjectId: id,
        runAt: under.clock.now(),
        now: under.clock.now(),
      });
  });
  await Promise.all(Array.from({ length: 5 }, () => relayOnce(under.desk, queues)));
  while ((await relayOnce(under.desk, queues)) > 0);
  expect(given.toSorted()).toEqual(ids.toSorted());
  const left = await sql<{ n: string }>`select count(*) as n from outbox where sent_at is null`.execute(
    under.desk.db,
  );
  expect(left.rows[0]?.n).toBe("0");
});

test("a database that can't be reached is asked again at the poll's pace, not in a spin", async () => {
  const { queues } = notingQueues();
  let asked = 0;
  const pool = {
    connect: async () => {
      asked += 1;
      throw new Error("no database");
    },
  } as unknown as pg.Pool;
  const from = performance.now();
  const relay = startRelay(under.desk, queues, { pool, pollMs: 50 });
  while (asked < 3) await pause(5);
  await relay.stop();
  expect(asked).toBeLessThanOrEqual(2 + (performance.now() - from) / 50);
});
