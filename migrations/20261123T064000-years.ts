import { type Kysely, sql } from "kysely";

/** Indexes for questions that read a whole table once it holds years, and a shorter wait at the end of the activity's chain. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  // What is known of one line, whatever became of it: the deadline that was learnt, the key that is gone, the credit's order.
  await sql`create index cancellations_by_line on cancellations (customer_id, order_id, line_item_number)`.execute(
    db,
  );
  // What was bought for a customer in the last minutes, and by a person in the time of a window.
  for (const whose of ["customer", "person"]) {
    await sql
      .raw(`
      create index purchases_ordered_by_${whose} on purchases (${whose}_id, updated_at)
        where status in ('ordered', 'partly_ordered')`)
      .execute(db);
  }
  // Locks the end of a workspace's chain until the transaction ends, and reads it then: one way to the database and back.
  await sql`
    create function lock_activity_head(workspace text) returns table (sequence bigint, hash text) language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(hashtext('csp-desk activity'), hashtext(workspace));
      return query
        select activity.sequence, activity.hash from activity
        where activity.workspace_id = workspace order by activity.sequence desc limit 1;
    end $$`.execute(db);
  // What of the outbox is old enough to go.
  await sql`create index outbox_sent on outbox (sent_at) where sent_at is not null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function lock_activity_head`.execute(db);
  await sql`
    drop index outbox_sent, purchases_ordered_by_person, purchases_ordered_by_customer, cancellations_by_line`.execute(
    db,
  );
}
