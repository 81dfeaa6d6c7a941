import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { findOrder } from "#src/cancellations/find-order.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { type Database, transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { moveRequest } from "#src/requests/move.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { countWaiting } from "../ground/locks.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, customerId, minute, pass, readRow, refusalOf, seededLine } from "../requests/acts.ts";
import { placeOrder } from "./stock.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

const contoso = customerId("Contoso");
type Wanted = { orderId: string; lineItemNumber: number };
const ask = async (lines: Wanted[], formToken = randomUUID(), desk: Desk = under.desk) =>
  (await requestCancellations(desk, agent, { formToken, customerId: contoso, lines })).batchId;
const batchOf = async (id: string) => ({
  ...(await readRow(under.desk, "cancellation_batch", id)),
  items: await under.desk.db
    .selectFrom("cancellations")
    .selectAll()
    .where("batch_id", "=", id)
    .orderBy("order_id")
    .orderBy("line_item_number")
    .execute(),
});
const messages = () => under.desk.db.selectFrom("messages").select(["request_kind", "request_id"]).execute();
const patches = () => under.simulator.requests().filter(({ method }) => method === "PATCH");
const settle = async () => {
  await runDue(under.desk);
  for (const minutes of [4, 8, 4]) await pass(under, minutes * minute);
};

