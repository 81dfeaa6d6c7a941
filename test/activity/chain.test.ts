import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ActivityEntry, chainStart, hashEntry, recordActivity } from "#src/activity/record.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { type Database, type OpenDatabase, openDatabase, transact } from "#src/db/database.ts";
import type { Rows } from "#src/db/rows.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import fc from "../ground/fast-check.ts";
import { onDatabase } from "../ground/server.ts";

let database: TestDatabase;
let opened: OpenDatabase;
let db: Database;
beforeAll(async () => {
  database = await createDatabase();
  opened = openDatabase({
    url: database.url,
    applicationName: "test",
    maxConnections: 10,
    onError: () => {},
  });
  db = opened.db;
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

let serial = 0;
let workspaceId: string;
beforeEach(() => {
  serial += 1;
  workspaceId = `T${serial}`;
});

function entry(change: Partial<ActivityEntry> = {}): ActivityEntry {
  return {
    workspaceId,
    at: new Date("2026-11-23T09:00:00.123Z"),
    actor: null,
    act: "purchase.ordered",
    outcome: "done",
    request: { kind: "purchase", id: "pur_1" },
    customerId: "c1",
    details: { orderIds: ["o1"], b: 1, a: null },
    correlationId: "0f0e0d0c-0b0a-4908-8706-050403020100",
    ...change,
  };
}

const append = (...entries: ActivityEntry[]) =>
  entries.reduce(
    (before, one) => before.then(() => transact(db, (trx) => recordActivity(trx, one))),
    Promise.resolve(),
  );

describe("A3 stored hashes", () => {
  test("A3 an entry's hash is the one computed when it was written, whatever is upgraded since", () => {
    expect(hashEntry(entry({ workspaceId: "T1" }), 1n, chainStart)).toBe(
      "ae9443e67c4889e507296f8f38ed63d2e4d25fb05526d9e77aaba1eed3203cf4",
    );
    const full = entry({
      workspaceId: "T1",
      actor: { personId: "per_1", roles: ["global_admin", "admin_agent"] },
      act: "keys.asked",
      outcome: "refused",
      request: null,
      customerId: null,
      correlationId: null,
      details: { código: "ñ", nested: { z: [1, { y: 2, x: 3 }], a: true } },
    });
    expect(hashEntry(full, 4_294_967_296n, "f".repeat(64))).toBe(
      "6ad0ce55de41307a62e2942a9ae5afadb9b8055122650daffdb34ebbc98392aa",
    );
  });

  test("A3 the order of properties and of roles makes no difference, everything else does", () => {
    const one = entry({ actor: { personId: "p", roles: ["a", "b"] }, details: { a: 1, b: { c: 2, d: 3 } } });
    const same = entry({ actor: { personId: "p", roles: ["b", "a"] }, details: { b: { d: 3, c: 2 }, a: 1 } });
    const hash = hashEntry(one, 1n, chainStart);
    expect(hashEntry(same, 1n, chainStart)).toBe(hash);
    const others = [
      { workspaceId: "other" },
      { at: new Date("2026-11-23T09:00:00.124Z") },
      { actor: null },
      { act: "purchase.refused" },
      { outcome: "failed" as const },
      { request: { kind: "purchase" as const, id: "pur_2" } },
      { customerId: null },
      { details: { a: 1, b: { c: 2, d: 4 } } },
      { correlationId: null },
    ].map((change) => hashEntry({ ...one, ...change }, 1n, chainStart));
    others.push(hashEntry(one, 2n, chainStart), hashEntry(one, 1n, hash));
    expect(new Set([hash, ...others]).size).toBe(others.length + 1);
  });

  test("A3 any details come back from the database with the same hash", { timeout: 240_000 }, async () => {
    const text = fc.string({ unit: "grapheme" }).filter((one) => !one.includes("\u0000"));
    const details = fc.dictionary(
      text,
      fc
        .jsonValue({ noUnicodeString: false, depthSize: "small" })
        .filter((one) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(one))),
    );
    await fc.assert(
      fc.asyncProperty(details, async (value) => {
        await append(entry({ details: value as Record<string, unknown> }));
      }),
      { numRuns: 100 },
    );
    expect(await verifyChain(db, workspaceId)).toEqual({ intact: true, rows: 100 });
  });
});

describe("A3 append-only", () => {
  test.each([
    ["change", "update activity set act = 'nothing'"],
    ["delete", "delete from activity"],
    ["truncate", "truncate activity"],
  ])("A3 the database refuses to %s the activity", async (_what, statement) => {
    await append(entry());
    await expect(sql.raw(statement).execute(db)).rejects.toThrow(/append-only/);
    expect(await verifyChain(db, workspaceId)).toMatchObject({ intact: true });
  });

  test("A3 without the triggers the same statement goes through", async () => {
    await append(entry());
    const undone = new Error("undone");
    const change = transact(db, async (trx) => {
      await sql`alter table activity disable trigger user`.execute(trx);
      const changed = await trx.updateTable("activity").set({ act: "nothing" }).executeTakeFirst();
      expect(changed.numUpdatedRows).toBeGreaterThan(0n);
      throw undone;
    });
    await expect(change).rejects.toBe(undone);
  });
});

describe("A3 tampering by someone who may do anything", () => {
  /** As the owner of the tables with the triggers off. */
  const tamper = (statement: string) =>
    onDatabase(database.url, async (client) => {
      await client.query("set session_replication_role = replica");
      const done = await client.query(statement);
      expect(done.rowCount).toBeGreaterThan(0);
    });

  beforeEach(() =>
    append(
      ...(["quoted", "requested", "sending", "ordered"] as const).map((status) =>
        entry({ act: `purchase.${status}` }),
      ),
    ),
  );

  const where = (sequence: number) => `where workspace_id = 'T${serial}' and sequence = ${sequence}`;
  test.each([
    ["act", "act = 'other'"],
    ["time", "at = at + interval '1 millisecond'"],
    ["outcome", "outcome = 'failed'"],
    ["roles", "roles = '{global_admin}'"],
    ["request", "request_id = 'pur_9'"],
    ["customer", "customer_id = null"],
    ["details", `details = details || '{"b": 2}'`],
    ["correlation", "correlation_id = null"],
    ["hash", "hash = repeat('0', 64)"],
  ])("A3 a changed %s is found in its row", async (_column, assignment) => {
    await tamper(`update activity set ${assignment} ${where(2)}`);
    expect(await verifyChain(db, workspaceId)).toMatchObject({ intact: false, firstBadSequence: "2" });
  });

  test("A3 a changed row with its hash made to fit is found in the next", async () => {
    const row = await db
      .selectFrom("activity")
      .selectAll()
      .where("workspace_id", "=", workspaceId)
      .where("sequence", "=", "2")
      .executeTakeFirstOrThrow();
    const forged = hashEntry(entry({ act: "purchase.refused" }), 2n, row.previous_hash);
    await tamper(`update activity set act = 'purchase.refused', hash = '${forged}' ${where(2)}`);
    expect(await verifyChain(db, workspaceId)).toMatchObject({ intact: false, firstBadSequence: "3" });
  });

  test("A3 a deleted row is found", async () => {
    await tamper(`delete from activity ${where(2)}`);
    expect(await verifyChain(db, workspaceId)).toMatchObject({
      intact: false,
      firstBadSequence: "2",
      reason: "a row is missing here",
    });
  });

  test("A3 a deleted first row is found", async () => {
    await tamper(`delete from activity ${where(1)}`);
    expect(await verifyChain(db, workspaceId)).toMatchObject({ intact: false, firstBadSequence: "1" });
  });

  test("A3 a deleted row with those behind it moved up is found", async () => {
    await tamper(`delete from activity ${where(2)}`);
    await tamper(`update activity set sequence = 2 ${where(3)}`);
    await tamper(`update activity set sequence = 3 ${where(4)}`);
    expect(await verifyChain(db, workspaceId)).toMatchObject({ intact: false, firstBadSequence: "2" });
  });

  test("A3 two rows in each other's place are found", async () => {
    await tamper(`update activity set sequence = 99 ${where(2)}`);
    await tamper(`update activity set sequence = 2 ${where(3)}`);
    await tamper(`update activity set sequence = 3 ${where(99)}`);
    expect(await verifyChain(db, workspaceId)).toMatchObject({ intact: false, firstBadSequence: "2" });
  });

  test("A3 a row slipped in is found", async () => {
    await tamper(
      `insert into activity select workspace_id, 5, at, person_id, roles, 'slipped in', outcome, request_kind, request_id,
         customer_id, details, correlation_id, hash, repeat('a', 64) from activity ${where(4)}`,
    );
    expect(await verifyChain(db, workspaceId)).toMatchObject({ intact: false, firstBadSequence: "5" });
  });
});

describe("A3 many writers at once", () => {
  const twenty = () => Array.from({ length: 20 }, (_, index) => entry({ details: { writer: index } }));

  test("A3 twenty writers at once make one chain without a fork", async () => {
    await Promise.all(twenty().map((one) => transact(db, (trx) => recordActivity(trx, one))));
    expect(await verifyChain(db, workspaceId)).toEqual({ intact: true, rows: 20 });
  });

  test("A3 a writer that rolls back leaves no gap", async () => {
    const failing = transact(db, async (trx) => {
      await recordActivity(trx, entry());
      throw new Error("rolled back");
    });
    await Promise.allSettled([failing, append(entry()), append(entry())]);
    await expect(failing).rejects.toThrow("rolled back");
    expect(await verifyChain(db, workspaceId)).toEqual({ intact: true, rows: 2 });
  });

  test("A3 workspaces have chains of their own", async () => {
    await Promise.all(
      ["A", "B"].flatMap((name) =>
        twenty().map((one) =>
          transact(db, (trx) => recordActivity(trx, { ...one, workspaceId: workspaceId + name })),
        ),
      ),
    );
    for (const name of ["A", "B"])
      expect(await verifyChain(db, workspaceId + name)).toEqual({ intact: true, rows: 20 });
  });

  test("A3 without lock and primary key the same writers fork the chain", async () => {
    const unprotected = await createDatabase();
    const pool = new pg.Pool({
      connectionString: unprotected.url,
      max: 20,
      options: "-c search_path=public,pg_catalog",
    });
    const careless = new Kysely<Rows>({ dialect: new PostgresDialect({ pool }) });
    try {
      await sql`alter table activity drop constraint activity_pkey`.execute(careless);
      await sql`create function public.pg_advisory_xact_lock(integer, integer) returns void language sql as ''`.execute(
        careless,
      );
      const written = Promise.withResolvers<void>();
      let left = twenty().length;
      const write = (one: ActivityEntry) =>
        transact(careless, async (trx) => {
          await recordActivity(trx, one);
          left -= 1;
          if (left === 0) written.resolve();
          await written.promise;
        });
      await Promise.all(twenty().map(write));
      expect(await verifyChain(careless, workspaceId)).toMatchObject({ intact: false });
    } finally {
      await careless.destroy();
      await unprotected.drop();
    }
  });
});

test("A3 a long chain is read to its end, page by page", async () => {
  await transact(db, async (trx) => {
    for (let index = 0; index < 1_000; index += 1) await recordActivity(trx, entry());
  });
  expect(await verifyChain(db, workspaceId)).toEqual({ intact: true, rows: 1_000 });
  await append(entry());
  expect(await verifyChain(db, workspaceId)).toEqual({ intact: true, rows: 1_001 });
});

test("A3 a workspace where nothing happened is intact", async () => {
  expect(await verifyChain(db, workspaceId)).toEqual({ intact: true, rows: 0 });
});
