import { type Kysely, sql } from "kysely";

/** The vault, download links with their life, deposits, and why a key was asked for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);

  await sql`
    create table secrets (
      id text primary key,
      workspace_id text not null,
      customer_id text not null,
      subject_id text not null,
      kind text not null check (kind in ('key', 'link', 'file', 'refresh_token', 'fingerprint_key')),
      envelope_version integer not null,
      key_id text not null,
      wrapped_key bytea,
      sealed bytea not null,
      fingerprint bytea,
      display text,
      destroyed_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint secrets_destroyed check ((wrapped_key is null) = (destroyed_at is not null))
    )`.execute(db);
  // A place holds one living secret; a support request has several files.
  await sql`
    create unique index secrets_one_living on secrets (workspace_id, customer_id, subject_id, kind)
      where wrapped_key is not null and kind <> 'file'`.execute(db);
  // Destroying finds the secrets of a subject.
  await sql`create index secrets_by_subject on secrets (subject_id) where wrapped_key is not null`.execute(
    db,
  );
  // Rewrapping finds what is under an old key.
  await sql`create index secrets_by_key on secrets (key_id, id) where wrapped_key is not null`.execute(db);
  // Is this key deposited elsewhere?
  await sql`create index secrets_by_fingerprint on secrets (workspace_id, fingerprint) where fingerprint is not null`.execute(
    db,
  );
  await sql
    .raw(`
    create function secrets_keep_destroyed() returns trigger language plpgsql as $$
    begin
      if old.wrapped_key is null and new.wrapped_key is not null then
        raise exception 'secret % is destroyed and stays so', old.id using errcode = 'restrict_violation', constraint = 'secrets_keep_destroyed';
      end if;
      return new;
    end $$;
    create trigger secrets_keep_destroyed before update on secrets for each row execute function secrets_keep_destroyed();
  `)
    .execute(db);

  await sql`
    create table links (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      customer_id text not null,
      order_id text not null,
      line_item_number integer not null,
      product_title text not null,
      reference text,
      secret_id text references secrets (id),
      renews text references links (id),
      issued_at timestamptz not null,
      expires_at timestamptz,
      days_after_first_download integer,
      downloads_allowed integer,
      first_download_at timestamptz,
      clicks integer not null default 0,
      downloads_stated integer,
      handed_to_customer_at timestamptz,
      warned_at timestamptz,
      revoked_at timestamptz,
      updated_at timestamptz not null
    )`.execute(db);
  // Revocation, and the list of a customer's links.
  await sql`create index links_by_line on links (customer_id, order_id, line_item_number)`.execute(db);

  await sql`
    create table deposits (
      workspace_id text not null,
      form_token text not null,
      person_id text not null references people (id),
      customer_id text not null,
      order_id text not null,
      line_item_number integer not null,
      software_version text not null,
      software_language text not null,
      file_type text not null,
      key_secret_id text references secrets (id),
      link_id text references links (id),
      deposited_at timestamptz not null,
      ended_at timestamptz,
      ended_by text check (ended_by in ('replaced', 'revoked')),
      primary key (workspace_id, form_token),
      constraint deposits_hold_something check (key_secret_id is not null or link_id is not null),
      constraint deposits_ended check ((ended_at is null) = (ended_by is null))
    )`.execute(db);
  // A line has one deposit at a time.
  await sql`
    create unique index deposits_one_per_line on deposits (workspace_id, customer_id, order_id, line_item_number)
      where ended_at is null`.execute(db);

  await sql`
    alter table key_requests
      add column reason text not null default '',
      add column source text check (source in ('service', 'vault', 'portal')),
      add column link_id text references links (id),
      add column renews text references links (id),
      add column handed_to_customer_at timestamptz,
      add column link_warned_at timestamptz`.execute(db);
  await sql`alter table key_requests alter column reason drop default`.execute(db);
  // The limit of reveals counts a person's last hour: key_requests_by_person serves it. Redrawing finds a link's requests.
  await sql`create index key_requests_by_link on key_requests (link_id) where link_id is not null`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table key_requests
      drop column reason, drop column source, drop column link_id, drop column renews,
      drop column handed_to_customer_at, drop column link_warned_at;
    drop table deposits, links, secrets;
    drop function secrets_keep_destroyed;
  `)
    .execute(db);
}
