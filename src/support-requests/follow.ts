import { actAs } from "../connections/act-as.ts";
import { transact } from "../db/database.ts";
import type { SupportTicket } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { storable } from "../desk/storable.ts";
import { PartnerCenterFailure, type ServiceRequest } from "../partner-center/port.ts";
import type { RemindVerb } from "../reminders/run.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import { amendSupportRequest, type SupportRequest } from "./amend.ts";
import { ownNote, withoutMark } from "./compose.ts";
import { findSupportRequest } from "./read.ts";
import { sendUpdates } from "./send-updates.ts";
import { isFollowed, type SupportRequestStatus } from "./statuses.ts";
import { ticketOf } from "./update-ticket.ts";

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** A ticket that was just filed may not be readable by its number yet. */
export const firstLookMs = 5 * 60_000;
/** After so long without any change nobody looks any more. */
const patienceMs = 60 * dayMs;
const askAgainMs = 15 * 60_000;
const shownNotes = 3;
const longestNote = 500;

/** When a ticket filed at `filedAt` is looked at next: after an hour, then every six hours in the first week, then daily. */
export function nextTicketLook(filedAt: Date, now: Date): Date {
  const age = now.getTime() - filedAt.getTime();
  if (age < hourMs) return new Date(filedAt.getTime() + hourMs);
  return new Date(now.getTime() + (age < 7 * dayMs ? 6 * hourMs : dayMs));
}

/**
 * Follows a ticket at Microsoft (S7): sends what people asked of it, then reads it by its number, and puts what changed on
 * the request's message. Until it is closed, or for 60 days without any change.
 */
export const followTicket: RemindVerb = async (ground, { subjectId }) => {
  const row = await findSupportRequest(ground.db, subjectId);
  if (!row) return null;
  const desk = actAs(ground, row.person_id);
  const now = desk.clock.now();
  if (!row.filed_at) return row.due_at && new Date(now.getTime() + hourMs);
  const rest = await sendUpdates(desk, row);
  if (rest || !isFollowed(row.status)) return rest;
  const quietSince = Math.max(row.filed_at.getTime(), Date.parse(row.ticket?.changedAt ?? "") || 0);
  if (now.getTime() - quietSince >= patienceMs) {
    await write(desk, row, { ...ticketOf(row.ticket), endedAt: now.toISOString() }, row.status);
    return null;
  }
  const seen = await look(desk, row);
  if (typeof seen === "number") return new Date(now.getTime() + seen);
  const { ticket, status } = observe(row, seen, now);
  if (status !== row.status || !sameTicket(ticket, row.ticket)) await write(desk, row, ticket, status);
  return status === "closed" ? null : nextTicketLook(row.filed_at, now);
};

/** The ticket; `missing` when there is none with this number; in how many ms to ask again when that can't be told now. */
async function look(desk: Desk, row: SupportRequest): Promise<ServiceRequest | "missing" | number> {
  try {
    return await desk.partnerCenter.getServiceRequest({ id: row.ticket_number ?? "" });
  } catch (error) {
    if (!(error instanceof PartnerCenterFailure)) throw error;
    if (error.kind === "refused" && error.status === 404) return "missing";
    desk.log.warn(
      {
        topic: "ticket",
        id: row.id,
        kind: error.kind,
        code: error.code,
        operation: error.operation,
        requestId: error.requestId,
      },
      "a ticket was not read",
    );
    return error.retryAfterMs ?? askAgainMs;
  }
}

const followed: Record<string, SupportRequestStatus> = {
  attention_needed: "attention_needed",
  closed: "closed",
};

/** What the request says after a look. A ticket that seems to be another one moves nothing. */
function observe(
  row: SupportRequest,
  seen: ServiceRequest | "missing",
  now: Date,
): { ticket: SupportTicket; status: SupportRequestStatus } {
  const before = ticketOf(row.ticket);
  if (seen === "missing") {
    const young = row.filed_at !== null && now.getTime() - row.filed_at.getTime() < hourMs;
    return { ticket: young ? before : { ...before, trouble: "not_found" }, status: row.status };
  }
  if (!before.confirmed && !isOurs(row, seen)) {
    return { ticket: { ...before, trouble: "other", otherTitle: seen.title }, status: row.status };
  }
  const status = followed[seen.status] ?? "filed";
  const fresh = seen.notes.slice(before.noteCount).filter(({ text }) => ownNote(text) === null).length;
  const changed = status !== row.status || seen.notes.length !== before.noteCount;
  return {
    status,
    ticket: {
      ...before,
      trouble: null,
      otherTitle: null,
      notes: seen.notes.slice(-shownNotes).map(({ text, createdBy, createdAt }) => ({
        text: storable(withoutMark(text).slice(0, longestNote)),
        by: storable(createdBy.slice(0, 100)),
        at: createdAt,
      })),
      noteCount: seen.notes.length,
      newNotes: changed ? fresh : before.newNotes,
      changedAt: changed ? now.toISOString() : before.changedAt,
    },
  };
}

/** Ours, if we filed it by API; else if it carries our reference or our title. */
function isOurs(row: SupportRequest, seen: ServiceRequest): boolean {
  const plain = (text: string) => text.trim().replaceAll(/\s+/g, " ").toLowerCase();
  return row.desk === "api" || seen.description.includes(row.id) || plain(seen.title) === plain(row.title);
}

function sameTicket(a: SupportTicket, b: SupportTicket | null): boolean {
  const shown = (ticket: SupportTicket) => [
    ticket.trouble,
    ticket.otherTitle,
    ticket.noteCount,
    ticket.notes.map(({ text, by, at }) => [text, by, at]),
    ticket.endedAt,
  ];
  return JSON.stringify(shown(a)) === JSON.stringify(shown(ticketOf(b)));
}

/** Writes down what a look found; whoever moved the request meanwhile knows better. */
async function write(
  desk: Desk,
  row: SupportRequest,
  ticket: SupportTicket,
  status: SupportRequestStatus,
): Promise<void> {
  const details = {
    ticketNumber: row.ticket_number,
    notes: ticket.noteCount,
    ...(ticket.trouble ? { trouble: ticket.trouble } : {}),
    ...(ticket.endedAt ? { ended: true } : {}),
  };
  try {
    await transact(desk.db, async (trx) => {
      const fresh = await findSupportRequest(trx, row.id, true);
      if (fresh?.status !== row.status || fresh.ticket_number !== row.ticket_number) return;
      const set = { ticket: JSON.stringify(ticket) };
      if (status === row.status) {
        // What Microsoft wrote, or that nothing is found under the number, waits for an answer.
        const aloud =
          ticket.trouble !== null ||
          (ticket.newNotes > 0 && ticket.noteCount > ticketOf(row.ticket).noteCount);
        await amendSupportRequest(trx, desk, { row, set, act: "followed", actor: null, details, aloud });
        return;
      }
      const now = desk.clock.now();
      await moveRequest(trx, desk, {
        kind: "support_request",
        row,
        to: status,
        set: { ...set, due_at: null, ...(status === "closed" ? { closed_at: now } : {}) },
        actor: null,
        details,
      });
    });
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
  }
}
