import { type Kysely, sql } from "kysely";

/** Cancellation windows that somebody watches, and the morning messages about those that close. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table windows (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      customer_id text not null,
      customer_name text not null,
      order_id text not null,
      line_item_number integer not null,
      product_title text not null,
      quantity integer not null,
      deadline_at timestamptz not null,
      credit_amount numeric(18, 4),
      credit_currency text,
      decision text check (decision in ('keep', 'cancel')),
      decided_by text references people (id),
      decided_at timestamptz,
      snoozed_until timestamptz,
      closed_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint windows_one_per_line unique (workspace_id, customer_id, order_id, line_item_number),
      constraint windows_decided check ((decision is null) = (decided_by is null) and (decision is null) = (decided_at is null))
    )`.execute(db);
  // What a person's digest asks: which windows are still open?
  await sql`create index windows_open on windows (person_id, deadline_at) where decision is null and closed_at is null`.execute(
    db,
  );
  await sql`
    create table digests (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      day text not null,
      items jsonb not null,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint digests_one_per_day unique (person_id, day)
    )`.execute(db);
  // A decision is shown in every digest that lists its window.
  await sql`create index digests_items on digests using gin (items jsonb_path_ops)`.execute(db);
  await setMessageKinds(db, [...before, "digest"]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from messages where request_kind = 'digest'`.execute(db);
  await setMessageKinds(db, before);
  await sql`drop table digests, windows`.execute(db);
}

const before = ["purchase", "cancellation", "key_request", "support_request", "cancellation_batch"];

async function setMessageKinds(db: Kysely<unknown>, kinds: readonly string[]): Promise<void> {
  await sql`alter table messages drop constraint messages_request_kind_check`.execute(db);
  await sql`
    alter table messages add constraint messages_request_kind_check
      check (request_kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))}))`.execute(db);
}
