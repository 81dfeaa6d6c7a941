import { type Kysely, sql } from "kysely";

/** What must be looked at only once a lock is had, so that it takes one way to the database and back: each function looks after it locked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Of two last moves the later sees the earlier. `ending`: this move ended the batch.
  await sql`
    create function move_batch(batch text, moved_at timestamptz, ended text[]) returns table (version integer, ending boolean)
    language plpgsql as $$
    declare before text;
    begin
      select status into strict before from cancellation_batches where id = batch for update;
      return query
        update cancellation_batches set
          version = cancellation_batches.version + 1,
          updated_at = moved_at,
          status = case when exists (
            select from cancellations where batch_id = batch and cancellations.status <> all(ended)
          ) then 'under_way' else 'ended' end
        where id = batch
        returning cancellation_batches.version, cancellation_batches.status = 'ended' and before <> 'ended';
    end $$`.execute(db);
  // What a deposit or a hand-over left before it is seen, and nothing is deposited after it until the transaction ends.
  await sql`
    create function lock_hand_overs(lock_key text, customer text, order_of text, line integer) returns boolean
    language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(hashtext('csp-desk line'), hashtext(lock_key));
      return exists (select from key_requests where customer_id = customer and order_id = order_of and line_item_number = line)
        or exists (select from links where customer_id = customer and order_id = order_of and line_item_number = line)
        or exists (select from deposits where customer_id = customer and order_id = order_of and line_item_number = line);
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function move_batch, lock_hand_overs`.execute(db);
}
