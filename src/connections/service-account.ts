import { createHash } from "node:crypto";
import type { Secret } from "#src/config/secret.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { destroySecrets } from "../vault/destroy.ts";
import { openConnection, replaceToken } from "./grants.ts";
import { servicePlace } from "./place.ts";
import { ringWaiting } from "./ring.ts";

/**
 * Takes the service account's refresh token from the configuration into the vault, once: from then on the newest one that
 * Entra gave is kept there, across restarts. Another token in the configuration takes its place, and what waited for it goes
 * on; none, and what was kept is destroyed.
 */
export async function keepServiceToken(
  desk: Desk,
  input: { partnerTenantId: string; token: Secret | null },
): Promise<void> {
  const { partnerTenantId, token } = input;
  const now = desk.clock.now();
  await transact(desk.db, async (trx) => {
    if (token === null) {
      await trx.deleteFrom("connections").where("person_id", "is", null).execute();
      await destroySecrets(trx, desk, servicePlace);
      return;
    }
    const configuredHash = createHash("sha256").update(`${partnerTenantId}\0${token.reveal()}`).digest("hex");
    const kept = await openConnection(trx, desk, {
      workspace_id: null,
      person_id: null,
      partner_tenant_id: partnerTenantId,
      partner_user_id: null,
      user_principal_name: null,
    });
    if (kept.configured_hash === configuredHash) return;
    await replaceToken(trx, desk, kept, token);
    await trx
      .updateTable("connections")
      .set({
        partner_tenant_id: partnerTenantId,
        configured_hash: configuredHash,
        connected_at: now,
        renewed_at: now,
        updated_at: now,
      })
      .where("id", "=", kept.id)
      .execute();
    await ringWaiting(trx, desk, { personId: null });
  });
}
