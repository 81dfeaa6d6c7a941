import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantMessages } from "../messages/want.ts";
import { isAloud } from "../requests/tables.ts";
import { endedStatuses } from "./statuses.ts";

/**
 * Has the report of a batch drawn again after one of its cancellations moved, in the transaction of that move; with the last of
 * them it ends (C7).
 */
export async function moveBatch(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  batchId: string,
  options: { aloud?: boolean } = {},
): Promise<void> {
  const moving = trx
    .selectFrom("cancellations")
    .select("id")
    .where("batch_id", "=", batchId)
    .where("status", "not in", endedStatuses)
    .limit(1);
  // The row is locked first, so that of two last moves the later sees the earlier.
  const before = await trx
    .selectFrom("cancellation_batches")
    .select("status")
    .where("id", "=", batchId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const batch = await trx
    .updateTable("cancellation_batches")
    .set((eb) => ({
      version: eb("version", "+", 1),
      updated_at: desk.clock.now(),
      status: eb
        .case()
        .when(eb.exists(moving))
        .then("under_way" as const)
        .else("ended" as const)
        .end(),
    }))
    .where("id", "=", batchId)
    .returning(["workspace_id", "person_id", "version", "status"])
    .executeTakeFirstOrThrow();
  await wantMessages(trx, desk, {
    workspaceId: batch.workspace_id,
    personId: batch.person_id,
    request: { kind: "cancellation_batch", id: batchId },
    version: batch.version,
    aloud: options.aloud === true || isAloud("cancellation_batch", before.status, batch.status),
  });
}
