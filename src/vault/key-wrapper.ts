/**
 * A wrapping key, wherever it lives: in this process, or in a key management service that never gives it out. Wraps the
 * data key of one secret; `bound` says where the secret belongs and is authenticated, so that a wrapped key opens there
 * and nowhere else.
 */
export interface KeyWrapper {
  /** Stands in the row of everything that it wrapped. */
  readonly keyId: string;
  wrap(dataKey: Uint8Array, bound: Uint8Array): Promise<Buffer>;
  /** Null when this is not what `wrap` gave, or `bound` differs. */
  unwrap(wrapped: Uint8Array, bound: Uint8Array): Promise<Buffer | null>;
}
