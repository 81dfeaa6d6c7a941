import { describe, expect, test } from "vitest";
import { expectedCredit, termEnd } from "#src/cancellations/credit.ts";
import fc from "../ground/fast-check.ts";

const credit = (
  paid: string | null,
  termDuration: string | null,
  purchasedAt: string,
  now: string,
  billingCycle = "annual",
) =>
  expectedCredit({
    paid,
    termDuration,
    billingCycle,
    purchasedAt: new Date(purchasedAt),
    now: new Date(now),
  });

const bought = "2026-11-23T09:00:00Z";

describe("C12 perpetual software", () => {
  test.each([
    ["3945", "3945.00"],
    ["7890.00", "7890.00"],
    ["0.1", "0.10"],
    ["0", "0.00"],
    ["1234567890123.45", "1234567890123.45"],
    ["10.005", "10.01"],
    ["10.0049", "10.00"],
  ])("C12 %s gives back all of it: %s", (paid, expected) => {
    expect(credit(paid, null, bought, "2027-01-22T23:00:00Z", "one_time")).toBe(expected);
  });
});

describe("C12 a term gives back the days that were not begun", () => {
  test.each([
    ["the first moment is a day", bought, "363.6364", "P1Y", "annual", "362.64"],
    ["the last moment of the first day", "2026-11-24T09:00:00Z", "365", "P1Y", "annual", "364.00"],
    ["one moment later it is two", "2026-11-24T09:00:00.001Z", "365", "P1Y", "annual", "363.00"],
    ["on day 3 less three days", "2026-11-26T08:00:00Z", "365", "P1Y", "annual", "362.00"],
    ["sixty days", "2027-01-22T09:00:00Z", "365", "P1Y", "annual", "305.00"],
    ["three years paid at once", "2026-11-26T09:00:00Z", "1096", "P3Y", "triennial", "1093.00"],
    ["three years paid by the year", "2026-11-26T09:00:00Z", "365", "P3Y", "annual", "362.00"],
    [
      "a year paid by the month: the month that was paid",
      "2026-11-26T09:00:00Z",
      "30",
      "P1Y",
      "monthly",
      "27.00",
    ],
    ["the second month of a year paid by the month", "2026-12-26T09:00:00Z", "31", "P1Y", "monthly", "28.00"],
    ["a term of one month", "2026-11-26T09:00:00Z", "30", "P1M", "monthly", "27.00"],
    ["half a cent rounds up", "2026-11-24T09:00:00Z", "0.73", "P1Y", "annual", "0.73"],
  ])("C12 %s", (_what, now, paid, term, billingCycle, expected) => {
    expect(credit(paid, term, bought, now, billingCycle)).toBe(expected);
  });

  test.each([
    ["in a leap year a day is a 366th", "2027-11-23T00:00:00Z", "2027-11-24T00:00:00Z", "366", "365.00"],
    ["in another a 365th", "2028-11-23T00:00:00Z", "2028-11-24T00:00:00Z", "365", "364.00"],
    ["from 29 February to 28 February", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z", "365", "364.00"],
    ["from 1 March of a leap year", "2028-03-01T00:00:00Z", "2028-03-02T00:00:00Z", "365", "364.00"],
  ])("C12 %s", (_what, from, now, paid, expected) => {
    expect(credit(paid, "P1Y", from, now)).toBe(expected);
  });

  test("C12 nothing comes back of a term that is over, and none is negative", () => {
    expect(credit("365", "P1Y", bought, "2027-11-23T09:00:00Z")).toBe("0.00");
    expect(credit("365", "P1Y", bought, "2030-11-23T09:00:00Z")).toBe("0.00");
  });

  test.each([
    [null, "P1Y"],
    ["", "P1Y"],
    ["-1", "P1Y"],
    ["1e3", "P1Y"],
    ["100", "PT1H"],
    ["100", "forever"],
    ["100", "P0Y"],
  ])("C12 what can't be told is not told: %s for %s", (paid, term) => {
    expect(credit(paid, term, bought, bought)).toBeNull();
  });
});

describe("C12 the end of a term", () => {
  test.each([
    ["2026-11-23T09:00:00Z", "P1Y", "2027-11-23T09:00:00.000Z"],
    ["2026-11-23T09:00:00Z", "P3Y", "2029-11-23T09:00:00.000Z"],
    ["2028-02-29T09:00:00Z", "P1Y", "2029-02-28T09:00:00.000Z"],
    ["2028-02-29T09:00:00Z", "P3Y", "2031-02-28T09:00:00.000Z"],
    ["2027-01-31T09:00:00Z", "P1M", "2027-02-28T09:00:00.000Z"],
    ["2028-01-31T09:00:00Z", "P1M", "2028-02-29T09:00:00.000Z"],
    ["2027-12-31T09:00:00Z", "P1M", "2028-01-31T09:00:00.000Z"],
    ["2026-11-23T09:00:00Z", "P7D", "2026-11-30T09:00:00.000Z"],
  ])("C12 from %s for %s: %s", (from, duration, end) => {
    expect(termEnd(new Date(from), duration)?.toISOString()).toBe(end);
  });
});

test("C12 the credit is never more than was paid, and never grows with time", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000_000 }),
      fc.constantFrom("P1Y", "P3Y"),
      fc.date({ min: new Date("2019-12-18"), max: new Date("2030-12-31"), noInvalidDate: true }),
      fc.tuple(fc.integer({ min: 0, max: 90 * 24 }), fc.integer({ min: 0, max: 90 * 24 })),
      (cents, term, from, hours) => {
        const paid = (cents / 100).toFixed(2);
        const [sooner, later] = hours
          .toSorted((a, b) => a - b)
          .map((after) =>
            Number(
              expectedCredit({
                paid,
                termDuration: term,
                billingCycle: term === "P1Y" ? "annual" : "triennial",
                purchasedAt: from,
                now: new Date(from.getTime() + after * 3_600_000),
              }),
            ),
          );
        return (sooner ?? 0) <= Number(paid) && (later ?? 0) <= (sooner ?? 0);
      },
    ),
  );
});
