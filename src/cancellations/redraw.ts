import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantDrawn, wantMessages } from "../messages/want.ts";
import type { RequestRows } from "../requests/tables.ts";
import { movedBatch } from "./batch.ts";

/** Draws a cancellation anew, in the caller's transaction: its own message, or the report of its batch. `aloud`: to be noticed. */
export async function redrawCancellation(
  trx: DatabaseTransaction,
  desk: Desk,
  row: Pick<RequestRows["cancellation"], "id" | "batch_id" | "workspace_id" | "person_id">,
  options: { aloud: boolean },
): Promise<void> {
  const { workspace_id: workspaceId, person_id: personId } = row;
  if (row.batch_id !== null) {
    const request = { kind: "cancellation_batch", id: row.batch_id } as const;
    const drawn = movedBatch(desk, row.batch_id, { after: null, ...options });
    return wantDrawn(trx, desk, drawn, { workspaceId, personId, request });
  }
  const { version } = await trx
    .updateTable("cancellations")
    .set((eb) => ({ version: eb("version", "+", 1), updated_at: desk.clock.now() }))
    .where("id", "=", row.id)
    .returning("version")
    .executeTakeFirstOrThrow();
  await wantMessages(trx, desk, {
    workspaceId,
    personId,
    request: { kind: "cancellation", id: row.id },
    version,
    ...options,
  });
}
