import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import { lapseQuote } from "./lapse.ts";

/**
 * Turns a quote into an order to be placed, in one transaction. A second click, or the same payload again, finds the same
 * purchase confirmed already.
 *
 * @throws DeskError request_not_found | request_moved_on (the quote lapsed)
 */
export async function confirmPurchase(
  desk: Desk,
  agent: Agent,
  input: { purchaseId: string },
): Promise<{ purchaseId: string; alreadyConfirmed: boolean }> {
  const purchase = await desk.db
    .selectFrom("purchases")
    .selectAll()
    .where("id", "=", input.purchaseId)
    .where("workspace_id", "=", agent.workspaceId)
    .where("person_id", "=", agent.personId)
    .executeTakeFirst();
  if (!purchase)
    throw new DeskError("request_not_found", `no purchase ${input.purchaseId} of ${agent.personId}`);
  await authorise(desk, agent, "buy", { customerId: purchase.customer_id });
  const now = desk.clock.now();
  if (purchase.status === "quoted" && purchase.due_at !== null && purchase.due_at <= now) {
    await lapseQuote(desk, { purchaseId: purchase.id });
    return confirmPurchase(desk, agent, input);
  }
  if (purchase.status === "lapsed")
    throw new DeskError("request_moved_on", `${purchase.id} lapsed`, { id: purchase.id });
  if (purchase.status !== "quoted") return { purchaseId: purchase.id, alreadyConfirmed: true };
  if (purchase.cart_id === null)
    throw new DeskError("request_moved_on", `${purchase.id} has no price yet`, { id: purchase.id });

  try {
    await transact(desk.db, (trx) =>
      moveRequest(trx, desk, {
        kind: "purchase",
        row: purchase,
        to: "requested",
        set: { due_at: new Date(now.getTime() + desk.timings.patienceSeconds * 1_000) },
        actor: agent,
        details: {
          totalPrice: purchase.total_price,
          currencyCode: purchase.currency_code,
          contentHash: purchase.content_hash,
        },
        ringAt: now,
      }),
    );
    return { purchaseId: purchase.id, alreadyConfirmed: false };
  } catch (error) {
    if (error instanceof RequestMovedOn) return confirmPurchase(desk, agent, input);
    throw error;
  }
}
