import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seedProducts } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { es } from "#src/slack/locales/es.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { customer, purchaseOf, stateOf, type Visitor, visit } from "./visitor.ts";

/** A purchase of several lines, Azure reservations among them: chosen, priced, ordered, and what happens where a line fails. */

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
});
afterAll(() => flow.close());
afterEach(() => {
  flow.partnerCenter.clearFaults();
  expectNothingRefused(flow.slack);
});

const perpetual = "sql server 2022 standard";
const subscription = "sql server standard 2 core license pack - 1";
const scarce = { productId: "DG7GMGF0DWM3", skuId: "0003", words: "biztalk server 2016 standard" };
const reservation = "D2s_v3 EU West 1 Year";

/** The open form, waited for where nothing is being loaded into it. */
async function formAt(agent: Visitor, text: string | RegExp) {
  await agent.sees(text);
  return agent.settled();
}

/** Opens the form for a customer. */
async function startBuying(agent: Visitor, name = "Contoso"): Promise<void> {
  await agent.types(commands.buy);
  await agent.shows(callbacks.buyForm);
  await agent.person.pick(actions.buyCustomer, name, 0);
  await agent.offered(actions.buyProduct);
  await agent.settled();
}

/** The product in hand with its first term and a quantity. */
async function choose(agent: Visitor, query: string, quantity: string): Promise<void> {
  await agent.choosesProduct(query);
  await agent.settled();
  await agent.person.select(inputs.buyTerm, agent.choices(inputs.buyTerm)[0]?.value ?? "");
  await agent.person.type(inputs.buyQuantity, quantity);
}

async function add(agent: Visitor, query: string, quantity: string, count: number): Promise<void> {
  await choose(agent, query, quantity);
  await agent.person.click(actions.buyAdd);
  await formAt(agent, `(${count} of up to 10)`);
}

const linesOf = (metadata: string) => (JSON.parse(metadata) as { lines: string[] }).lines;
const carts = () => flow.partnerCenter.requests().filter(({ path }) => path.endsWith("/carts")).length;

test("B1 B2 B3 C1 buys perpetual software, a subscription and a reservation at once, and reads the receipt", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  await add(agent, perpetual, "3", 1);
  await add(agent, subscription, "2", 2);
  await choose(agent, reservation, "1");
  await agent.person.submit();
  const price = await agent.shows(callbacks.buyConfirm);
  for (const said of [
    "SQL Server 2022 Standard Core",
    "SQL Server Standard 2 core license pack - 1 year",
    "Region westeurope · shared scope · Azure subscription Production",
    "Prices do not include tax.",
    "Azure Hybrid Benefit",
    "Perpetual software:",
    "Software subscription:",
    "Azure reservations can't be cancelled here.",
  ])
    expect(price.text).toContain(said);
  expect(price.text).toMatch(/the credit is 100 % \(USD\s11,835\.00\)/);
  expect(price.text).toMatch(
    /the credit is prorated: USD\s[\d,.]+ on the first day, USD\s[\d,.]+ on the last/,
  );
  expect(price.text).toContain("with the first bills");
  expect(linesOf(price.privateMetadata)).toHaveLength(3);

  const known = new Set(flow.partnerCenter.orders().map(({ id }) => id));
  await agent.person.submit();
  await agent.sees("Order requested");
  await agent.person.close();
  const receipt = await agent.reads("Ordered.", purchaseOf(price));
  const orders = flow.partnerCenter.orders().filter(({ id }) => !known.has(id));
  expect(orders).toHaveLength(3);
  for (const { id, lines } of orders) {
    expect(receipt.text).toContain(`Order ${id}`);
    expect(receipt.notification).toContain(id);
    expect(lines.map(({ friendlyName }) => friendlyName)).toEqual([purchaseOf(price)]);
  }
  expect(receipt.text.match(/Can be cancelled until <!date\^\d+\^/g)).toHaveLength(2);
  expect(receipt.text).toContain("only through a support request");
  expect(receipt.notification).toMatch(/Can be cancelled until/);
  expect(receipt.notification).toContain("3 × SQL Server 2022 Standard Core - 2 core license pack");
  const buttons = JSON.stringify(receipt.blocks);
  expect(buttons.split(`"${actions.keysOpen}"`)).toHaveLength(3);
  expect(buttons.split(`"${actions.cancelOpen}"`)).toHaveLength(3);
  expect(buttons.split(`"${actions.supportOpen}"`)).toHaveLength(2);
});

