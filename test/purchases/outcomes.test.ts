import { type Kysely, sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "#sandbox/partner-center/faults.ts";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import type { PartnerCenter } from "#src/partner-center/port.ts";
import { placePurchase } from "#src/purchases/place.ts";
import { type DeskUnderTest, openDesk, partnerCenterOf } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, confirmed, customerId, minute, pass, readRow } from "../requests/acts.ts";

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
afterEach(() => {
  under.simulator.clearFaults();
  under.simulator.configure({ orderListLagMs: 0, checkoutIdempotency: "cart" });
});

const buy = async (words = "sql enterprise 1 year", quantity = "1", company = "Contoso") =>
  (await confirmed(under.desk, agent, { customerId: customerId(company), words, quantity })).purchaseId;
const row = (id: string) => readRow(under.desk, "purchase", id);
const ordersOf = (id: string) =>
  under.simulator.orders().filter((order) => order.lines.some((line) => line.friendlyName === id));
const fault = (change: Partial<Fault> & Pick<Fault, "fault">) =>
  under.simulator.addFault({ path: "/checkout$", method: "POST", times: 1, ...change });
/** The checkouts of this test's cart, by request id and status. */
const checkouts = async (id: string) => {
  const { cart_id } = await row(id);
  return under.simulator.requests().filter((one) => one.path.includes(`/${cart_id}/checkout`));
};
const lastMessage = (id: string) =>
  under.chat.posted.filter(({ message }) => message.text.includes(id)).map(({ message }) => message.text);

describe("its message", () => {
  test("invariant 1: is asked for by whoever places the order, before anything leaves for Partner Center", async () => {
    const id = await buy();
    const wanted = async () =>
      (await under.desk.db.selectFrom("messages").select("id").where("request_id", "=", id).execute()).length;
    const whenAsked: number[] = [];
    const partnerCenter = new Proxy(under.desk.partnerCenter, {
      get:
        (target, name: keyof PartnerCenter) =>
        async (...given: unknown[]) => {
          whenAsked.push(await wanted());
          return Reflect.apply(target[name], target, given);
        },
    });
    expect(await wanted()).toBe(0);
    await placePurchase({ ...under.desk, partnerCenter }, { purchaseId: id });
    expect(whenAsked.length).toBeGreaterThan(1);
    expect(new Set(whenAsked)).toEqual(new Set([1]));
  });
});

describe("B1 answers", () => {
  test("B1 an order group that failed beside one that was ordered: partly ordered, with both recorded", async () => {
    const id = await buy();
    const partly: PartnerCenter = {
      ...under.desk.partnerCenter,
      checkoutCart: async (input, call) => ({
        ...(await under.desk.partnerCenter.checkoutCart(input, call)),
        orderErrors: [{ orderGroupId: "1", code: 800010, description: "Not enough inventory." }],
      }),
    };
    await runDue({ ...under.desk, partnerCenter: partly });
    expect(await row(id)).toMatchObject({
      status: "partly_ordered",
      due_at: null,
      order_errors: [{ code: 800010, description: "Not enough inventory." }],
      orders: [{ orderId: ordersOf(id)[0]?.id }],
    });
    expect((await activityOf(under.desk, id)).at(-1)).toEqual({
      act: "purchase.partly_ordered",
      outcome: "done",
    });
  });

  test("B1 goods that ran out between cart and checkout: refused, with Partner Center's error", async () => {
    const first = await buy("biztalk 2016 standard", "3");
    const second = await buy("biztalk 2016 standard", "3");
    await runDue(under.desk);
    expect(await row(first)).toMatchObject({ status: "ordered" });
    expect(await row(second)).toMatchObject({
      status: "refused",
      orders: [],
      order_errors: [{ code: 800010 }],
    });
    expect(ordersOf(second)).toEqual([]);
    expect(lastMessage(second)).toEqual([expect.stringContaining("refused")]);
  });

  test("B1 a customer whose agreement ended since the quote: refused, with the code", async () => {
    const id = await buy();
    under.simulator.updateCustomer({ id: customerId("Contoso"), agreementAccepted: false });
    await runDue(under.desk);
    under.simulator.updateCustomer({ id: customerId("Contoso"), agreementAccepted: true });
    expect(await row(id)).toMatchObject({
      status: "refused",
      due_at: null,
      failure: { code: 13605, status: 403, operation: "checkoutCart" },
    });
    expect((await activityOf(under.desk, id)).at(-1)).toEqual({
      act: "purchase.refused",
      outcome: "refused",
    });
    await pass(under, 60 * minute);
    expect(await checkouts(id)).toHaveLength(1);
  });
});

