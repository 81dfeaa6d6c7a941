import { sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { OutboxTopic } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { setReminder } from "../reminders/set.ts";

const waitingTables = [
  { topic: "purchase", table: "purchases" },
  { topic: "cancellation", table: "cancellations" },
  { topic: "support_request", table: "support_requests" },
] as const satisfies { topic: OutboxTopic; table: string }[];

/**
 * Rings for everything that waits for this person to sign in, in the transaction in which they did; for everybody's where
 * `personId` is null. Gives how many requests go on.
 */
export async function ringWaiting(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  { personId }: { personId: string | null },
): Promise<number> {
  const now = desk.clock.now();
  const dueAt = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000);
  const theirs = personId === null ? sql`true` : sql`person_id = ${personId}`;
  let rung = 0;
  for (const { topic, table } of waitingTables) {
    const waiting = await sql<{ id: string }>`
      update ${sql.table(table)} set due_at = ${dueAt}
      where id in (
        select id from ${sql.table(table)}
        where ${theirs} and status in ('requested', 'unknown') and failure ->> 'kind' = 'reauthorise'
        order by id for update
      ) returning id`.execute(trx);
    for (const { id } of waiting.rows) await enqueue(trx, { topic, subjectId: id, runAt: now, now });
    rung += waiting.rows.length;
  }
  const updates = await sql<{ workspace_id: string; support_request_id: string }>`
    select distinct workspace_id, support_request_id from support_updates
    where ${theirs} and status in ('requested', 'sending') and failure ->> 'kind' = 'reauthorise'`.execute(
    trx,
  );
  for (const { workspace_id: workspaceId, support_request_id: subjectId } of updates.rows)
    await setReminder(trx, desk, { workspaceId, kind: "ticket", subjectId, dueAt: now });
  return rung + updates.rows.length;
}
