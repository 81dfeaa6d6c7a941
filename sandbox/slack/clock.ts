import type { Clock } from "#src/desk/clock.ts";

/** The stand-in's own time: the given clock plus what `advance` has added. */
interface MovableClock extends Clock {
  /** Moves this clock, and only this clock, forward by so many milliseconds. */
  advance(ms: number): void;
}

/** A clock that follows `base` and can be moved ahead of it. */
export function movableClock(base: Clock): MovableClock {
  let offset = 0;
  return {
    now: () => new Date(base.now().getTime() + offset),
    advance(ms) {
      offset += ms;
    },
  };
}
