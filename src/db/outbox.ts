import { sql } from "kysely";
import type { DatabaseTransaction } from "./database.ts";
import type { OutboxTopic } from "./rows.ts";

/** The channel on which a commit tells the relay that something is waiting. A hint only: the relay also polls. */
export const outboxChannel = "csp_desk_outbox";

/**
 * Asks that a job be run for `subjectId`, at `runAt` at the earliest, if and only if this transaction commits.
 * The job carries the id and nothing else; whoever runs it reads the row.
 */
export async function enqueue(
  trx: DatabaseTransaction,
  input: { topic: OutboxTopic; subjectId: string; runAt: Date; now: Date },
): Promise<void> {
  await trx
    .insertInto("outbox")
    .values({
      topic: input.topic,
      subject_id: input.subjectId,
      run_at: input.runAt,
      created_at: input.now,
      sent_at: null,
    })
    .execute();
  await sql`select pg_notify(${outboxChannel}, '')`.execute(trx);
}

export interface UnsentRow {
  id: string;
  topic: OutboxTopic;
  subjectId: string;
  runAt: Date;
}

/**
 * Locks up to `limit` unsent rows for this transaction, skipping those that another relay holds. Chosen by "not yet
 * sent", never by position: sequence numbers are handed out before commit, so a slow commit appears behind a cursor.
 */
export async function lockUnsent(trx: DatabaseTransaction, limit: number): Promise<UnsentRow[]> {
  const rows = await trx
    .selectFrom("outbox")
    .select(["id", "topic", "subject_id", "run_at"])
    .where("sent_at", "is", null)
    .orderBy("id")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => ({ id: row.id, topic: row.topic, subjectId: row.subject_id, runAt: row.run_at }));
}

/** Says that these rows were handed to the queue at `now`; in the transaction that holds their locks. */
export async function markSent(trx: DatabaseTransaction, ids: string[], now: Date): Promise<void> {
  await trx.updateTable("outbox").set({ sent_at: now }).where("id", "in", ids).execute();
}

/** Removes rows sent before `before`, a batch at a time; the activity is the history, not the outbox. */
export async function deleteSent(trx: DatabaseTransaction, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from outbox where id in (
      select id from outbox where sent_at < ${before} order by id limit ${limit} for update skip locked
    )`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}
