import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";

/** Lets a quote go that nobody confirmed in its hour. Its cart buys nothing and expires at Partner Center by itself. */
export async function lapseQuote(desk: Desk, input: { purchaseId: string }): Promise<void> {
  const now = desk.clock.now();
  const quote = await desk.db
    .selectFrom("purchases")
    .selectAll()
    .where("id", "=", input.purchaseId)
    .where("status", "=", "quoted")
    .where("due_at", "<=", now)
    .executeTakeFirst();
  if (!quote) return;
  try {
    await transact(desk.db, (trx) =>
      moveRequest(trx, desk, {
        kind: "purchase",
        row: quote,
        to: "lapsed",
        set: { due_at: null },
        actor: null,
        redraw: false,
      }),
    );
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
  }
}
