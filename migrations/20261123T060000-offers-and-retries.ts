import { type Kysely, sql } from "kysely";

/** Which purchase tries another one again, the order of a purchase, a window stated with the offer, and a credit's currency. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    alter table purchases
      add column retry_of text references purchases (id),
      add column retried_by text,
      add column retried_at timestamptz,
      add constraint purchases_retried check ((retried_by is null) = (retried_at is null))`.execute(db);
  // What was not ordered is tried again once at a time, whoever asks.
  await sql`
    create unique index purchases_one_retry on purchases (retry_of)
      where retry_of is not null and status not in ('quoted', 'lapsed', 'declined', 'expired', 'withdrawn')`.execute(
    db,
  );
  // Which purchase does this order belong to?
  await sql`create index purchases_by_order on purchases using gin (orders jsonb_path_ops)`.execute(db);
  await sql`
    alter table cancellations
      add column credit_seen_currency text,
      drop constraint cancellations_deadline_origin_check,
      add constraint cancellations_deadline_origin_check check (deadline_origin in ('policy', 'market', 'offer', 'subscription', 'refusal'))`.execute(
    db,
  );
}

/** A window that was stated with the offer counts as the policy's. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`update cancellations set deadline_origin = 'policy' where deadline_origin = 'offer'`.execute(db);
  await sql`
    alter table cancellations
      drop column credit_seen_currency,
      drop constraint cancellations_deadline_origin_check,
      add constraint cancellations_deadline_origin_check check (deadline_origin in ('policy', 'market', 'subscription', 'refusal'))`.execute(
    db,
  );
  await sql`drop index purchases_by_order, purchases_one_retry`.execute(db);
  await sql`
    alter table purchases
      drop constraint purchases_retried, drop column retry_of, drop column retried_by, drop column retried_at`.execute(
    db,
  );
}
