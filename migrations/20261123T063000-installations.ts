import { type Kysely, sql } from "kysely";

/** Where the app is installed through OAuth, and the installations that are under way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table installations (
      workspace_id text primary key,
      enterprise_id text,
      name text not null,
      app_id text,
      bot_user_id text not null,
      scopes text[] not null,
      installed_by text not null,
      secret_id text references secrets (id),
      expires_at timestamptz,
      installed_at timestamptz not null,
      renewed_at timestamptz not null,
      removed_at timestamptz,
      removed_because text check (removed_because in ('uninstalled', 'revoked', 'refused')),
      updated_at timestamptz not null,
      constraint installations_removed check
        ((secret_id is null) = (removed_at is not null) and (removed_at is null) = (removed_because is null)),
      constraint installations_expire check (secret_id is not null or expires_at is null)
    )`.execute(db);
  await sql`
    create table installation_states (
      state_hash text primary key,
      expires_at timestamptz not null
    )`.execute(db);
  await setSecretKinds(db, [...before, "slack_tokens"]);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table installation_states, installations`.execute(db);
  await sql`delete from secrets where kind = 'slack_tokens'`.execute(db);
  await setSecretKinds(db, before);
}

const before = ["key", "link", "file", "refresh_token", "verifier", "fingerprint_key"];

async function setSecretKinds(db: Kysely<unknown>, kinds: readonly string[]): Promise<void> {
  await sql`alter table secrets drop constraint secrets_kind_check`.execute(db);
  await sql`
    alter table secrets add constraint secrets_kind_check
      check (kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))}))`.execute(db);
}
