import type { Desk } from "../desk/context.ts";
import { VaultFailure } from "./vault.ts";

/**
 * Looks, before anything starts, whether the ring has every key that a living secret needs: one that was removed too soon
 * is noticed now, and not when somebody wants a key. Throws VaultFailure unknown_key.
 */
export async function checkVault(desk: Pick<Desk, "db" | "vault">): Promise<void> {
  const needed = await countByKey(desk);
  const lost = needed.filter(({ keyId }) => !desk.vault.find(keyId));
  if (lost.length === 0) return;
  const named = lost.map(({ keyId, secrets }) => `${keyId} (${secrets} secrets)`).join(", ");
  throw new VaultFailure(
    "unknown_key",
    `VAULT_KEYS lacks ${named}: put it back behind the newest, run "npm run rewrap", and remove it then`,
  );
}

/** How many living secrets each key wraps. */
export async function countByKey(desk: Pick<Desk, "db">): Promise<{ keyId: string; secrets: number }[]> {
  const rows = await desk.db
    .selectFrom("secrets")
    .select(["key_id", (eb) => eb.fn.countAll<string>().as("count")])
    .where("wrapped_key", "is not", null)
    .groupBy("key_id")
    .orderBy("key_id")
    .execute();
  return rows.map(({ key_id, count }) => ({ keyId: key_id, secrets: Number(count) }));
}
