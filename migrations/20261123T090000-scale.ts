import { type Kysely, sql } from "kysely";

const requests = ["purchases", "cancellations", "support_requests"];

/** Indexes for questions that a million rows showed to read too many of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  // Whose order is this, where only its number is known?
  await sql`create index cancellations_by_order on cancellations (order_id)`.execute(db);
  // What waits for somebody to sign in.
  for (const table of requests) {
    await sql
      .raw(
        `create index ${table}_waiting on ${table} (person_id)
          where status in ('requested', 'unknown') and failure ->> 'kind' = 'reauthorise'`,
      )
      .execute(db);
  }
  // What was given up, for those who run the desk.
  await sql`create index messages_given_up on messages (updated_at) where undeliverable is not null`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  const waiting = requests.map((table) => `${table}_waiting`).join(", ");
  await sql.raw(`drop index messages_given_up, ${waiting}, cancellations_by_order`).execute(db);
}
