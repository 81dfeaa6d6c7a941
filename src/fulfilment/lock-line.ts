import { type RawBuilder, sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { lineSubject } from "../vault/vault.ts";
import type { LineIds } from "./port.ts";

/** Until commit, nobody else deposits for this line or revokes it: what is deposited late must not outlive the revocation. */
export async function lockLine(trx: DatabaseTransaction, line: LineIds): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('csp-desk line'), hashtext(${lockKey(line)}))`.execute(trx);
}

/** The same, and whether anything of the line was ever handed over. */
export async function lockHandOvers(trx: DatabaseTransaction, line: LineIds): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select ${handOversLocked(line)} as found`.execute(trx);
  return rows[0]?.found ?? true;
}

/** The same as an expression in a larger statement. */
export function handOversLocked(line: LineIds): RawBuilder<boolean> {
  const { customerId, orderId, lineItemNumber } = line;
  return sql`lock_hand_overs(${lockKey(line)}, ${customerId}, ${orderId}, ${lineItemNumber})`;
}

function lockKey(line: LineIds): string {
  return `${line.customerId} ${lineSubject(line)}`;
}
