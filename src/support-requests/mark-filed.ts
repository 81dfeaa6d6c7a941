import type { Agent } from "../access/agent.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { setReminder } from "../reminders/set.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import { amendSupportRequest, type SupportRequest } from "./amend.ts";
import { destroyFiles } from "./destroy-files.ts";
import { firstLookMs } from "./follow.ts";
import { findSupportRequest, readSupportRequest } from "./read.ts";
import { isFollowed } from "./statuses.ts";
import { ticketOf } from "./update-ticket.ts";

/**
 * Service request numbers as Partner Center prints them: digits, or the older n-nnnnnnnnnnnnn (Microsoft, "Service request
 * resources").
 */
const ticketShape = /^(?:\d{1,16}|\d-\d{13})$/;

/** Whether a person may still say which ticket this is: one that was filed by API is known. */
export function takesTicketNumber(row: Pick<SupportRequest, "status" | "desk">): boolean {
  return (
    row.status === "to_file" ||
    row.status === "needs_person" ||
    (isFollowed(row.status) && row.desk !== "api")
  );
}

/**
 * Takes the ticket number of a case that a person filed in the portal, or corrects it (S7): then `replaces` is the number
 * that they saw. The same number again says that it is this one, whatever it is called there. From then on the ticket is followed, and the copies of its files are
 * destroyed: they went with it.
 *
 * @throws DeskError invalid_input { field: ticketNumber } | request_not_found | request_moved_on | not_allowed …
 */
export async function markFiled(
  desk: Desk,
  agent: Agent,
  input: { supportRequestId: string; ticketNumber: string; replaces?: string | null },
): Promise<void> {
  const ticketNumber = input.ticketNumber.trim();
  const request = await readSupportRequest(desk, agent, input);
  if (!ticketShape.test(ticketNumber))
    throw new DeskError("invalid_input", "ticket number", { field: "ticketNumber" });
  const movedOn = new DeskError("request_moved_on", `${request.id} is ${request.status}`, { id: request.id });
  const known = isFollowed(request.status) ? request.ticket_number : null;
  if (!takesTicketNumber(request) || known !== (input.replaces ?? null)) throw movedOn;
  try {
    await transact(desk.db, async (trx) => {
      if (known !== null) await correct(trx, desk, agent, request, ticketNumber);
      else await markFirst(trx, desk, agent, request, ticketNumber);
    });
  } catch (error) {
    throw error instanceof RequestMovedOn ? movedOn : error;
  }
}

async function markFirst(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  request: SupportRequest,
  ticketNumber: string,
): Promise<void> {
  const now = desk.clock.now();
  await moveRequest(trx, desk, {
    kind: "support_request",
    row: request,
    to: "filed",
    set: { desk: "portal", ticket_number: ticketNumber, filed_at: now, due_at: null },
    actor: agent,
    details: { ticketNumber },
  });
  await destroyFiles(trx, desk, { supportRequestId: request.id, actor: agent });
  await lookAt(trx, desk, request, new Date(now.getTime() + firstLookMs));
}

async function correct(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  request: SupportRequest,
  ticketNumber: string,
): Promise<void> {
  const fresh = await findSupportRequest(trx, request.id, true);
  if (!fresh || !isFollowed(fresh.status) || fresh.ticket_number !== request.ticket_number)
    throw new RequestMovedOn(`${request.id} has another number by now`);
  const now = desk.clock.now();
  const confirmed = ticketNumber === request.ticket_number;
  const ticket = { ...ticketOf(null), confirmed, changedAt: now.toISOString() };
  await amendSupportRequest(trx, desk, {
    row: request,
    set: { ticket_number: ticketNumber, ticket: JSON.stringify(ticket) },
    act: confirmed ? "ticket_confirmed" : "ticket_corrected",
    actor: agent,
    details: { ticketNumber },
  });
  await lookAt(trx, desk, request, now);
}

function lookAt(trx: DatabaseTransaction, desk: Desk, request: SupportRequest, dueAt: Date): Promise<void> {
  return setReminder(trx, desk, {
    workspaceId: request.workspace_id,
    kind: "ticket",
    subjectId: request.id,
    dueAt,
  });
}
