import { type Kysely, sql } from "kysely";

/** One database serves one partner tenant: whose customers, keys and people these are. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table partner_tenants (
      only_one boolean primary key default true check (only_one),
      partner_tenant_id text not null check (length(partner_tenant_id) between 1 and 100),
      since timestamptz not null
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table partner_tenants`.execute(db);
}
