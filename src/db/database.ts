import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import type { Rows } from "./rows.ts";

export type Database = Kysely<Rows>;
export type DatabaseTransaction = Transaction<Rows>;

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
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    options: "-c search_path=public,bullmq -c TimeZone=UTC",
  });
  pool.on("error", input.onError);
  const connected = new Set<pg.PoolClient>();
  pool.on("connect", (client) => {
    connected.add(client);
    // One that breaks while in use fails its query, and its user hears of it there; unheard, the event ends the process.
    client.on("error", () => {});
  });
  pool.on("remove", (client) => connected.delete(client));
  const db: Database = new Kysely<Rows>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    async close() {
      pool.off("error", input.onError);
      pool.on("error", () => {});
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
