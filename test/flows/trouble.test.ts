import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { type Flow, openFlow, shortTimings } from "./flow.ts";
import { customer, forge, lastDelivery, purchaseOf, stateOf, visit } from "./visitor.ts";

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow({ env: { ...shortTimings, LOG_LEVEL: "fatal" } });
});
afterAll(() => flow.close());
afterEach(async () => {
  flow.partnerCenter.clearFaults();
  const health = await fetch(`${flow.app.url}/healthz`);
  expect(health.status).toBe(200);
});

const forged = (change: (payload: string) => string) =>
  forge(flow.slack, flow.app.url ?? "", lastDelivery(flow.slack, "view_submission").body, change);
const orders = () => flow.partnerCenter.orders().length;

describe("what nobody can type but somebody can send", () => {
  test.each([
    ["that does not exist", "11111111-2222-4333-8444-555555555555"],
    ["of another partner", customer("Relecloud").id],
  ])("G1 a customer %s is refused", async (_, id) => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.checkPrice("sql server 2022 standard");
    await forged((payload) => payload.replaceAll(customer("Contoso").id, id));
    const refused = await agent.sees("Partner Center does not know this customer");
    expect(refused.callbackId).toBe(callbacks.buyForm);
  });

  test.each(["0", "-1", "1.5", "five", "", " ", "1e3", "１２"])(
    "B1 the quantity “%s” is refused beside its field",
    async (typed) => {
      const agent = visit(flow.slack, "admin.agent");
      await agent.checkPrice("sql server 2022 standard", "Contoso", "7");
      const answered = await forged((payload) =>
        payload.replace('"value":"7"', `"value":${JSON.stringify(typed)}`),
      );
      const answer = JSON.parse(answered.text) as { response_action: string; errors: Record<string, string> };
      expect(answer.response_action).toBe("errors");
      expect(Object.values(answer.errors)).toEqual(["Type a whole number, such as 5."]);
    },
  );

  test.each(["10000001", "10001", "999999999"])(
    "B1 the quantity %s buys nothing and asks no price",
    async (typed) => {
      const agent = visit(flow.slack, "admin.agent");
      await agent.checkPrice("sql server 2022 standard", "Contoso", "7");
      const carts = () => flow.partnerCenter.requests().filter(({ path }) => path.endsWith("/carts")).length;
      const before = [carts(), orders()];
      const calls = flow.slack.calls.length;
      await forged((payload) => payload.replaceAll('"value":"7"', `"value":"${typed}"`));
      await flow.slack.waitFor(() =>
        flow.slack.calls.slice(calls).some(({ method }) => method === "views.update"),
      );
      expect([carts(), orders()]).toEqual(before);
    },
  );

  test("B1 a quantity that Partner Center does not have is refused with its reason, and stays in the form", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.chooseSoftware("biztalk server 2016 standard", "Contoso", "6");
    await agent.person.submit();
    const refused = await agent.sees("Only 5 are left");
    expect(refused.callbackId).toBe(callbacks.buyForm);
    expect(stateOf(refused)[inputs.buyQuantity]?.value).toBe("6");
  });

  test("B1 a term that is not on offer is refused", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.checkPrice("sql server enterprise 2 core license pack - 1");
    await forged((payload) => payload.replaceAll('"value":"P1Y:annual"', '"value":"P9Y:annual"'));
    await agent.sees("This product can't be bought for this customer just now");
  });

  test("B1 the price that somebody else asked for can't be confirmed", async () => {
    const [owner, other] = [visit(flow.slack, "admin.agent"), visit(flow.slack, "admin.agent.2")];
    const theirs = purchaseOf(await owner.checkPrice("sql server 2022 standard"));
    const own = purchaseOf(await other.checkPrice("sql server 2022 standard"));
    const placed = orders();
    await other.person.submit();
    await other.reads("Ordered.", own);
    const answered = await forged((payload) => payload.replaceAll(own, theirs));
    expect(answered.text).toContain("I can't find this request any more");
    expect(orders()).toBe(placed + 1);
  });

  test("B1 the client itself takes no quantity below the least", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.chooseSoftware("sql server 2022 standard", "Contoso", "0");
    expect((await agent.person.submit()).outcome).toBe("incomplete");
  });
});

