import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import { patienceMs, pipelined } from "./pipeline.ts";
import { nameStatements, prepareRepeated } from "./prepare.ts";
import type { Rows } from "./rows.ts";
import { checkStored } from "./stored.ts";

export type Database = Kysely<Rows>;
export type DatabaseTransaction = Transaction<Rows>;

const heartbeatMs = 30_000;

/** So many of a process's connections are shared by what stands alone; the others are for transactions, queues, and who listens. */
const sharedAtMost = 2;

/** What owns the connections of a process: closed last, after everything that queries. */
export interface OpenDatabase {
  db: Database;
  pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens the connections of a process, at least one more than are shared (`pipelined`). `pool` has those that are not, for the queue as
 * well when that lives in PostgreSQL (its tables are in the schema `bullmq`, hence the search path). `onError` hears about connections that break
 * while idle.
 */
export function openDatabase(input: {
  url: string;
  applicationName: string;
  maxConnections: number;
  onError: (error: Error) => void;
}): OpenDatabase {
  const connected = new Set<pg.PoolClient>();
  const names = nameStatements();
  const open = (more: pg.PoolConfig) => {
    const pool = new pg.Pool({
      connectionString: input.url,
      // One that does not answer in time is half open, and is closed for that: left open, it would keep everybody waiting.
      pipeline: true,
      application_name: input.applicationName,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      statement_timeout: 30_000,
      // The server gives up a statement by itself; where not even that arrives, nobody is there any more.
      query_timeout: 35_000,
      // Whoever vanishes in a transaction holds its locks so long, the activity's among them; ours never wait for anybody for long.
      idle_in_transaction_session_timeout: 10_000,
      options: "-c search_path=public,bullmq -c TimeZone=UTC",
      ...more,
    });
    pool.on("error", input.onError);
    pool.on("connect", (client) => {
      connected.add(client);
      // One that breaks while in use fails its query, and its user hears of it there; unheard, the event ends the process.
      client.on("error", () => {});
      prepareRepeated(client, names);
    });
    pool.on("remove", (client) => connected.delete(client));
    return pool;
  };
  const pool = open({ max: input.maxConnections - sharedAtMost });
  const shared = open({ max: sharedAtMost, lock_timeout: patienceMs });
  // Who only listens asks nothing, and would never notice that its connection is half open.
  const heartbeat = setInterval(() => {
    for (const client of connected)
      if (client.listenerCount("notification") > 0) client.query("select 1").catch(() => {});
  }, heartbeatMs).unref();
  const db: Database = new Kysely<Rows>({
    dialect: new PostgresDialect({ pool: pipelined({ shared, own: pool }) }),
    plugins: [checkStored],
  });
  return {
    db,
    pool,
    async close() {
      clearInterval(heartbeat);
      for (const one of [pool, shared]) {
        one.off("error", input.onError);
        one.on("error", () => {});
      }
      await db.destroy();
      // The pool lets go of its clients before they have said goodbye to the server.
      for (let waited = 0; connected.size > 0 && waited < 2_000; waited += 5) await pause(5);
    },
  };
}

/** Runs `work` in one transaction; nothing of it remains when it throws. */
export function transact<T>(db: Database, work: (trx: DatabaseTransaction) => Promise<T>): Promise<T> {
  return db.transaction().execute(work);
}
