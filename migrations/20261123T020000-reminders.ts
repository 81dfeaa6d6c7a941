import { type Kysely, sql } from "kysely";

/** What somebody must look at again at a later time, beside the requests themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table reminders (
      id text primary key,
      workspace_id text not null,
      kind text not null,
      subject_id text not null,
      attempts integer not null default 0,
      due_at timestamptz not null,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint reminders_one_per_subject unique (kind, subject_id)
    )`.execute(db);
  // The sweeper's question: what is due?
  await sql`create index reminders_due_idx on reminders (due_at)`.execute(db);
  await setTopics(db, ["purchase", "cancellation", "support_request", "message", "reminder"]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from outbox where topic = 'reminder'`.execute(db);
  await setTopics(db, ["purchase", "cancellation", "support_request", "message"]);
  await sql`drop table reminders`.execute(db);
}

async function setTopics(db: Kysely<unknown>, topics: readonly string[]): Promise<void> {
  await sql`alter table outbox drop constraint outbox_topic_check`.execute(db);
  await sql`
    alter table outbox add constraint outbox_topic_check
      check (topic in (${sql.join(topics.map((topic) => sql.lit(topic)))}))`.execute(db);
}