describe("invariant 2: not now", () => {
  test("invariant 2: 429 is asked again as another call, not before Retry-After, and orders once", async () => {
    const id = await buy();
    fault({ fault: "429", retryAfterSeconds: 45 });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "requested",
      failure: { kind: "wait" },
    });
    await pass(under, 43_000);
    // A second doorbell, such as an old job, is too early.
    await placePurchase(under.desk, { purchaseId: id });
    expect(await checkouts(id)).toHaveLength(1);
    await pass(under, 2_000);
    const asked = await checkouts(id);
    expect(asked.map((one) => one.status)).toEqual([429, 201]);
    expect(new Set(asked.map((one) => one.requestId)).size).toBe(2);
    expect(await row(id)).toMatchObject({ status: "ordered", failure: null });
    expect(ordersOf(id)).toHaveLength(1);
  });

  test("invariant 2: a cart that another call works on (409, 800064) is asked again and orders once", async () => {
    const id = await buy();
    fault({
      fault: "answer",
      answer: { status: 409, code: 800064, description: "The cart is being processed." },
    });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "requested", failure: { code: 800064 } });
    await pass(under, 2_000);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(ordersOf(id)).toHaveLength(1);
  });

  test("invariant 2: a token that is not accepted (401, twice) is asked again and orders once", async () => {
    const id = await buy();
    fault({ fault: "expired-token", times: 2 });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "requested", failure: { kind: "reauthorise" } });
    await pass(under, 2_000);
    expect((await checkouts(id)).map((one) => one.status)).toEqual([401, 401, 201]);
    expect(await row(id)).toMatchObject({ status: "ordered" });
  });

  test("invariant 3: who is told to wait for ever is left to a person, and said so", async () => {
    const id = await buy();
    under.simulator.addFault({ path: "/checkout$", fault: "429", retryAfterSeconds: 120 });
    await runDue(under.desk);
    for (let tries = 0; tries < 50; tries += 1) await pass(under, 2 * minute);
    expect(await row(id)).toMatchObject({ status: "needs_person", due_at: null });
    expect(lastMessage(id)).toEqual([expect.stringContaining("needs_person")]);
  });
});

describe("invariant 2: lost answers", () => {
  test("invariant 2: a checkout that never answered is repeated with the same request id: one order", async () => {
    const { checkoutCart } = partnerCenterOf(under.simulator, under.clock, 2_000);
    const impatient = { ...under.desk, partnerCenter: { ...under.desk.partnerCenter, checkoutCart } };
    under.simulator.configure({ checkoutIdempotency: "request-id-only" });
    const id = await buy();
    fault({ fault: "hang" });
    await runDue(impatient);
    expect(await row(id)).toMatchObject({ status: "unknown", failure: { kind: "retry_same_id" } });
    expect(ordersOf(id)).toHaveLength(1);
    await pass(under, 2_000);
    const asked = await checkouts(id);
    expect(asked).toHaveLength(2);
    expect(new Set(asked.map((one) => one.requestId)).size).toBe(1);
    expect(await row(id)).toMatchObject({ status: "ordered", orders: [{ orderId: ordersOf(id)[0]?.id }] });
    expect(ordersOf(id)).toHaveLength(1);
  });

  test.each([
    ["invalid-json", 1],
    ["reset-after-commit", 1],
    ["reset-before", 1],
    ["500", 1],
    ["503", 1],
  ] as const)("invariant 2: %s ends in one order", async (kind, orders) => {
    under.simulator.configure({ checkoutIdempotency: "request-id-only" });
    const id = await buy();
    fault({ fault: kind });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "unknown" });
    await pass(under, 2_000);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(ordersOf(id)).toHaveLength(orders);
  });

  test("invariant 2: an answer that can't be read is found by reading, not by asking again", async () => {
    const id = await buy();
    fault({ fault: "invalid-json" });
    await runDue(under.desk);
    await pass(under, 2_000);
    expect(await row(id)).toMatchObject({ status: "ordered", orders: [{ orderId: ordersOf(id)[0]?.id }] });
    expect(await checkouts(id)).toHaveLength(1);
  });

  test("invariant 2: an order that the list shows after ten minutes only is found then", async () => {
    under.simulator.configure({ orderListLagMs: 10 * minute });
    const id = await buy();
    fault({ fault: "invalid-json" });
    await runDue(under.desk);
    for (let passed = 0; passed < 9; passed += 1) {
      await pass(under, minute);
      expect(await row(id)).toMatchObject({ status: "unknown" });
    }
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(await checkouts(id)).toHaveLength(1);
    expect(ordersOf(id)).toHaveLength(1);
  });

  test("invariant 2: after long, a lost answer is looked for before anything is sent again", async () => {
    under.simulator.configure({ checkoutIdempotency: "request-id-only" });
    const id = await buy();
    fault({ fault: "reset-after-commit" });
    await runDue(under.desk);
    await pass(under, 11 * minute);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(await checkouts(id)).toHaveLength(1);
  });

  test("invariant 2: a cart that says it was submitted already (800065) is looked for and found", async () => {
    const id = await buy();
    fault({ fault: "reset-after-commit" });
    await runDue(under.desk);
    fault({ fault: "answer", answer: { status: 400, code: 800065, description: "Submitted already." } });
    await pass(under, 2_000);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(ordersOf(id)).toHaveLength(1);
  });

  test("invariant 3: what may have been sent is left to a person after half an hour without any answer", async () => {
    const id = await buy();
    fault({ fault: "reset-after-commit" });
    await runDue(under.desk);
    const away = { status: 503, code: 0, description: "Away." };
    under.simulator.addFault({ path: "/customers/", fault: "answer", answer: away });
    for (let passed = 0; passed < 28; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "unknown" });
    for (let passed = 0; passed < 8; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "needs_person", due_at: null });
    expect(lastMessage(id)).toEqual([expect.stringContaining("needs_person")]);
  });

  test("invariant 3: an order that never appears is left to a person, who is told; nothing is sent again", async () => {
    under.simulator.configure({ orderListLagMs: 24 * 60 * minute });
    const id = await buy();
    fault({ fault: "invalid-json" });
    await runDue(under.desk);
    for (let passed = 0; passed < 36; passed += 1) await pass(under, minute);
    const { cart_id } = await row(id);
    expect(await row(id)).toMatchObject({ status: "needs_person", due_at: null, orders: [] });
    expect(lastMessage(id)).toEqual([expect.stringContaining("needs_person")]);
    expect((await activityOf(under.desk, id)).at(-1)).toEqual({
      act: "purchase.needs_person",
      outcome: "failed",
    });
    expect(await checkouts(id)).toHaveLength(1);
    const looks = under.simulator.requests().filter((one) => one.path.endsWith(`/carts/${cart_id}`));
    expect(looks.length).toBeLessThan(36);
    for (let hour = 0; hour < 3; hour += 1) await pass(under, 60 * minute);
    expect(await checkouts(id)).toHaveLength(1);
  });

  test("invariant 2: one that does not look first, and takes a new id, orders twice", async () => {
    under.simulator.configure({ checkoutIdempotency: "request-id-only" });
    const id = await buy();
    fault({ fault: "reset-after-commit" });
    await runDue(under.desk);
    await sql`update purchases set ms_request_id = gen_random_uuid() where id = ${id}`.execute(under.desk.db);
    await pass(under, 2_000);
    expect(ordersOf(id)).toHaveLength(2);
  });

  test("invariant 2: a worker that dies after sending leaves a row that the next one finishes", async () => {
    const id = await buy();
    const dying: Desk = {
      ...under.desk,
      failpoint: async (point) => {
        if (point === "purchase.answered") throw new Error("the power went");
      },
    };
    await expect(runDue(dying)).rejects.toThrow("the power went");
    expect(await row(id)).toMatchObject({ status: "sending" });
    await pass(under, 59_000);
    expect(await row(id)).toMatchObject({ status: "sending" });
    await pass(under, 2_000);
    expect(await row(id)).toMatchObject({ status: "ordered" });
    expect(ordersOf(id)).toHaveLength(1);
  });
});

