import { setTimeout as pause } from "node:timers/promises";

/** Whoever calls takes one call out of the budget before each HTTP exchange, and tells it of a 429. */
export interface CallBudget {
  /** Waits for a call as long as its patience goes. Throws BudgetSpent: nothing may be sent. */
  take(until: AbortSignal): Promise<void>;
  /** Nobody may call for so long, in no process (`Retry-After`). */
  block(ms: number): Promise<void>;
}

/** No call is to be had now; nothing was sent. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("the call budget is spent");
    this.retryAfterMs = retryAfterMs;
  }
}

/** A token bucket that all processes share. */
export interface BudgetStore {
  take(asked: {
    burst: number;
    perSecond: number;
    reserve: number;
    inLine: boolean;
  }): Promise<{ granted: boolean; waitMs: number }>;
  block(ms: number): Promise<void>;
}

/** `interactive`: a person waits in Slack. `background`: a job, which comes back by itself. */
export type Priority = "interactive" | "background";

const usualPatienceMs: Record<Priority, number> = { interactive: 2_000, background: 1_000 };

/** A minute, and some seconds in which calls may be under way: those sent in 63 seconds may arrive within 60. */
const windowSeconds = 63;

/**
 * How many calls may leave at once and how many come back in a second, so that no window of a minute, wherever it begins,
 * ever sees more than `callsPerMinute`: it sees at most a full bucket and what came back meanwhile, so both together must
 * fit. A quarter is the bucket, the rest comes back evenly: of 500 it is 125 at once and 357 a minute. The `reserve`, a
 * tenth of the limit, is the part of the bucket that jobs leave alone; opening one form takes some twenty calls at once.
 */
export function allowance(callsPerMinute: number): { burst: number; perSecond: number; reserve: number } {
  const burst = Math.floor(callsPerMinute / 4);
  return {
    burst,
    perSecond: (callsPerMinute - burst) / windowSeconds,
    reserve: Math.floor(callsPerMinute / 10),
  };
}

/**
 * The budget of a partner tenant (page api-throttling-guidance) as one kind of caller sees it. Background calls leave the
 * reserve to interactive ones, so they never make a person wait. One that gets none is told a time of its own, each later
 * than the last, so that a thousand of them do not come back together.
 */
export function createCallBudget(
  store: BudgetStore,
  {
    callsPerMinute,
    priority,
    patienceMs = usualPatienceMs[priority],
  }: { callsPerMinute: number; priority: Priority; patienceMs?: number },
): CallBudget {
  const { burst, perSecond, reserve } = allowance(callsPerMinute);
  const background = priority === "background";
  const asked = { burst, perSecond, reserve: background ? reserve : 0, inLine: background };
  return {
    async take(until) {
      for (let patience = patienceMs; ; ) {
        const { granted, waitMs } = await store.take(asked);
        if (granted) return;
        if (waitMs > patience) throw new BudgetSpent(waitMs);
        patience -= waitMs;
        await pause(waitMs, undefined, { signal: until });
      }
    },
    block: (ms) => store.block(ms),
  };
}
