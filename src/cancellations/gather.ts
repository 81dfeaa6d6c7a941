import { sql } from "kysely";
import type { Desk } from "../desk/context.ts";
import { correlate } from "../desk/correlation.ts";
import { clockSkewMs, newLease } from "../requests/claim.ts";
import { type ClaimedRow, unsettled } from "../requests/send-once.ts";
import { mayBeLookedFor } from "./follow-schedule.ts";

type Claimed = ClaimedRow<"cancellation">;

/** How many are followed by one read. */
const mostTogether = 200;

/**
 * Claims a cancellation together with the other lines of its order that may leave in the same call, the one that was rung for
 * first: Partner Center takes several lines at once, and while a cancellation is pending it takes none (409, 800014), so a line
 * that leaves alone makes the others wait. Lines that were sent together are claimed together or not at all: they are sent again
 * under the same MS-RequestId.
 *
 * One statement claims them all, and locks them in one order without passing over any: of several workers that come at the
 * same moment one has every line, and the others find nothing. `rung` is read before the locks are had, so it counts only
 * while it stands as it was read.
 */
export async function claimToSend(desk: Desk, id: string): Promise<[Claimed, ...Claimed[]] | null> {
  const { lease, now, until, rung } = newLease(desk);
  const graceOver = new Date(now.getTime() + clockSkewMs);
  const fresh = sql`line.status = 'requested' and line.method = 'order' and not line.alone and line.ms_request_id is null
    and line.due_at <= ${rung} and (line.leaves_at is null or line.leaves_at <= ${graceOver})
    and (${!desk.connecting} or line.person_id = rung.person_id)`;
  const { rows } = await sql<Claimed>`
    with rung as (
      select * from cancellations where id = ${id} and status = any(${[...unsettled]}) and due_at <= ${rung}
    ), free as (
      select line.id from cancellations line
      join rung on rung.workspace_id = line.workspace_id and rung.customer_id = line.customer_id and rung.order_id = line.order_id
      where line.due_at is not null and (line.leased_until is null or line.leased_until <= ${now}) and (
        (line.id = rung.id and line.status = rung.status and line.ms_request_id is not distinct from rung.ms_request_id)
        or (rung.status = 'requested' and rung.method = 'order' and not rung.alone and ${fresh})
        or (line.ms_request_id = rung.ms_request_id and line.status in ('sending', 'unknown')))
      order by line.id for update of line
    )
    update cancellations
    set lease = ${lease}, leased_until = ${until}, due_at = greatest(due_at, ${until}), attempts = attempts + 1
    where id in (select id from free) and ${id} in (select id from free)
      and not exists (
        select from cancellations other join rung on other.ms_request_id = rung.ms_request_id
        where other.customer_id = rung.customer_id and other.order_id = rung.order_id
          and other.status in ('sending', 'unknown') and other.id not in (select id from free))
    returning *`.execute(desk.db);
  return beginningWith(id, rows);
}

/** An accepted cancellation in one of these is looked for. */
export const followed = ["accepted", "overdue"] as const;

/**
 * Claims an accepted cancellation, first of all, and with it what one read of the order, or of the customer's orders, can answer as
 * well: other lines of the order, and looks that are due. Null as for `claimRequest`. One that another worker claims meanwhile is
 * waited for if it is the one that was rung for, and passed over otherwise.
 */
export async function claimToFollow(desk: Desk, id: string): Promise<[Claimed, ...Claimed[]] | null> {
  const { lease, now, until, rung } = newLease(desk);
  const free = sql`status = any(${[...followed]}) and (leased_until is null or leased_until <= ${now})`;
  const { rows } = await sql<Claimed>`
    with rung as (
      select id, workspace_id, customer_id, order_id from cancellations
      where id = ${id} and due_at <= ${rung} and ${free} for update
    ), others as (
      select other.id from rung, cancellations other
      where other.workspace_id = rung.workspace_id and other.customer_id = rung.customer_id and other.id <> rung.id
        and other.due_at is not null and (other.order_id = rung.order_id or ${mayBeLookedFor(now)}) and ${free}
      order by next_look_at, other.id limit ${mostTogether} for update of other skip locked
    )
    update cancellations
    set lease = ${lease}, leased_until = ${until}, due_at = greatest(due_at, ${until}), attempts = attempts + 1
    where id in (select id from rung union all select id from others)
    returning *`.execute(desk.db);
  return beginningWith(id, rows);
}

/** The rows that were claimed, the one that was rung for first; null where none was. */
function beginningWith(id: string, rows: Claimed[]): [Claimed, ...Claimed[]] | null {
  const [first, ...others] = rows.sort(
    (a, b) => Number(b.id === id) - Number(a.id === id) || a.line_item_number - b.line_item_number,
  );
  if (!first) return null;
  correlate(first.correlation_id);
  return [first, ...others];
}
