import type { Desk } from "../desk/context.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";

/**
 * Closes a hand-over that broke between its recorded intent and its end. What was shown by then can't be known, so the
 * record says that it may have been seen.
 */
export async function interruptHandOver(desk: Desk, input: { keyRequestId: string }): Promise<void> {
  const request = await desk.db
    .selectFrom("key_requests")
    .selectAll()
    .where("id", "=", input.keyRequestId)
    .where("status", "=", "requested")
    .where("due_at", "<=", desk.clock.now())
    .executeTakeFirst();
  if (!request) return;
  try {
    await moveRequest(desk.db, desk, {
      kind: "key_request",
      row: request,
      to: "interrupted",
      set: { due_at: null },
      actor: null,
      outcome: "failed",
      details: { assumeSeen: true },
    });
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
  }
}
