import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import type { SecretPlace } from "./vault.ts";

/**
 * Destroys the secrets of a subject, or those of some kinds, in the caller's transaction: their wrapped data keys are erased
 * and what was sealed under them opens no more. The rows stay. Returns how many were destroyed.
 */
export async function destroySecrets(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  input: { workspaceId: string; subjectId: string; kinds?: SecretPlace["kind"][] },
): Promise<number> {
  const now = desk.clock.now();
  let destroying = trx
    .updateTable("secrets")
    .set({ wrapped_key: null, destroyed_at: now, updated_at: now })
    .where("workspace_id", "=", input.workspaceId)
    .where("subject_id", "=", input.subjectId)
    .where("wrapped_key", "is not", null);
  destroying = input.kinds
    ? destroying.where("kind", "in", input.kinds)
    : destroying.where("kind", "<>", "fingerprint_key");
  const { numUpdatedRows } = await destroying.executeTakeFirst();
  return Number(numUpdatedRows);
}
