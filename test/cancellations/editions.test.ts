import { describe, expect, test, vi } from "vitest";
import { daysLeft, editionFor, policyEditions, windowByPolicy } from "#src/cancellations/editions.ts";
import type { ProductKind } from "#src/catalog/kinds.ts";

const end = (purchasedAt: string, kind: ProductKind, pinned: "2019-12" | "2021-06" | "2022-07" | null) =>
  windowByPolicy(new Date(purchasedAt), kind, pinned).deadlineAt.toISOString();

describe.each(["UTC", "America/New_York", "Asia/Tokyo", "Pacific/Chatham"])("on a machine in %s", (zone) => {
  test.each([
    // The documented subscriptions: day of purchase in UTC plus the days, at 23:59:00.
    ["2021-09-14T16:44:00Z", "subscription", null, "2021-10-14T23:59:00.000Z"],
    ["2021-10-15T21:28:00Z", "subscription", null, "2021-11-14T23:59:00.000Z"],
    ["2026-11-23T09:00:00Z", "perpetual", "2019-12", "2027-01-22T23:59:00.000Z"],
    ["2026-11-23T09:00:00Z", "subscription", "2019-12", "2027-01-22T23:59:00.000Z"],
    ["2026-11-23T09:00:00Z", "perpetual", "2021-06", "2026-12-23T23:59:00.000Z"],
    ["2026-11-23T09:00:00Z", "subscription", "2021-06", "2026-12-23T23:59:00.000Z"],
    ["2026-11-23T09:00:00Z", "perpetual", "2022-07", "2026-12-23T23:59:00.000Z"],
    ["2026-11-23T09:00:00.123Z", "subscription", "2022-07", "2026-11-30T09:00:00.123Z"],
    // First and last moment of a day in UTC.
    ["2026-11-23T00:00:00.000Z", "perpetual", "2021-06", "2026-12-23T23:59:00.000Z"],
    ["2026-11-23T23:59:59.999Z", "perpetual", "2021-06", "2026-12-23T23:59:00.000Z"],
    // Over the end of a leap February, and of another.
    ["2028-01-31T12:00:00Z", "perpetual", "2021-06", "2028-03-01T23:59:00.000Z"],
    ["2027-01-31T12:00:00Z", "perpetual", "2021-06", "2027-03-02T23:59:00.000Z"],
    // Summer time begins or ends in between: 168 hours stay 168 hours, a day of UTC a day of UTC.
    ["2026-03-07T12:00:00Z", "subscription", "2022-07", "2026-03-14T12:00:00.000Z"],
    ["2026-10-31T12:00:00Z", "subscription", "2022-07", "2026-11-07T12:00:00.000Z"],
    ["2026-03-01T12:00:00Z", "perpetual", "2022-07", "2026-03-31T23:59:00.000Z"],
  ] as const)("C1 bought %s as %s under %s: until %s", (purchasedAt, kind, pinned, deadline) => {
    vi.stubEnv("TZ", zone);
    expect(end(purchasedAt, kind, pinned)).toBe(deadline);
  });
});

test.each([
  ["2019-12-17T23:59:59.999Z", "2019-12"],
  ["2019-12-18T00:00:00.000Z", "2019-12"],
  ["2021-05-31T23:59:59.999Z", "2019-12"],
  ["2021-06-01T00:00:00.000Z", "2021-06"],
  ["2022-07-10T23:59:59.999Z", "2021-06"],
  ["2022-07-11T00:00:00.000Z", "2022-07"],
  ["2026-11-23T09:00:00.000Z", "2022-07"],
] as const)("C1 a purchase of %s falls under edition %s", (purchasedAt, edition) => {
  expect(editionFor(new Date(purchasedAt), null).name).toBe(edition);
});

test("C1 a pinned edition applies to every purchase", () => {
  for (const { name } of policyEditions) expect(editionFor(new Date("2026-11-23"), name).name).toBe(name);
});

test("C12 perpetual software gives back all, everything with a term the part that was not used", () => {
  const refund = (kind: ProductKind) => windowByPolicy(new Date("2026-11-23"), kind, "2022-07").refund;
  expect(refund("perpetual")).toBe("full");
  expect(refund("subscription")).toBe("prorated");
});

test.each([
  ["2026-11-30T09:00:00.000Z", 7],
  ["2026-11-30T08:59:59.999Z", 6],
  ["2026-11-24T09:00:00.000Z", 1],
  ["2026-11-24T08:59:59.999Z", 0],
  ["2026-11-23T09:00:00.000Z", 0],
  ["2026-11-20T09:00:00.000Z", 0],
])("C8 until %s there are %i whole days left", (deadline, days) => {
  expect(daysLeft(new Date(deadline), new Date("2026-11-23T09:00:00Z"))).toBe(days);
});
