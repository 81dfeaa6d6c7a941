import type { Desk } from "../desk/context.ts";
import { measure } from "../desk/measure.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";
import { actAsRequester } from "../requests/act-as-requester.ts";
import { failureRecord } from "../requests/failures.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import type { RequestRows } from "../requests/tables.ts";
import { givenUpAfterMs, nextLook, overdueAfterMs } from "./follow-schedule.ts";
import { claimToFollow } from "./gather.ts";
import { lookFor, type Seen } from "./look.ts";
import { showCancellation } from "./show.ts";

type Row = RequestRows["cancellation"];

const mostFruitlessClaims = 80;
/** After a look that was not answered. */
const lookAgainMs = 60_000;

/**
 * Looks once whether an accepted cancellation shows (C9), and with the same read whether others of that customer do. What shows has
 * its hand-overs revoked in the same transaction (C10); for what does not, the next look is set; past the limit it is overdue
 * and its agent is told.
 */
export async function followCancellation(ground: Desk, input: { cancellationId: string }): Promise<void> {
  const desk = await actAsRequester(ground, "cancellation", input.cancellationId);
  const rows = await claimToFollow(desk, input.cancellationId);
  if (!rows) return;
  const sound = rows.filter((row) => !isFaulty(row));
  const seen = await lookFor(desk, rows[0].customer_id, sound);
  await desk.failpoint("cancellation.looked");
  for (const [index, row] of rows.entries()) {
    // One look is drawn once in a report: with the last of its lines.
    const redraw =
      row.batch_id === null || !rows.slice(index + 1).some((later) => later.batch_id === row.batch_id);
    await settle(desk, row, seen.get(row.id) ?? false, redraw);
  }
}

/** Claims that never came to a look: a fault of ours, at the same place each time. */
function isFaulty(row: Row): boolean {
  return row.attempts - row.looks > mostFruitlessClaims;
}

async function settle(desk: Desk, row: Row, seen: Seen, redraw: boolean): Promise<void> {
  if (row.accepted_at === null) throw new Error(`${row.id} was never accepted`);
  const failure = seen instanceof PartnerCenterFailure ? seen : null;
  if (failure) logUnanswered(desk, row, failure);
  const visible = seen === true;
  const now = desk.clock.now();
  const elapsed = now.getTime() - row.accepted_at.getTime();
  const looks = row.looks + 1;
  const details = { elapsedSeconds: Math.round(elapsed / 1_000), looks };
  try {
    if (visible) {
      const set = { visible_at: now, next_look_at: null, looks, failure: null, due_at: null };
      await showCancellation(desk, { row, set, actor: null, details });
      measure("shown", { seconds: elapsed / 1_000 });
      return;
    }
    const givenUp = isFaulty(row) || elapsed > givenUpAfterMs;
    const next = givenUp ? null : nextAfter(desk, row, row.accepted_at, failure);
    await moveRequest(desk.db, desk, {
      kind: "cancellation",
      row,
      to: givenUp ? "needs_person" : elapsed >= overdueAfterMs ? "overdue" : row.status,
      set: {
        looks,
        next_look_at: next,
        due_at: next,
        ...(failure ? { failure: JSON.stringify(failureRecord(failure)) } : {}),
      },
      actor: null,
      outcome: failure || givenUp ? "failed" : "done",
      details: { ...details, visible },
      redraw,
      ...(next ? { ringAt: next } : {}),
    });
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
  }
}

/** A look that was not answered is made up for soon, until it is overdue; never before Partner Center wants to hear of us again. */
function nextAfter(desk: Desk, row: Row, acceptedAt: Date, failure: PartnerCenterFailure | null): Date {
  const now = desk.clock.now();
  const planned = nextLook(desk, row, acceptedAt, now);
  if (!failure) return planned;
  const again = now.getTime() + (failure.retryAfterMs ?? lookAgainMs);
  const soon = failure.retryAfterMs !== null || row.status === "accepted";
  return new Date(soon ? again : Math.max(again, planned.getTime()));
}

function logUnanswered(desk: Desk, row: Row, failure: PartnerCenterFailure): void {
  // A call that our own budget held back was never sent: an ordinary delay.
  const heldBack = failure.kind === "wait" && failure.status === 0;
  desk.log[heldBack ? "info" : "warn"](
    {
      topic: "cancellation",
      id: row.id,
      kind: failure.kind,
      code: failure.code,
      correlationId: failure.correlationId,
    },
    "could not look for a cancellation",
  );
}
