import { randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import type { SecretsRow } from "../db/rows.ts";
import { decrypt, encrypt } from "./aead.ts";
import { type SecretPlace, type Vault, VaultFailure } from "./vault.ts";

/** The place of what the vault keeps for itself: the key of a workspace's fingerprints. */
export type OwnPlace = Omit<SecretPlace, "kind"> & { kind: SecretPlace["kind"] | "fingerprint_key" };

/** A secret as it is stored: its data key, wrapped, and its content under that data key. */
export interface Envelope {
  version: number;
  keyId: string;
  wrappedKey: Buffer;
  sealed: Buffer;
}

const version = 1;

/** The envelope in a row of `secrets`; throws VaultFailure destroyed. */
export function envelopeOf(
  row: Pick<Selectable<SecretsRow>, "id" | "envelope_version" | "key_id" | "wrapped_key" | "sealed">,
): Envelope {
  if (!row.wrapped_key) throw new VaultFailure("destroyed", `${row.id} is destroyed`);
  return {
    version: row.envelope_version,
    keyId: row.key_id,
    wrappedKey: row.wrapped_key,
    sealed: row.sealed,
  };
}

/** What an envelope is bound to: which secret it is, and where it belongs. A fixed order, with a version mark. */
export function boundTo(secretId: string, place: OwnPlace): Buffer {
  const { workspaceId, customerId, subjectId, kind } = place;
  return Buffer.from(
    JSON.stringify(["csp-desk secret", version, secretId, workspaceId, customerId, subjectId, kind]),
  );
}

/** Seals under a data key of its own, which the newest key of the ring wraps. */
export async function closeEnvelope(vault: Vault, plain: Uint8Array, bound: Uint8Array): Promise<Envelope> {
  const dataKey = randomBytes(32);
  try {
    const sealed = encrypt(dataKey, plain, bound);
    const wrappedKey = await vault.newest.wrap(dataKey, bound);
    return { version, keyId: vault.newest.keyId, wrappedKey, sealed };
  } finally {
    dataKey.fill(0);
  }
}

/** The data key of an envelope. Throws VaultFailure unknown_key | tampered. */
export async function unwrapDataKey(
  vault: Vault,
  secretId: string,
  envelope: Omit<Envelope, "sealed">,
  bound: Uint8Array,
): Promise<Buffer> {
  const wrapper = vault.find(envelope.keyId);
  if (!wrapper)
    throw new VaultFailure(
      "unknown_key",
      `${secretId} needs key ${envelope.keyId}, which is not in the ring`,
    );
  const dataKey = envelope.version === version ? await wrapper.unwrap(envelope.wrappedKey, bound) : null;
  if (!dataKey)
    throw new VaultFailure("tampered", `the key of ${secretId} does not open with ${envelope.keyId}`);
  return dataKey;
}

/** The content of an envelope. Throws VaultFailure unknown_key | tampered. */
export async function openEnvelope(
  vault: Vault,
  secretId: string,
  envelope: Envelope,
  bound: Uint8Array,
): Promise<Buffer> {
  const dataKey = await unwrapDataKey(vault, secretId, envelope, bound);
  const plain = decrypt(dataKey, envelope.sealed, bound);
  dataKey.fill(0);
  if (!plain) throw new VaultFailure("tampered", `${secretId} does not open`);
  return plain;
}
