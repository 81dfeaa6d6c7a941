import { type Kysely, sql } from "kysely";

/** Who is drawing a person's Home tab, when they were last shown others' activity there, and accesses of other workspaces. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    alter table homes
      add column wanted_version integer not null default 0,
      add column lease text,
      add column leased_until timestamptz,
      add column activity_shown_on text,
      add constraint homes_leased check ((lease is null) = (leased_until is null))`.execute(db);
  // Known through another workspace of the same partner, and through none of its own.
  await sql`alter table audit_records add column elsewhere boolean not null default false`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_records drop column elsewhere`.execute(db);
  await sql`
    alter table homes
      drop constraint homes_leased,
      drop column wanted_version,
      drop column lease,
      drop column leased_until,
      drop column activity_shown_on`.execute(db);
}
