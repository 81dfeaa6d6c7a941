import { type Kysely, sql } from "kysely";

/** Who signed in to Partner Center, the sign-ins that are under way, and the messages that say how they ended. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table connections (
      id text primary key,
      workspace_id text,
      person_id text references people (id),
      partner_tenant_id text not null,
      partner_user_id text,
      user_principal_name text,
      secret_id text references secrets (id),
      configured_hash text,
      connected_at timestamptz not null,
      renewed_at timestamptz not null,
      last_used_at timestamptz,
      trouble text check (trouble in ('expired', 'revoked', 'mfa', 'consent')),
      trouble_since timestamptz,
      removed_at timestamptz,
      updated_at timestamptz not null,
      constraint connections_one_per_person unique nulls not distinct (person_id),
      constraint connections_whose check
        ((person_id is null) = (workspace_id is null) and (person_id is null) = (user_principal_name is null)
          and (person_id is null) = (partner_user_id is null) and (person_id is null) = (configured_hash is not null)),
      constraint connections_trouble check ((trouble is null) = (trouble_since is null)),
      constraint connections_removed check ((secret_id is null) = (removed_at is not null))
    )`.execute(db);

  await sql`
    create table connection_attempts (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      link_hash text not null constraint connection_attempts_one_per_link unique,
      cookie_hash text,
      state_hash text constraint connection_attempts_one_per_state unique,
      secret_id text references secrets (id),
      expires_at timestamptz not null,
      used_at timestamptz,
      connected_at timestamptz,
      user_principal_name text,
      went_on integer not null default 0,
      version integer not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint connection_attempts_opened check ((cookie_hash is null) = (state_hash is null)),
      constraint connection_attempts_ended check
        ((connected_at is null) = (user_principal_name is null) and (connected_at is null or used_at is not null))
    )`.execute(db);
  // Asking again ends what was asked before.
  await sql`create index connection_attempts_open on connection_attempts (person_id) where used_at is null`.execute(
    db,
  );

  await sql`alter table secrets drop constraint secrets_kind_check`.execute(db);
  await sql`
    alter table secrets add constraint secrets_kind_check
      check (kind in ('key', 'link', 'file', 'refresh_token', 'verifier', 'fingerprint_key'))`.execute(db);
  await sql`alter table messages drop constraint messages_request_kind_check`.execute(db);
  await sql`
    alter table messages add constraint messages_request_kind_check check (request_kind in
      (${kinds("connection")}))`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from reminders where kind = 'connection'`.execute(db);
  await sql`delete from messages where request_kind = 'connection'`.execute(db);
  await sql`alter table messages drop constraint messages_request_kind_check`.execute(db);
  await sql`
    alter table messages add constraint messages_request_kind_check check (request_kind in
      (${kinds()}))`.execute(db);
  await sql`drop table connection_attempts, connections`.execute(db);
  await sql`delete from secrets where kind in ('refresh_token', 'verifier')`.execute(db);
  await sql`alter table secrets drop constraint secrets_kind_check`.execute(db);
  await sql`
    alter table secrets add constraint secrets_kind_check
      check (kind in ('key', 'link', 'file', 'refresh_token', 'fingerprint_key'))`.execute(db);
}

function kinds(...more: string[]) {
  return sql.join([...before, ...more].map((kind) => sql.lit(kind)));
}

const before = [
  "purchase",
  "cancellation",
  "key_request",
  "support_request",
  "cancellation_batch",
  "digest",
  "activity_alert",
  "activity_export",
];
