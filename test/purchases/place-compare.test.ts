import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import type { Desk } from "#src/desk/context.ts";
import type { PartnerCenter } from "#src/partner-center/port.ts";
import { acceptChange, confirmPurchase, withdrawPurchase } from "#src/purchases/confirm.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, confirmed, customerId, minute, pass, readRow, refusalOf } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});
beforeEach(async () => {
  agent = await under.agent();
});
afterEach(async () => {
  under.simulator.clearFaults();
  under.simulator.configure({ catalogueEpoch: 0, orderListLagMs: 0, checkoutIdempotency: "cart" });
  for (const line of await boughtLines()) under.simulator.setPrice({ ...line, unitPrice: null });
});

const purchases = new Set<string>();
const buy = async (words = "sql enterprise 1 year", quantity = "2") => {
  const { purchaseId } = await confirmed(under.desk, agent, {
    customerId: customerId("Contoso"),
    words,
    quantity,
  });
  purchases.add(purchaseId);
  return purchaseId;
};
const row = (id: string) => readRow(under.desk, "purchase", id);
async function boughtLines(): Promise<{ productId: string; skuId: string }[]> {
  const rows = await Promise.all([...purchases].map(row));
  return rows.flatMap(({ lines }) => lines.map(({ productId, skuId }) => ({ productId, skuId })));
}
/** Another price per unit from now on, in US dollars. */
const reprice = async (id: string, unitPrice: number) => {
  const { productId, skuId } = (await row(id)).lines[0] ?? { productId: "", skuId: "" };
  under.simulator.setPrice({ productId, skuId, unitPrice });
};
const ordersOf = (id: string) =>
  under.simulator.orders().filter((order) => order.lines.some((line) => line.friendlyName === id));
const loseCheckout = (fault: "reset-after-commit" | "reset-before" | "invalid-json") =>
  under.simulator.addFault({ path: "/checkout$", method: "POST", fault, times: 1 });
const offerOf = async (id: string) => {
  const { offered } = await row(id);
  if (!offered) throw new Error(`${id} has no new price`);
  return offered;
};

