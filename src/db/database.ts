import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import { unanswered } from "./away.ts";
import { nameStatements, prepareRepeated } from "./prepare.ts";
import type { Rows } from "./rows.ts";
import { checkStored } from "./stored.ts";

export type Database = Kysely<Rows>;
export type DatabaseTransaction = Transaction<Rows>;

const heartbeatMs = 30_000;

/** What owns the connections of a process: closed last, after everything that queries. */
export interface OpenDatabase {
  db: Database;
  pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens one pool for the process, shared with the queue when that lives in PostgreSQL (its tables are in the
 * schema `bullmq`, hence the search path). `onError` hears about connections that break while idle.
 */
export function openDatabase(input: {
  url: string;
  applicationName: string;
  maxConnections: number;
  onError: (error: Error) => void;
}): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: input.url,
    max: input.maxConnections,
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
  });
  pool.on("error", input.onError);
  const connected = new Set<pg.PoolClient>();
  const names = nameStatements();
  pool.on("connect", (client) => {
    connected.add(client);
    // One that breaks while in use fails its query, and its user hears of it there; unheard, the event ends the process.
    client.on("error", () => {});
    prepareRepeated(client, names);
    closeWhenUnanswered(client);
  });
  pool.on("remove", (client) => connected.delete(client));
  // Who only listens asks nothing, and would never notice that its connection is half open.
  const heartbeat = setInterval(() => {
    for (const client of connected)
      if (client.listenerCount("notification") > 0) client.query("select 1").catch(() => {});
  }, heartbeatMs).unref();
  const db: Database = new Kysely<Rows>({ dialect: new PostgresDialect({ pool }), plugins: [checkStored] });
  return {
    db,
    pool,
    async close() {
      clearInterval(heartbeat);
      pool.off("error", input.onError);
      pool.on("error", () => {});
      await db.destroy();
      // The pool lets go of its clients before they have said goodbye to the server.
      for (let waited = 0; connected.size > 0 && waited < 2_000; waited += 5) await pause(5);
    },
  };
}

/**
 * A connection on which a query was not answered in time is half open: left in the pool it would keep everybody waiting who
 * gets it next. Closed, the pool replaces it.
 */
function closeWhenUnanswered(client: pg.PoolClient): void {
  const ask = client.query.bind(client) as (...given: unknown[]) => unknown;
  client.query = ((...given: unknown[]) => {
    const answer = ask(...given);
    if (answer instanceof Promise)
      answer.catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== unanswered) return;
        // Who listens on it learns of it only like this.
        client.emit("error", error);
        void client.end();
      });
    return answer;
  }) as typeof client.query;
}

/** Runs `work` in one transaction; nothing of it remains when it throws. */
export function transact<T>(db: Database, work: (trx: DatabaseTransaction) => Promise<T>): Promise<T> {
  return db.transaction().execute(work);
}
