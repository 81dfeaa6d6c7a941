import type { Desk } from "../desk/context.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";

/**
 * Lets a purchase go that nobody answered for in time: a quote, or a new price, after its hour; an approval at its deadline.
 * A cart that is left buys nothing and expires at Partner Center by itself.
 */
export async function lapsePurchase(desk: Desk, input: { purchaseId: string }): Promise<void> {
  const now = desk.clock.now();
  const purchase = await desk.db
    .selectFrom("purchases")
    .selectAll()
    .where("id", "=", input.purchaseId)
    .where("status", "in", ["quoted", "changed", "awaiting_approval"])
    .where("due_at", "<=", now)
    .executeTakeFirst();
  if (!purchase) return;
  try {
    await moveRequest(desk.db, desk, {
      kind: "purchase",
      row: purchase,
      to: purchase.status === "awaiting_approval" ? "expired" : "lapsed",
      set: { due_at: null, offered: null },
      actor: null,
      details: { contentHash: purchase.frozen_hash },
      // A quote has no message: it was only seen in its window.
      redraw: purchase.status !== "quoted",
    });
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
  }
}
