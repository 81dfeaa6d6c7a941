import { type RawBuilder, sql } from "kysely";
import type { Desk } from "../desk/context.ts";
import { isAloud } from "../requests/tables.ts";
import { endedStatuses } from "./statuses.ts";

/**
 * Moves the report of a batch by a version, as the part `drawn` of a statement that has it drawn; when the last of its cancellations
 * has ended, it ends (C7). `after`: the part that has a row if one of them moved in the same statement; null where none did.
 */
export function movedBatch(
  desk: Pick<Desk, "clock">,
  batchId: string,
  { after, aloud }: { after: "moved" | null; aloud: boolean },
): RawBuilder<unknown> {
  const endsAloud = isAloud("cancellation_batch", "under_way", "ended");
  return sql`drawn as (
      select batch.version, ${aloud}::boolean or (batch.ending and ${endsAloud}::boolean) as aloud
      from ${after === null ? sql`` : sql`${sql.ref(after)}, `}
        move_batch(${batchId}, ${desk.clock.now()}::timestamptz, ${[...endedStatuses]}::text[]) as batch
    )`;
}
