import { seedCustomers } from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import type { Desk } from "#src/desk/context.ts";
import { confirmed } from "../requests/acts.ts";

/** Quotes and confirms one piece of software for a seeded customer; returns the purchase's id. */
export async function buy(
  desk: Desk,
  agent: Agent,
  choice: { customer?: number; query?: string; quantity?: string } = {},
): Promise<string> {
  const { purchaseId } = await confirmed(desk, agent, {
    customerId: seedCustomers[choice.customer ?? 0]?.id ?? "",
    words: choice.query ?? "sql enterprise",
    quantity: choice.quantity ?? "1",
  });
  return purchaseId;
}
