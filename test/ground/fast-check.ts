import { randomInt } from "node:crypto";
import fc from "fast-check";

/** FUZZ_RUNS multiplies how much is tried. */
export const times = Number(process.env.FUZZ_RUNS ?? 1);

/**
 * Properties are drawn from one seed, so that a change is judged by what it changes and not by luck. FUZZ_SEED takes another one,
 * a number, or `random` for a new one each time. A property that fails says what its seed was.
 */
fc.configureGlobal({ seed: seedFrom(process.env.FUZZ_SEED ?? "1"), numRuns: Math.round(100 * times) });

function seedFrom(text: string): number {
  if (text === "random") return randomInt(2 ** 31);
  if (!/^-?\d+$/.test(text)) throw new Error(`FUZZ_SEED is a whole number or "random", not "${text}".`);
  return Number(text);
}

export default fc;
