import { type Kysely, sql } from "kysely";

/** How many calls Partner Center still takes from us: one row per partner tenant, shared by all processes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);
  await sql`
    create table call_budget (
      partner_tenant_id text primary key,
      tokens double precision not null check (tokens >= 0),
      refilled_at timestamptz not null,
      blocked_until timestamptz,
      promised_until timestamptz not null
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table call_budget`.execute(db);
}