test("B1 shows the list so far, takes a line out again, and goes back from the price with all of it", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  await add(agent, perpetual, "3", 1);
  await add(agent, subscription, "2", 2);
  const listed = await agent.settled();
  expect(listed.text).toContain("3 units · Paid once");
  expect(listed.text).toContain("2 units · 1 year, billed yearly");
  expect(stateOf(listed)[actions.buyProduct]?.selected_option ?? null).toBeNull();

  await agent.person.submit();
  await agent.shows(callbacks.buyConfirm);
  await agent.person.click(actions.buyBack);
  const back = await agent.shows(callbacks.buyForm);
  expect(linesOf(back.privateMetadata)).toHaveLength(1);
  expect(stateOf(back)).toMatchObject({
    [actions.buyCustomer]: { selected_option: { text: { text: "Contoso" } } },
    [inputs.buyQuantity]: { value: "2" },
  });

  const [line] = linesOf(back.privateMetadata);
  await agent.person.click(actions.buyRemove, { value: line ?? "" });
  await flow.slack.waitFor(() => linesOf(agent.person.currentView()?.privateMetadata ?? "{}").length === 0);
  expect(stateOf(await agent.settled())[inputs.buyQuantity]?.value).toBe("2");
  await agent.person.submit();
  const price = await agent.shows(callbacks.buyConfirm);
  expect(linesOf(price.privateMetadata)).toHaveLength(1);
  expect(price.text).not.toContain("SQL Server 2022 Standard Core");
  await agent.person.close();
});

test("B1 a quantity that was typed is still there when the product comes back", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  await choose(agent, "windows server CAL - 1 user - 1 year", "77");
  await agent.person.select(inputs.buyTerm, "P1Y:monthly");
  await agent.choosesProduct(perpetual);
  await agent.settled();
  expect(stateOf(await agent.settled())[inputs.buyQuantity]?.value).toBe("77");
  await agent.person.type(inputs.buyQuantity, "4");
  await agent.choosesProduct("windows server CAL - 1 user - 1 year");
  const again = await agent.settled();
  expect(stateOf(again)).toMatchObject({
    [inputs.buyQuantity]: { value: "77" },
    [inputs.buyTerm]: { selected_option: { value: "P1Y:monthly" } },
  });
  await agent.person.close();
});

test("B1 a line that can't be bought is told beside itself, with everything else kept", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  flow.partnerCenter.setInventory({ ...scarce, left: 5 });
  await choose(agent, scarce.words, "6");
  await agent.person.click(actions.buyAdd);
  await formAt(agent, "(1 of up to 10)");
  await choose(agent, perpetual, "2");
  await agent.person.submit();
  const kept = await agent.sees("Only 5 are left. Ask for at most that many.");
  expect(kept.callbackId).toBe(callbacks.buyForm);
  const texts = kept.blocks.map((block) => JSON.stringify(block));
  const at = texts.findIndex((text) => text.includes("BizTalk Server 2016 Standard"));
  expect(texts[at + 1]).toContain("Only 5 are left");
  expect(stateOf(kept)[inputs.buyQuantity]?.value).toBe("2");

  await agent.person.click(actions.buyRemove, { value: linesOf(kept.privateMetadata)[0] ?? "" });
  await flow.slack.waitFor(() => linesOf(agent.person.currentView()?.privateMetadata ?? "{}").length === 0);
  await agent.settled();
  await agent.person.submit();
  await agent.shows(callbacks.buyConfirm);
  await agent.person.close();
});

test("B1 the same product is not added twice", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  await add(agent, perpetual, "3", 1);
  await choose(agent, perpetual, "4");
  await agent.person.click(actions.buyAdd);
  const told = await formAt(agent, "This is in the order already.");
  expect(linesOf(told.privateMetadata)).toHaveLength(1);
  expect(stateOf(told)[inputs.buyQuantity]?.value).toBe("4");
  await agent.person.close();
});

test("B1 ten lines fill an order", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent, "Fabrikam");
  const titles = seedProducts
    .filter(({ kind, publisherName }) => kind !== "reservation" && publisherName.startsWith("Microsoft"))
    .flatMap(({ skus }) => skus.map(({ title }) => title));
  for (const [index, title] of titles.slice(0, 9).entries()) await add(agent, title, "1", index + 1);
  await choose(agent, titles[9] ?? "", "1");
  expect(JSON.stringify((await agent.settled()).blocks)).not.toContain(actions.buyAdd);
  await agent.person.submit();
  const price = await agent.shows(callbacks.buyConfirm);
  expect(linesOf(price.privateMetadata)).toHaveLength(10);
  expect(price.privateMetadata.length).toBeLessThanOrEqual(3_000);
  await agent.person.submit();
  await agent.sees("Order requested");
  await agent.person.close();
  const receipt = await agent.reads("Ordered.", purchaseOf(price));
  expect(receipt.text.match(/Can be cancelled until/g)).toHaveLength(10);
}, 240_000);

