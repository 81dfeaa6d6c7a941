import { sql } from "kysely";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseIsAway } from "#src/db/away.ts";
import { type Database, type OpenDatabase, openDatabase, transact } from "#src/db/database.ts";
import { pipelined } from "#src/db/pipeline.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";

let database: TestDatabase;
let opened: OpenDatabase;
let db: Database;
beforeEach(async () => {
  database = await createDatabase();
  opened = openDatabase({ url: database.url, applicationName: "test", maxConnections: 6, onError: () => {} });
  db = opened.db;
  await opened.pool.query("create table notes (id integer primary key, text text)");
  await opened.pool.query("insert into notes values (1, 'one'), (2, 'two')");
});
afterEach(async () => {
  await opened.close();
  await database.drop();
});

const askedAtOnce = Array.from({ length: 40 }, (_, index) => index);

async function whoAnswers(on: Database): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid where ${1}::integer = 1`.execute(
    on,
  );
  return rows[0]?.pid ?? 0;
}

async function write(id: number, text: string, on: Database = db): Promise<void> {
  await sql`insert into notes (id, text) values (${id}, ${text})`.execute(on);
}

async function notes(): Promise<string[]> {
  const { rows } = await opened.pool.query("select text from notes order by id");
  return rows.map((row) => String(row.text));
}

/** Somebody else's lock on a note, until `letGo`. */
async function hold(id: number): Promise<{ letGo(): Promise<void> }> {
  const client = await opened.pool.connect();
  await client.query("begin");
  await client.query("select from notes where id = $1 for update", [id]);
  return {
    async letGo() {
      await client.query("commit").finally(() => client.release(true));
    },
  };
}

/** Resolves as soon as a session waits for a lock. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const { rowCount } = await opened.pool.query(
      "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    if (rowCount) return;
  }
}

describe("invariant 1: what stands alone", () => {
  test("shares a connection with what is asked for at the same moment, and each gets its own answer", async () => {
    const pids = new Set<number>();
    const answers = await Promise.all(
      askedAtOnce.map(async (index) => {
        const { rows } = await sql<{ n: number; pid: number }>`
          select ${index}::integer as n, pg_backend_pid() as pid`.execute(db);
        pids.add(rows[0]?.pid ?? 0);
        return rows[0]?.n;
      }),
    );
    expect(answers).toEqual(askedAtOnce);
    expect(pids.size).toBeLessThanOrEqual(2);
  });

  test("fails alone, wherever it stands among the others", async () => {
    const tried = await Promise.allSettled([3, 1, 4, 2, 5].map((id) => write(id, `note ${id}`)));
    expect(tried.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(await notes()).toEqual(["one", "two", "note 3", "note 4", "note 5"]);
  });

  test("does not wait for somebody's lock behind a statement that does", async () => {
    const held = await hold(1);
    const waiting = sql`update notes set text = ${"changed"} where id = ${1}`.execute(db);
    await Promise.all(askedAtOnce.map((index) => write(100 + index, "meanwhile")));
    await held.letGo();
    await waiting;
    expect((await notes())[0]).toBe("changed");
  });

  test("is answered while transactions hold all other connections", async () => {
    const begun = Promise.withResolvers<void>();
    let under = 0;
    const over = Promise.withResolvers<void>();
    const transactions = [11, 12, 13, 14].map((id) =>
      transact(db, async (trx) => {
        await write(id, "in a transaction", trx);
        under += 1;
        if (under === 4) begun.resolve();
        await over.promise;
      }),
    );
    await begun.promise;
    await Promise.all(askedAtOnce.map((index) => write(100 + index, "alone")));
    over.resolve();
    await Promise.all(transactions);
    expect(await notes()).toHaveLength(2 + 4 + askedAtOnce.length);
  });

  test("that was under way on a connection which breaks is told so; what comes then has another", async () => {
    const held = await hold(1);
    const waiting = sql`update notes set text = ${"changed"} where id = ${1}`.execute(db);
    const behind = write(7, "behind it");
    const failures = Promise.all(
      [waiting, behind].map((one) => one.then(() => null).catch((error: unknown) => error)),
    );
    await somebodyWaits();
    await opened.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    expect((await failures).map(databaseIsAway)).toEqual([true, true]);
    await write(8, "afterwards");
    await held.letGo();
    expect(await notes()).toEqual(["one", "two", "afterwards"]);
  });
});

describe("invariant 1: a transaction", () => {
  test("has a connection of its own: what others ask for meanwhile is neither in it nor lost with it", async () => {
    const inside = new Set<number>();
    const alone = new Set<number>();
    const failed = transact(db, async (trx) => {
      await write(3, "not to be", trx);
      for (const index of askedAtOnce) {
        inside.add(await whoAnswers(trx));
        alone.add(await whoAnswers(db));
        await write(100 + index, "alone");
      }
      throw new Error("given up");
    });
    await expect(failed).rejects.toThrow("given up");
    expect(inside.size).toBe(1);
    expect([...alone]).not.toContain([...inside][0]);
    const kept = await notes();
    expect(kept).not.toContain("not to be");
    expect(kept).toHaveLength(2 + askedAtOnce.length);
  });

  test("is over when it says so: the connection is free for the next", async () => {
    for (let time = 0; time < 20; time += 1)
      await Promise.all(
        [3, 4, 5, 6, 7].map((id) => transact(db, (trx) => write(10 * time + id, "kept", trx))),
      );
    expect(opened.pool.totalCount).toBeLessThanOrEqual(4);
    expect(opened.pool.idleCount).toBe(opened.pool.totalCount);
  });
});

test("invariant 1: whoever comes next goes by what the one before had, as Kysely knows it, and never by what is in use or to be discarded", async () => {
  const pools = [0, 1].map(() => new pg.Pool({ connectionString: database.url, max: 2, pipeline: true }));
  const [shared, own] = pools as [pg.Pool, pg.Pool];
  const pool = pipelined({ shared, own });
  const first = await pool.connect();
  const beside = await pool.connect();
  await Promise.all([first, beside].map((one) => one.query("select $1::integer", [1])));
  first.release();
  const again = await pool.connect();
  const more = await pool.connect();
  expect(beside).not.toBe(first);
  expect(again).toBe(first);
  expect([first, beside]).not.toContain(more);
  again.release(true);
  const last = await pool.connect();
  expect([first, beside, more]).not.toContain(last);
  for (const one of [beside, more, last]) one.release();
  await pool.end();
});

test("invariant 1: without a connection of its own, what others ask for is lost with a transaction", async () => {
  const client = await opened.pool.connect();
  await client.query("begin");
  await client.query("insert into notes values ($1, $2)", [3, "not to be"]);
  const another = client.query("insert into notes values ($1, $2)", [4, "somebody else's"]);
  await client.query("rollback");
  await another;
  client.release();
  expect(await notes()).toEqual(["one", "two"]);
});
