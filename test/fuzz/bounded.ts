import fc, { times } from "../ground/fast-check.ts";

/** So many runs for fast-check, and more with FUZZ_RUNS. */
export function bounded(runs: number): { numRuns: number } {
  return { numRuns: Math.round(runs * times) };
}

/**
 * Lets no run begin when so many seconds, more with FUZZ_RUNS, have gone by since the first one began. What has begun goes on to
 * its end, so that nothing of it meets the tests that come after.
 */
export function within<Values extends unknown[]>(
  seconds: number,
  run: (...values: Values) => Promise<void>,
): (...values: Values) => Promise<void> {
  let end: number | null = null;
  return async (...values) => {
    end ??= performance.now() + seconds * 1_000 * times;
    if (performance.now() > end) throw new fc.PreconditionFailure(true);
    await run(...values);
  };
}

/** For a test with these bounds: what is slow is ended by them, and not by vitest. */
export const patience = { timeout: 600_000 * times };

/** Counts by kind, for the line that each file prints at its end. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  print(what: string): void {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const kinds = [...this.#counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
    process.stdout.write(`${what}: ${total} (${kinds})\n`);
  }
}
