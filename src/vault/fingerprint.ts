import { createHmac, randomBytes } from "node:crypto";
import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { boundTo, envelopeOf, type OwnPlace, openEnvelope } from "./envelope.ts";
import { insertSecret } from "./insert.ts";
import type { SecretPlace } from "./vault.ts";

/**
 * Tells whether two secrets of a workspace are the same, without saying what they are: an HMAC under a key of its own. A bare
 * hash would not do, since product keys have a known form. The key is a secret of the vault itself, so the ring guards it
 * and rewrapping keeps it: fingerprints outlive every rotation, and those of two workspaces can't be compared.
 */
export async function fingerprintOf(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "vault" | "clock">,
  place: Pick<SecretPlace, "workspaceId" | "kind">,
  plain: Uint8Array,
): Promise<Buffer> {
  const key = await readKey(trx, desk, place.workspaceId);
  const fingerprint = createHmac("sha256", key).update(`${place.kind}\0`).update(plain).digest();
  key.fill(0);
  return fingerprint;
}

async function readKey(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "vault" | "clock">,
  workspaceId: string,
): Promise<Buffer> {
  const place: OwnPlace = { workspaceId, customerId: "", subjectId: "fingerprints", kind: "fingerprint_key" };
  const kept = await readKept(trx, desk, place);
  if (kept) return kept;
  const plain = randomBytes(32);
  // Two may come first at once: the second waits for the first and then reads what it left.
  const id = await insertSecret(trx, desk, { place, plain, fingerprint: null, display: null });
  if (id !== null) return plain;
  plain.fill(0);
  const others = await readKept(trx, desk, place);
  if (!others) throw new Error(`no fingerprint key for ${workspaceId}`);
  return others;
}

async function readKept(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "vault">,
  place: OwnPlace,
): Promise<Buffer | null> {
  const row = await trx
    .selectFrom("secrets")
    .select(["id", "envelope_version", "key_id", "wrapped_key", "sealed"])
    .where("workspace_id", "=", place.workspaceId)
    .where("kind", "=", "fingerprint_key")
    .where("wrapped_key", "is not", null)
    .executeTakeFirst();
  return row ? openEnvelope(desk.vault, row.id, envelopeOf(row), boundTo(row.id, place)) : null;
}
