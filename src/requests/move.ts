import { type RawBuilder, sql, type Updateable } from "kysely";
import type { ActivityAct } from "../activity/acts.ts";
import { type ActivityEntry, type Actor, recordActivity, recorded } from "../activity/record.ts";
import { movedBatch } from "../cancellations/batch.ts";
import { frees } from "../cancellations/statuses.ts";
import { type Database, type DatabaseTransaction, transact } from "../db/database.ts";
import { type Enqueued, enqueued, ring } from "../db/outbox.ts";
import type { RequestKind, Rows } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { messageJobs, wantedByAll } from "../messages/want.ts";
import { noteRetry } from "../purchases/note-retry.ts";
import { reopenWindow } from "../windows/decide.ts";
import { isAloud, type MovableRows, type RequestRows, requestMoves, requestTables } from "./tables.ts";

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
  row: MovableRows[K];
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
  /** What is done with it by the same statement, where the row moves. */
  beside?: Beside;
}

/** Parts of the statement that moves a row, each of which may refer to those before it. */
export interface Beside {
  /** Before `moved`, which has a row if it moves. */
  before: readonly RawBuilder<unknown>[];
  /** The row does not move unless this is true. */
  holds: RawBuilder<unknown>;
  /** After `moved`. */
  after: readonly RawBuilder<unknown>[];
  /** True, once all of them are done. */
  done: RawBuilder<unknown>;
  jobs: readonly Enqueued[];
}

/**
 * Moves a request: guarded update, message, job and activity row together, or nothing; one statement, and with what goes with it
 * elsewhere one transaction, the caller's where `db` is one. Throws `RequestMovedOn` when the row no longer stands where it
 * was read.
 */
export async function moveRequest<K extends RequestKind>(
  db: Database,
  desk: Desk,
  move: Move<K>,
): Promise<void> {
  const { kind, row, to } = move;
  if (!requestMoves[kind][row.status]?.includes(to))
    throw new Error(`${kind} ${row.id} may not go from ${row.status} to ${to}`);
  const entry = entryOf(desk, move);
  const steps = stepsBeside(desk, move);
  if (steps.length === 0) return moveRow(db, desk, move, entry, { record: true });
  if (!db.isTransaction) return transact(db, (trx) => moveRequest(trx, desk, move));
  const trx = db as DatabaseTransaction;
  await moveRow(trx, desk, move, entry, { record: false });
  for (const step of steps) await step(trx);
  await recordActivity(trx, entry);
}

async function moveRow<K extends RequestKind>(
  db: Database,
  desk: Desk,
  move: Move<K>,
  entry: ActivityEntry,
  { record }: { record: boolean },
): Promise<void> {
  const { kind, row, to, ringAt, beside } = move;
  const { at: now } = entry;
  const redraw = move.redraw ?? true;
  const dueAt = ringAt ? new Date(ringAt.getTime() + desk.timings.patienceSeconds * 1_000) : move.set.due_at;
  const columns = {
    ...move.set,
    due_at: dueAt,
    status: to,
    updated_at: now,
    ...(move.keepLease ? {} : { lease: null, leased_until: null }),
  };
  // As text: built by its parts, it costs a fifth of all that a confirmed purchase leaves behind.
  const moved = sql`moved as (
    update ${sql.raw(requestTables[kind])} set ${assigned(columns)}, version = version + ${sql.raw(redraw ? "1" : "0")}
    where id = ${row.id} and status = ${row.status} and lease is not distinct from ${row.lease}
      and ${beside?.holds ?? sql`true`} returning version)`;
  const parts = beside ? [...beside.before, moved, ...beside.after] : [moved];
  const jobs: Enqueued[] = [...(beside?.jobs ?? [])];
  const draws = drawnBy(desk, move);
  if (draws) {
    const { workspace_id: workspaceId, person_id: personId } = row;
    const { drawn, request } = draws;
    parts.push(drawn, wantedByAll(desk, { workspaceId, personId, request, tell: move.tell ?? [] }));
    jobs.push(messageJobs(now));
  }
  if (ringAt !== undefined && kind !== "key_request" && kind !== "cancellation_batch")
    jobs.push({ topic: kind, subjects: sql`select ${row.id}::text from moved`, runAt: ringAt });
  if (jobs.length > 0) parts.push(enqueued(now, jobs));
  if (record) {
    const drawn = draws ? sql`(select count(*) from wanted) > 0` : sql`exists (select from moved)`;
    parts.push(recorded(entry, beside ? sql`${drawn} and ${beside.done}` : drawn));
  }
  const { rows } = await sql`
    with ${sql.join(parts)} select ${jobs.length > 0 ? ring : sql`1`} from moved`.execute(db);
  if (rows.length === 0) throw new RequestMovedOn(`${kind} ${row.id} is no longer ${row.status}`);
}

/** `"one" = $1, "other" = $2` of columns and what they shall hold; what is undefined stays as it is. */
function assigned(columns: Record<string, unknown>): RawBuilder<unknown> {
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  const texts = given.map(([column], index) => `${index === 0 ? "" : ", "}"${column}" = `);
  const fragments = [...texts, ""];
  return sql(Object.assign(fragments, { raw: fragments }), ...given.map(([, value]) => value));
}

/** What shows the move, and in which version of it: the request's own message, or the report of its batch. */
function drawnBy<K extends RequestKind>(
  desk: Desk,
  { kind, row, to, redraw = true }: Move<K>,
): { drawn: RawBuilder<unknown>; request: { kind: RequestKind; id: string } } | null {
  const batchId = batchOf(row);
  const aloud = isAloud(kind, row.status, to);
  if (batchId === null) {
    const drawn = sql`drawn as (select version, ${aloud}::boolean as aloud from moved)`;
    return redraw ? { drawn, request: { kind, id: row.id } } : null;
  }
  // A report of fifty lines is not drawn again for each of them that is on its way.
  if (to === "sending" || (!redraw && to === row.status)) return null;
  const drawn = movedBatch(desk, batchId, { after: "moved", aloud: to === "overdue" && aloud });
  return { drawn, request: { kind: "cancellation_batch", id: batchId } };
}

/** What a move changes elsewhere, in its transaction: what it locks is locked before the activity's chain. */
function stepsBeside<K extends RequestKind>(
  desk: Desk,
  { row, to, set }: Move<K>,
): ((trx: DatabaseTransaction) => Promise<void>)[] {
  const steps: ((trx: DatabaseTransaction) => Promise<void>)[] = [];
  if ("batch_id" in row && frees(to)) steps.push((trx) => reopenWindow(trx, desk, row));
  if ("retry_of" in row && row.retry_of !== null) {
    const moved = { ...row, ...set, status: to } as MovableRows["purchase"];
    steps.push((trx) => noteRetry(trx, desk, moved, row.status));
  }
  return steps;
}

function batchOf(row: MovableRows[RequestKind]): string | null {
  return "batch_id" in row ? row.batch_id : null;
}

function entryOf<K extends RequestKind>(desk: Desk, { kind, row, to, ...move }: Move<K>): ActivityEntry {
  return {
    workspaceId: row.workspace_id,
    at: desk.clock.now(),
    actor: move.actor,
    // The types know neither which kind it is nor that a status belongs to it; `requestMoves` does.
    act: `${kind}.${to}` as ActivityAct,
    outcome: move.outcome ?? "done",
    request: { kind, id: row.id },
    customerId: row.customer_id,
    details: { from: row.status, ...move.details },
    correlationId: row.correlation_id,
  };
}
