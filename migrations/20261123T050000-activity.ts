import { type Kysely, sql } from "kysely";

/** The activity in kinds and pages, Microsoft's audit records beside it, what they find, exports, and published heads. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  // Follows from what an act is called, so that it can't be changed on its own. `other`: nothing falls through.
  await sql`
    alter table activity add column kind text not null generated always as (
      case split_part(act, '.', 1)
        when 'key_request' then 'keys' when 'keys' then 'keys' when 'link' then 'keys' when 'deposit' then 'keys'
        when 'purchase' then 'purchases' when 'buy' then 'purchases'
        when 'cancellation' then 'cancellations' when 'cancellation_batch' then 'cancellations'
        when 'cancel' then 'cancellations' when 'credit' then 'cancellations' when 'window' then 'cancellations'
        when 'support_request' then 'support' when 'support' then 'support'
        when 'role' then 'roles'
        when 'activity' then 'activity'
        else 'other'
      end) stored`.execute(db);
  // A page of the activity, newest first: of one kind, and of one person, one customer or both.
  await sql`create index activity_by_time on activity (workspace_id, kind, at, sequence)`.execute(db);
  await sql`create index activity_by_person on activity (workspace_id, person_id, kind, at, sequence)`.execute(
    db,
  );
  await sql`create index activity_by_customer on activity (workspace_id, customer_id, kind, at, sequence)`.execute(
    db,
  );
  await sql`
    create index activity_by_person_and_customer
      on activity (workspace_id, person_id, customer_id, kind, at, sequence)`.execute(db);
  // Whose partner user is this?
  await sql`create index people_by_email on people (workspace_id, lower(email))`.execute(db);

  await sql`
    create table audit_records (
      number bigint generated always as identity primary key,
      workspace_id text not null,
      id text not null,
      at timestamptz not null,
      operation_type text not null,
      resource_type text not null,
      status text not null,
      user_principal_name text check (user_principal_name = lower(user_principal_name)),
      application_id text,
      customer_id text,
      customer_name text,
      order_id text,
      product_id text,
      correlation_id text,
      kind text not null generated always as (
        case
          when resource_type in ('software_key', 'software_download_link', 'software_page') then 'keys'
          when operation_type in ('get_software_key', 'get_software_download_link') then 'keys'
          when operation_type = 'create_order' then 'purchases'
          when operation_type in ('update_order', 'update_subscription') then 'cancellations'
          when resource_type in ('partner_user', 'customer_directory_role', 'granular_admin_relationship',
            'granular_admin_access_assignment', 'partner_customer_dap') then 'roles'
          else 'other'
        end) stored,
      mirrored_at timestamptz not null,
      constraint audit_records_once unique (workspace_id, id)
    )`.execute(db);
  // The same pages of Microsoft's records.
  await sql`create index audit_records_by_time on audit_records (workspace_id, kind, at, number)`.execute(db);
  await sql`
    create index audit_records_by_person
      on audit_records (workspace_id, user_principal_name, kind, at, number)`.execute(db);
  await sql`
    create index audit_records_by_customer on audit_records (workspace_id, customer_id, kind, at, number)`.execute(
    db,
  );
  await sql`
    create index audit_records_by_person_and_customer
      on audit_records (workspace_id, user_principal_name, customer_id, kind, at, number)`.execute(db);
  await sql`
    create table audit_mirrors (
      workspace_id text primary key,
      slice_from text,
      slice_to text,
      continuation text,
      complete_to text,
      read_at timestamptz,
      failure jsonb,
      updated_at timestamptz not null,
      constraint audit_mirrors_slice check
        ((slice_from is null) = (slice_to is null) and (slice_from is not null or continuation is null))
    )`.execute(db);

  await sql`
    create table activity_alerts (
      id text primary key,
      workspace_id text not null,
      kind text not null check (kind in ('chain_broken', 'outside_access')),
      subject text not null,
      details jsonb not null,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint activity_alerts_once unique (workspace_id, kind, subject)
    )`.execute(db);
  await sql`
    create table audit_findings (
      record_number bigint primary key references audit_records (number),
      workspace_id text not null,
      at timestamptz not null,
      found_at timestamptz not null,
      alert_id text references activity_alerts (id)
    )`.execute(db);
  // A page of what was found, and what nobody was told of yet.
  await sql`create index audit_findings_by_time on audit_findings (workspace_id, at, record_number)`.execute(
    db,
  );
  await sql`create index audit_findings_untold on audit_findings (workspace_id) where alert_id is null`.execute(
    db,
  );

  await sql`
    create table activity_exports (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      form_token text not null,
      format text not null check (format in ('csv', 'json')),
      filter jsonb not null,
      status text not null check (status in ('requested', 'sent', 'refused', 'failed')),
      row_count integer,
      file_id text,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint activity_exports_one_per_form unique (workspace_id, form_token, format),
      constraint activity_exports_counted check (file_id is null or row_count is not null),
      constraint activity_exports_sent check (status <> 'sent' or file_id is not null)
    )`.execute(db);

  await sql`
    create table chain_heads (
      id text primary key,
      workspace_id text not null,
      day text not null,
      sequence bigint not null,
      hash text not null,
      at timestamptz not null,
      channel text not null,
      posting_since timestamptz,
      ts text,
      created_at timestamptz not null,
      constraint chain_heads_one_per_day unique (workspace_id, day)
    )`.execute(db);
  await setMessageKinds(db, [...before, "activity_alert", "activity_export"]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    delete from reminders where kind in ('chain_check', 'chain_head', 'audit_mirror', 'activity_export')`.execute(
    db,
  );
  await sql`delete from messages where request_kind in ('activity_alert', 'activity_export')`.execute(db);
  await setMessageKinds(db, before);
  await sql`
    drop table chain_heads, activity_exports, audit_findings, activity_alerts, audit_mirrors, audit_records`.execute(
    db,
  );
  await sql`drop index people_by_email`.execute(db);
  await sql`alter table activity drop column kind`.execute(db);
}

const before = ["purchase", "cancellation", "key_request", "support_request", "cancellation_batch", "digest"];

async function setMessageKinds(db: Kysely<unknown>, kinds: readonly string[]): Promise<void> {
  await sql`alter table messages drop constraint messages_request_kind_check`.execute(db);
  await sql`
    alter table messages add constraint messages_request_kind_check
      check (request_kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))}))`.execute(db);
}
