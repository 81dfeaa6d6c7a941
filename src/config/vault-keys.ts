import { Secret } from "./secret.ts";

/** One wrapping key of the vault. */
export interface VaultKey {
  id: string;
  /** Base64 of 32 bytes. */
  key: Secret;
}

/** The key of a sandbox: it is in its source, and so it is no key for anybody's real purchases. */
export const developmentPrefix = "development";

const keyBytes = 32;

/**
 * Keys as `id:base64`, separated by commas or lines, newest first. `problem` says what is wrong with the first bad one, never
 * with what it holds.
 */
export function parseVaultKeys(text: string): { keys: VaultKey[]; problem: string | null } {
  const entries = text
    .split(/[,\r\n]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "" && !entry.startsWith("#"));
  const keys: VaultKey[] = [];
  const seen = new Set<string>();
  const bad = (place: number, what: string) => ({ keys: [], problem: `key ${place} ${what}` });
  for (const [index, entry] of entries.entries()) {
    const parts = /^([A-Za-z0-9._-]{1,60}):([A-Za-z0-9+/]+={0,2})$/.exec(entry);
    const [, id = "", encoded = ""] = parts ?? [];
    if (!parts) return bad(index + 1, "is not an id, a colon and base64");
    const bytes = Buffer.from(encoded, "base64");
    const canonical = bytes.toString("base64");
    if (bytes.byteLength !== keyBytes) return bad(index + 1, `is not ${keyBytes} bytes long`);
    if (keys.some((key) => key.id === id)) return bad(index + 1, "has the id of another");
    if (seen.has(canonical)) return bad(index + 1, "is another one under a second id");
    seen.add(canonical);
    bytes.fill(0);
    keys.push({ id, key: new Secret(canonical) });
  }
  return keys.length === 0 ? { keys, problem: "has no key" } : { keys, problem: null };
}
