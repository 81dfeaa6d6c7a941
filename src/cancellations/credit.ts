const dayMs = 24 * 60 * 60_000;

/** The end of a term that starts at `from`: `P1M`, `P1Y`, `P3Y` … Null for a duration in other units. */
export function termEnd(from: Date, duration: string): Date | null {
  const match = /^P(\d+)([DMY])$/.exec(duration);
  if (!match) return null;
  const end = new Date(from);
  const count = Number(match[1]);
  if (match[2] === "D") end.setUTCDate(end.getUTCDate() + count);
  if (match[2] === "M") end.setUTCMonth(end.getUTCMonth() + count);
  if (match[2] === "Y") end.setUTCFullYear(end.getUTCFullYear() + count);
  return end;
}

/**
 * What a cancellation at `now` should give back on the next invoice (C12): all of it for perpetual software; for a term
 * the paid price less its started days (reference 16.17). Decimal string with two places, or null where it can't be told.
 */
export function expectedCredit(input: {
  paid: string | null;
  termDuration: string | null;
  purchasedAt: Date;
  now: Date;
}): string | null {
  if (input.paid === null || !/^\d+(\.\d+)?$/.test(input.paid)) return null;
  const [whole = "0", fraction = ""] = input.paid.split(".");
  const paid = BigInt(whole + fraction.padEnd(4, "0").slice(0, 4));
  if (input.termDuration === null) return toText(paid);
  const end = termEnd(input.purchasedAt, input.termDuration);
  if (!end) return null;
  const termDays = BigInt(Math.round((end.getTime() - input.purchasedAt.getTime()) / dayMs));
  const started = BigInt(Math.max(1, Math.ceil((input.now.getTime() - input.purchasedAt.getTime()) / dayMs)));
  return toText((paid * (termDays > started ? termDays - started : 0n)) / termDays);
}

/** From ten-thousandths to two places, half a cent up. */
function toText(tenThousandths: bigint): string {
  const cents = ((tenThousandths + 50n) / 100n).toString().padStart(3, "0");
  return `${cents.slice(0, -2)}.${cents.slice(-2)}`;
}
