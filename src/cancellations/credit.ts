import { tenThousandths } from "../desk/decimals.ts";

const dayMs = 24 * 60 * 60_000;

/**
 * The end of a term that starts at `from`: `P1M`, `P1Y`, `P3Y` … A month too short for the day ends on its last one. Null
 * for a duration in other units.
 */
export function termEnd(from: Date, duration: string): Date | null {
  const match = /^P(\d+)([DMY])$/.exec(duration);
  if (!match) return null;
  const count = Number(match[1]);
  if (match[2] === "D") return new Date(from.getTime() + count * dayMs);
  return addMonths(from, match[2] === "Y" ? 12 * count : count);
}

function addMonths(from: Date, months: number): Date {
  const end = new Date(from);
  end.setUTCMonth(end.getUTCMonth() + months);
  // 31 January and a month overflows into March: back to the last day before.
  if (end.getUTCDate() !== from.getUTCDate()) end.setUTCDate(0);
  return end;
}

/** Months that one payment covers, by billing cycle; another one covers the whole term. */
const paidMonths: Record<string, number> = { monthly: 1, annual: 12, biennial: 24, triennial: 36 };

/** The period that the last payment before `now` covers: a part of the term, or all of it. */
function paidPeriod(from: Date, end: Date, billingCycle: string, now: Date): { from: Date; end: Date } {
  const months = paidMonths[billingCycle];
  if (months === undefined) return { from, end };
  for (let paid = 1; ; paid += 1) {
    const period = { from: addMonths(from, (paid - 1) * months), end: addMonths(from, paid * months) };
    if (period.end >= end) return { from: period.from, end };
    if (period.end > now) return period;
  }
}

/**
 * What a cancellation at `now` should give back on the next invoice (C12): all of it for perpetual software; for a term
 * the price of the paid period less its started days (Microsoft, "Cancellation policy for new commerce": the remaining paid
 * period; that a day counts once it has started is our reading). `paid` is what one billing period costs. Decimal string
 * with two places, or null where it can't be told.
 */
export function expectedCredit(input: {
  paid: string | null;
  termDuration: string | null;
  billingCycle: string;
  purchasedAt: Date;
  now: Date;
}): string | null {
  if (input.paid === null || !/^\d+(\.\d+)?$/.test(input.paid)) return null;
  const paid = tenThousandths(input.paid);
  if (input.termDuration === null) return toText(paid);
  const end = termEnd(input.purchasedAt, input.termDuration);
  if (!end || end <= input.purchasedAt) return null;
  const period = paidPeriod(input.purchasedAt, end, input.billingCycle, input.now);
  const periodDays = BigInt(Math.round((period.end.getTime() - period.from.getTime()) / dayMs));
  const started = BigInt(Math.max(1, Math.ceil((input.now.getTime() - period.from.getTime()) / dayMs)));
  return toText((paid * (periodDays > started ? periodDays - started : 0n)) / periodDays);
}

/** From ten-thousandths to two places, half a cent up. */
function toText(units: bigint): string {
  const cents = ((units + 50n) / 100n).toString().padStart(3, "0");
  return `${cents.slice(0, -2)}.${cents.slice(-2)}`;
}
