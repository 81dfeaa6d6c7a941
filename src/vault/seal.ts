import { Secret } from "#src/config/secret.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { insertSecret } from "./insert.ts";
import type { SecretPlace } from "./vault.ts";

const longestDisplay = 5;

/**
 * Seals a value in its place, in the caller's transaction. A place holds one living secret, except for files: destroy the
 * old one first. The caller's own copy of the bytes stays as it is.
 */
export async function sealSecret(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "vault" | "clock">,
  input: { place: SecretPlace; value: Secret | Uint8Array },
): Promise<{ secretId: string }> {
  const { place, value } = input;
  const text = value instanceof Secret ? value.reveal() : null;
  const plain = text === null ? (value as Uint8Array) : Buffer.from(text);
  const fingerprint = await fingerprintOf(trx, desk, place, plain);
  const display = place.kind === "key" && text !== null ? displayOf(text) : null;
  const secretId = await insertSecret(trx, desk, { place, plain, fingerprint, display });
  if (text !== null) plain.fill(0);
  if (secretId === null) throw new Error(`there is a living ${place.kind} of ${place.subjectId}`);
  return { secretId };
}

/** The last five characters; of a short key no more than a quarter. */
export function displayOf(key: string): string {
  return key.slice(-Math.min(longestDisplay, Math.floor(key.length / 4)));
}
