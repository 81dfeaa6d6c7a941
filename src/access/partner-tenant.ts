import type { Desk } from "../desk/context.ts";

/** The database holds the customers, keys and people of another partner. */
export class OtherPartnerTenant extends Error {
  override readonly name = "OtherPartnerTenant";

  constructor(held: string, configured: string) {
    super(
      `This database belongs to partner tenant ${held}, and PARTNER_TENANT_ID is ${configured}. Each partner tenant has a database of its own: set PARTNER_TENANT_ID back, or DATABASE_URL to another database.`,
    );
  }
}

/**
 * Ties the database to this partner tenant at its first start, and lets nobody start on it for another: what is stored of
 * people, roles and customers is one partner's. Throws OtherPartnerTenant.
 */
export async function holdPartnerTenant(
  desk: Pick<Desk, "db" | "clock">,
  partnerTenantId: string,
): Promise<void> {
  await desk.db
    .insertInto("partner_tenants")
    .values({ partner_tenant_id: partnerTenantId, since: desk.clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { partner_tenant_id: held } = await desk.db
    .selectFrom("partner_tenants")
    .select("partner_tenant_id")
    .executeTakeFirstOrThrow();
  if (held.toLowerCase() !== partnerTenantId.toLowerCase())
    throw new OtherPartnerTenant(held, partnerTenantId);
}
