/** Somebody we asked did not answer in time. */
export class NotInTime extends Error {
  override readonly name = "NotInTime";
}

/** Settles like `work`, or throws NotInTime after `ms`. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NotInTime(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** `read`, at most once in `ms`: who asks meanwhile gets what was read last, or waits for the one under way. */
export function atMostEvery<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; value: Promise<T> } | null = null;
  let pending = false;
  return () => {
    if (kept && (pending || performance.now() - kept.at < ms)) return kept.value;
    pending = true;
    const value = read().finally(() => {
      pending = false;
      if (kept?.value === value) kept.at = performance.now();
    });
    kept = { at: performance.now(), value };
    return value;
  };
}
