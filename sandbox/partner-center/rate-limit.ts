/** Customers, carts, orders, subscriptions and what is below them; the catalogue is not counted. */
const countedPaths = /^\/v1\/customers\/[^/]+(\/(carts|orders|subscriptions)(\/.*)?)?$/;
const minuteMs = 60_000;

/** Counts the calls of the partner tenant in whole minutes of the simulator's time (page api-throttling-guidance). */
export class RateLimit {
  #minute = Number.NaN;
  #count = 0;

  /** Seconds to wait, or null when the call may pass. A call that may not pass is not counted. */
  take(path: string, now: Date, perMinute: number | null): number | null {
    if (perMinute === null || !countedPaths.test(path)) return null;
    const minute = Math.floor(now.getTime() / minuteMs);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#count = 0;
    }
    if (this.#count >= perMinute)
      return Math.max(1, Math.ceil(((minute + 1) * minuteMs - now.getTime()) / 1000));
    this.#count += 1;
    return null;
  }
}
