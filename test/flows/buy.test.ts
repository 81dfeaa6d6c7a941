import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { actions, callbacks, commands } from "#src/slack/ids.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { customer, forge, lastDelivery, purchaseOf, visit } from "./visitor.ts";

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
});
afterAll(() => flow.close());
afterEach(() => expectNothingRefused(flow.slack));

test.each([
  ["the United States", "Contoso", "Prices do not include tax.", "without tax"],
  ["Australia", "Adventure", "In this customer's market, prices include tax.", "tax included"],
  ["Brazil", "Tailspin", "In this customer's market, prices include tax.", "tax included"],
])(
  "B1 B2 buys for a customer in %s and says at every price whether it includes tax",
  async (_, name, before, after) => {
    const agent = visit(flow.slack, "admin.agent");
    const price = await agent.checkPrice("sql server 2022 standard", name, "3");
    expect(price.text).toContain(before);
    expect(price.text).toMatch(/Total: .*\d/);
    const placed = flow.partnerCenter.orders().length;
    await agent.person.submit();
    await agent.sees("Order requested");
    await agent.person.close();
    const message = await agent.reads("Ordered.", name, after);
    const orders = flow.partnerCenter.orders();
    expect(orders).toHaveLength(placed + 1);
    const order = orders.find(({ id }) => message.text.includes(id));
    expect(order).toMatchObject({
      customerId: customer(name).id,
      lines: [{ quantity: 3, productTitle: "SQL Server 2022 Standard" }],
    });
  },
);

test.each([
  ["sql server enterprise", "One core of the Enterprise edition covers four general-purpose vCores"],
  ["windows server standard 8", "either in Azure or on your customer's own servers, not in both places"],
  ["windows server datacenter 8", "in Azure and on your customer's own servers at the same time"],
])("B3 says what Azure Hybrid Benefit does for %s, choosing it and at the price", async (query, sentence) => {
  const agent = visit(flow.slack, "admin.agent");
  const form = await agent.chooseSoftware(query);
  expect(form.text).toContain("Azure Hybrid Benefit");
  expect(form.text).toContain(sentence);
  await agent.person.submit();
  const price = await agent.sees("Total:");
  expect(price.text).toContain(sentence);
  await agent.person.close();
});

test("B3 is silent where there is no benefit", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const form = await agent.chooseSoftware("windows server 2025 - 1 user CAL");
  expect(form.text).not.toContain("Hybrid");
  await agent.person.close();
});

test("C1 the price says how long the purchase can be cancelled", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const price = await agent.checkPrice("sql server 2022 standard");
  expect(price.text).toMatch(
    /it can be cancelled until .* \((60|59) days\) with no early-termination fee; the credit is 100 %/,
  );
  await agent.person.close();
});

test("M1 offers no reservation in a listed market, and sells none that is asked for all the same", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.buy);
  await agent.shows(callbacks.buyForm);
  await agent.person.pick(actions.buyCustomer, "Litware", 0);
  await agent.offered(actions.buyProduct);
  expect(await agent.person.suggest(actions.buyProduct, "Reserved")).toEqual([]);

  await agent.chooseSoftware("Reserved VM Instance");
  await agent.person.submit();
  const submission = lastDelivery(flow.slack, "view_submission");
  await agent.sees("Total:");
  const carts = () => flow.partnerCenter.requests().filter(({ path }) => path.endsWith("/carts")).length;
  const before = carts();
  const answered = await forge(flow.slack, flow.app.url ?? "", submission.body, (payload) =>
    payload.replaceAll(customer("Contoso").id, customer("Litware").id),
  );
  expect(answered.status).toBe(200);
  await agent.sees(/can't be bought for this customer|Azure reservations are not sold in Jersey/);
  expect(carts()).toBe(before);
});

test("B1 a double click on Place order, and the same payload again, place one order", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const purchaseId = purchaseOf(await agent.checkPrice("sql server 2022 standard"));
  const placed = flow.partnerCenter.orders().length;
  const messages = agent.person.dm().length;
  await agent.person.submit();
  const { id } = lastDelivery(flow.slack, "view_submission");
  const again = await Promise.all([
    flow.slack.redeliver(id),
    flow.slack.redeliver(id),
    flow.slack.redeliver(id, { fresh: true }),
    flow.slack.redeliver(id, { fresh: true }),
  ]);
  for (const { result } of again) {
    expect(result?.outcome).toBe("answered");
    expect(result?.body).toContain("Order requested");
  }
  await agent.person.close();
  await agent.reads("Ordered.", purchaseId);
  await flow.slack.redeliver(id, { fresh: true });
  expect(flow.partnerCenter.orders()).toHaveLength(placed + 1);
  expect(agent.person.dm()).toHaveLength(messages + 1);
});

test("B1 two clicks before the first is answered place one order", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const purchaseId = purchaseOf(await agent.checkPrice("sql server 2022 standard", "Contoso", "7"));
  const price = lastDelivery(flow.slack, "view_submission");
  const placed = flow.partnerCenter.orders().length;
  const first = agent.person.submit();
  const submission = await flow.slack.waitFor(() =>
    flow.slack.deliveries.findLast(({ kind, id }) => kind === "view_submission" && id !== price.id),
  );
  await Promise.all([first, flow.slack.redeliver(submission.id), flow.slack.redeliver(submission.id)]);
  await agent.person.close();
  await agent.reads("Ordered.", purchaseId);
  expect(flow.partnerCenter.orders()).toHaveLength(placed + 1);
});

test("B1 the price form sent twice is one purchase", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.chooseSoftware("sql server 2022 standard", "Contoso", "9");
  const rows = () => flow.app.desk.db.selectFrom("purchases").select("id").execute();
  const before = (await rows()).length;
  await agent.person.submit();
  const { id } = lastDelivery(flow.slack, "view_submission");
  await flow.slack.redeliver(id);
  await agent.sees("Total:");
  await agent.person.close();
  expect(await rows()).toHaveLength(before + 1);
});

test("M2 warns where software subscriptions are listed as not sold, and lets the agent see the price", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const form = await agent.chooseSoftware("sql server enterprise", "Tailspin");
  expect(form.text).toContain("among those where software subscriptions are not sold");
  await agent.person.submit();
  await agent.shows(callbacks.buyConfirm);
});
