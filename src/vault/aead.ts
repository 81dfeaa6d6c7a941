import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM with a fresh 96-bit nonce: nonce, ciphertext and tag in one. `bound` is authenticated and not stored. */
export function encrypt(key: KeyObject | Uint8Array, plain: Uint8Array, bound: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(bound);
  const body = cipher.update(plain);
  return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes, or null when key, content or `bound` is not what it was. */
export function decrypt(key: KeyObject | Uint8Array, sealed: Uint8Array, bound: Uint8Array): Buffer | null {
  if (sealed.byteLength < nonceLength + tagLength) return null;
  const nonce = sealed.subarray(0, nonceLength);
  const body = sealed.subarray(nonceLength, -tagLength);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength })
    .setAAD(bound)
    .setAuthTag(sealed.subarray(-tagLength));
  const plain = decipher.update(body);
  try {
    decipher.final();
  } catch {
    plain.fill(0);
    return null;
  }
  return plain;
}