describe("B1 frozen content: what is ordered is what was confirmed", () => {
  test("B1 a price that changes between the comparison and the checkout is paid, and the receipt knows both", async () => {
    const id = await buy();
    const { lines } = await row(id);
    const late: PartnerCenter = {
      ...under.desk.partnerCenter,
      checkoutCart: async (input, call) => {
        await reprice(id, 7_000);
        return under.desk.partnerCenter.checkoutCart(input, call);
      },
    };
    await runDue({ ...under.desk, partnerCenter: late });
    const bought = await row(id);
    expect(bought).toMatchObject({ status: "ordered", lines });
    const price = bought.orders[0]?.lines[0]?.price;
    expect(Number(price)).toBe(14_000);
    expect(Number(price)).not.toBe(Number(lines[0]?.extendedPrice));
  });

  test("B1 an order whose price can't be read is ordered all the same, and says none", async () => {
    const id = await buy();
    under.simulator.addFault({ method: "GET", path: "/orders/[^/?]+", fault: "500", times: 3 });
    await runDue(under.desk);
    const bought = await row(id);
    expect(bought).toMatchObject({ status: "ordered" });
    expect(bought.orders[0]?.lines[0]?.price).toBeNull();
  });

  test.each([
    ["higher", 7_000],
    ["lower", 4_000],
  ])("B1 a %s price is not paid: nothing is ordered, and its agent is asked", async (_, unitPrice) => {
    const id = await buy();
    const before = await row(id);
    await reprice(id, unitPrice);
    await runDue(under.desk);
    expect(ordersOf(id)).toEqual([]);
    const changed = await row(id);
    expect(changed).toMatchObject({
      status: "changed",
      total_price: before.total_price,
      lines: before.lines,
      due_at: new Date(under.clock.now().getTime() + 60 * minute),
      offered: { why: "price", totalPrice: `${unitPrice * 2}.0000`, cartId: before.cart_id },
    });
    await acceptChange(under.desk, agent, { purchaseId: id, hash: (await offerOf(id)).hash });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "ordered",
      total_price: `${unitPrice * 2}.0000`,
      offered: null,
    });
    expect(ordersOf(id)).toMatchObject([{ lines: [{ unitPrice, quantity: 2 }] }]);
  });

  test("B1 without the comparison, an order at a price that nobody confirmed is placed", async () => {
    const id = await buy();
    const { cart_id, total_price } = await row(id);
    await reprice(id, 7_000);
    // Partner Center as it would look to one that does not read the cart again: as it was when the price was asked.
    const trusting: PartnerCenter = {
      ...under.desk.partnerCenter,
      getCart: async (input) => ({
        ...(await under.desk.partnerCenter.getCart(input)),
        lines: (await row(id)).lines.map((line, index) => ({
          id: index,
          catalogItemId: line.catalogItemId,
          quantity: line.quantity,
          billingCycle: line.billingCycle,
          ...(line.termDuration === null ? {} : { termDuration: line.termDuration }),
          pricing: { unitPrice: line.unitPrice, extendedPrice: line.extendedPrice },
          currencyCode: "USD",
          orderGroup: null,
          error: null,
        })),
      }),
    };
    expect(cart_id).not.toBeNull();
    await runDue({ ...under.desk, partnerCenter: trusting });
    expect(await row(id)).toMatchObject({ status: "ordered", total_price });
    expect(ordersOf(id)).toMatchObject([{ lines: [{ unitPrice: 7_000 }] }]);
  });

  test("B1 a price that changes once more is asked about once more", async () => {
    const id = await buy();
    await reprice(id, 7_000);
    await runDue(under.desk);
    const first = await offerOf(id);
    await reprice(id, 8_000);
    await acceptChange(under.desk, agent, { purchaseId: id, hash: first.hash });
    await runDue(under.desk);
    expect(ordersOf(id)).toEqual([]);
    expect(await row(id)).toMatchObject({ status: "changed", offered: { totalPrice: "16000.0000" } });
    expect(
      await refusalOf(acceptChange(under.desk, agent, { purchaseId: id, hash: first.hash })),
    ).toMatchObject({
      code: "request_moved_on",
      values: { now: "changed" },
    });
  });

  test("B1 a new price is taken once, however often it is clicked", async () => {
    const id = await buy();
    await reprice(id, 7_000);
    await runDue(under.desk);
    const seen = { purchaseId: id, hash: (await offerOf(id)).hash };
    const answers = await Promise.all([1, 2, 3, 4].map(() => acceptChange(under.desk, agent, seen)));
    expect(answers.filter((one) => !one.alreadyConfirmed)).toHaveLength(1);
    await runDue(under.desk);
    expect(ordersOf(id)).toHaveLength(1);
  });

  test("B1 a new price that is left buys nothing, and so does one that nobody answers for an hour", async () => {
    const left = await buy();
    const forgotten = await buy();
    await reprice(left, 7_000);
    await runDue(under.desk);
    await withdrawPurchase(under.desk, agent, { purchaseId: left });
    await withdrawPurchase(under.desk, agent, { purchaseId: left });
    expect(await row(left)).toMatchObject({ status: "withdrawn", due_at: null, offered: null });
    expect(
      await refusalOf(confirmPurchase(under.desk, agent, { purchaseId: left, hash: "-" })),
    ).toMatchObject({
      code: "request_moved_on",
      values: { now: "withdrawn" },
    });
    const { hash } = await offerOf(forgotten);
    await pass(under, 60 * minute - 1);
    expect(await row(forgotten)).toMatchObject({ status: "changed" });
    await pass(under, 1);
    expect(await row(forgotten)).toMatchObject({ status: "lapsed", due_at: null });
    agent = await under.agent();
    expect(await refusalOf(acceptChange(under.desk, agent, { purchaseId: forgotten, hash }))).toMatchObject({
      code: "request_moved_on",
      values: { now: "lapsed" },
    });
    expect([...ordersOf(left), ...ordersOf(forgotten)]).toEqual([]);
    const told = under.chat.posted.filter(({ message }) => message.text.includes(forgotten));
    expect(told.map(({ message }) => message.text)).toEqual([expect.stringContaining("lapsed")]);
  });

  test("B1 a quantity that somebody changed in the cart is not what was confirmed", async () => {
    const id = await buy();
    const meddled: PartnerCenter = {
      ...under.desk.partnerCenter,
      getCart: async (input) => {
        const cart = await under.desk.partnerCenter.getCart(input);
        return { ...cart, lines: cart.lines.map((line) => ({ ...line, quantity: 3 })) };
      },
    };
    await runDue({ ...under.desk, partnerCenter: meddled });
    expect(await row(id)).toMatchObject({ status: "changed", offered: { lines: [{ quantity: 3 }] } });
    expect(ordersOf(id)).toEqual([]);
  });
});

