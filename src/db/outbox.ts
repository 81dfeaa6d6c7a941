import { type RawBuilder, sql } from "kysely";
import { type TraceParent, traceParent } from "../desk/trace.ts";
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
  { subjectId, ...input }: { topic: OutboxTopic; subjectId: string; runAt: Date; now: Date },
): Promise<void> {
  await enqueueAll(trx, { ...input, subjectIds: [subjectId] });
}

/** The same for several subjects, in one statement. */
export async function enqueueAll(
  trx: DatabaseTransaction,
  { subjectIds, ...input }: { topic: OutboxTopic; subjectIds: readonly string[]; runAt: Date; now: Date },
): Promise<void> {
  const subjects = sql`select unnest(${[...subjectIds]}::text[])`;
  await sql`with ${enqueued(input.now, [{ ...input, subjects }])} select ${ring}`.execute(trx);
}

/** Jobs that a larger statement asks for; `subjects` is a query of their ids. */
export interface Enqueued {
  topic: OutboxTopic;
  subjects: RawBuilder<unknown>;
  runAt: Date;
}

/** The same as a part of a larger statement, which selects `ring` as well. */
export function enqueued(now: Date, jobs: readonly Enqueued[]): RawBuilder<unknown> {
  const asked = jobs.map(
    ({ topic, subjects, runAt }) =>
      sql`select ${topic}::text, subject_id, ${runAt}::timestamptz from (${subjects}) as subjects(subject_id)`,
  );
  return sql`enqueued as (
    insert into outbox (topic, subject_id, run_at, created_at, trace_parent)
    select topic, subject_id, run_at, ${now}::timestamptz, ${traceParent()}
    from (${sql.join(asked, sql` union all `)}) as asked(topic, subject_id, run_at)
  )`;
}

/** Tells the relay, once this transaction commits. */
export const ring = sql`pg_notify(${sql.lit(outboxChannel)}, '')`;

export interface UnsentRow {
  id: string;
  topic: OutboxTopic;
  subjectId: string;
  runAt: Date;
  createdAt: Date;
  /** Where its trace goes on; null where nothing is traced. */
  traceParent: TraceParent | null;
}

/**
 * Marks up to `limit` unsent rows as sent at `now`, oldest first, skipping those that another relay holds; they are sent once this
 * transaction commits. Chosen by "not yet sent", never by position: sequence numbers are handed out before commit, so a slow
 * commit appears behind a cursor.
 */
export async function takeUnsent(
  trx: DatabaseTransaction,
  { limit, now }: { limit: number; now: Date },
): Promise<UnsentRow[]> {
  const { rows } = await sql<UnsentRow>`
    update outbox set sent_at = ${now}
    from (select id from outbox where sent_at is null order by id limit ${sql.lit(limit)} for update skip locked) as unsent
    where outbox.id = unsent.id
    returning outbox.id, topic, subject_id as "subjectId", run_at as "runAt", created_at as "createdAt",
      trace_parent as "traceParent"`.execute(trx);
  return rows.sort((a, b) => Number(a.id) - Number(b.id));
}

/** Removes rows sent before `before`, a batch at a time; the activity is the history, not the outbox. */
export async function deleteSent(trx: DatabaseTransaction, before: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from outbox where id in (
      select id from outbox where sent_at < ${before} order by sent_at limit ${sql.lit(limit)} for update skip locked
    )`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}
