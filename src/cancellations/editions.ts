import type { ProductKind } from "../catalog/kinds.ts";

export type PolicyEditionName = "2019-12" | "2021-06" | "2022-07";

/**
 * `calendarDays` ends at 23:59:00 UTC on that day counted from the purchase; `exactDays` ends that many times 24 hours
 * after it (the first as in the samples of Microsoft's "Manage billing frequency for software subscriptions"; the 168 hours
 * of a 7-day window as vendors report them).
 */
export interface WindowRule {
  days: number;
  counting: "calendarDays" | "exactDays";
}

/** A dated set of numbers. */
export interface PolicyEdition {
  name: PolicyEditionName;
  /** First instant of purchases under it, UTC. */
  from: string;
  perpetual: WindowRule;
  subscription: WindowRule;
  source: string;
}

/** Oldest first. C1 is the first of them; Microsoft changed the numbers twice since. */
export const policyEditions: readonly PolicyEdition[] = [
  {
    name: "2019-12",
    from: "2019-12-18T00:00:00Z",
    perpetual: { days: 60, counting: "calendarDays" },
    subscription: { days: 60, counting: "calendarDays" },
    source: "Sell software subscriptions through CSP, 18 December 2019",
  },
  {
    name: "2021-06",
    from: "2021-06-01T00:00:00Z",
    perpetual: { days: 30, counting: "calendarDays" },
    subscription: { days: 30, counting: "calendarDays" },
    source: "Partner Center announcements, April 2021, item 8",
  },
  {
    name: "2022-07",
    from: "2022-07-11T00:00:00Z",
    perpetual: { days: 30, counting: "calendarDays" },
    subscription: { days: 7, counting: "exactDays" },
    source: "New commerce cancellation policy; first day as reported by a vendor",
  },
];

/** The edition for a purchase: the pinned one, else the newest that was in force when it was made. */
export function editionFor(purchasedAt: Date, pinned: PolicyEditionName | null): PolicyEdition {
  const found = pinned
    ? policyEditions.find((edition) => edition.name === pinned)
    : policyEditions.findLast((edition) => new Date(edition.from) <= purchasedAt);
  const edition = found ?? policyEditions[0];
  if (!edition) throw new Error("There is no policy edition.");
  return edition;
}

/**
 * A market whose law gives more days than Microsoft does (the cancellation policy stands "except where law requires
 * otherwise"), for purchases from `from` on. Days are counted as in the policy's own documented deadlines.
 */
export interface MarketWindow {
  /** ISO 3166-1 alpha-2. */
  market: string;
  /** First instant of purchases under it, UTC. */
  from: string;
  days: number;
  source: string;
}

/** None is known to us with its source; a partner who knows one names it in POLICY_OVERRIDES_FILE. */
export const knownMarketWindows: readonly MarketWindow[] = [];

export interface Window {
  deadlineAt: Date;
  days: number;
  origin: "policy" | "market";
  refund: "full" | "prorated";
}

const dayMs = 24 * 60 * 60_000;

/**
 * Until when a purchase of this kind may be cancelled, by our policy data; a deadline that Partner Center states beats it.
 * Perpetual software gives back everything, a term the part not used (C12). Of `marketWindows` those of the customer's market
 * are given; one that ends later than the policy's takes its place.
 */
export function windowByPolicy(
  purchasedAt: Date,
  kind: ProductKind,
  pinned: PolicyEditionName | null,
  marketWindows: readonly MarketWindow[] = [],
): Window {
  const edition = editionFor(purchasedAt, pinned);
  const rule = kind === "perpetual" ? edition.perpetual : edition.subscription;
  const refund = kind === "perpetual" ? "full" : "prorated";
  const ends = (days: number, counting: WindowRule["counting"], origin: Window["origin"]): Window => ({
    deadlineAt: windowEnd(purchasedAt, { days, counting }),
    days,
    refund,
    origin,
  });
  return marketWindows
    .filter(({ from }) => new Date(from) <= purchasedAt)
    .map(({ days }) => ends(days, "calendarDays", "market"))
    .reduce(
      (longest, window) => (window.deadlineAt > longest.deadlineAt ? window : longest),
      ends(rule.days, rule.counting, "policy"),
    );
}

/** The last moment of a window that is counted in one of the two ways. */
export function windowEnd(purchasedAt: Date, rule: WindowRule): Date {
  if (rule.counting === "exactDays") return new Date(purchasedAt.getTime() + rule.days * dayMs);
  return new Date(
    Date.UTC(
      purchasedAt.getUTCFullYear(),
      purchasedAt.getUTCMonth(),
      purchasedAt.getUTCDate() + rule.days,
      23,
      59,
      0,
    ),
  );
}

/** Whole days until the deadline, rounded down; never negative. */
export function daysLeft(deadlineAt: Date, now: Date): number {
  return Math.max(0, Math.floor((deadlineAt.getTime() - now.getTime()) / dayMs));
}
