import { type RawBuilder, sql } from "kysely";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import { type Enqueued, enqueued, ring } from "../db/outbox.ts";
import type { Desk } from "../desk/context.ts";
import { handOversLocked } from "../fulfilment/lock-line.ts";
import { revokeHandOvers } from "../fulfilment/revoke.ts";
import { type Move, moveRequest, RequestMovedOn } from "../requests/move.ts";
import type { RequestRows } from "../requests/tables.ts";
import { creditWatch } from "./watch-credit.ts";

type Row = RequestRows["cancellation"];

/** The code of Partner Center for an order with an adjustment under way. */
export const adjustmentPending = 800014;

/**
 * Moves a cancellation to visible. In the same transaction its keys and links are revoked (C10), lines of the same order that waited for it
 * are rung for, and its credit is watched for (C12). Of most lines nothing was ever handed over: then it is one statement, and nobody
 * waits for the activity's chain while this process is busy.
 *
 * @throws RequestMovedOn when the row no longer stands where it was read
 */
export async function showCancellation(
  desk: Desk,
  move: Omit<Move<"cancellation">, "kind" | "to" | "beside">,
): Promise<void> {
  const { row } = move;
  const { customer_id: customerId, order_id: orderId, line_item_number: lineItemNumber } = row;
  const locked = handOversLocked({ customerId, orderId, lineItemNumber });
  const shown = { ...move, kind: "cancellation", to: "visible" } as const;
  const isShown = sql`exists (select from moved)`;
  try {
    await moveRequest(desk.db, desk, {
      ...shown,
      beside: {
        before: [
          lockedLines(row),
          sql`hand_overs as (select ${locked} as found from (select count(*) from moving) as lines)`,
        ],
        holds: sql`not (select found from hand_overs)`,
        after: [waitingLines(desk, isShown), creditWatch(desk, row, isShown)],
        done: sql`(select count(*) from waiting) + (select count(*) from kept) >= 0`,
        jobs: [waitingJobs(desk)],
      },
    });
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
    await transact(desk.db, async (trx) => {
      await whenVisible(trx, desk, row);
      await moveRequest(trx, desk, shown);
    });
  }
}

/** What belongs into the transaction in which a cancellation becomes visible, whatever was handed over. */
export async function whenVisible(trx: DatabaseTransaction, desk: Desk, row: Row): Promise<void> {
  const always = sql`true`;
  await sql`
    with ${lockedLines(row)}, ${waitingLines(desk, always)},
      ${enqueued(desk.clock.now(), [waitingJobs(desk)])}, ${creditWatch(desk, row, always)}
    select (select count(*) from moving), case when exists (select from waiting) then ${ring} end`.execute(
    trx,
  );
  await revokeHandOvers(trx, desk, row);
}

/** All lines of the order are locked first, in the order in which a worker claims them: neither waits for the other in a circle. */
function lockedLines(row: Row): RawBuilder<unknown> {
  return sql`moving as (
      select id, status, lease, failure from cancellations
      where workspace_id = ${row.workspace_id} and customer_id = ${row.customer_id} and order_id = ${row.order_id}
        and due_at is not null
      order by id for update
    )`;
}

/** Lines that Partner Center would not take while this one was under way, where `once` holds. */
function waitingLines(desk: Desk, once: RawBuilder<unknown>): RawBuilder<unknown> {
  const dueAt = new Date(desk.clock.now().getTime() + desk.timings.patienceSeconds * 1_000);
  return sql`waiting as (
      update cancellations set due_at = ${dueAt}
      where id in (
        select id from moving
        where status = 'requested' and lease is null and (failure ->> 'code')::int = ${adjustmentPending}
      ) and ${once}
      returning id
    )`;
}

const waitingJobs = (desk: Desk): Enqueued => ({
  topic: "cancellation",
  subjects: sql`select id from waiting`,
  runAt: desk.clock.now(),
});
