import type { ProductKind } from "./seed.ts";

export const editionNames = ["2019-12", "2021-06", "2022-07"] as const;
type EditionName = (typeof editionNames)[number];
export type EditionSetting = EditionName | "by-date";

interface Edition {
  name: EditionName;
  effectiveFrom: Date;
  windowDays: { perpetual: number; subscription: number };
}

interface LinkRule {
  from: EditionName;
  daysFromIssue: number | null;
  daysFromFirstDownload: number | null;
  downloads: number | null;
}

const first: Edition = {
  name: "2019-12",
  effectiveFrom: new Date("2019-12-18T00:00:00Z"),
  windowDays: { perpetual: 60, subscription: 60 },
};
const editions: readonly Edition[] = [
  first,
  {
    name: "2021-06",
    effectiveFrom: new Date("2021-06-01T00:00:00Z"),
    windowDays: { perpetual: 30, subscription: 30 },
  },
  {
    name: "2022-07",
    effectiveFrom: new Date("2022-07-11T00:00:00Z"),
    windowDays: { perpetual: 30, subscription: 7 },
  },
];

const firstLinkRule: LinkRule = {
  from: "2019-12",
  daysFromIssue: 14,
  daysFromFirstDownload: null,
  downloads: 50,
};
const linkRules: readonly LinkRule[] = [
  firstLinkRule,
  { from: "2021-06", daysFromIssue: null, daysFromFirstDownload: 5, downloads: null },
];

export interface Window {
  days: number;
  /** The last instant at which a cancellation is accepted. */
  deadline: Date;
}

const dayMs = 86_400_000;

/** The edition in force at an instant, or the pinned one. */
function editionAt(setting: EditionSetting, instant: Date): Edition {
  if (setting !== "by-date") return editions.find(({ name }) => name === setting) ?? first;
  return editions.findLast(({ effectiveFrom }) => effectiveFrom <= instant) ?? first;
}

/**
 * The cancellation window of a purchase, by its edition, or of so many days where the law of its market has its own. Seven
 * days are exact hours; others end at 23:59 UTC of their last day.
 */
export function windowFor(
  rule: { edition: EditionSetting; days: number | null },
  kind: ProductKind,
  purchasedAt: Date,
): Window {
  const { windowDays } = editionAt(rule.edition, purchasedAt);
  const days = rule.days ?? (kind === "perpetual" ? windowDays.perpetual : windowDays.subscription);
  return { days, deadline: deadlineOf(purchasedAt, days) };
}

function deadlineOf(purchasedAt: Date, days: number): Date {
  if (days === 7) return new Date(purchasedAt.getTime() + 7 * dayMs);
  return new Date(
    Date.UTC(
      purchasedAt.getUTCFullYear(),
      purchasedAt.getUTCMonth(),
      purchasedAt.getUTCDate() + days,
      23,
      59,
    ),
  );
}

/** How long a download link issued at this instant lives: the rule of the day, for old and new purchases alike. */
export function linkRuleAt(setting: EditionSetting, instant: Date): LinkRule {
  const { name } = editionAt(setting, instant);
  return linkRules.findLast(({ from }) => from <= name) ?? firstLinkRule;
}
