import { type Kysely, sql } from "kysely";

const kinds = ["purchases", "cancellations", "support_requests"];

/** What those who run the desk look at: where a trace goes on, and requests that went wrong, without reading all of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  // W3C Trace Context: version, trace, span, flags.
  await sql`alter table outbox add column trace_parent text check (length(trace_parent) <= 60)`.execute(db);
  for (const table of kinds) {
    await sql
      .raw(
        `create index ${table}_troubled on ${table} (status, updated_at) where status in ('unknown', 'needs_person')`,
      )
      .execute(db);
  }
  await sql`create index cancellations_confirming on cancellations (accepted_at) where status in ('accepted', 'overdue')`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`drop index cancellations_confirming, ${kinds.map((table) => `${table}_troubled`).join(", ")}`)
    .execute(db);
  await sql`alter table outbox drop column trace_parent`.execute(db);
}
