import { randomUUID } from "node:crypto";
import { seedCustomers } from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import { listCatalog } from "#src/catalog/list.ts";
import { readOffer } from "#src/catalog/offer.ts";
import type { Desk } from "#src/desk/context.ts";
import { confirmPurchase } from "#src/purchases/confirm.ts";
import { quotePurchase } from "#src/purchases/quote.ts";

/** Quotes and confirms one piece of software for a seeded customer; returns the purchase's id. */
export async function buy(
  desk: Desk,
  agent: Agent,
  choice: { customer?: number; query?: string; quantity?: string } = {},
): Promise<string> {
  const customerId = seedCustomers[choice.customer ?? 0]?.id ?? "";
  const [entry] = await listCatalog(desk, agent, { customerId, query: choice.query ?? "sql enterprise" });
  if (!entry) throw new Error(`The catalogue has nothing like ${choice.query}.`);
  const offer = await readOffer(desk, agent, { customerId, ...entry });
  const quote = await quotePurchase(desk, agent, {
    formToken: randomUUID(),
    customerId,
    productId: entry.productId,
    skuId: entry.skuId,
    termId: offer.terms[0]?.id ?? "",
    quantity: choice.quantity ?? "1",
  });
  await confirmPurchase(desk, agent, quote);
  return quote.purchaseId;
}