test("B1 a reservation for a customer without an Azure subscription says what to do, and asks nothing else", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent, "Alpine");
  await agent.person.pick(actions.buyProduct, reservation, 0);
  const told = await formAt(agent, "Buy an Azure plan for this customer in Partner Center first");
  const blocks = JSON.stringify(told.blocks);
  for (const absent of [inputs.buyTerm, inputs.buyQuantity, inputs.buyScope, actions.buyAdd])
    expect(blocks).not.toContain(absent);
  const before = carts();
  expect((await agent.person.submit()).outcome).toBe("errors");
  expect(carts()).toBe(before);
  await agent.person.close();
});

test("B1 a suspended Azure subscription and another customer's are no choice", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  await agent.person.pick(actions.buyProduct, reservation, 0);
  await agent.offered(actions.buySubscription);
  expect(agent.choices(actions.buySubscription).map(({ text }) => text)).toEqual(["Production", "Test"]);
  await agent.person.close();
});

test("B1 a reservation of which there is none is told in words as soon as the subscription is chosen", async () => {
  const agent = visit(flow.slack, "admin.agent");
  flow.partnerCenter.setRestriction({ productId: "DG7GMGF0RVM1", reasonCode: "InventoryNotAvailable" });
  await startBuying(agent);
  await agent.person.pick(actions.buyProduct, reservation, 0);
  await agent.offered(actions.buySubscription);
  await agent.person.select(actions.buySubscription, agent.choices(actions.buySubscription)[0]?.value ?? "");
  const told = await formAt(agent, "There is nothing left in this region.");
  expect(JSON.stringify(told.blocks)).not.toContain(inputs.buyQuantity);
  flow.partnerCenter.setRestriction({ productId: "DG7GMGF0RVM1", reasonCode: null });
  await agent.person.select(actions.buySubscription, agent.choices(actions.buySubscription)[1]?.value ?? "");
  await agent.offered(inputs.buyQuantity);
  await agent.person.close();
});

test("B1 a form that is still being redrawn does not come back over the price that was asked from it", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  await choose(agent, reservation, "1");
  flow.partnerCenter.addFault({ path: "checkInventory", fault: "slow", delayMs: 1_500, times: 1 });
  await agent.person.select(actions.buySubscription, agent.choices(actions.buySubscription)[1]?.value ?? "");
  await agent.person.submit();
  const price = await agent.shows(callbacks.buyConfirm);
  expect(price.text).toContain("Azure subscription Test");
  // Until the redraw would have come: the next look at the same subscription is answered after it.
  const answered = () =>
    flow.partnerCenter.requests().filter(({ path }) => path.includes("checkInventory")).length;
  const before = answered();
  const another = visit(flow.slack, "admin.agent.2");
  await startBuying(another);
  flow.partnerCenter.addFault({ path: "checkInventory", fault: "slow", delayMs: 1_500, times: 1 });
  await choose(another, reservation, "1");
  await flow.slack.waitFor(() => answered() > before);
  expect(agent.person.currentView()?.callbackId).toBe(callbacks.buyConfirm);
  await another.person.close();
  await agent.person.close();
});

test("B1 a customer without the agreement is said to be so when chosen, and nothing is priced", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent, "Woodgrove");
  const told = await agent.sees("has not accepted the Microsoft Customer Agreement");
  expect(told.text).toContain(`customers/${customer("Woodgrove").id}/account`);
  await choose(agent, perpetual, "1");
  const before = carts();
  await agent.person.submit();
  await agent.sees("then check the price again");
  expect(carts()).toBe(before);
  await agent.person.close();
});

test("B1 another customer keeps the lines, says which of them can't be had there, and asks for its own subscription", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await startBuying(agent);
  await add(agent, perpetual, "2", 1);
  await add(agent, reservation, "1", 2);
  await agent.person.pick(actions.buyCustomer, "Northwind", 0);
  const kept = await formAt(agent, "An Azure subscription of this customer is missing.");
  expect(linesOf(kept.privateMetadata)).toHaveLength(2);
  await agent.person.pick(actions.buyCustomer, "Litware", 0);
  const inJersey = await formAt(agent, "Azure reservations are not sold in Jersey");
  expect(inJersey.text).toContain("can't be bought for this customer just now");
  await agent.person.close();
});

