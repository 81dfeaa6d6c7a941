import { type Kysely, sql } from "kysely";

/** Support requests are followed until they are closed, take notes, and carry files. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    alter table support_requests
      add column order_known boolean,
      add column files jsonb not null default '[]',
      add column ticket jsonb,
      add column last_update jsonb,
      add column closed_at timestamptz,
      drop constraint support_requests_status_check,
      add constraint support_requests_status_check check (status in
        ('requested', 'sending', 'unknown', 'to_file', 'filed', 'attention_needed', 'closed', 'refused', 'needs_person')),
      drop constraint support_requests_due,
      add constraint support_requests_due check ((due_at is null) = (status in
        ('to_file', 'filed', 'attention_needed', 'closed', 'refused', 'needs_person'))),
      drop constraint support_requests_filed,
      add constraint support_requests_filed check (status not in ('filed', 'attention_needed', 'closed')
        or (ticket_number is not null and filed_at is not null)),
      add constraint support_requests_closed check ((status = 'closed') = (closed_at is not null))`.execute(
    db,
  );
  await keepFinal(db, ["closed", "refused"], ["filed", "attention_needed", "closed"]);

  await sql`
    create table support_updates (
      id text primary key,
      workspace_id text not null,
      support_request_id text not null references support_requests (id),
      person_id text not null references people (id),
      form_token text not null,
      kind text not null check (kind in ('note', 'close')),
      text text,
      status text not null check (status in ('requested', 'sending', 'sent', 'refused', 'needs_person')),
      ms_request_id uuid,
      correlation_id uuid not null,
      failure jsonb,
      attempts integer not null default 0,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint support_updates_one_per_form unique (workspace_id, form_token),
      constraint support_updates_text check ((kind = 'note') = (text is not null)),
      constraint support_updates_sent_with_id check (status not in ('sending', 'sent') or ms_request_id is not null)
    )`.execute(db);
  // A worker's question: what is still to be sent for this ticket?
  await sql`
    create index support_updates_open on support_updates (support_request_id, id)
      where status in ('requested', 'sending')`.execute(db);
  // A ticket is asked to be closed once at a time.
  await sql`
    create unique index support_updates_one_close on support_updates (support_request_id)
      where kind = 'close' and status in ('requested', 'sending')`.execute(db);

  // What was filed before is followed from now on.
  await sql`
    insert into reminders (id, workspace_id, kind, subject_id, due_at, created_at, updated_at)
    select 'rem_' || substr(id, 5), workspace_id, 'ticket', id, now(), now(), now()
    from support_requests where status = 'filed'`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from reminders where kind in ('ticket', 'support_files')`.execute(db);
  await sql`drop table support_updates`.execute(db);
  await sql`alter table support_requests drop constraint support_requests_closed`.execute(db);
  await keepFinal(db, ["refused"]);
  await sql`update support_requests set status = 'filed' where status in ('attention_needed', 'closed')`.execute(
    db,
  );
  await sql`
    alter table support_requests
      drop constraint support_requests_status_check,
      add constraint support_requests_status_check check (status in
        ('requested', 'sending', 'unknown', 'to_file', 'filed', 'refused', 'needs_person')),
      drop constraint support_requests_due,
      add constraint support_requests_due check ((due_at is null) = (status in ('to_file', 'filed', 'refused', 'needs_person'))),
      drop constraint support_requests_filed,
      add constraint support_requests_filed check (status <> 'filed' or (ticket_number is not null and filed_at is not null)),
      drop column order_known, drop column files, drop column ticket, drop column last_update, drop column closed_at`.execute(
    db,
  );
  await keepFinal(db, ["filed", "refused"]);
}

/** What the database itself holds fast: final statuses, and that what was filed stays among `filed`. */
async function keepFinal(
  db: Kysely<unknown>,
  finals: readonly string[],
  filed: readonly string[] = [],
): Promise<void> {
  const list = (statuses: readonly string[]) => statuses.map((status) => `'${status}'`).join(", ");
  await sql
    .raw(`
    create or replace function support_requests_keep_final() returns trigger language plpgsql as $$
    begin
      if old.status in (${list(finals)}) and new.status is distinct from old.status
          ${filed.length > 0 ? `or old.status in (${list(filed)}) and new.status not in (${list(filed)})` : ""} then
        raise exception '% % is % and stays so', tg_table_name, old.id, old.status using errcode = 'restrict_violation', constraint = 'support_requests_keep_final';
      end if;
      return new;
    end $$`)
    .execute(db);
}