describe("invariant 4: the database refuses", () => {
  const change = (id: string, assignment: string, before = "select 1") =>
    transact(under.desk.db, async (trx: Kysely<never> | Parameters<Parameters<typeof transact>[1]>[0]) => {
      await sql.raw(before).execute(trx);
      await sql.raw(`update purchases set ${assignment} where id = '${id}'`).execute(trx);
      throw new Error("undone");
    });

  test.each(["ordered", "refused", "lapsed"] as const)(
    "invariant 4: a purchase that is %s stays so",
    async (status) => {
      const id = await buy();
      if (status === "refused")
        fault({ fault: "answer", answer: { status: 403, code: 800069, description: "Failed risk check." } });
      if (status === "lapsed")
        await sql`update purchases set status = 'quoted' where id = ${id}`.execute(under.desk.db);
      if (status === "lapsed") await pass(under, 61 * minute);
      else await runDue(under.desk);
      expect(await row(id)).toMatchObject({ status });
      const back = "status = 'requested', due_at = now()";
      await expect(change(id, back)).rejects.toThrow(`is ${status} and stays so`);
      await expect(change(id, back, "drop trigger purchases_keep_final on purchases")).rejects.toThrow(
        "undone",
      );
    },
  );

  test("invariant 3: a purchase is due exactly while it is not at rest", async () => {
    const id = await buy();
    await expect(change(id, "due_at = null")).rejects.toThrow("purchases_due");
    await runDue(under.desk);
    await expect(change(id, "due_at = now()")).rejects.toThrow("purchases_due");
    await expect(
      change(id, "due_at = now()", "alter table purchases drop constraint purchases_due"),
    ).rejects.toThrow("undone");
  });

  test("invariant 4: nothing is sending without a request id, and nothing ordered without an order", async () => {
    const id = await buy();
    await expect(change(id, "status = 'sending'")).rejects.toThrow("purchases_sent_with_id");
    await expect(
      change(id, "status = 'ordered', due_at = null, ms_request_id = gen_random_uuid(), sent_at = now()"),
    ).rejects.toThrow("purchases_ordered_has_orders");
    await runDue(under.desk);
  });
});