test("B1 what was refused of an order is tried again, exactly that, in a form of its own", async () => {
  const agent = visit(flow.slack, "admin.agent");
  flow.partnerCenter.setInventory({ ...scarce, left: 5 });
  await startBuying(agent);
  await add(agent, subscription, "2", 1);
  await choose(agent, scarce.words, "4");
  await agent.person.submit();
  const price = await agent.shows(callbacks.buyConfirm);
  const { formToken } = JSON.parse(price.privateMetadata) as { formToken: string };
  flow.partnerCenter.setInventory({ ...scarce, left: 1 });
  await agent.person.submit();
  await agent.sees("Order requested");
  await agent.person.close();
  const partly = await agent.reads("Ordered in part.", purchaseOf(price));
  expect(partly.text).toContain("Not ordered:* 4 × BizTalk Server 2016 Standard");
  expect(partly.text).toContain("There is not enough of it. Ask for fewer, or try again later.");
  expect(partly.notification).toContain("4 × BizTalk Server 2016 Standard");
  const total = flow.partnerCenter.orders().find(({ id }) => partly.text.includes(id));
  expect(total?.lines).toMatchObject([{ quantity: 2 }]);

  await agent.person.click(actions.buyRetry, { message: { ts: partly.ts } });
  const again = await agent.shows(callbacks.buyForm);
  expect(linesOf(again.privateMetadata)).toEqual([]);
  expect(JSON.parse(again.privateMetadata)).not.toMatchObject({ formToken });
  expect(stateOf(again)).toMatchObject({
    [actions.buyProduct]: { selected_option: { value: `${scarce.productId}:${scarce.skuId}` } },
    [inputs.buyQuantity]: { value: "4" },
  });
  await agent.person.type(inputs.buyQuantity, "1");
  await agent.person.submit();
  const rest = await agent.shows(callbacks.buyConfirm);
  await agent.person.submit();
  await agent.person.close();
  await agent.reads("Ordered.", purchaseOf(rest));
});

test("B1 a purchase that was refused says why in words and what to do, and can be tried again", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const price = await agent.checkPrice(perpetual);
  flow.partnerCenter.configure({ creditLimitUsd: 1 });
  await agent.person.submit();
  await agent.person.close();
  const refused = await agent.reads("Not ordered: Partner Center refused", purchaseOf(price));
  flow.partnerCenter.configure({ creditLimitUsd: null });
  expect(refused.text).toContain("Your company's credit limit with Microsoft is too low for this order.");
  await agent.person.click(actions.buyRetry, { message: { ts: refused.ts } });
  const again = await agent.shows(callbacks.buyForm);
  expect(stateOf(again)[inputs.buyQuantity]?.value).toBe("2");
  await agent.person.close();
});

test("B1 the attestation that is missing is told with what the operator must do", async () => {
  const agent = visit(flow.slack, "admin.agent");
  flow.partnerCenter.configure({ partnerAttestation: "required" });
  const price = await agent.checkPrice(perpetual);
  await agent.person.submit();
  await agent.person.close();
  const refused = await agent.reads("Not ordered", purchaseOf(price));
  flow.partnerCenter.configure({ partnerAttestation: "optional" });
  expect(refused.text).toContain("PARTNER_ON_RECORD_ATTESTATION=accepted");
});

test("B1 B2 C1 several lines in Spanish", async () => {
  const agent = visit(flow.slack, "admin.agent.es");
  await agent.types(commands.buy);
  await agent.shows(callbacks.buyForm);
  await agent.person.pick(actions.buyCustomer, "Fabrikam", 0);
  await agent.offered(actions.buyProduct);
  await choose(agent, perpetual, "2");
  await agent.person.click(actions.buyAdd);
  const listed = await formAt(agent, "En este pedido");
  expect(listed.text).toContain(es["buy.lines.remove"]);
  await choose(agent, reservation, "1");
  await agent.person.submit();
  const price = await agent.shows(callbacks.buyConfirm);
  expect(price.text).toContain("Región westeurope · ámbito compartido");
  expect(price.text).toContain("Software perpetuo:");
  expect(price.text).toContain("se podrá cancelar hasta el");
  await agent.person.submit();
  await agent.person.close();
  const receipt = await agent.reads(es["purchase.ordered"], purchaseOf(price));
  expect(receipt.text).toContain("Se puede cancelar hasta el");
  expect(receipt.text).toContain(es["purchase.cancel_by_support_only"]);
});
