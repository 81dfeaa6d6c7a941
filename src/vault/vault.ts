import type { KeyWrapper } from "./key-wrapper.ts";

/** The ring of wrapping keys: what is known opens, the newest seals. */
export interface Vault {
  readonly newest: KeyWrapper;
  /** The key of this id, or null. */
  find(keyId: string): KeyWrapper | null;
}

/** A ring of these keys, newest first. */
export function createVault(wrappers: readonly KeyWrapper[]): Vault {
  const [newest] = wrappers;
  if (!newest) throw new Error("A vault needs a key.");
  return { newest, find: (keyId) => wrappers.find((wrapper) => wrapper.keyId === keyId) ?? null };
}

/** Where a secret belongs. It is bound to it: anywhere else it does not open. */
export interface SecretPlace {
  workspaceId: string;
  customerId: string;
  /** What it belongs to: `orderId#lineItemNumber` (see `lineSubject`), or the id of a support request. */
  subjectId: string;
  kind: "key" | "link" | "file" | "refresh_token" | "verifier" | "slack_tokens";
}

/** The subject of an order line's secrets. */
export function lineSubject(line: { orderId: string; lineItemNumber: number }): string {
  return `${line.orderId}#${line.lineItemNumber}`;
}

/**
 * A secret that can't be opened. `destroyed`: its data key is gone, or it never was; `unknown_key`: it was sealed under
 * a key that is not in the ring; `tampered`: row and place do not fit, or a byte was changed. Carries ids and nothing else.
 */
export class VaultFailure extends Error {
  override readonly name = "VaultFailure";
  readonly kind: "destroyed" | "unknown_key" | "tampered";

  constructor(kind: VaultFailure["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}
