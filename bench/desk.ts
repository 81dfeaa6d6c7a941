import { randomUUID } from "node:crypto";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { listCatalog } from "#src/catalog/list.ts";
import { readOffer } from "#src/catalog/offer.ts";
import { loadConfig } from "#src/config/config.ts";
import { startApp } from "#src/context.ts";
import type { Desk } from "#src/desk/context.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import { type Ground, slackUserId, workspaceId } from "./ground.ts";

/** The app's desk in this very process, with an agent at it, to prepare what is measured. */
export interface BenchDesk {
  desk: Desk;
  agent: Agent;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openBenchDesk(
  ground: Ground,
  databaseUrl: string,
  override: Partial<Desk> = {},
): Promise<BenchDesk> {
  const { config, secrets } = loadConfig({ ...ground.env(databaseUrl), ROLE: "bot", LOG_LEVEL: "warn" });
  const app = await startApp(config, secrets, override);
  return {
    desk: app.desk,
    agent: await recognise(app.desk, { workspaceId, slackUserId }),
    [Symbol.asyncDispose]: () => app.stop(),
  };
}

/** Ids of generated customers in the United States, where everything is sold. */
export async function readCustomers(desk: Desk, count: number): Promise<string[]> {
  const ids: string[] = [];
  const found = await desk.partnerCenter.searchCustomers({ field: "CompanyName", startsWith: "", size: 500 });
  for (const { id, companyName } of found) {
    if (ids.length === count) return ids;
    if (!/\d{4}$/.test(companyName)) continue;
    const { country } = await desk.partnerCenter.getBillingProfile({ customerId: id });
    if (country === "US") ids.push(id);
  }
  throw new Error(`There are ${ids.length} such customers instead of ${count}.`);
}

const item = { productId: "DG7GMGF0PSQ2", skuId: "0001" };

/** An order of one line of perpetual software, made in the portal, so to speak. */
export async function placeOrder(
  desk: Desk,
  customerId: string,
): Promise<{ customerId: string; orderId: string; lineItemNumber: number }> {
  const call = () => ({ requestId: randomUUID(), correlationId: randomUUID() });
  const [offer] = await desk.partnerCenter.listAvailabilities({ customerId, ...item });
  const cart = await desk.partnerCenter.createCart(
    {
      customerId,
      lines: [{ id: 0, catalogItemId: offer?.catalogItemId ?? "", quantity: 1, billingCycle: "one_time" }],
    },
    call(),
  );
  const { orders } = await desk.partnerCenter.checkoutCart({ customerId, cartId: cart.id }, call());
  return { customerId, orderId: orders[0]?.id ?? "", lineItemNumber: 0 };
}

/** A purchase of one SQL Server whose price is on screen: the state of its form. */
export async function quoteOne({ desk, agent }: BenchDesk, customerId: string) {
  const [entry] = await listCatalog(desk, agent, { customerId, query: "sql enterprise" });
  if (!entry) throw new Error("The catalogue has no SQL Server.");
  const offer = await readOffer(desk, agent, { customerId, ...entry });
  const formToken = randomUUID();
  const line = {
    productId: entry.productId,
    skuId: entry.skuId,
    termId: offer.terms[0]?.id ?? "",
    quantity: "1",
  };
  const { purchaseId, hash } = await quotePurchase(desk, agent, {
    formToken,
    customerId,
    lines: [{ ...line, azureSubscriptionId: null, scope: null }],
  });
  return { formToken, purchaseId, hash, customerId, lines: [] };
}
