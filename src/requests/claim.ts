import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { RequestKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { correlate } from "../desk/correlation.ts";
import { type RequestRows, requestTables } from "./tables.ts";

/** How far the clocks of two machines may be apart: a job that comes so early is taken. */
export const clockSkewMs = 1_000;

/** A new lease, until when it holds, and what is due by then: SQL conditions compare with these. */
export function newLease(desk: Pick<Desk, "clock" | "timings">): {
  lease: string;
  now: Date;
  until: Date;
  rung: Date;
} {
  const now = desk.clock.now();
  return {
    lease: randomUUID(),
    now,
    until: new Date(now.getTime() + desk.timings.leaseSeconds * 1_000),
    // Due is `patienceSeconds` after the doorbell (see `moveRequest`).
    rung: new Date(now.getTime() + desk.timings.patienceSeconds * 1_000 + clockSkewMs),
  };
}

/**
 * Takes the request for this worker alone, for `leaseSeconds`. `null` when it stands elsewhere by now, when another worker
 * holds it, or when its time has not come (a second doorbell must not break a Retry-After); all are ordinary. Everything
 * written afterwards repeats the lease, so a worker that lost it changes nothing.
 */
export async function claimRequest<K extends RequestKind>(
  desk: Desk,
  kind: K,
  id: string,
  from: readonly RequestRows[K]["status"][],
): Promise<(RequestRows[K] & { lease: string }) | null> {
  const { lease, now, until, rung } = newLease(desk);
  const claimed = await sql<RequestRows[K] & { lease: string }>`
    update ${sql.table(requestTables[kind])}
    set lease = ${lease}, leased_until = ${until}, due_at = greatest(due_at, ${until}), attempts = attempts + 1
    where id = ${id} and status = any(${[...from]}) and due_at <= ${rung}
      and (leased_until is null or leased_until <= ${now})
    returning *`.execute(desk.db);
  const row = claimed.rows[0] ?? null;
  if (row) correlate(row.correlation_id);
  return row;
}
