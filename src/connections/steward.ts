import { sql } from "kysely";
import type { Desk } from "../desk/context.ts";

/**
 * The person whose token roles are read with where there is no service account: one who signed in, rather a global admin or
 * an admin agent as roles were last read, and of several who signed in last. Null where nobody did.
 */
export async function findSteward(
  desk: Pick<Desk, "db">,
  input: { partnerTenantId: string },
): Promise<string | null> {
  const found = await desk.db
    .selectFrom("connections")
    .innerJoin("people", "people.id", "connections.person_id")
    .leftJoin("partner_users", "partner_users.user_principal_name", "connections.user_principal_name")
    .select("people.id")
    .where("connections.partner_tenant_id", "=", input.partnerTenantId)
    .where("connections.secret_id", "is not", null)
    .where("connections.trouble", "is", null)
    .where("people.is_member", "=", true)
    .whereRef("connections.user_principal_name", "=", (eb) => eb.fn<string>("lower", ["people.email"]))
    .orderBy(sql`coalesce(partner_users.roles && '{global_admin,admin_agent}', false)`, "desc")
    .orderBy("connections.connected_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? null;
}
