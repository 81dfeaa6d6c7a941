import type { Selectable } from "kysely";
import type { Database, DatabaseTransaction } from "../db/database.ts";
import type { DepositsRow } from "../db/rows.ts";

/** The living deposit for a line, of this workspace alone. */
export async function findDeposit(
  db: Database | DatabaseTransaction,
  { workspaceId }: { workspaceId: string },
  line: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<Selectable<DepositsRow> | null> {
  const deposit = await db
    .selectFrom("deposits")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("customer_id", "=", line.customerId)
    .where("order_id", "=", line.orderId)
    .where("line_item_number", "=", line.lineItemNumber)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return deposit ?? null;
}
