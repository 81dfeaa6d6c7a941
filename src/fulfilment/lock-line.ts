import { sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { lineSubject } from "../vault/vault.ts";
import type { LineIds } from "./port.ts";

/** Until commit, nobody else deposits for this line or revokes it: what is deposited late must not outlive the revocation. */
export async function lockLine(trx: DatabaseTransaction, line: LineIds): Promise<void> {
  const key = `${line.customerId} ${lineSubject(line)}`;
  await sql`select pg_advisory_xact_lock(hashtext('csp-desk line'), hashtext(${key}))`.execute(trx);
}
