import { sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { enqueued, ring } from "../db/outbox.ts";
import type { Desk } from "../desk/context.ts";
import { revokeHandOvers } from "../fulfilment/revoke.ts";
import type { RequestRows } from "../requests/tables.ts";
import { creditWatch } from "./watch-credit.ts";

/** The code of Partner Center for an order with an adjustment under way. */
export const adjustmentPending = 800014;

/**
 * What belongs into the transaction in which a cancellation becomes visible: its keys and links are revoked (C10), and lines of
 * the same order that waited for it are rung for.
 */
export async function whenVisible(
  trx: DatabaseTransaction,
  desk: Desk,
  row: RequestRows["cancellation"],
): Promise<void> {
  const now = desk.clock.now();
  const dueAt = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000);
  const job = { topic: "cancellation", subjects: sql`select id from waiting`, runAt: now } as const;
  // All lines of the order are locked first, in the order in which a worker claims them: neither waits for the other in a circle.
  await sql`
    with moving as (
      select id, status, lease, failure from cancellations
      where workspace_id = ${row.workspace_id} and customer_id = ${row.customer_id} and order_id = ${row.order_id}
        and due_at is not null
      order by id for update
    ), waiting as (
      update cancellations set due_at = ${dueAt}
      where id in (
        select id from moving
        where status = 'requested' and lease is null and (failure ->> 'code')::int = ${adjustmentPending})
      returning id
    ), ${enqueued(now, [job])}, ${creditWatch(desk, row)}
    select (select count(*) from moving), case when exists (select from waiting) then ${ring} end`.execute(
    trx,
  );
  await revokeHandOvers(trx, desk, row);
}
