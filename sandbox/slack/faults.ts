import { z } from "zod";
import type { DeliveryKind } from "./model.ts";

/**
 * What may go wrong, on calls of one Web API method or on one kind of delivery (`*` for all). Deliveries know only
 * `slow`, the two resets and `twice`, which is theirs alone.
 */
export const faultSchema = z
  .object({
    method: z.string().optional(),
    delivery: z.string().optional(),
    /** How often it strikes; until removed when left out. */
    times: z.number().int().positive().optional(),
    /** Between 0 and 1; always when left out. */
    probability: z.number().min(0).max(1).optional(),
    fault: z.union([
      z.enum(["429", "500", "slow", "reset-before", "reset-after-commit", "twice"]),
      z.templateLiteral(["error:", z.string()]),
    ]),
    retryAfterSeconds: z.number().int().nonnegative().optional(),
    /** Real milliseconds, for `slow`. */
    delayMs: z.number().nonnegative().optional(),
  })
  .refine((fault) => (fault.method === undefined) !== (fault.delivery === undefined), {
    error: "name either a method or a delivery",
  })
  .refine((fault) => fault.delivery === undefined || /^(slow|twice|reset-)/.test(fault.fault), {
    error: "a delivery can be slow, twice, reset-before or reset-after-commit",
  })
  .refine((fault) => fault.delivery !== undefined || fault.fault !== "twice", {
    error: "only a delivery can come twice",
  });
export type Fault = z.infer<typeof faultSchema>;

/** The faults in force. Chance is drawn from a seeded generator, so a run can be repeated. */
export class Faults {
  #active: { fault: Fault; left: number }[] = [];
  #seed = 1;

  add(input: Fault): void {
    const fault = faultSchema.parse(input);
    this.#active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#active = [];
  }

  list(): Fault[] {
    return this.#active.filter((entry) => entry.left > 0).map((entry) => entry.fault);
  }

  /** The fault that strikes this call or delivery, used up by asking. */
  strike(at: { method: string } | { delivery: DeliveryKind }): Fault | undefined {
    for (const entry of this.#active) {
      const { fault } = entry;
      const [target, name] = "method" in at ? [fault.method, at.method] : [fault.delivery, at.delivery];
      if (entry.left < 1 || (target !== name && target !== "*")) continue;
      if (fault.probability !== undefined && this.#chance() >= fault.probability) continue;
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }

  #chance(): number {
    this.#seed = (this.#seed * 16807) % 2147483647;
    return (this.#seed - 1) / 2147483646;
  }
}
