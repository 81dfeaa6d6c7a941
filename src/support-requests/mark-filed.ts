import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";

/**
 * Service request numbers as Partner Center prints them: digits, or the older n-nnnnnnnnnnnnn (Microsoft, "Service request
 * resources").
 */
const ticketShape = /^(?:\d{1,16}|\d-\d{13})$/;

/**
 * Takes the ticket number of a case that a person filed in the portal (S7).
 *
 * @throws DeskError invalid_input { field: ticketNumber } | request_not_found | request_moved_on | not_allowed …
 */
export async function markFiled(
  desk: Desk,
  agent: Agent,
  input: { supportRequestId: string; ticketNumber: string },
): Promise<void> {
  const ticketNumber = input.ticketNumber.trim();
  const request = await desk.db
    .selectFrom("support_requests")
    .selectAll()
    .where("id", "=", input.supportRequestId)
    .where("workspace_id", "=", agent.workspaceId)
    .executeTakeFirst();
  if (!request) throw new DeskError("request_not_found", `no support request ${input.supportRequestId}`);
  await authorise(desk, agent, "support", { customerId: request.customer_id });
  if (!ticketShape.test(ticketNumber))
    throw new DeskError("invalid_input", "ticket number", { field: "ticketNumber" });
  const movedOn = new DeskError("request_moved_on", `${request.id} is ${request.status}`, { id: request.id });
  if (request.status !== "to_file") throw movedOn;
  try {
    await transact(desk.db, (trx) =>
      moveRequest(trx, desk, {
        kind: "support_request",
        row: request,
        to: "filed",
        set: { ticket_number: ticketNumber, filed_at: desk.clock.now(), due_at: null },
        actor: agent,
        details: { ticketNumber },
      }),
    );
  } catch (error) {
    throw error instanceof RequestMovedOn ? movedOn : error;
  }
}