describe("C7 several orders, one confirmation, one report", () => {
  test("C7 each has its own outcome; what may not be cancelled is listed with its reason", async () => {
    const gone = { orderId: "no-such-order", lineItemNumber: 0 };
    const batchId = await ask([
      seededLine("recentPerpetual"),
      seededLine("recentSubscription"),
      seededLine("extendedSecurityUpdates"),
      gone,
      { ...seededLine("recentPerpetual"), lineItemNumber: 9 },
    ]);
    under.simulator.addFault({
      path: "/subscriptions/",
      method: "PATCH",
      fault: "answer",
      answer: { status: 400, code: 800061, description: "The order cannot be cancelled." },
    });
    expect(await batchOf(batchId)).toMatchObject({ status: "under_way", version: 1 });
    await settle();
    const batch = await batchOf(batchId);
    expect(batch.items.map(({ order_id, status }) => [order_id, status]).toSorted()).toEqual(
      [
        [seededLine("recentPerpetual").orderId, "visible"],
        [seededLine("recentSubscription").orderId, "refused"],
      ].toSorted(),
    );
    expect(
      batch.refused_items.map(({ orderId, lineItemNumber, code }) => [orderId, lineItemNumber, code]),
    ).toEqual([
      [seededLine("extendedSecurityUpdates").orderId, 0, "cancel_by_support_only"],
      [gone.orderId, 0, "order_not_found"],
      [seededLine("recentPerpetual").orderId, 9, "order_not_found"],
    ]);
    expect(batch.status).toBe("ended");
  });

  test("C7 there is one message, the report: it is drawn again with each item's move, and from its newest state", async () => {
    const batchId = await ask([seededLine("recentPerpetual", 0), seededLine("recentPerpetual", 1)]);
    await runDue(under.desk);
    expect(await messages()).toEqual([{ request_kind: "cancellation_batch", request_id: batchId }]);
    expect(under.chat.posted.map(({ message }) => message.text)).toEqual([
      expect.stringContaining("under_way"),
    ]);
    await settle();
    expect(under.chat.posted).toHaveLength(1);
    expect(under.chat.posted[0]?.message.text).toContain("ended");
    expect(await messages()).toHaveLength(1);
  });

  test("C7 of the last two that end at the same moment the later ends the report, and it is told aloud", async () => {
    const { desk } = under;
    const batchId = await ask([seededLine("recentPerpetual", 0), seededLine("recentPerpetual", 1)]);
    const [one, other] = (await batchOf(batchId)).items;
    if (!one || !other) throw new Error("there are not two");
    const refuse = (db: Database, row: typeof one) =>
      moveRequest(db, desk, { kind: "cancellation", row, to: "refused", set: { due_at: null }, actor: null });
    const { moving } = await transact(desk.db, async (trx) => {
      await sql`select from cancellation_batches where id = ${batchId} for update`.execute(trx);
      const moving = Promise.all([one, other].map((row) => refuse(desk.db, row)));
      await expect.poll(() => countWaiting(desk.db)).toBe(2);
      return { moving };
    });
    await moving;
    const { status, version } = await batchOf(batchId);
    expect({ status, version }).toEqual({ status: "ended", version: 3 });
    const message = desk.db.selectFrom("messages").select(["wanted_version", "aloud_version"]);
    expect(await message.execute()).toEqual([{ wanted_version: 3, aloud_version: 3 }]);
  });

  test("C7 what is drawn holds the items themselves", async () => {
    const drawn: unknown[] = [];
    const desk: Desk = {
      ...under.desk,
      drawMessage: (subject) => {
        if (subject.kind === "cancellation_batch")
          drawn.push(subject.row.items.map(({ status, line_item_number }) => [line_item_number, status]));
        return { text: "a report", blocks: [] };
      },
    };
    await ask([seededLine("recentPerpetual", 1), seededLine("recentPerpetual", 0)]);
    await runDue(desk);
    expect(drawn.at(-1)).toEqual([
      [0, "accepted"],
      [1, "accepted"],
    ]);
  });

  test("C7 the same form sent twice, at once or later, is one batch", async () => {
    const formToken = randomUUID();
    const lines = [seededLine("recentPerpetual")];
    const ids = await Promise.all([ask(lines, formToken), ask(lines, formToken), ask(lines, formToken)]);
    expect(new Set([...ids, await ask(lines, formToken)]).size).toBe(1);
    expect((await batchOf(ids[0] ?? "")).items).toHaveLength(1);
    await settle();
    expect(patches()).toHaveLength(1);
  });

  test("C7 a line that somebody asked for before is refused in the batch, with who it was; a repeated line is one", async () => {
    const other = await under.agent("U0AGENT2");
    const { cancellationId } = await requestCancellation(under.desk, other, seededLine("recentPerpetual"));
    const batchId = await ask([
      seededLine("recentPerpetual"),
      seededLine("recentPerpetual", 1),
      seededLine("recentPerpetual", 1),
    ]);
    const batch = await batchOf(batchId);
    expect(batch.refused_items).toMatchObject([
      { code: "already_requested", values: { by: "U0AGENT2", id: cancellationId } },
    ]);
    expect(batch.items).toHaveLength(1);
    await settle();
    expect((await batchOf(batchId)).status).toBe("ended");
  });

  test("C7 two batches that want the same line at once: one has it, the other says who was first", async () => {
    const line = seededLine("recentPerpetual");
    const [first, second] = await Promise.all([ask([line]), ask([line])]);
    const both = [await batchOf(first ?? ""), await batchOf(second ?? "")];
    expect(both.map(({ items }) => items.length).toSorted()).toEqual([0, 1]);
    expect(both.flatMap((batch) => batch.refused_items)).toMatchObject([
      { code: expect.stringMatching(/already_/) },
    ]);
  });

  test("C7 a batch in which everything is refused has ended, and says why", async () => {
    const batchId = await ask([seededLine("extendedSecurityUpdates")]);
    await runDue(under.desk);
    expect(await batchOf(batchId)).toMatchObject({ status: "ended", items: [] });
    expect(under.chat.posted).toHaveLength(1);
    expect(patches()).toHaveLength(0);
  });

  test("C7 none and more than fifty are refused before anything is read", async () => {
    const before = under.simulator.requests().length;
    const many = Array.from({ length: 51 }, (_, n) => ({ orderId: `order-${n}`, lineItemNumber: 0 }));
    for (const lines of [[], many])
      expect(await refusalOf(ask(lines))).toMatchObject({
        code: "invalid_input",
        values: { field: "lines" },
      });
    expect(under.simulator.requests()).toHaveLength(before);
    expect(await messages()).toEqual([]);
  });

  test("C2 who may not cancel asks for nothing, and the refusal is recorded", async () => {
    const sales = await under.agent("U0SALES");
    const input = { formToken: randomUUID(), customerId: contoso, lines: [seededLine("recentPerpetual")] };
    expect(await refusalOf(requestCancellations(under.desk, sales, input))).toMatchObject({
      code: "not_allowed",
    });
    expect(await messages()).toEqual([]);
  });

  test("invariant 5: the batch and each of its items are in the activity", async () => {
    const batchId = await ask([seededLine("recentPerpetual"), seededLine("extendedSecurityUpdates")]);
    expect(await activityOf(under.desk, batchId)).toEqual([
      { act: "cancellation_batch.requested", outcome: "done" },
    ]);
    const [item] = (await batchOf(batchId)).items;
    expect(await activityOf(under.desk, item?.id ?? "")).toEqual([
      { act: "cancellation.requested", outcome: "done" },
    ]);
  });

  test("C7 fifty lines of many orders are read with one call an order, and their subscriptions with one list", async () => {
    const lines: Wanted[] = [];
    for (let n = 0; n < 4; n += 1)
      lines.push(...(await placeOrder(under.desk, contoso, { kind: "subscription", lines: 1 })));
    const before = under.simulator.requests().length;
    await ask(lines);
    const made = under.simulator.requests().slice(before);
    expect(made.filter(({ path }) => /\/orders\/[^/]+(\?|$)/.test(path))).toHaveLength(4);
    expect(made.filter(({ path }) => path.includes("/subscriptions"))).toHaveLength(1);
  });
});