describe("B1 an availability that was given another id", () => {
  test("B1 at the same price it goes on by itself with a new cart, and that is recorded", async () => {
    const id = await buy();
    const before = await row(id);
    under.simulator.configure({ catalogueEpoch: 1 });
    await runDue(under.desk);
    const after = await row(id);
    expect(after).toMatchObject({ status: "ordered", total_price: before.total_price });
    expect(after.cart_id).not.toBe(before.cart_id);
    expect(after.lines[0]?.catalogItemId).not.toBe(before.lines[0]?.catalogItemId);
    expect(ordersOf(id)).toMatchObject([{ lines: [{ catalogItemId: after.lines[0]?.catalogItemId }] }]);
    const recorded = await under.desk.db
      .selectFrom("activity")
      .select("details")
      .where("request_id", "=", id)
      .where("act", "=", "purchase.requested")
      .orderBy("sequence", "desc")
      .executeTakeFirstOrThrow();
    expect(recorded.details).toMatchObject({
      why: "reissued",
      confirmed: { hash: after.frozen_hash, catalogItemIds: [before.lines[0]?.catalogItemId] },
      found: { hash: after.frozen_hash, catalogItemIds: [after.lines[0]?.catalogItemId] },
    });
  });

  test("B1 at another price its agent is asked", async () => {
    const id = await buy();
    under.simulator.configure({ catalogueEpoch: 1 });
    await reprice(id, 7_000);
    await runDue(under.desk);
    expect(ordersOf(id)).toEqual([]);
    expect(await row(id)).toMatchObject({ status: "changed", offered: { totalPrice: "14000.0000" } });
    await acceptChange(under.desk, agent, { purchaseId: id, hash: (await offerOf(id)).hash });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(ordersOf(id)).toHaveLength(1);
  });

  test("B1 one that only the checkout notices (400019) is fetched anew as well, and not for ever", async () => {
    const id = await buy();
    const answer = { status: 404, code: 400019, description: "The availability was not found." };
    under.simulator.addFault({ path: "/checkout$", method: "POST", fault: "answer", times: 1, answer });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(ordersOf(id)).toHaveLength(1);
    const again = await buy();
    under.simulator.addFault({ path: "/checkout$", method: "POST", fault: "answer", times: 30, answer });
    await runDue(under.desk);
    expect(await row(again)).toMatchObject({ status: "refused", failure: { code: 400019 } });
  });

  test("B1 a product that is no longer sold is refused, with the reason", async () => {
    const id = await buy();
    under.simulator.configure({ catalogueEpoch: 1 });
    const soldOut: PartnerCenter = { ...under.desk.partnerCenter, listAvailabilities: async () => [] };
    await runDue({ ...under.desk, partnerCenter: soldOut });
    expect(await row(id)).toMatchObject({
      status: "refused",
      failure: { code: 400019, description: expect.stringContaining("no longer sold") },
    });
    expect(ordersOf(id)).toEqual([]);
  });
});

