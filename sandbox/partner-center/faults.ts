import { createHash } from "node:crypto";
import { z } from "zod";

export const faultSchema = z.strictObject({
  /** What a path begins with, or the source of a regular expression tested on the path without its query. */
  path: z.string().min(1).refine(isPattern, "is neither the beginning of a path nor a regular expression"),
  method: z.string().toUpperCase().optional(),
  /** How many calls it hits; without it, every matching call until it is cleared. */
  times: z.int().positive().optional(),
  /** From 0 to 1, drawn for each matching call from the simulator's seed. */
  probability: z.number().min(0).max(1).optional(),
  /**
   * `slow` answers late; `reset-before` drops the connection and nothing has happened; `reset-after-commit` drops it
   * after the call took effect; `hang` lets it take effect and never answers; `invalid-json`, `html` (a page instead of the
   * answer) and `wrong-content-type` (the answer, called plain text) spoil what is said of a call that took effect; `answer`
   * says what `answer` holds, without effect; `duplicate-headers` prints every echoed header twice; `revoked-refresh-token`
   * is for the token endpoints.
   */
  fault: z.enum([
    "429",
    "500",
    "502",
    "503",
    "504",
    "slow",
    "reset-before",
    "reset-after-commit",
    "invalid-json",
    "html",
    "wrong-content-type",
    "bom",
    "duplicate-headers",
    "expired-token",
    "revoked-refresh-token",
    "hang",
    "answer",
  ]),
  retryAfterSeconds: z.int().nonnegative().optional(),
  delayMs: z.int().nonnegative().optional(),
  answer: z
    .strictObject({ status: z.int().min(400).max(599), code: z.int(), description: z.string() })
    .optional(),
});

export type Fault = z.output<typeof faultSchema>;

interface PlannedFault {
  fault: Fault;
  pattern: RegExp;
  left: number;
}

/** The faults still to come, in the order in which they were added. */
export class FaultPlan {
  #planned: PlannedFault[] = [];
  readonly #draw: () => number;

  constructor(seed: string) {
    this.#draw = randomFrom(seed);
  }

  /** Throws SyntaxError when the path is no regular expression. */
  add(fault: Fault): void {
    const left = fault.times ?? Number.POSITIVE_INFINITY;
    this.#planned.push({ fault, pattern: new RegExp(fault.path), left });
  }

  clear(): void {
    this.#planned = [];
  }

  list(): readonly Fault[] {
    return this.#planned.map(({ fault }) => fault);
  }

  /** The fault that hits this call, if any; it is used up by it. */
  take(method: string, path: string): Fault | null {
    for (const planned of this.#planned) {
      const { fault, pattern } = planned;
      if (fault.method !== undefined && fault.method !== method) continue;
      if (!path.startsWith(fault.path) && !pattern.test(path)) continue;
      if (fault.probability !== undefined && this.#draw() >= fault.probability) continue;
      planned.left -= 1;
      if (planned.left <= 0) this.#planned = this.#planned.filter((other) => other !== planned);
      return fault;
    }
    return null;
  }
}

function isPattern(path: string): boolean {
  try {
    return new RegExp(path) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Numbers from 0 to 1, the same sequence for the same seed. */
function randomFrom(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    const bytes = createHash("sha256").update(`${seed}:fault:${count}`).digest();
    return bytes.readUInt32BE(0) / 2 ** 32;
  };
}
