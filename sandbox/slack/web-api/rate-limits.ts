import type { Clock } from "#src/desk/clock.ts";

/** Slack's tiers, and `posting`: messages into one channel. */
export type Tier = 2 | 3 | 4 | "posting";

/**
 * How many calls may come at once, and how fast that allowance grows back. Slack publishes the latter, as "so many a
 * minute and more"; here a burst is three minutes' worth.
 */
const allowances: Record<Tier, { burst: number; perSecond: number }> = {
  2: { burst: 60, perSecond: 20 / 60 },
  3: { burst: 150, perSecond: 50 / 60 },
  4: { burst: 300, perSecond: 100 / 60 },
  posting: { burst: 60, perSecond: 1 },
};

/** Counts calls by method, and posts by channel, on the workspace clock. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #left = new Map<string, { calls: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one call from the allowance of `key`. Returns 0, or after how many whole seconds to try again. */
  take(key: string, tier: Tier): number {
    const { burst, perSecond } = allowances[tier];
    const now = this.#clock.now().getTime();
    const known = this.#left.get(key) ?? { calls: burst, at: now };
    const calls = Math.min(burst, known.calls + ((now - known.at) / 1_000) * perSecond);
    const granted = calls >= 1;
    this.#left.set(key, { calls: granted ? calls - 1 : calls, at: now });
    return granted ? 0 : Math.ceil((1 - calls) / perSecond);
  }
}
