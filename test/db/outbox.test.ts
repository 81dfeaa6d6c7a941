import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OpenDatabase, openDatabase, transact } from "#src/db/database.ts";
import { deleteSent, enqueue, outboxChannel, takeUnsent } from "#src/db/outbox.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import { onDatabase } from "../ground/server.ts";
import { until } from "../ground/until.ts";

const now = new Date("2026-11-23T09:00:00Z");
const job = (subjectId: string) => ({ topic: "purchase" as const, subjectId, runAt: now, now });

let database: TestDatabase;
let opened: OpenDatabase;
beforeAll(async () => {
  database = await createDatabase();
  opened = openDatabase({ url: database.url, applicationName: "test", maxConnections: 5, onError: () => {} });
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});
beforeEach(() => opened.db.deleteFrom("outbox").execute());

const waiting = async () => {
  const unsent = opened.db
    .selectFrom("outbox")
    .select("subject_id")
    .where("sent_at", "is", null)
    .orderBy("id");
  return (await unsent.execute()).map((row) => row.subject_id);
};

test("invariant 1: what was enqueued is rolled back with its transaction", async () => {
  const rolledBack = transact(opened.db, async (trx) => {
    await enqueue(trx, job("never"));
    throw new Error("rolled back");
  });
  await expect(rolledBack).rejects.toThrow("rolled back");
  await transact(opened.db, (trx) => enqueue(trx, job("committed")));
  expect(await waiting()).toEqual(["committed"]);
});

test("invariant 1: only a commit rings", async () => {
  await onDatabase(database.url, async (client: pg.Client) => {
    let rings = 0;
    client.on("notification", () => {
      rings += 1;
    });
    await client.query(`listen ${outboxChannel}`);
    await transact(opened.db, async (trx) => {
      await enqueue(trx, job("lost"));
      throw new Error("rolled back");
    }).catch(() => {});
    await transact(opened.db, (trx) => enqueue(trx, job("kept")));
    await until("it rings", async () => rings > 0);
    await client.query("select 1");
    expect(rings).toBe(1);
  });
});

test("invariant 2: two relays never hold the same row", async () => {
  await transact(opened.db, async (trx) => {
    for (const id of ["a", "b", "c", "d"]) await enqueue(trx, job(id));
  });
  await transact(opened.db, async (first) => {
    const mine = await takeUnsent(first, { limit: 2, now });
    const theirs = await transact(opened.db, (second) => takeUnsent(second, { limit: 10, now }));
    expect(mine.map((row) => row.subjectId)).toEqual(["a", "b"]);
    expect(theirs.map((row) => row.subjectId)).toEqual(["c", "d"]);
  });
});

test("invariant 1: a row that commits late behind newer ones is not passed over", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let inserted = () => {};
  const isInserted = new Promise<void>((resolve) => {
    inserted = resolve;
  });
  const slow = transact(opened.db, async (trx) => {
    await enqueue(trx, job("slow"));
    inserted();
    await held;
  });
  await isInserted;
  await transact(opened.db, (trx) => enqueue(trx, job("fast")));
  await transact(opened.db, async (trx) => {
    const rows = await takeUnsent(trx, { limit: 10, now });
    expect(rows.map((row) => row.subjectId)).toEqual(["fast"]);
  });
  release();
  await slow;
  expect(await waiting()).toEqual(["slow"]);
});

test("invariant 1: only what was sent long ago is deleted, a batch at a time", async () => {
  await transact(opened.db, async (trx) => {
    for (const id of ["a", "b", "c", "unsent"]) await enqueue(trx, job(id));
    await takeUnsent(trx, { limit: 3, now });
  });
  const later = new Date(now.getTime() + 1);
  expect(await transact(opened.db, (trx) => deleteSent(trx, now, 100))).toBe(0);
  expect(await transact(opened.db, (trx) => deleteSent(trx, later, 2))).toBe(2);
  expect(await transact(opened.db, (trx) => deleteSent(trx, later, 2))).toBe(1);
  expect(await waiting()).toEqual(["unsent"]);
});