describe("C5 an order number that was pasted", () => {
  test("C5 one that this desk bought is found without a customer", async () => {
    const purchaseId = await buy(under.desk, agent, { query: "sql server standard" });
    await runDue(under.desk);
    const [order] = (await readRow(under.desk, "purchase", purchaseId)).orders;
    const orderId = order?.orderId ?? "";
    const found = await findOrder(under.desk, agent, { orderId: ` ${orderId} ` });
    expect(found).toMatchObject({ customerId: contoso, lines: [{ orderId, lineItemNumber: 0 }] });
  });

  test("C5 one that it did not buy needs the customer, and is found by its id or by the number of its invoice", async () => {
    const { orderId } = seededLine("recentPerpetual");
    expect(await refusalOf(findOrder(under.desk, agent, { orderId }))).toMatchObject({
      code: "invalid_input",
      values: { field: "customer" },
    });
    const alternateId = under.simulator.orders().find(({ id }) => id === orderId)?.alternateId ?? "";
    for (const number of [orderId, alternateId, alternateId.toUpperCase()]) {
      const { lines } = await findOrder(under.desk, agent, { orderId: number, customerId: contoso });
      expect(lines.map((line) => [line.orderId, line.lineItemNumber])).toEqual([
        [orderId, 0],
        [orderId, 1],
      ]);
    }
  });

  test("C5 one of another customer is not found", async () => {
    const { orderId } = seededLine("fiftyNineDaysOld");
    expect(await refusalOf(findOrder(under.desk, agent, { orderId, customerId: contoso }))).toMatchObject({
      code: "order_not_found",
      values: { orderId },
    });
  });

  test("C5 what another workspace bought says nothing here", async () => {
    await buy(under.desk, agent, { query: "sql server standard" });
    await runDue(under.desk);
    const { orders } = await under.desk.db.selectFrom("purchases").select("orders").executeTakeFirstOrThrow();
    await under.desk.db.updateTable("purchases").set({ workspace_id: "T0OTHER" }).execute();
    expect(
      await refusalOf(findOrder(under.desk, agent, { orderId: orders[0]?.orderId ?? "" })),
    ).toMatchObject({ code: "invalid_input" });
  });
});
