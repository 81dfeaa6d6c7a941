import { setTimeout as pause } from "node:timers/promises";

/** Waits until `fact` holds and gives it back; fails with `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  fact: () => Promise<T | null | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const held = await fact();
    if (held) return held;
    if (performance.now() > end) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await pause(25);
  }
}
