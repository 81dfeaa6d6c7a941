import { type Kysely, sql } from "kysely";

/** Slack tells nobody of an edit: what must be noticed is posted anew, and these columns say when. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    alter table messages
      add column aloud_version integer not null default 0,
      add column posted_at timestamptz`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table messages drop column aloud_version, drop column posted_at`.execute(db);
}
