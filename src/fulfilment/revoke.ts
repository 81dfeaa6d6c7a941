import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantMessage } from "../messages/want.ts";

/**
 * Marks every key and link handed over for a line as revoked, in the transaction that makes its cancellation visible, and
 * lets their messages say so (C10).
 */
export async function revokeHandOvers(
  trx: DatabaseTransaction,
  desk: Desk,
  line: { customer_id: string; order_id: string; line_item_number: number },
): Promise<void> {
  const now = desk.clock.now();
  const revoked = await trx
    .updateTable("key_requests")
    .set((eb) => ({ revoked_at: now, version: eb("version", "+", 1), updated_at: now }))
    .where("customer_id", "=", line.customer_id)
    .where("order_id", "=", line.order_id)
    .where("line_item_number", "=", line.line_item_number)
    .where("revoked_at", "is", null)
    .where("status", "<>", "refused")
    .returning(["id", "workspace_id", "person_id", "version", "status"])
    .execute();
  for (const request of revoked) {
    if (request.status === "requested") continue;
    await wantMessage(trx, desk, {
      workspaceId: request.workspace_id,
      personId: request.person_id,
      request: { kind: "key_request", id: request.id },
      version: request.version,
    });
  }
}
