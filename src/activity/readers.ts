import { sql } from "kysely";
import { rights } from "../access/rights.ts";
import type { DatabaseTransaction } from "../db/database.ts";

/** Everybody of this workspace whom we have met and who may read the activity (A1), by the roles read last. */
export async function listReaders(trx: DatabaseTransaction, workspaceId: string): Promise<string[]> {
  const found = await trx
    .selectFrom("people")
    .innerJoin("partner_users", (join) =>
      join.on("partner_users.user_principal_name", "=", (eb) => eb.fn("lower", ["people.email"])),
    )
    .select("people.id")
    .where("people.workspace_id", "=", workspaceId)
    .where("people.is_member", "=", true)
    .where(sql<boolean>`partner_users.roles && ${sql.val([...rights.activity])}::text[]`)
    .orderBy("people.id")
    .execute();
  return found.map((person) => person.id);
}
