import { sql } from "kysely";
import { transact } from "../db/database.ts";
import { enqueueAll } from "../db/outbox.ts";
import type { OutboxTopic } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { interruptHandOver } from "../fulfilment/interrupt.ts";
import { lapsePurchase } from "../purchases/lapse.ts";
import { remindersForSlack } from "../reminders/kinds.ts";

const batch = 200;

const rungTables: { topic: OutboxTopic; table: string; standing: string; needsSlack?: string }[] = [
  { topic: "purchase", table: "purchases", standing: "status in ('requested', 'sending', 'unknown')" },
  { topic: "cancellation", table: "cancellations", standing: "due_at is not null" },
  { topic: "support_request", table: "support_requests", standing: "due_at is not null" },
  {
    topic: "reminder",
    table: "reminders",
    standing: "true",
    needsSlack: `kind in (${remindersForSlack.map((kind) => `'${kind}'`).join(", ")})`,
  },
  {
    topic: "message",
    table: "messages",
    standing: "drawn_version < wanted_version and undeliverable is null",
    needsSlack: "true",
  },
];

/**
 * Finds every row that should have moved and has not, and rings for it again: the rows are the truth, so losing the queue
 * costs time and nothing else (invariants 1 and 3). Purchases that nobody answered for in time lapse; hand-overs that broke are
 * closed. What would be said in a workspace where the app is not installed stays due, and is rung for when it is.
 * Returns how many rows were found.
 */
export async function ringOverdue(desk: Desk): Promise<number> {
  let found = 0;
  const now = desk.clock.now();
  for (const { topic, table, standing, needsSlack } of rungTables) {
    const possible =
      desk.installing && needsSlack ? `(not (${needsSlack}) or ${installedIn(table)})` : "true";
    found += await transact(desk.db, async (trx) => {
      const due = await sql<{ id: string }>`
        update ${sql.table(table)} set due_at = ${new Date(now.getTime() + desk.timings.patienceSeconds * 1_000)}
        where id in (
          select id from ${sql.table(table)} where due_at <= ${now} and ${sql.raw(standing)} and ${sql.raw(possible)}
          order by due_at limit ${sql.lit(batch)} for update skip locked
        ) returning id`.execute(trx);
      if (due.rows.length > 0)
        await enqueueAll(trx, { topic, subjectIds: due.rows.map(({ id }) => id), runAt: now, now });
      return due.rows.length;
    });
  }
  for (const status of ["quoted", "changed", "awaiting_approval"]) {
    for (const { id } of await overdueIds(desk, "purchases", status)) {
      await inItsTurn(desk, id, lapsePurchase(desk, { purchaseId: id }));
      found += 1;
    }
  }
  for (const { id } of await overdueIds(desk, "key_requests", "requested")) {
    await inItsTurn(desk, id, interruptHandOver(desk, { keyRequestId: id }));
    found += 1;
  }
  return found;
}

/** One row that can't be moved keeps none behind it from being moved. */
async function inItsTurn(desk: Desk, id: string, moved: Promise<void>): Promise<void> {
  try {
    await moved;
  } catch (error) {
    desk.log.error({ id, error: String(error) }, "an overdue request could not be moved");
  }
}

/** Whether the app is installed in a row's workspace, or in the organisation that it belongs to. */
function installedIn(table: string): string {
  return `exists (
    select from installations serving left join installations own on own.workspace_id = ${table}.workspace_id
    where serving.secret_id is not null
      and serving.workspace_id in (${table}.workspace_id, own.enterprise_id))`;
}

async function overdueIds(
  desk: Desk,
  table: "purchases" | "key_requests",
  status: string,
): Promise<{ id: string }[]> {
  const due = await sql<{ id: string }>`
    select id from ${sql.table(table)} where due_at <= ${desk.clock.now()} and status = ${status} order by due_at limit ${sql.lit(batch)}
  `.execute(desk.db);
  return due.rows;
}
