/** FUZZ_RUNS multiplies how much is tried, and for how long. */
const times = Number(process.env.FUZZ_RUNS ?? 1);

/** So many runs for fast-check, ended after so many seconds however far they came. */
export function bounded(runs: number, seconds: number): { numRuns: number; interruptAfterTimeLimit: number } {
  return { numRuns: Math.round(runs * times), interruptAfterTimeLimit: seconds * 1_000 * times };
}

/** For a test with this bound: what is slow is ended by fast-check, and not by vitest. */
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
