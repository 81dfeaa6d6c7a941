import { expectedCredit, termEnd } from "../cancellations/credit.ts";
import {
  daysLeft,
  editionFor,
  type PolicyEditionName,
  windowByPolicy,
  windowEnd,
} from "../cancellations/editions.ts";
import { cancellationRules } from "../catalog/kinds.ts";
import type { PurchaseLine } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";

type Bought = Pick<
  PurchaseLine,
  "kind" | "refundOptions" | "extendedPrice" | "termDuration" | "billingCycle"
>;

export type Policy = Pick<Desk, "policyEdition" | "marketWindows">;

/** How long a line bought at some moment may be cancelled, and what comes back (C1, C12). */
export interface LineWindow {
  deadlineAt: Date;
  /** Whole days until then. */
  days: number;
  /** `offer`: stated by Partner Center with the offer. */
  origin: "policy" | "market" | "offer";
  refund: "full" | "prorated";
  /** Until when everything comes back, where that ends before the window does. */
  fullUntil: Date | null;
  /** What a cancellation gives back at first and at the last moment: decimal strings, null where it can't be told. */
  creditAtFirst: string | null;
  creditAtLast: string | null;
}

/**
 * The window of a line: as long as Partner Center stated with the offer, else as our editions and the market's law say (C1);
 * null for kinds that aren't cancelled here (C3, C4). How the last day of a stated window is counted is the edition's.
 */
export function lineWindow(
  desk: Policy,
  line: Bought,
  bought: { at: Date; market: string },
): LineWindow | null {
  if (cancellationRules[line.kind] !== "in_window") return null;
  const { at: boughtAt } = bought;
  const pinned = desk.policyEdition;
  const byPolicy = windowByPolicy(
    boughtAt,
    line.kind,
    pinned,
    desk.marketWindows.filter(({ market }) => market === bought.market),
  );
  const ends = (line.refundOptions ?? []).flatMap((option) => {
    const end = endOf(option.expiresAfter, line, boughtAt, pinned);
    return end ? [{ type: option.type, end }] : [];
  });
  const last = ends.toSorted((a, b) => a.end.getTime() - b.end.getTime()).at(-1);
  const deadlineAt = last?.end ?? byPolicy.deadlineAt;
  const full = ends.find((one) => one.type === "Full" && one.end < deadlineAt);
  const refund = last ? (last.type === "Full" ? "full" : "prorated") : byPolicy.refund;
  const creditAt = (now: Date) =>
    expectedCredit({
      paid: line.extendedPrice,
      termDuration: refund === "full" ? null : line.termDuration,
      billingCycle: line.billingCycle,
      purchasedAt: boughtAt,
      now,
    });
  return {
    deadlineAt,
    days: daysLeft(deadlineAt, boughtAt),
    origin: last ? "offer" : byPolicy.origin,
    refund,
    fullUntil: full?.end ?? null,
    creditAtFirst: full ? line.extendedPrice : creditAt(boughtAt),
    creditAtLast: creditAt(deadlineAt),
  };
}

function endOf(
  duration: string,
  line: Bought,
  boughtAt: Date,
  pinned: PolicyEditionName | null,
): Date | null {
  const days = /^P(\d+)D$/.exec(duration)?.[1];
  if (days === undefined) return termEnd(boughtAt, duration);
  const edition = editionFor(boughtAt, pinned);
  const { counting } = line.kind === "perpetual" ? edition.perpetual : edition.subscription;
  // A first day is a day of 24 hours, however the window itself is counted.
  return windowEnd(boughtAt, { days: Number(days), counting: days === "1" ? "exactDays" : counting });
}
