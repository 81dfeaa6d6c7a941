import { type Kysely, sql } from "kysely";

const before = ["requested", "sending", "unknown", "accepted", "overdue", "visible", "refused"];
const messageKinds = ["purchase", "cancellation", "key_request", "support_request"];

/** Several cancellations with one report, a time in which one can be taken back, and when each is looked for next. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table cancellation_batches (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      customer_id text not null,
      customer_name text not null,
      form_token text not null,
      refused_items jsonb not null,
      status text not null check (status in ('under_way', 'ended')),
      correlation_id uuid not null,
      failure jsonb,
      version integer not null default 1,
      attempts integer not null default 0,
      due_at timestamptz,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint cancellation_batches_one_per_form unique (workspace_id, form_token),
      constraint cancellation_batches_moved_by_items check (due_at is null and lease is null)
    )`.execute(db);
  await sql`create index cancellation_batches_by_person on cancellation_batches (person_id, created_at desc)`.execute(
    db,
  );
  await sql
    .raw(`
    create function cancellation_batches_keep_final() returns trigger language plpgsql as $$
    begin
      if old.status in ('ended') and new.status is distinct from old.status then
        raise exception '% % is % and stays so', tg_table_name, old.id, old.status using errcode = 'restrict_violation', constraint = 'cancellation_batches_keep_final';
      end if;
      return new;
    end $$;
    create trigger cancellation_batches_keep_final before update on cancellation_batches for each row execute function cancellation_batches_keep_final();
  `)
    .execute(db);
  await sql`
    alter table cancellations
      add column batch_id text references cancellation_batches (id),
      add column leaves_at timestamptz,
      add column next_look_at timestamptz,
      add column alone boolean not null default false,
      add column reroutes integer not null default 0`.execute(db);
  await sql`create index cancellations_by_batch on cancellations (batch_id) where batch_id is not null`.execute(
    db,
  );
  // What may leave, or be looked for, together.
  await sql`create index cancellations_moving on cancellations (customer_id, order_id) where due_at is not null`.execute(
    db,
  );
  await setStatuses(db, [...before, "taken_back"]);
  await sql`
    alter table cancellations
      add constraint cancellations_taken_back_unsent check (status <> 'taken_back' or (sent_at is null and ms_request_id is null)),
      drop constraint cancellations_deadline_origin_check,
      add constraint cancellations_deadline_origin_check check (deadline_origin in ('policy', 'market', 'subscription', 'refusal'))`.execute(
    db,
  );
  await setMessageKinds(db, [...messageKinds, "cancellation_batch"]);
}

/** What was taken back counts as refused, and every cancellation has a message of its own again from its next move on. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`delete from messages where request_kind = 'cancellation_batch'`.execute(db);
  await setMessageKinds(db, messageKinds);
  await sql
    .raw(`
    alter table cancellations drop constraint cancellations_taken_back_unsent;
    drop trigger cancellations_keep_final on cancellations;
    update cancellations set status = 'refused' where status = 'taken_back';
    update cancellations set deadline_origin = 'policy' where deadline_origin = 'market';
    create trigger cancellations_keep_final before update on cancellations for each row execute function cancellations_keep_final();
  `)
    .execute(db);
  await setStatuses(db, before);
  await sql`
    alter table cancellations
      drop column batch_id, drop column leaves_at, drop column next_look_at, drop column alone, drop column reroutes,
      drop constraint cancellations_deadline_origin_check,
      add constraint cancellations_deadline_origin_check check (deadline_origin in ('policy', 'subscription', 'refusal'))`.execute(
    db,
  );
  await sql`drop index cancellations_moving`.execute(db);
  await sql`drop table cancellation_batches`.execute(db);
  await sql`drop function cancellation_batches_keep_final`.execute(db);
}

async function setStatuses(db: Kysely<unknown>, moving: readonly string[]): Promise<void> {
  const list = (statuses: readonly string[]) => statuses.map((status) => `'${status}'`).join(", ");
  const ends = moving.slice(before.indexOf("visible"));
  const freeing = [...ends.filter((status) => status !== "visible"), "needs_person"];
  await sql
    .raw(`
    alter table cancellations
      drop constraint cancellations_status_check, drop constraint cancellations_due, drop constraint cancellations_sent_with_id;
    alter table cancellations
      add constraint cancellations_status_check check (status in (${list([...moving, "needs_person"])})),
      add constraint cancellations_due check ((due_at is null) = (status in (${list([...ends, "needs_person"])}))),
      add constraint cancellations_sent_with_id check (status in (${list(["requested", ...freeing])}) or (ms_request_id is not null and sent_at is not null));
    drop index cancellations_one_per_line;
    create unique index cancellations_one_per_line on cancellations (customer_id, order_id, line_item_number)
      where status not in (${list(freeing)});
    create or replace function cancellations_keep_final() returns trigger language plpgsql as $$
    begin
      if old.status in (${list(ends)}) and new.status is distinct from old.status then
        raise exception '% % is % and stays so', tg_table_name, old.id, old.status using errcode = 'restrict_violation', constraint = 'cancellations_keep_final';
      end if;
      return new;
    end $$;
  `)
    .execute(db);
}

async function setMessageKinds(db: Kysely<unknown>, kinds: readonly string[]): Promise<void> {
  await sql`alter table messages drop constraint messages_request_kind_check`.execute(db);
  await sql`
    alter table messages add constraint messages_request_kind_check
      check (request_kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))}))`.execute(db);
}
