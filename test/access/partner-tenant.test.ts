import { afterAll, beforeAll, expect, test } from "vitest";
import { holdPartnerTenant } from "#src/access/partner-tenant.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";

let under: DeskUnderTest;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(() => under.close());

test("G1 invariant 7: a database serves the partner tenant of its first start, and no other", async () => {
  const contoso = "11111111-2222-4333-8444-555555555555";
  const fabrikam = "99999999-2222-4333-8444-555555555555";
  await Promise.all([holdPartnerTenant(under.desk, contoso), holdPartnerTenant(under.desk, contoso)]);
  await holdPartnerTenant(under.desk, contoso.toUpperCase());
  await expect(holdPartnerTenant(under.desk, fabrikam)).rejects.toThrow(
    /belongs to partner tenant 11111111-.*PARTNER_TENANT_ID is 99999999-.*DATABASE_URL/,
  );
  const rows = await under.desk.db.selectFrom("partner_tenants").select("partner_tenant_id").execute();
  expect(rows).toEqual([{ partner_tenant_id: contoso }]);
});
