import type { Updateable } from "kysely";
import type { ActivityAct } from "../activity/acts.ts";
import { type Actor, recordActivity } from "../activity/record.ts";
import { moveBatch } from "../cancellations/batch.ts";
import { frees } from "../cancellations/statuses.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { OutboxTopic, RequestKind, Rows } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { wantMessages } from "../messages/want.ts";
import { noteRetry } from "../purchases/note-retry.ts";
import { reopenWindow } from "../windows/decide.ts";
import { isAloud, type RequestRows, requestMoves, requestTables } from "./tables.ts";

/** Someone else moved the request, or took it over, since it was read. An ordinary outcome: leave it to them. */
export class RequestMovedOn extends Error {
  override readonly name = "RequestMovedOn";
}

type Columns<K extends RequestKind> = Omit<
  Updateable<Rows[(typeof requestTables)[K]]>,
  "status" | "lease" | "leased_until" | "version"
>;

export interface Move<K extends RequestKind> {
  kind: K;
  /** The row as last read: its status and lease must still hold. */
  row: Pick<
    RequestRows[K],
    "id" | "status" | "lease" | "workspace_id" | "person_id" | "customer_id" | "correlation_id"
  >;
  to: RequestRows[K]["status"];
  /** The other columns that change with it. `due_at` is the next moment at which someone must look; null only at rest. `ringAt` moves it. */
  set: Columns<K> & { due_at: Date | null };
  actor: Actor;
  outcome?: "done" | "refused" | "failed";
  details?: Record<string, unknown>;
  /** Keep the lease for a further step of the same worker. */
  keepLease?: boolean;
  /** When a job shall take it on. `due_at` follows `patienceSeconds` later: the sweeper's look is the net below. */
  ringAt?: Date;
  /** False where the person sees no difference, or sees it by another move; a report is drawn with each change of a status. */
  redraw?: boolean;
  /** People (by id) who get a message of this request from now on, besides its own person. */
  tell?: readonly string[];
}

/**
 * Moves a request inside the caller's transaction: guarded update, message, job and activity row together, or nothing.
 * Throws `RequestMovedOn` when the row no longer stands where it was read.
 */
export async function moveRequest<K extends RequestKind>(
  trx: DatabaseTransaction,
  desk: Desk,
  move: Move<K>,
): Promise<RequestRows[K]> {
  const { kind, row, to } = move;
  if (!requestMoves[kind][row.status]?.includes(to))
    throw new Error(`${kind} ${row.id} may not go from ${row.status} to ${to}`);
  const now = desk.clock.now();
  const redraw = move.redraw ?? true;
  const dueAt = move.ringAt
    ? new Date(move.ringAt.getTime() + desk.timings.patienceSeconds * 1_000)
    : move.set.due_at;
  // One query shape for four tables of the same columns; the types are those of the caller's kind.
  let update = trx
    .updateTable(requestTables[kind] as "purchases")
    .set({ ...move.set, due_at: dueAt } as Updateable<Rows["purchases"]>)
    .set((eb) => ({
      status: to as RequestRows["purchase"]["status"],
      updated_at: now,
      version: redraw ? eb("version", "+", 1) : eb.ref("version"),
    }))
    .where("id", "=", row.id)
    .where("status", "=", row.status as RequestRows["purchase"]["status"]);
  update = row.lease === null ? update.where("lease", "is", null) : update.where("lease", "=", row.lease);
  if (!move.keepLease) update = update.set({ lease: null, leased_until: null });
  const moved = (await update.returningAll().executeTakeFirst()) as RequestRows[K] | undefined;
  if (!moved) throw new RequestMovedOn(`${kind} ${row.id} is no longer ${row.status}`);

  const request = { kind, id: row.id };
  const job: { topic: OutboxTopic; runAt: Date } | undefined =
    move.ringAt && kind !== "key_request" && kind !== "cancellation_batch"
      ? { topic: kind, runAt: move.ringAt }
      : undefined;
  const aloud = isAloud(kind, row.status, to);
  const batchId = "batch_id" in moved ? moved.batch_id : null;
  const drawsOwn = redraw && batchId === null;
  if (batchId !== null) {
    // A report of fifty lines is not drawn again for each of them that is on its way.
    if (to !== "sending" && (redraw || to !== row.status))
      await moveBatch(trx, desk, batchId, { aloud: to === "overdue" && aloud });
  } else if (drawsOwn) {
    await wantMessages(trx, desk, {
      workspaceId: row.workspace_id,
      personId: row.person_id,
      request,
      version: moved.version,
      aloud,
      job,
      ...(move.tell ? { tell: move.tell } : {}),
    });
  }
  if ("batch_id" in moved && frees(to)) await reopenWindow(trx, desk, moved);
  if ("retry_of" in moved) await noteRetry(trx, desk, moved, row.status);
  if (job && !drawsOwn) await enqueue(trx, { ...job, subjectId: row.id, now });
  await recordActivity(trx, {
    workspaceId: row.workspace_id,
    at: now,
    actor: move.actor,
    // The types know neither which kind it is nor that a status belongs to it; `requestMoves` does.
    act: `${kind}.${to}` as ActivityAct,
    outcome: move.outcome ?? "done",
    request,
    customerId: row.customer_id,
    details: { from: row.status, ...move.details },
    correlationId: row.correlation_id,
  });
  return moved;
}
