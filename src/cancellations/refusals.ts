import type { RequestRows } from "../requests/tables.ts";

/**
 * What Partner Center's no means for the agent; each has a text `cancellation.refusal.<key>`:
 *
 * - `window_passed`: too late (C1), also when it was still here at the deadline
 * - `not_cancellable`: this order can't be cancelled by API; the support form is the way (S1)
 * - `wrong_kind`: not software, or not of a kind that the API cancels
 * - `already_cancelled`: somebody cancelled it before
 * - `not_found`: Partner Center knows no such order, subscription or line
 * - `role`: the partner user behind the app may not
 * - `partner`: the partner's account or agreement does not allow it
 * - `customer`: the customer has no commerce relationship with this partner
 * - `changed`: it is being changed by somebody else, again and again
 * - `pending`: another operation on it did not end within a day
 * - `unsupported`: Partner Center does not do this here at all
 * - `other`: anything else, with the code
 */
export const refusalKeys = [
  "window_passed",
  "not_cancellable",
  "wrong_kind",
  "already_cancelled",
  "not_found",
  "role",
  "partner",
  "customer",
  "changed",
  "pending",
  "unsupported",
  "other",
] as const;

export type RefusalKey = (typeof refusalKeys)[number];

/** Codes of Microsoft's page "Partner Center REST API error codes". */
const meanings: readonly { key: RefusalKey; codes: readonly number[] }[] = [
  { key: "window_passed", codes: [900117, 900213] },
  { key: "not_cancellable", codes: [800061, 800096] },
  { key: "wrong_kind", codes: [800019, 800063, 800077] },
  { key: "already_cancelled", codes: [2011, 800040] },
  { key: "not_found", codes: [1000, 20000, 20003, 800071] },
  { key: "role", codes: [900150, 900308, 900309, 2032, 400] },
  { key: "partner", codes: [2006, 2030, 900149, 800039, 900124, 900123, 900416] },
  { key: "customer", codes: [20002, 900118, 60003] },
  { key: "changed", codes: [2055, 900277, 900279, 900280, 900311] },
  { key: "pending", codes: [800014, 900278, 800082] },
  { key: "unsupported", codes: [900127, 900141, 800042, 900329] },
];

/** Which of its columns tell why a cancellation was refused, or left to a person. */
type Refused = Pick<RequestRows["cancellation"], "failure">;

/** Why it did not go through; null where no answer says so (it is left to a person, or still under way). */
export function refusalKeyOf(row: Refused): RefusalKey | null {
  if (row.failure === null) return null;
  if (row.failure.operation === lateOperation) return "window_passed";
  const { code, kind } = row.failure;
  const meaning = meanings.find(({ codes }) => codes.includes(code));
  if (meaning) return meaning.key;
  return kind === "refused" ? "other" : null;
}

/** The operation under which our own refusal to send after the deadline is kept. */
export const lateOperation = "deadline";
