import { sql } from "kysely";
import type { Desk } from "../desk/context.ts";
import type { RequestRows } from "../requests/tables.ts";
import { mayBeLookedFor } from "./follow-schedule.ts";

type Claimed = RequestRows["cancellation"] & { lease: string };

/** How many are followed by one read. */
const mostTogether = 200;
/** How far the clocks of two machines may be apart. */
const clockSkewMs = 1_000;

/**
 * Claims the other lines of an order that may leave in the same call as `row`: Partner Center takes several lines at once, and
 * while a cancellation is pending it takes none (409, 800014), so a line that leaves alone makes the others wait. Lines that were
 * sent together are sent again together, under the same MS-RequestId: `held` when another worker has one of them.
 */
export async function gatherToSend(desk: Desk, row: Claimed): Promise<Claimed[] | "held"> {
  if (row.status === "requested") {
    if (row.method !== "order" || row.alone) return [];
    const now = desk.clock.now();
    const rung = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000 + clockSkewMs);
    return claim(
      desk,
      row,
      sql`status = 'requested' and method = 'order' and not alone and ms_request_id is null and due_at <= ${rung}
        and order_id = ${row.order_id} and (${!desk.connecting} or person_id = ${row.person_id}) and (leaves_at is null or leaves_at <= ${new Date(now.getTime() + clockSkewMs)})`,
    );
  }
  const together = sql`status in ('sending', 'unknown') and ms_request_id = ${row.ms_request_id}`;
  const others = await claim(desk, row, together);
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from cancellations where ${together} and id <> ${row.id}`.execute(desk.db);
  if (rows[0]?.count === others.length) return others;
  await sql`
    update cancellations set lease = null, leased_until = null
    where lease = ${row.lease} and status in ('sending', 'unknown')`.execute(desk.db);
  return "held";
}

/** Claims what one read of the order, or of the customer's orders, can answer as well: other lines of the order, and looks that are due. */
export function gatherToFollow(desk: Desk, row: Claimed): Promise<Claimed[]> {
  return claim(
    desk,
    row,
    sql`status in ('accepted', 'overdue') and (order_id = ${row.order_id} or ${mayBeLookedFor(desk.clock.now())})`,
  );
}

/** Takes them under the lease of `row`, for as long. */
async function claim(desk: Desk, row: Claimed, which: ReturnType<typeof sql>): Promise<Claimed[]> {
  const claimed = await sql<Claimed>`
    update cancellations
    set lease = ${row.lease}, leased_until = ${row.leased_until}, due_at = greatest(due_at, ${row.leased_until}), attempts = attempts + 1
    where id in (
      select id from cancellations
      where workspace_id = ${row.workspace_id} and customer_id = ${row.customer_id} and id <> ${row.id} and ${which}
        and (leased_until is null or leased_until <= ${desk.clock.now()})
      order by next_look_at, id limit ${mostTogether} for update skip locked
    ) returning *`.execute(desk.db);
  return claimed.rows.sort((a, b) => a.line_item_number - b.line_item_number);
}
