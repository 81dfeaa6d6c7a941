import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { RequestKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { type RequestRows, requestMoves, requestTables } from "./tables.ts";

type RungKind = "purchase" | "cancellation" | "support_request";

/** What became of one request. `ringsAt`: its job runs then. */
export type Requeued = { id: string; status: string } & ({ ringsAt: Date } | { refused: RefusedBecause });

export type RefusedBecause = "ended" | "left_to_person" | "waits_for_person" | "nothing_to_do" | "shown_once";

const kindOfPrefix: Record<string, RequestKind> = {
  pur: "purchase",
  can: "cancellation",
  bat: "cancellation_batch",
  key: "key_request",
  sup: "support_request",
};

/** Which kind of request goes by this id; null where none does. */
export function requestKindOf(id: string): RequestKind | null {
  const prefix = /^([a-z]{3})_[0-9A-Z]{16}$/.exec(id)?.[1];
  return (prefix && kindOfPrefix[prefix]) || null;
}

/**
 * Rings once more for a request that should be moving, as the operator's act: a new outbox row, whatever the queue still holds or
 * has lost, and with it its messages that are not up to date. It only rings. Who answers reads the row as ever, so nothing is
 * sent twice; and nothing happens before its time: not before a grace period or what Partner Center asked us to wait is over,
 * and not while a worker holds it. Of several cancellations each is rung for. Null where there is no such request.
 */
export async function requeueRequest(
  desk: Pick<Desk, "db" | "clock" | "timings">,
  input: { requestId: string; operator: string; reason: string | null },
): Promise<Requeued[] | null> {
  const kind = requestKindOf(input.requestId);
  if (kind === null) return null;
  return transact(desk.db, async (trx) => {
    const row = await lock(trx, kind, input.requestId);
    if (!row) return null;
    if (kind === "key_request")
      return [{ id: row.id, status: row.status, refused: row.due_at ? "shown_once" : "ended" }];
    if (kind !== "cancellation_batch")
      return [await ring(trx, desk, kind, row as RequestRows[RungKind], input)];
    const items = await trx
      .selectFrom("cancellations")
      .selectAll()
      .where("batch_id", "=", row.id)
      .orderBy("id")
      .forUpdate()
      .execute();
    const rung: Requeued[] = [];
    for (const item of items) rung.push(await ring(trx, desk, "cancellation", item, input));
    await redraw(trx, desk, { kind, id: row.id });
    return rung;
  });
}

async function lock(trx: DatabaseTransaction, kind: RequestKind, id: string) {
  return trx
    .selectFrom(requestTables[kind] as "purchases")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

async function ring(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  kind: RungKind,
  row: RequestRows[RungKind],
  input: { operator: string; reason: string | null },
): Promise<Requeued> {
  const { id, status } = row;
  await redraw(trx, desk, { kind, id });
  const refused = whyNot(kind, row);
  if (refused || row.due_at === null) return { id, status, refused: refused ?? "nothing_to_do" };
  const now = desk.clock.now();
  const patienceMs = desk.timings.patienceSeconds * 1_000;
  const ringsAt = new Date(
    Math.max(now.getTime(), row.due_at.getTime() - patienceMs, row.leased_until?.getTime() ?? 0),
  );
  await trx
    .updateTable(requestTables[kind] as "purchases")
    .set({ due_at: new Date(ringsAt.getTime() + patienceMs) })
    .where("id", "=", id)
    .execute();
  await enqueue(trx, { topic: kind, subjectId: id, runAt: ringsAt, now });
  await recordActivity(trx, {
    workspaceId: row.workspace_id,
    at: now,
    actor: null,
    act: `${kind}.requeued`,
    outcome: "done",
    request: { kind, id },
    customerId: row.customer_id,
    details: { status, operator: input.operator, ...(input.reason ? { reason: input.reason } : {}) },
    correlationId: row.correlation_id,
  });
  return { id, status, ringsAt };
}

/** Statuses in which the next step is somebody's, and no worker's. */
const waiting = new Set(["quoted", "awaiting_approval", "changed", "to_file"]);

function whyNot(kind: RungKind, { status, due_at }: RequestRows[RungKind]): RefusedBecause | null {
  if (status === "needs_person") return "left_to_person";
  if (waiting.has(status)) return "waits_for_person";
  if (requestMoves[kind][status]?.length === 0) return "ended";
  return due_at === null ? "nothing_to_do" : null;
}

/** Has the request's messages drawn that are not up to date. */
async function redraw(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  request: { kind: RequestKind; id: string },
): Promise<void> {
  const now = desk.clock.now();
  const messages = await trx
    .selectFrom("messages")
    .select("id")
    .where("request_kind", "=", request.kind)
    .where("request_id", "=", request.id)
    .whereRef("drawn_version", "<", "wanted_version")
    .where("undeliverable", "is", null)
    .execute();
  for (const { id } of messages) await enqueue(trx, { topic: "message", subjectId: id, runAt: now, now });
}
