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

export interface Window {
  deadlineAt: Date;
  days: number;
  refund: "full" | "prorated";
}

const dayMs = 24 * 60 * 60_000;

/**
 * Until when a purchase of this kind may be cancelled, by our policy data; a deadline that Partner Center states beats it.
 * Perpetual software gives back everything, a term the part not used (C12).
 */
export function windowByPolicy(
  purchasedAt: Date,
  kind: ProductKind,
  pinned: PolicyEditionName | null,
): Window {
  const edition = editionFor(purchasedAt, pinned);
  const rule = kind === "perpetual" ? edition.perpetual : edition.subscription;
  const refund = kind === "perpetual" ? "full" : "prorated";
  return { deadlineAt: windowEnd(purchasedAt, rule), days: rule.days, refund };
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
