import type { Selectable } from "kysely";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { AuditMirrorsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { type AuditRecord, PartnerCenterFailure } from "../partner-center/port.ts";
import { keepReminder, setReminder } from "../reminders/set.ts";
import { failureRecord } from "../requests/failures.ts";
import { findOutsideAccess, tellFindings } from "./findings.ts";
import { nextRun } from "./watch.ts";

type Mirror = Selectable<AuditMirrorsRow>;

const dayMs = 24 * 60 * 60_000;
/** Partner Center keeps 90 days and refuses what is older; today is the ninetieth. */
const daysKept = 90;
/** Of one question. */
const daysAsked = 30;
/** A record may appear late: what was read once is read again. */
const daysAgain = 3;
/** Of one run; the next goes on at once. */
const pagesOfRun = 10;

/**
 * Copies Partner Center's audit records of a workspace's partner, because it keeps them for 90 days only: the first time all
 * of them, then what is new. Each page is written together with the place where the next begins, so that it goes on there
 * after any end; a record that is read twice is kept once. Gives the next run.
 *
 * @throws PartnerCenterFailure: it is tried again, and readers see since when it fails
 */
export async function mirrorAuditRecords(desk: Desk, input: { subjectId: string }): Promise<Date> {
  const workspaceId = input.subjectId;
  let mirror = await openMirror(desk, workspaceId);
  try {
    for (let pages = 0; pages < pagesOfRun; pages += 1) {
      const slice = sliceOf(mirror, desk.clock.now());
      if (slice === null) {
        mirror = await finish(desk, mirror);
        return nextRun("audit_mirror", desk.clock.now());
      }
      mirror = await copyPage(desk, mirror, slice);
    }
  } catch (error) {
    if (error instanceof PartnerCenterFailure) await recordFailure(desk, workspaceId, error);
    throw error;
  }
  return desk.clock.now();
}

/** When the copy was last up to date, and why it is not since; null before it was ever begun. */
export async function readMirror(
  desk: Desk,
  workspaceId: string,
): Promise<Pick<Mirror, "read_at" | "failure"> | null> {
  const mirror = await desk.db
    .selectFrom("audit_mirrors")
    .select(["read_at", "failure"])
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  return mirror ?? null;
}

const freshMs = 30_000;

/** Has the copy brought up to date now, for somebody who reads it, unless that was done a moment ago. */
export async function freshenMirror(desk: Desk, workspaceId: string): Promise<void> {
  const now = desk.clock.now();
  const mirror = await readMirror(desk, workspaceId);
  if (mirror?.read_at && now.getTime() - mirror.read_at.getTime() < freshMs) return;
  const reminder = { workspaceId, kind: "audit_mirror" as const, subjectId: workspaceId, dueAt: now };
  await transact(desk.db, async (trx) => {
    const running = await trx
      .selectFrom("reminders")
      .select("id")
      .where("kind", "=", reminder.kind)
      .where("subject_id", "=", workspaceId)
      .where((eb) => eb.or([eb("leased_until", ">", now), eb("attempts", ">", 0)]))
      .executeTakeFirst();
    // One that is under way, or waits because it failed, keeps its time.
    await (running ? keepReminder(trx, desk, reminder) : setReminder(trx, desk, reminder));
  });
}

async function openMirror(desk: Desk, workspaceId: string): Promise<Mirror> {
  await desk.db
    .insertInto("audit_mirrors")
    .values({
      workspace_id: workspaceId,
      slice_from: null,
      slice_to: null,
      continuation: null,
      complete_to: null,
      read_at: null,
      updated_at: desk.clock.now(),
    })
    .onConflict((conflict) => conflict.column("workspace_id").doNothing())
    .execute();
  return desk.db
    .selectFrom("audit_mirrors")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirstOrThrow();
}

interface Slice {
  from: string;
  to: string;
  continuation: string | null;
}

const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);
const instantOf = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** What is to be asked next; null when all days up to today were read since the last finish. Days are UTC, as Partner Center's. */
export function sliceOf(
  mirror: Pick<Mirror, "slice_from" | "slice_to" | "continuation" | "complete_to" | "read_at">,
  now: Date,
): Slice | null {
  const today = dayOf(now.getTime());
  const oldest = dayOf(now.getTime() - (daysKept - 1) * dayMs);
  const later = (one: string, other: string) => (one > other ? one : other);
  const earlier = (one: string, other: string) => (one < other ? one : other);
  if (mirror.slice_from !== null && mirror.slice_to !== null) {
    // A slice that was left lying is cut to what Partner Center still has; its token belongs to the longer one.
    if (mirror.slice_to < oldest) return sliceOf({ ...mirror, slice_from: null, slice_to: null }, now);
    const from = later(mirror.slice_from, oldest);
    const continuation = from === mirror.slice_from ? mirror.continuation : null;
    return { from, to: mirror.slice_to, continuation };
  }
  if (mirror.complete_to !== null && mirror.complete_to >= today) return null;
  const start =
    mirror.complete_to === null ? oldest : later(oldest, dayOf(instantOf(mirror.complete_to) + dayMs));
  return {
    from: start,
    to: earlier(today, dayOf(instantOf(start) + (daysAsked - 1) * dayMs)),
    continuation: null,
  };
}

