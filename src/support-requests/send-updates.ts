import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import { actAs } from "../connections/act-as.ts";
import { transact } from "../db/database.ts";
import type { SupportUpdatesRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";
import { failureRecord, retryDelayMs } from "../requests/failures.ts";
import { amendSupportRequest, type SupportRequest } from "./amend.ts";
import { composeNote, ownNote } from "./compose.ts";
import { findSupportRequest } from "./read.ts";

type Claimed = Selectable<SupportUpdatesRow> & { lease: string; ms_request_id: string };
type Open = { ticketNumber: string; request: SupportRequest };

const mostAttempts = 40;

/**
 * Sends what was asked of a ticket and is not there yet, in order, each once (invariant 2): the MS-RequestId is in the row
 * before anything leaves, and what may have been sent before is looked for before it is sent again. When to come back for
 * the rest; null when nothing is left.
 */
export async function sendUpdates(desk: Desk, request: SupportRequest): Promise<Date | null> {
  const { ticket_number: ticketNumber } = request;
  if (ticketNumber === null) return null;
  const waiting = await desk.db
    .selectFrom("support_updates")
    .select(["id", "person_id"])
    .where("support_request_id", "=", request.id)
    .where("status", "in", ["requested", "sending"])
    .orderBy("id")
    .execute();
  for (const { id, person_id: personId } of waiting) {
    const next = await sendUpdate(actAs(desk, personId), { ticketNumber, request }, id);
    if (next) return next;
  }
  return null;
}

async function sendUpdate(desk: Desk, open: Open, updateId: string): Promise<Date | null> {
  const claim = await claimUpdate(desk, updateId);
  if (!claim) return null;
  if ("heldUntil" in claim) return claim.heldUntil;
  const { update, perhapsSent } = claim;
  await desk.failpoint("support_update.claimed");
  try {
    if (!(perhapsSent && (await hasLanded(desk, open, update)))) await write(desk, open, update);
    await desk.failpoint("support_update.answered");
    await settle(desk, open, update, "sent", null);
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure)) throw error;
    desk.log.warn(
      {
        topic: "support_update",
        id: update.id,
        attempt: update.attempts,
        kind: error.kind,
        code: error.code,
        operation: error.operation,
        requestId: update.ms_request_id,
        correlationId: update.correlation_id,
      },
      "a ticket was not updated",
    );
    if (error.kind === "refused") await settle(desk, open, update, "refused", error);
    else if (update.attempts >= mostAttempts) await settle(desk, open, update, "needs_person", error);
    else return release(desk, update, error, perhapsSent);
  }
  await desk.failpoint("support_update.recorded");
  return null;
}

/** Takes an update for this worker alone; null when it is settled by now. */
async function claimUpdate(
  desk: Desk,
  updateId: string,
): Promise<{ update: Claimed; perhapsSent: boolean } | { heldUntil: Date } | null> {
  const now = desk.clock.now();
  return transact(desk.db, async (trx) => {
    const found = await trx
      .selectFrom("support_updates")
      .selectAll()
      .where("id", "=", updateId)
      .where("status", "in", ["requested", "sending"])
      .forUpdate()
      .executeTakeFirst();
    if (!found) return null;
    if (found.leased_until && found.leased_until > now) return { heldUntil: found.leased_until };
    const taken = {
      status: "sending" as const,
      ms_request_id: found.ms_request_id ?? randomUUID(),
      attempts: found.attempts + 1,
      lease: randomUUID(),
      leased_until: new Date(now.getTime() + desk.timings.leaseSeconds * 1_000),
      updated_at: now,
    };
    await trx.updateTable("support_updates").set(taken).where("id", "=", updateId).execute();
    return { update: { ...found, ...taken }, perhapsSent: found.status === "sending" };
  });
}

function write(desk: Desk, { ticketNumber, request }: Open, update: Claimed): Promise<void> {
  const language = request.language === "es" ? "es" : "en";
  return desk.partnerCenter.updateServiceRequest(
    {
      id: ticketNumber,
      ...(update.text === null ? { close: true } : { note: composeNote(update.text, update.id, language) }),
    },
    { requestId: update.ms_request_id, correlationId: update.correlation_id },
  );
}

/** Reads only: whether an earlier send did it. */
async function hasLanded(desk: Desk, { ticketNumber }: Open, update: Claimed): Promise<boolean> {
  const { status, notes } = await desk.partnerCenter.getServiceRequest({ id: ticketNumber });
  return update.kind === "close"
    ? status === "closed"
    : notes.some(({ text }) => ownNote(text) === update.id);
}

async function settle(
  desk: Desk,
  { request }: Open,
  update: Claimed,
  status: "sent" | "refused" | "needs_person",
  failure: PartnerCenterFailure | null,
): Promise<void> {
  await transact(desk.db, async (trx) => {
    const settled = await trx
      .updateTable("support_updates")
      .set({
        status,
        failure: failure && JSON.stringify(failureRecord(failure)),
        lease: null,
        leased_until: null,
        updated_at: desk.clock.now(),
      })
      .where("id", "=", update.id)
      .where("lease", "=", update.lease)
      .executeTakeFirst();
    if (settled.numUpdatedRows === 0n) return;
    const { kind, text } = update;
    const fresh = await findSupportRequest(trx, request.id, true);
    // One that went well does not hide a newer one that is still on its way.
    const tells = status !== "sent" || fresh?.last_update?.updateId === update.id;
    await amendSupportRequest(trx, desk, {
      row: request,
      set: tells ? { last_update: JSON.stringify({ updateId: update.id, kind, status, text }) } : {},
      act: `${kind}_${status}`,
      actor: null,
      outcome: status === "sent" ? "done" : status === "refused" ? "refused" : "failed",
      details: { updateId: update.id, ...(failure ? failureRecord(failure) : {}) },
    });
  });
}

/** Gives the update back for a later try. A new request id only where no send of it can have done anything. */
async function release(
  desk: Desk,
  update: Claimed,
  failure: PartnerCenterFailure,
  perhapsSent: boolean,
): Promise<Date> {
  const now = desk.clock.now();
  const didNothing = !perhapsSent && (failure.kind === "wait" || failure.kind === "reauthorise");
  await desk.db
    .updateTable("support_updates")
    .set({
      ...(didNothing ? { status: "requested" as const, ms_request_id: null } : {}),
      failure: JSON.stringify(failureRecord(failure)),
      lease: null,
      leased_until: null,
      updated_at: now,
    })
    .where("id", "=", update.id)
    .where("lease", "=", update.lease)
    .execute();
  return new Date(now.getTime() + (failure.retryAfterMs ?? retryDelayMs(update.attempts)));
}