describe("B1 a cart that is gone", () => {
  const gone = (desk: Desk, cartId: string | null): Desk => ({
    ...desk,
    partnerCenter: {
      ...desk.partnerCenter,
      getCart: (input) =>
        desk.partnerCenter.getCart(
          input.cartId === cartId ? { ...input, cartId: crypto.randomUUID() } : input,
        ),
    },
  });

  test("B1 its agent is asked, also at the same price", async () => {
    const id = await buy();
    const before = await row(id);
    await runDue(gone(under.desk, before.cart_id));
    expect(ordersOf(id)).toEqual([]);
    const { offered, status } = await row(id);
    expect({ status, offered }).toMatchObject({
      status: "changed",
      offered: { why: "expired", totalPrice: before.total_price, hash: before.frozen_hash },
    });
    await acceptChange(under.desk, agent, { purchaseId: id, hash: offered?.hash ?? "" });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "ordered", cart_id: offered?.cartId });
  });

  test("B1 one that only the checkout misses (404, 800008) is no order either", async () => {
    const id = await buy();
    under.simulator.addFault({
      path: "/checkout$",
      method: "POST",
      fault: "answer",
      times: 1,
      answer: { status: 404, code: 800008, description: "The cart was not found." },
    });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "changed", offered: { why: "expired" } });
    expect(ordersOf(id)).toEqual([]);
  });

  test("invariant 2: after a checkout without an answer no new cart is filled; a person is told", async () => {
    const id = await buy();
    const { cart_id } = await row(id);
    loseCheckout("reset-after-commit");
    await runDue(under.desk);
    under.simulator.configure({ orderListLagMs: 24 * 60 * minute });
    const carts = () =>
      under.simulator.requests().filter(({ method, path }) => method === "POST" && path.endsWith("/carts"))
        .length;
    const before = carts();
    const desk = gone(under.desk, cart_id);
    for (let passed = 0; passed < 36; passed += 1) await pass(under, minute, desk);
    expect(await row(id)).toMatchObject({ status: "needs_person", cart_id });
    expect(carts()).toBe(before);
    expect(ordersOf(id)).toHaveLength(1);
  });
});

describe("invariant 2: a changed price and a lost answer", () => {
  test("invariant 2: an order that landed is found, whatever it costs by now", async () => {
    const id = await buy();
    loseCheckout("reset-after-commit");
    await runDue(under.desk);
    await reprice(id, 7_000);
    await pass(under, 2_000);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(ordersOf(id)).toHaveLength(1);
  });

  test("invariant 2: one that may be on its way is not asked about before reading shows that nothing was ordered", async () => {
    const id = await buy();
    loseCheckout("reset-before");
    await runDue(under.desk);
    await reprice(id, 7_000);
    for (let passed = 0; passed < 9; passed += 1) {
      await pass(under, minute);
      expect(await row(id)).toMatchObject({ status: "unknown" });
    }
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "changed", ms_request_id: null });
    expect(ordersOf(id)).toEqual([]);
  });

  test("B1 while Partner Center does not show the cart, nothing is sent, and then it is", async () => {
    const id = await buy();
    under.simulator.addFault({ path: "/carts/[^/]+$", method: "GET", fault: "503", times: 1 });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "requested", failure: { operation: "getCart" } });
    expect(ordersOf(id)).toEqual([]);
    await pass(under, 2_000);
    expect(await row(id)).toMatchObject({ status: "ordered", failure: null });
  });
});

describe("invariant 4: the database refuses", () => {
  const change = (id: string, assignment: string) =>
    sql.raw(`update purchases set ${assignment} where id = '${id}'`).execute(under.desk.db);

  test("invariant 4: another cart while one may have been ordered, and a confirmation without its content", async () => {
    const id = await buy();
    loseCheckout("reset-before");
    await runDue(under.desk);
    await expect(change(id, "cart_id = 'another'")).rejects.toThrow("may have been ordered");
    await pass(under, 2_000);
    const quoted = await buy();
    await expect(
      change(quoted, "status = 'changed', offered = '{}'").then(() =>
        change(quoted, "status = 'requested', offered = null, frozen_hash = null"),
      ),
    ).rejects.toThrow("confirmed without its content");
    await change(quoted, "status = 'requested', offered = null");
    await runDue(under.desk);
  });

  test("invariant 4: a changed purchase has a new price, and no other has one", async () => {
    const id = await buy();
    await expect(change(id, "status = 'changed'")).rejects.toThrow("purchases_offered");
    await expect(change(id, "offered = '{}'")).rejects.toThrow("purchases_offered");
    await runDue(under.desk);
  });
});

test("B1 the activity tells the story of a changed price", async () => {
  const id = await buy();
  await reprice(id, 7_000);
  await runDue(under.desk);
  await acceptChange(under.desk, agent, { purchaseId: id, hash: (await offerOf(id)).hash });
  await runDue(under.desk);
  expect((await activityOf(under.desk, id)).map(({ act }) => act)).toEqual([
    "purchase.quoted",
    "purchase.requested",
    "purchase.sending",
    "purchase.changed",
    "purchase.requested",
    "purchase.sending",
    "purchase.ordered",
  ]);
});
