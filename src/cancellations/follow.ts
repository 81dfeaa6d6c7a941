import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { revokeHandOvers } from "../fulfilment/revoke.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";
import { claimRequest } from "../requests/claim.ts";
import { failureRecord } from "../requests/failures.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import { givenUpAfterMs, nextLook, overdueAfterMs } from "./follow-schedule.ts";
import { readState } from "./read-state.ts";

const mostFruitlessClaims = 80;

/**
 * Looks once whether an accepted cancellation shows (C9). When it does, the hand-overs of its line are revoked in the same
 * transaction (C10); when it does not, the next look is set; past the limit it is overdue and its agent is told.
 */
export async function followCancellation(desk: Desk, input: { cancellationId: string }): Promise<void> {
  const row = await claimRequest(desk, "cancellation", input.cancellationId, ["accepted", "overdue"]);
  if (!row || row.accepted_at === null) return;
  const acceptedAt = row.accepted_at;
  // Claims that never came to a look: a fault of ours, at the same place each time.
  const faulty = row.attempts - row.looks > mostFruitlessClaims;
  let visible = false;
  let failure: PartnerCenterFailure | null = null;
  try {
    visible = !faulty && (await readState(desk, row));
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure)) throw error;
    failure = error;
    desk.log.warn(
      {
        topic: "cancellation",
        id: row.id,
        kind: error.kind,
        code: error.code,
        correlationId: error.correlationId,
      },
      "could not look for a cancellation",
    );
  }
  await desk.failpoint("cancellation.looked");
  const now = desk.clock.now();
  const elapsed = now.getTime() - acceptedAt.getTime();
  const looks = row.looks + 1;
  try {
    await transact(desk.db, async (trx) => {
      if (visible) {
        await revokeHandOvers(trx, desk, row);
        await moveRequest(trx, desk, {
          kind: "cancellation",
          row,
          to: "visible",
          set: { visible_at: now, looks, failure: null, due_at: null },
          actor: null,
          details: { elapsedSeconds: Math.round(elapsed / 1_000), looks },
        });
        return;
      }
      const givenUp = faulty || elapsed > givenUpAfterMs;
      const next = failure?.retryAfterMs
        ? new Date(now.getTime() + failure.retryAfterMs)
        : nextLook(acceptedAt, now);
      await moveRequest(trx, desk, {
        kind: "cancellation",
        row,
        to: givenUp ? "needs_person" : elapsed >= overdueAfterMs ? "overdue" : row.status,
        set: {
          looks,
          due_at: givenUp ? null : next,
          ...(failure ? { failure: JSON.stringify(failureRecord(failure)) } : {}),
        },
        actor: null,
        outcome: failure || givenUp ? "failed" : "done",
        details: { elapsedSeconds: Math.round(elapsed / 1_000), looks, visible },
        ...(givenUp ? {} : { ringAt: next }),
      });
    });
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
  }
}
