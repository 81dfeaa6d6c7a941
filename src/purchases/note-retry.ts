import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantMessages } from "../messages/want.ts";
import type { RequestRows } from "../requests/tables.ts";
import { type PurchaseStatus, unconfirmedStatuses } from "./statuses.ts";

type Purchase = RequestRows["purchase"];

/**
 * What belongs into the transaction in which a purchase moves that tries again what another one left unordered: from its
 * confirmation on the other one's message says by whom, and offers it no more; where it comes to nothing before it is sent, it is
 * offered again.
 */
export async function noteRetry(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  moved: Pick<Purchase, "retry_of" | "requester_slack_id" | "status">,
  before: string,
): Promise<void> {
  if (moved.retry_of === null || holds(before) === holds(moved.status)) return;
  const held = holds(moved.status);
  const now = desk.clock.now();
  const tried = await trx
    .updateTable("purchases")
    .set((eb) => ({
      retried_by: held ? moved.requester_slack_id : null,
      retried_at: held ? now : null,
      version: eb("version", "+", 1),
      updated_at: now,
    }))
    .where("id", "=", moved.retry_of)
    .returning(["id", "workspace_id", "person_id", "version"])
    .executeTakeFirstOrThrow();
  await wantMessages(trx, desk, {
    workspaceId: tried.workspace_id,
    personId: tried.person_id,
    request: { kind: "purchase", id: tried.id },
    version: tried.version,
  });
}

/** Whether a purchase in this status was confirmed and may have bought something, or still may. */
function holds(status: string): boolean {
  return !unconfirmedStatuses.includes(status as PurchaseStatus);
}
