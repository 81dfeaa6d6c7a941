import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { sendCancellation } from "#src/cancellations/send.ts";
import type { Order } from "#src/partner-center/port.ts";
import { actions, callbacks, commands } from "#src/slack/ids.ts";
import { customer, stateOf, visit } from "../flows/visitor.ts";
import { runDue } from "../ground/run-due.ts";
import { expectNothingRefused, openSlackDesk, type SlackDesk } from "./slack-desk.ts";

/** More orders than a list of Slack's holds: the seeded one of Proseware, as often as it takes. */
const many = 240;
const numbered = (order: Order, index: number): Order => ({ ...order, id: `ORDER-${index}-${order.id}` });

let whole: SlackDesk;
beforeAll(async () => {
  whole = await openSlackDesk((desk) => ({
    timings: { ...desk.timings, graceSeconds: 60 },
    partnerCenter: {
      ...desk.partnerCenter,
      listOrders: async (asked, call) => {
        const orders = await desk.partnerCenter.listOrders(asked, call);
        const [first] = orders;
        return asked.customerId === customer("Proseware").id && first
          ? Array.from({ length: many }, (_, index) => numbered(first, index))
          : orders;
      },
      getOrder: async (asked, call) => {
        const index = /^ORDER-(\d+)-(.+)$/.exec(asked.orderId);
        if (!index?.[2]) return desk.partnerCenter.getOrder(asked, call);
        return numbered(
          await desk.partnerCenter.getOrder({ ...asked, orderId: index[2] }, call),
          Number(index[1]),
        );
      },
    },
  }));
});
afterAll(() => whole.close());
afterEach(() => expectNothingRefused(whole.slack));

test("C9 a button to take back that is out of date says that the cancellation has left, and changes nothing", async () => {
  const agent = visit(whole.slack, "admin.agent");
  const { id } = seedOrders.australia;
  await agent.summarisesCancellation(id, "Adventure");
  await agent.person.submit();
  await agent.sees("Cancellation requested.");
  await agent.person.close();
  const { desk } = whole.under;
  await runDue(desk);
  const message = await agent.reads("until then you can take it back", id);
  const row = await desk.db
    .selectFrom("cancellations")
    .select("id")
    .where("order_id", "=", id)
    .executeTakeFirstOrThrow();
  // It leaves, and its message is not drawn anew yet.
  whole.under.clock.advance(61_000);
  await sendCancellation(desk, { cancellationId: row.id });
  await agent.person.click(actions.cancelTakeBack, { message });
  const said = await agent.sees("This cancellation has left already");
  expect(said.text).toContain(id);
  await agent.person.close();
  await runDue(desk);
  const drawn = await agent.reads("Partner Center accepted the cancellation", id);
  expect(drawn.ts).toBe(message.ts);
  expect(JSON.stringify(drawn.blocks)).not.toContain(actions.cancelTakeBack);
});

test("C2 somebody who may not cancel learns from the button of a message which role may, and nothing is taken back", async () => {
  const agent = visit(whole.slack, "admin.agent");
  const { id } = seedOrders.recentSubscription;
  await agent.summarisesCancellation(id, "Contoso");
  await agent.person.submit();
  await agent.sees("Cancellation requested.");
  await agent.person.close();
  await runDue(whole.under.desk);
  const message = await agent.reads("until then you can take it back", id);
  const lost = await whole.under.desk.db
    .updateTable("partner_users")
    .set({ roles: ["sales_agent"] })
    .where("user_principal_name", "=", "admin.agent@partner.example")
    .executeTakeFirstOrThrow();
  expect(lost.numUpdatedRows).toBe(1n);
  await agent.person.click(actions.cancelTakeBack, { message });
  await agent.sees("Cancelling needs the role Admin agent");
  const row = await whole.under.desk.db
    .selectFrom("cancellations")
    .select("status")
    .where("order_id", "=", id)
    .executeTakeFirstOrThrow();
  expect(row.status).toBe("requested");
  await agent.person.close();
});

test("C5 C6 of more orders than a list holds the newest are offered, the rest is found by typing a part of the number", async () => {
  const agent = visit(whole.slack, "admin.agent.2");
  await agent.types(commands.cancel);
  await agent.shows(callbacks.cancelForm);
  await agent.person.pick(actions.cancelCustomer, "Proseware", 0);
  await agent.offered(actions.cancelProduct);
  await agent.person.select(actions.cancelProduct, agent.choices(actions.cancelProduct)[0]?.value ?? "");
  const view = await agent.sees("The newest 100 of 240 are listed.");
  expect(JSON.stringify(view.blocks)).toContain("multi_external_select");
  expect(await agent.person.suggest(actions.cancelLines, "")).toHaveLength(100);
  const found = await agent.person.suggest(actions.cancelLines, "order-239-");
  expect(found.map(({ text }) => text.text)).toEqual([expect.stringContaining("ORDER-239-")]);
  await agent.person.pick(actions.cancelLines, "order-239-", 0);
  const chosen = await agent.sees(/to cancel this order|has been cancelled/);
  expect(stateOf(chosen)[actions.cancelLines]?.selected_options).toEqual([
    expect.objectContaining({ value: expect.stringContaining("ORDER-239-") }),
  ]);
  expect(await agent.person.suggest(actions.cancelLines, "no such number")).toEqual([]);
});
