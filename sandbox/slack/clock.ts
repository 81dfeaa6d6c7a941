import type { Clock } from "#src/desk/clock.ts";

/** The stand-in's own time: the given clock plus what `advance` has added. */
interface MovableClock extends Clock {
  /** How far it has been moved. */
  readonly aheadMs: number;
  /** Moves this clock, and only this clock, forward by so many milliseconds. */
  advance(ms: number): void;
}

/** A clock that follows `base`, so many milliseconds ahead of it, and can be moved further. */
export function movableClock(base: Clock, aheadMs = 0): MovableClock {
  let ahead = aheadMs;
  return {
    now: () => new Date(base.now().getTime() + ahead),
    get aheadMs() {
      return ahead;
    },
    advance(ms) {
      ahead += ms;
    },
  };
}
