import { type Kysely, sql } from "kysely";

/** Whose Home tab is kept up to date, what it asks the tables, and what a person chose about the app. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table homes (
      person_id text primary key references people (id),
      workspace_id text not null,
      opened_at timestamptz not null
    )`.execute(db);
  await sql`
    alter table people
      add column locale_override text constraint people_locale_override_check check (locale_override in ('en', 'es')),
      add column roles_asked_at timestamptz`.execute(db);
  // What a person has under way, or has to look at.
  for (const [table, atHand] of [
    ["purchases", "due_at is not null and status <> 'quoted' or status = 'needs_person'"],
    ["cancellations", "due_at is not null or status = 'needs_person'"],
  ] as const) {
    await sql
      .raw(`create index ${table}_at_hand on ${table} (person_id, updated_at desc) where ${atHand}`)
      .execute(db);
  }
  // Which approvals wait for this person?
  await sql`create index purchases_awaiting on purchases using gin (approvers) where status = 'awaiting_approval'`.execute(
    db,
  );
  await sql`
    create index support_requests_open on support_requests (person_id, created_at desc)
      where status in ('requested', 'sending', 'unknown', 'to_file', 'filed', 'attention_needed', 'needs_person')`.execute(
    db,
  );
  await sql`
    create index key_requests_warned on key_requests (person_id, link_warned_at desc)
      where link_warned_at is not null and revoked_at is null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from reminders where kind = 'home'`.execute(db);
  await sql`drop index key_requests_warned, support_requests_open, purchases_awaiting, cancellations_at_hand, purchases_at_hand`.execute(
    db,
  );
  await sql`alter table people drop column locale_override, drop column roles_asked_at`.execute(db);
  await sql`drop table homes`.execute(db);
}