async function copyPage(desk: Desk, mirror: Mirror, slice: Slice): Promise<Mirror> {
  const page = await readPage(desk, slice);
  const last = page.continuation === null;
  return transact(desk.db, async (trx) => {
    await insertRecords(trx, desk, mirror.workspace_id, page.records);
    return trx
      .updateTable("audit_mirrors")
      .set({
        slice_from: last ? null : slice.from,
        slice_to: last ? null : slice.to,
        continuation: page.continuation,
        ...(last ? { complete_to: slice.to } : {}),
        failure: null,
        updated_at: desk.clock.now(),
      })
      .where("workspace_id", "=", mirror.workspace_id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** A place that Partner Center no longer knows is no loss: the slice is read from its beginning. */
async function readPage(desk: Desk, slice: Slice): ReturnType<Desk["partnerCenter"]["listAuditRecords"]> {
  try {
    return await desk.partnerCenter.listAuditRecords(slice);
  } catch (error) {
    const stale = error instanceof PartnerCenterFailure && error.kind === "refused" && error.status === 400;
    if (!stale || slice.continuation === null) throw error;
    return desk.partnerCenter.listAuditRecords({ ...slice, continuation: null });
  }
}

async function insertRecords(
  trx: DatabaseTransaction,
  desk: Desk,
  workspaceId: string,
  records: AuditRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const inserted = await trx
    .insertInto("audit_records")
    .values(
      records.map((record) => ({
        workspace_id: workspaceId,
        id: record.id,
        at: new Date(record.at),
        operation_type: record.operationType,
        resource_type: record.resourceType,
        status: record.status,
        user_principal_name: record.userPrincipalName,
        application_id: record.applicationId,
        customer_id: record.customerId,
        customer_name: record.customerName,
        order_id: record.orderId,
        product_id: record.productId,
        correlation_id: record.correlationId,
        mirrored_at: desk.clock.now(),
      })),
    )
    .onConflict((conflict) => conflict.constraint("audit_records_once").doNothing())
    .returning("number")
    .execute();
  await findOutsideAccess(
    trx,
    desk,
    workspaceId,
    inserted.map(({ number }) => number),
  );
}

/** All is read: what was found is told, and the next run begins some days back. */
async function finish(desk: Desk, mirror: Mirror): Promise<Mirror> {
  const now = desk.clock.now();
  await tellFindings(desk, mirror.workspace_id);
  return desk.db
    .updateTable("audit_mirrors")
    .set({
      complete_to: dayOf(now.getTime() - daysAgain * dayMs),
      read_at: now,
      failure: null,
      updated_at: now,
    })
    .where("workspace_id", "=", mirror.workspace_id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function recordFailure(desk: Desk, workspaceId: string, error: PartnerCenterFailure): Promise<void> {
  await desk.db
    .updateTable("audit_mirrors")
    .set({ failure: JSON.stringify(failureRecord(error)), updated_at: desk.clock.now() })
    .where("workspace_id", "=", workspaceId)
    .execute();
}
