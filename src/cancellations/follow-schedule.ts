import { sql } from "kysely";
import type { Desk } from "../desk/context.ts";
import type { RequestRows } from "../requests/tables.ts";

/** Partner Center may take this long to show a cancellation (C9), in ms. */
export const propagationLimitMs = 15 * 60_000;
/** From here on the cancellation is overdue and a person is told. */
export const overdueAfterMs = 17 * 60_000;
/** A cancellation that has not shown for so long is left to a person. */
export const givenUpAfterMs = 24 * 60 * 60_000;
/** Looks of one customer that are due within this time are one, */
const togetherMs = 10_000;
/** and within this part of the time since it was accepted. */
const togetherPart = 0.1;

/** The look that nothing may be left after: 15 s past the limit, so that it counts also when it is taken early with others. */
const lastLookSeconds = 915;
const slowLookMs = 15 * 60_000;
const slowerLookMs = 60 * 60_000;
const slowerAfterMs = 2 * 60 * 60_000;

/**
 * The next moment to look for an accepted cancellation (C9).
 *
 * Partner Center counts 500 calls a minute for a whole tenant, so one cancellation that shows within its 15 minutes costs four
 * calls at most, its sending included. An order is sent in one call, which leaves three looks (FOLLOW_SECONDS and the last): after
 * 20 s, for the many that show at once, after 3 min, and after 15 min 15 s. A subscription is read for its etag and then sent,
 * two calls, which leaves the last two. Whatever had to be sent again leaves out earlier looks. Between the last look and
 * overdue at 17 min lie 105 s, in which a look that was not answered is made up for.
 *
 * Who waits hears of it within 12 min 15 s of its showing, at the worst, and 1 000 cancellations of single orders take 4 000
 * calls at the worst: eight minutes of the limit, spread over seventeen.
 */
export function nextLook(
  desk: Pick<Desk, "timings">,
  row: Pick<RequestRows["cancellation"], "method" | "perhaps_sent" | "reroutes">,
  acceptedAt: Date,
  now: Date,
): Date {
  const elapsed = now.getTime() - acceptedAt.getTime();
  const next = looksOf(desk, row)
    .map((seconds) => seconds * 1_000)
    .find((after) => after - earlyMs(after) > elapsed);
  if (next !== undefined) return new Date(acceptedAt.getTime() + next);
  if (elapsed + togetherMs < overdueAfterMs) return new Date(acceptedAt.getTime() + overdueAfterMs);
  return new Date(now.getTime() + (elapsed < slowerAfterMs ? slowLookMs : slowerLookMs));
}

/** How much earlier a look may be taken that is planned so long after acceptance. */
function earlyMs(afterMs: number): number {
  return Math.min(togetherMs, afterMs * togetherPart);
}

/** When a row's look may be taken together with another one's: SQL, on its columns. */
export const mayBeLookedFor = (now: Date) =>
  sql<boolean>`next_look_at - least(make_interval(secs => ${togetherMs / 1_000}), (next_look_at - accepted_at) * ${togetherPart}::float8) <= ${now}`;

/** Whether nothing may be left to another look: what does not show now is late. */
export function isLastLook(acceptedAt: Date, now: Date): boolean {
  return now.getTime() - acceptedAt.getTime() >= propagationLimitMs;
}

function looksOf(desk: Pick<Desk, "timings">, row: Parameters<typeof nextLook>[1]): number[] {
  const looks = [...desk.timings.followSeconds, lastLookSeconds];
  const callsOfASend = row.method === "subscription" ? 2 : 1;
  const calls = callsOfASend * (1 + row.reroutes + (row.perhaps_sent ? 1 : 0));
  return looks.slice(Math.min(calls - 1, looks.length - 1));
}
