import type { Secret } from "#src/config/secret.ts";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { InstallationsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { destroySecrets } from "../vault/destroy.ts";
import { lockInstallation } from "./find.ts";
import { openTokens, tokensPlace } from "./tokens.ts";

type Reason = NonNullable<InstallationsRow["removed_because"]>;

/**
 * Ends an installation that has this token: its tokens are destroyed, and what is meant for the workspace waits until the
 * app is installed again. False where it has another one by now, or none.
 */
export async function removeInstallation(
  desk: Pick<Desk, "db" | "vault" | "clock">,
  input: { workspaceId: string; token: Secret; because: Reason },
): Promise<boolean> {
  return transact(desk.db, async (trx) => {
    const installed = await lockInstallation(trx, input.workspaceId);
    if (!installed) return false;
    const { token } = await openTokens({ db: trx, vault: desk.vault }, installed);
    if (token.reveal() !== input.token.reveal()) return false;
    await destroyTokens(trx, desk, input);
    return true;
  });
}

/** Marks an installation that the caller holds as removed, and destroys its tokens. */
export async function destroyTokens(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  input: { workspaceId: string; because: Reason },
): Promise<void> {
  const { workspaceId, because } = input;
  const now = desk.clock.now();
  await trx
    .updateTable("installations")
    .set({ secret_id: null, expires_at: null, removed_at: now, removed_because: because, updated_at: now })
    .where("workspace_id", "=", workspaceId)
    .execute();
  const { subjectId, kind } = tokensPlace(workspaceId);
  await destroySecrets(trx, desk, { workspaceId, subjectId, kinds: [kind] });
  await recordActivity(trx, {
    workspaceId,
    at: now,
    actor: null,
    act: "installation.removed",
    outcome: "done",
    request: null,
    customerId: null,
    details: { because },
    correlationId: null,
  });
}
