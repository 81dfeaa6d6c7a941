import { type Kysely, sql } from "kysely";

/** Who was greeted: the person who installed the app, by one message, and each person, once, on their Home tab. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table welcomes (
      id text primary key,
      workspace_id text not null,
      slack_user_id text not null,
      app_id text,
      person_id text references people (id),
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint welcomes_once unique (workspace_id, slack_user_id)
    )`.execute(db);
  // Who opened their Home tab before this has found their way already.
  await sql`alter table homes add column welcome_until timestamptz`.execute(db);
  await sql`alter table messages drop constraint messages_request_kind_check`.execute(db);
  await sql`
    alter table messages add constraint messages_request_kind_check check (request_kind in
      (${kinds("welcome")}))`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from reminders where kind = 'welcome'`.execute(db);
  await sql`delete from messages where request_kind = 'welcome'`.execute(db);
  await sql`alter table messages drop constraint messages_request_kind_check`.execute(db);
  await sql`
    alter table messages add constraint messages_request_kind_check check (request_kind in
      (${kinds()}))`.execute(db);
  await sql`alter table homes drop column welcome_until`.execute(db);
  await sql`drop table welcomes`.execute(db);
}

function kinds(...more: string[]) {
  const before = [
    "purchase",
    "cancellation",
    "key_request",
    "support_request",
    "cancellation_batch",
    "digest",
    "activity_alert",
    "activity_export",
    "connection",
  ];
  return sql.join([...before, ...more].map((kind) => sql.lit(kind)));
}
