import { createSecretKey } from "node:crypto";
import type { Secret } from "#src/config/secret.ts";
import { decrypt, encrypt } from "./aead.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

/** A wrapping key in this process's memory: `key` is the base64 of 32 bytes. */
export function localKey(input: { id: string; key: Secret }): KeyWrapper {
  const bytes = Buffer.from(input.key.reveal(), "base64");
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return {
    keyId: input.id,
    wrap: async (dataKey, bound) => encrypt(key, dataKey, bound),
    unwrap: async (wrapped, bound) => decrypt(key, wrapped, bound),
  };
}
