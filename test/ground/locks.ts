import { sql } from "kysely";
import type { Database, DatabaseTransaction } from "#src/db/database.ts";

/** How many wait for a lock in this database at this moment. */
export async function countWaiting(db: Database): Promise<number> {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return rows.length;
}

/** Whether nobody keeps others from the end of this workspace's activity; this transaction does from then on. */
export async function takeChain(trx: DatabaseTransaction, workspaceId: string): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('csp-desk activity'), hashtext(${workspaceId})) as free`.execute(
    trx,
  );
  return rows[0]?.free ?? false;
}
