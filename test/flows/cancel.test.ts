import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { customer, stateOf, visit } from "./visitor.ts";

let flow: Flow;
describeOnBackends("cancelling", (queue) => {
  beforeAll(async () => {
    flow = await openFlow({ cancellationLagMs: 1_000, redisUrl: queue.redisUrl() });
  });
  afterAll(() => flow.close());
  afterEach(() => expectNothingRefused(flow.slack));

  test("C2 a sales agent cancels nothing, and learns which role does", async () => {
    const sales = visit(flow.slack, "sales.agent");
    await sales.types(commands.cancel);
    await sales.sees("Cancelling needs the role Admin agent");
  });

  test.each([
    ["name", "Contoso"],
    ["domain", "contoso.onmicrosoft.com"],
    ["tenant GUID", customer("Contoso").id],
    ["tenant GUID in capitals", customer("Contoso").id.toUpperCase()],
  ])("C5 finds the customer by %s", async (_, query) => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.types(commands.cancel);
    await agent.shows(callbacks.cancelForm);
    const found = await agent.person.suggest(actions.cancelCustomer, query);
    expect(found.map(({ value }) => value)).toContain(customer("Contoso").id);
  });

  test("C5 says nothing of a customer that is not ours", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.types(commands.cancel);
    await agent.shows(callbacks.cancelForm);
    expect(await agent.person.suggest(actions.cancelCustomer, "Nobody of ours")).toEqual([]);
    expect(
      await agent.person.suggest(actions.cancelCustomer, "11111111-2222-4333-8444-555555555555"),
    ).toEqual([]);
  });

  test("C6 lists the order numbers of the chosen product, with the state of each", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = seedOrders.recentPerpetual;
    await agent.choosesOrder(id, "Contoso");
    const orders = flow.partnerCenter
      .orders(customer("Contoso").id)
      .filter(({ lines }) => lines.some(({ productTitle }) => productTitle === "SQL Server 2022 Standard"));
    const offered = agent.choices(actions.cancelLines);
    expect(offered.map(({ text }) => text.split(" · ")[0] ?? "").toSorted()).toEqual(
      orders
        .flatMap(({ id: number, lines }) => [number, ...(lines.length > 1 ? lines.map(() => number) : [])])
        .toSorted(),
    );
    const [order, line] = offered.filter(({ text }) => text.startsWith(id));
    expect(order?.description).toBe("The whole order: 2 lines");
    expect(line?.description).toMatch(/\d+ days left, until .+ · 2 licences/);
  });

  test.each([
    ["days left", seedOrders.recentSubscription.id, "Contoso", /5[78] days left to cancel this order/],
    [
      "the last day",
      seedOrders.fiftyNineDaysOld.id,
      "Fabrikam",
      /(1 day|Less than a day) left to cancel this order/,
    ],
    [
      "a window that has passed",
      seedOrders.seventyFiveDaysOld.id,
      "Northwind",
      "The cancellation window has passed",
    ],
    [
      "that more information is needed",
      seedOrders.extendedSecurityUpdates.id,
      "Contoso",
      "More information is needed",
    ],
    [
      "C4 that SUSE plans are never cancelled",
      seedOrders.suse.id,
      "Fabrikam",
      "can be neither cancelled nor exchanged",
    ],
    [
      "C4 that Red Hat plans are never cancelled",
      seedOrders.redHat.id,
      "Adventure",
      "can be neither cancelled nor exchanged",
    ],
    ["C11 what is cancelled already", seedOrders.cancelled.id, "Proseware", "has been cancelled already"],
  ])("C8 shows %s while choosing", async (_, orderId, name, sentence) => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.choosesOrder(orderId, name);
    await agent.sees(sentence);
  });

  test("C1 C8 an order whose window has passed is not cancelled, however often it is submitted", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = seedOrders.seventyFiveDaysOld;
    await agent.choosesOrder(id, "Northwind");
    await agent.person.submit();
    const answered = await agent.sees("The cancellation window has passed");
    expect(answered.callbackId).toBe(callbacks.cancelForm);
    expect(flow.partnerCenter.orders().find((order) => order.id === id)?.lines[0]?.cancellation).toBe("none");
  });

  test("C3 S1 where more information is needed, the support form opens with what is known", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = seedOrders.extendedSecurityUpdates;
    await agent.choosesOrder(id, "Contoso");
    await agent.sees("only cancelled through a support request");
    await agent.person.click(actions.cancelSupport);
    const form = await agent.offered(inputs.supportOrder);
    const state = stateOf(form);
    expect(state[inputs.supportOrder]?.value).toBe(id);
    expect(state[inputs.supportContactEmail]?.value).toBe("admin.agent@partner.example");
    expect(form.text).toContain("Contoso");
  });

  test("C8 C9 C10 C11 C12 C13 a cancellation: confirmed, accepted, followed until it shows, with what to do and the credit", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const bought = await agent.buys("sql server 2022 standard", "Contoso", "1");
    const orderId = flow.partnerCenter.orders().find(({ id }) => bought.text.includes(id))?.id ?? "";
    await agent.person.click(actions.keysOpen, { message: bought });
    await agent.getsKeys();
    await agent.person.close();
    await agent.reads("Shown to you", orderId);

    const summary = await agent.summarisesCancellation(orderId, "Contoso");
    expect(summary.text).toContain("Keys and download links of this purchase will be revoked");
    expect(summary.text).toMatch(
      /Expected credit: .*3,945\.00.*with the next monthly invoice.*100 %, perpetual software/,
    );
    await agent.person.submit();
    const taken = await agent.sees("requested.");
    expect(taken.text).toContain("up to 15 minutes");
    await agent.person.close();
    const accepted = await agent.reads("Partner Center accepted the cancellation", orderId);
    expect(accepted.text).toContain("It can take until");
    const shown = await agent.reads("Cancelled.", orderId);
    expect(shown.ts).toBe(accepted.ts);
    for (const duty of [
      "Stop using the cancelled software",
      "Uninstall it everywhere",
      "Delete its downloads",
    ])
      expect(shown.text).toContain(duty);
    expect(shown.text).toContain("stays on the customer's software page");
    expect(shown.text).toMatch(/3,945\.00.*with the next monthly invoice/);
    const keys = await agent.reads("Revoked", orderId);
    expect(keys.text).toContain("Key and link no longer work");
    expect(
      flow.partnerCenter
        .requests()
        .filter(({ method, path }) => method === "PATCH" && path.includes(orderId)),
    ).toHaveLength(1);
  });

  test("C12 the credit of a subscription is prorated", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const summary = await agent.summarisesCancellation(seedOrders.tenDaysOldSubscription.id, "Proseware");
    expect(summary.text).toContain("prorated for the time not used");
  });

  test("C7 two agents cancel the same order at once: one request, and the other is told who", async () => {
    const { id } = seedOrders.recentSubscription;
    const [first, second] = [visit(flow.slack, "admin.agent"), visit(flow.slack, "admin.agent.2")];
    await Promise.all([
      first.summarisesCancellation(id, "Contoso"),
      second.summarisesCancellation(id, "Contoso"),
    ]);
    await Promise.all([first.person.submit(), second.person.submit()]);
    const [saidFirst, saidSecond] = await Promise.all([
      first.sees(/requested\.|has already asked/),
      second.sees(/requested\.|has already asked/),
    ]);
    const told = [saidFirst, saidSecond].filter(({ text }) => text.includes("has already asked"));
    expect(told).toHaveLength(1);
    const winner = told[0] === saidFirst ? second.person.id : first.person.id;
    expect(told[0]?.text).toContain(`<@${winner}>`);
    const rows = await flow.app.desk.db
      .selectFrom("cancellations")
      .select("id")
      .where("order_id", "=", id)
      .execute();
    expect(rows).toHaveLength(1);
    const patches = () =>
      flow.partnerCenter
        .requests()
        .filter(
          ({ method, path, status }) =>
            method === "PATCH" && path.includes("/subscriptions/") && status === 200,
        );
    await flow.slack.waitFor(
      () =>
        [first, second].some(({ person }) =>
          person.dm().some(({ text }) => text.includes("Cancelled.") && text.includes(id)),
        ),
      { timeoutMs: 20_000 },
    );
    expect(patches()).toHaveLength(1);
  });

  test("C9 the confirmation sent again is the same cancellation", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = seedOrders.australia;
    await agent.summarisesCancellation(id, "Adventure");
    await agent.person.submit();
    await agent.sees("requested.");
    const submission = flow.slack.deliveries.findLast(({ kind }) => kind === "view_submission");
    await flow.slack.redeliver(submission?.id ?? "", { fresh: true });
    const rows = await flow.app.desk.db
      .selectFrom("cancellations")
      .select("id")
      .where("order_id", "=", id)
      .execute();
    expect(rows).toHaveLength(1);
    await agent.reads("Cancelled.", id);
  });
});
