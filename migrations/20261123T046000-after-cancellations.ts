import { type Kysely, sql } from "kysely";

/** What follows a cancellation: the duties of both sides, and the credit on an invoice. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    alter table cancellations
      add column duties jsonb not null default '{"partner": [], "customer": []}',
      add column alternate_order_id text,
      add column credit_status text check (credit_status in ('seen', 'different', 'overdue')),
      add column credit_seen numeric(18, 4),
      add column credit_invoice_id text,
      add constraint cancellations_credit_seen check
        (coalesce(credit_status in ('seen', 'different'), false) = (credit_seen is not null and credit_invoice_id is not null))`.execute(
    db,
  );
  // The credit watch's question: whose credit has not come?
  await sql`
    create index cancellations_credit_open on cancellations (workspace_id, visible_at)
      where visible_at is not null and (credit_status is null or credit_status = 'overdue')`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table cancellations
      drop column duties, drop column alternate_order_id, drop column credit_status, drop column credit_seen,
      drop column credit_invoice_id`.execute(db);
}