describe("what changes between form and confirmation", () => {
  test("C8 an order that has vanished is not cancelled, and the way on is said", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = seedOrders.recentPerpetual;
    await agent.summarisesCancellation(id, "Contoso");
    flow.partnerCenter.addFault({
      path: `/orders/${id}$`,
      fault: "answer",
      answer: { status: 404, code: 20000, description: "The order was not found." },
    });
    await agent.person.submit();
    const kept = await agent.sees("Partner Center does not find this order");
    expect(kept.callbackId).toBe(callbacks.cancelForm);
    flow.partnerCenter.clearFaults();
    await agent.person.submit();
    await agent.shows(callbacks.cancelConfirm);
    await agent.person.submit();
    await agent.sees("requested.");
    await agent.reads("Cancelled.", id);
  });

  test("B1 a product that has left the catalogue is said to have gone", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.chooseSoftware("sql server 2022 standard");
    flow.partnerCenter.addFault({
      path: "/products/",
      fault: "answer",
      answer: { status: 404, code: 408000, description: "The product was not found." },
    });
    await agent.person.submit();
    const kept = await agent.sees("This product can't be bought for this customer just now");
    expect(kept.callbackId).toBe(callbacks.buyForm);
    flow.partnerCenter.clearFaults();
    await agent.choosesProduct("sql server 2022 standard");
    expect(stateOf(await agent.settled())[inputs.buyQuantity]?.value).toBe("2");
  });
});

describe("Partner Center down", () => {
  const down = () => flow.partnerCenter.addFault({ path: "/", fault: "reset-before" });
  const notAnswering = "Partner Center does not answer just now";

  test("G1 while choosing: the list says so, and so does a button", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const bought = await agent.buys("sql server 2022 standard");
    await agent.types(commands.buy);
    await agent.shows(callbacks.buyForm);
    down();
    const [said] = await agent.person.suggest(actions.buyCustomer, "Fabri");
    expect(said?.text.text).toContain("Partner Center does not answer");
    await agent.person.close();
    await agent.person.click(actions.keysOpen, { message: bought });
    await agent.sees(notAnswering);
  });

  test("B1 while quoting: the form comes back with everything in it, and then works", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.chooseSoftware("sql server 2022 standard", "Contoso", "5");
    down();
    await agent.person.submit();
    const kept = await agent.sees(notAnswering);
    expect(kept.callbackId).toBe(callbacks.buyForm);
    expect(stateOf(kept)[inputs.buyQuantity]?.value).toBe("5");
    flow.partnerCenter.clearFaults();
    await agent.person.submit();
    await agent.sees("Total:");
  });

  test("B1 while working: the person is told that the answer is not known, and the order is placed once", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const id = purchaseOf(await agent.checkPrice("sql server 2022 standard"));
    const placed = orders();
    flow.partnerCenter.addFault({ path: "/checkout$", fault: "reset-before" });
    await agent.person.submit();
    const waiting = await agent.reads("The answer is not known yet", id);
    expect(orders()).toBe(placed);
    flow.partnerCenter.clearFaults();
    const done = await agent.reads("Ordered.", id);
    expect(done.ts).toBe(waiting.ts);
    expect(orders()).toBe(placed + 1);
  });

  test("C9 while confirming a cancellation: nothing is lost, and it goes through afterwards", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = seedOrders.recentSubscription;
    await agent.summarisesCancellation(id, "Contoso");
    down();
    await agent.person.submit();
    const kept = await agent.sees(notAnswering);
    expect(kept.callbackId).toBe(callbacks.cancelConfirm);
    flow.partnerCenter.clearFaults();
    await agent.person.submit();
    await agent.sees("requested.");
    await agent.reads("Cancelled.", id);
  });

  test("S7 while filing: it is filed once, later", async () => {
    const agent = visit(flow.slack, "helpdesk.agent");
    await agent.types(commands.support);
    await agent.shows(callbacks.supportForm);
    await agent.person.pick(actions.supportCustomer, "Contoso", 0);
    await agent.person.select(inputs.supportImpact, "minimal");
    await agent.person.type(inputs.supportTitle, "While it is down");
    await agent.person.type(inputs.supportOrder, seedOrders.extendedSecurityUpdates.id);
    await agent.person.type(inputs.supportReason, "Bought by mistake");
    await agent.person.type(inputs.supportAmount, "100.00 USD");
    await agent.person.type(inputs.supportContactPhone, "+1 555 0100");
    flow.partnerCenter.addFault({
      path: "/v1/servicerequests",
      method: "POST",
      fault: "reset-after-commit",
      times: 1,
    });
    await agent.person.submit();
    await agent.reads("Filed", "While it is down");
    const filed = await flow.app.desk.partnerCenter.listServiceRequests({});
    expect(filed.filter(({ title }) => title === "While it is down")).toHaveLength(1);
  });
});
