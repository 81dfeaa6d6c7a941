import { afterAll, beforeAll, expect, test } from "vitest";
import { seedCustomers } from "#sandbox/partner-center/seed.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { confirmPurchase } from "#src/purchases/confirm.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { fillForm } from "../requests/acts.ts";

let under: DeskUnderTest;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(() => under.close());

test("B1 places a confirmed purchase once and shows it in one message", async () => {
  const { desk, chat } = under;
  const agent = await under.agent();
  const customer = seedCustomers[0];
  if (!customer) throw new Error("no customer");
  const form = await fillForm(desk, agent, {
    customerId: customer.id,
    words: "sql enterprise",
    quantity: "2",
  });
  const quote = await quotePurchase(desk, agent, form);
  expect(Number(quote.totalPrice)).toBeGreaterThan(0);
  const before = under.simulator.orders().length;
  expect(await confirmPurchase(desk, agent, quote)).toEqual({
    purchaseId: quote.purchaseId,
    alreadyConfirmed: false,
    awaiting: null,
  });
  expect(await confirmPurchase(desk, agent, quote)).toEqual({
    purchaseId: quote.purchaseId,
    alreadyConfirmed: true,
    awaiting: null,
  });
  await runDue(desk);
  expect(under.simulator.orders().length).toBe(before + 1);
  const row = await desk.db
    .selectFrom("purchases")
    .selectAll()
    .where("id", "=", quote.purchaseId)
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ status: "ordered", due_at: null });
  expect(chat.posted).toHaveLength(1);
  expect(chat.posted[0]?.message.text).toContain("ordered");
  expect(await verifyChain(desk.db, agent.workspaceId)).toMatchObject({ intact: true });
});
