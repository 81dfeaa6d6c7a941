import type { Desk } from "../desk/context.ts";
import { boundTo, envelopeOf, openEnvelope } from "./envelope.ts";
import { type SecretPlace, VaultFailure } from "./vault.ts";

/**
 * Opens a secret in the place where it belongs. The caller wipes the bytes (`fill(0)`) when it is done.
 *
 * @throws VaultFailure destroyed | unknown_key | tampered
 */
export async function openSecret(
  desk: Pick<Desk, "db" | "vault">,
  input: { secretId: string; place: SecretPlace },
): Promise<Buffer> {
  const { secretId, place } = input;
  const row = await desk.db
    .selectFrom("secrets")
    .select(["id", "envelope_version", "key_id", "wrapped_key", "sealed"])
    .where("id", "=", secretId)
    .executeTakeFirst();
  if (!row) throw new VaultFailure("destroyed", `${secretId} is not there`);
  return openEnvelope(desk.vault, secretId, envelopeOf(row), boundTo(secretId, place));
}
