import { sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { Desk } from "../desk/context.ts";
import { revokeHandOvers } from "../fulfilment/revoke.ts";
import type { RequestRows } from "../requests/tables.ts";
import { beginCreditWatch } from "./watch-credit.ts";

/** The code of Partner Center for an order with an adjustment under way. */
export const adjustmentPending = 800014;

/**
 * What belongs into the transaction in which a cancellation becomes visible: its keys and links are revoked (C10), and lines of
 * the same order that waited for it are rung for.
 */
export async function whenVisible(
  trx: DatabaseTransaction,
  desk: Desk,
  row: RequestRows["cancellation"],
): Promise<void> {
  const now = desk.clock.now();
  // All lines of the order are locked first, in the order in which a worker claims them: neither waits for the other in a circle.
  const waiting = await trx
    .with("moving", (db) =>
      db
        .selectFrom("cancellations")
        .select("id")
        .where("workspace_id", "=", row.workspace_id)
        .where("customer_id", "=", row.customer_id)
        .where("order_id", "=", row.order_id)
        .where("due_at", "is not", null)
        .orderBy("id")
        .forUpdate(),
    )
    .updateTable("cancellations")
    .set({ due_at: new Date(now.getTime() + desk.timings.patienceSeconds * 1_000) })
    .where("id", "in", (eb) => eb.selectFrom("moving").select("id"))
    .where("status", "=", "requested")
    .where("lease", "is", null)
    .where(sql<boolean>`(failure ->> 'code')::int = ${adjustmentPending}`)
    .returning("id")
    .execute();
  for (const { id } of waiting) await enqueue(trx, { topic: "cancellation", subjectId: id, runAt: now, now });
  await revokeHandOvers(trx, desk, row);
  await beginCreditWatch(trx, desk, row);
}
