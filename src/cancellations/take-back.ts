import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { refused } from "../access/refused.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import type { RequestRows } from "../requests/tables.ts";

/** Whether it has not left and may still be taken back: it has a grace period, and nothing was sent. */
export function canBeTakenBack(
  row: Pick<RequestRows["cancellation"], "status" | "leaves_at" | "sent_at">,
): boolean {
  return row.status === "requested" && row.leaves_at !== null && row.sent_at === null;
}

/**
 * Takes a cancellation back in its grace period. Either it leaves or it is taken back: a worker that has claimed it is ahead,
 * and the one that comes later changes nothing.
 *
 * @throws DeskError request_not_found | request_moved_on (it has left) | not_allowed … (C2)
 */
export async function takeBack(desk: Desk, agent: Agent, input: { cancellationId: string }): Promise<void> {
  const row = await desk.db
    .selectFrom("cancellations")
    .selectAll()
    .where("id", "=", input.cancellationId)
    .where("workspace_id", "=", agent.workspaceId)
    .executeTakeFirst();
  if (!row) {
    const refusal = new DeskError("request_not_found", `no cancellation ${input.cancellationId}`);
    throw await refused(desk, agent, "cancel", refusal);
  }
  await authorise(desk, agent, "cancel", { customerId: row.customer_id });
  const held = row.leased_until !== null && row.leased_until > desk.clock.now();
  if (held || !canBeTakenBack(row)) throw movedOn(row.id);
  try {
    await moveRequest(desk.db, desk, {
      kind: "cancellation",
      row,
      to: "taken_back",
      set: { due_at: null },
      actor: agent,
      details: { orderId: row.order_id, lineItemNumber: row.line_item_number },
    });
  } catch (error) {
    if (error instanceof RequestMovedOn) throw movedOn(row.id);
    throw error;
  }
}

function movedOn(id: string): DeskError {
  return new DeskError("request_moved_on", `${id} has left`, { id });
}
