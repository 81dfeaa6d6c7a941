import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seedCustomers, seedOrders } from "#sandbox/partner-center/seed.ts";
import { propagationLimitMs } from "#src/cancellations/follow-schedule.ts";
import { createInteractiveClients } from "#src/slack/client.ts";
import { helpView } from "#src/slack/help/command.ts";
import { actions, callbacks, inputs } from "#src/slack/ids.ts";
import { createTexts } from "#src/slack/locales/texts.ts";
import { updateView } from "#src/slack/views.ts";
import { createPortalDesk } from "#src/support-requests/portal-desk.ts";
import { runDue } from "../ground/run-due.ts";
import { accessTo, expectNothingRefused, openSlackDesk, type SlackDesk } from "./slack-desk.ts";

const inJersey = seedCustomers.find(({ companyName }) => companyName === "Northwind Traders");

let whole: SlackDesk;
beforeAll(async () => {
  whole = await openSlackDesk((desk) => ({
    supportDesk: createPortalDesk(),
    partnerCenter: {
      ...desk.partnerCenter,
      // Reservations are on offer to this customer, but its market is on the list.
      getBillingProfile: async (asked, call) =>
        asked.customerId === inJersey?.id
          ? { country: "JE", culture: "en-GB" }
          : desk.partnerCenter.getBillingProfile(asked, call),
    },
  }));
});
afterAll(() => whole.close());
afterEach(() => expectNothingRefused(whole.slack));

type Person = ReturnType<SlackDesk["slack"]["as"]>;

const see = (person: Person, what: string, text: string | RegExp) =>
  whole.slack.waitFor(
    () => {
      const view = person.currentView();
      return view && (typeof text === "string" ? view.text.includes(text) : text.test(view.text))
        ? view
        : undefined;
    },
    { what },
  );

const sees = (person: Person, actionId: string) =>
  whole.slack.waitFor(
    () => {
      const view = person.currentView();
      return view && JSON.stringify(view.blocks).includes(`"${actionId}"`) ? view : undefined;
    },
    { what: `${person.profile.key} sees ${actionId}` },
  );

async function buy(person: Person, query: string, customer = "Contoso"): Promise<void> {
  await person.command("/csp-buy");
  await person.view(callbacks.buyForm);
  await person.pick(actions.buyCustomer, customer, 0);
  await sees(person, actions.buyProduct);
  await person.pick(actions.buyProduct, query, 0);
  const form = await sees(person, inputs.buyTerm);
  const term = form.blocks.find((block) => block.element?.action_id === inputs.buyTerm)?.element?.options?.[0]
    ?.value;
  await person.select(inputs.buyTerm, term ?? "");
  await person.type(inputs.buyQuantity, "2");
}

async function order(person: Person, query: string): Promise<string> {
  await buy(person, query);
  await person.submit();
  await person.view(callbacks.buyConfirm);
  await person.submit();
  await see(person, "the order is requested", "Order requested");
  await person.close();
  await runDue(whole.under.desk);
  return person.dm().at(-1)?.text ?? "";
}

test("B1 B2 C1 buys: choose, see the price with tax and window, place the order, read it in the direct message", async () => {
  const agent = whole.slack.as("admin.agent");
  await buy(agent, "sql enterprise");
  expect(agent.currentView()?.text).toContain("Azure Hybrid Benefit");
  expect((await agent.submit()).outcome).toBe("updated");
  const confirm = await agent.view(callbacks.buyConfirm);
  expect(confirm.text).toContain("Prices do not include tax.");
  expect(confirm.text).toContain("60 days");
  expect(confirm.submit).toBe("Place order");
  expect((await agent.submit()).outcome).toBe("updated");
  expect(agent.currentView()?.text).toContain("Order requested");
  await agent.close();
  const orders = whole.under.simulator.orders().length;
  await runDue(whole.under.desk);
  expect(whole.under.simulator.orders().length).toBe(orders + 1);
  const [message] = agent.dm();
  expect(message?.text).toContain("Ordered.");
  expect(message?.notification).toContain("Contoso");
});

test("B1 a price that was looked at for twenty minutes can still be confirmed", async () => {
  const agent = whole.slack.as("admin.agent");
  await buy(agent, "sql enterprise");
  await agent.submit();
  await agent.view(callbacks.buyConfirm);
  whole.under.clock.advance(20 * 60_000);
  await agent.submit();
  await see(agent, "the order is requested", "Order requested");
  await agent.close();
  await runDue(whole.under.desk);
});

test("B1 goes back from the price with everything still chosen", async () => {
  const agent = whole.slack.as("admin.agent");
  await buy(agent, "sql enterprise");
  await agent.submit();
  await agent.view(callbacks.buyConfirm);
  await agent.click(actions.buyBack);
  const form = await agent.view(callbacks.buyForm);
  const values = Object.values(form.state).flatMap((block) => Object.entries(block));
  expect(Object.fromEntries(values)).toMatchObject({
    [actions.buyCustomer]: { selected_option: { text: { text: "Contoso" } } },
    [inputs.buyQuantity]: { value: "2" },
  });
  await agent.close();
});

test("B1 gives the form back with what was typed when Partner Center does not answer", async () => {
  const agent = whole.slack.as("admin.agent");
  await buy(agent, "sql enterprise");
  whole.under.simulator.addFault({ path: "/carts$", method: "POST", fault: "503" });
  await agent.submit();
  const form = await see(agent, "the reason", "Partner Center does not answer just now");
  expect(form.callbackId).toBe(callbacks.buyForm);
  const values = Object.fromEntries(Object.values(form.state).flatMap((block) => Object.entries(block)));
  expect(values[inputs.buyQuantity]).toMatchObject({ value: "2" });
  expect(values[actions.buyProduct]?.selected_option).toBeTruthy();
  whole.under.simulator.clearFaults();
  await agent.submit();
  await agent.view(callbacks.buyConfirm);
  await agent.close();
});

test("M1 says why a customer in a listed market is offered no reservation, as soon as the customer is chosen", async () => {
  const agent = whole.slack.as("admin.agent.es");
  await agent.command("/csp-buy");
  await agent.view(callbacks.buyForm);
  await agent.pick(actions.buyCustomer, "Northwind", 0);
  await sees(agent, actions.buyProduct);
  const view = await see(agent, "the reason", "Las reservas de Azure no se venden");
  expect(view.text).toContain("Jersey");
  expect(await agent.suggest(actions.buyProduct, "Reserved")).toEqual([]);
  await agent.close();
});

test("C8 C9 C10 C11 cancels: days left, confirmation, the message until it shows", async () => {
  const agent = whole.slack.as("admin.agent");
  expect(await order(agent, "sql enterprise")).toContain("Ordered.");
  const bought = agent.dm().at(-1);
  await agent.click(actions.cancelOpen, { message: { ts: bought?.ts ?? "" } });
  const form = await agent.view(callbacks.cancelForm);
  expect(form.text).toMatch(/\d+ days left to cancel this order/);
  expect(form.text).toContain("Expected credit");
  expect(form.text).toContain("revoked");
  await agent.submit();
  const confirm = await agent.view(callbacks.cancelConfirm);
  expect(confirm.submit).toBe("Cancel the order");
  await agent.submit();
  await see(agent, "the request is taken", /up to 15 minutes/);
  await runDue(whole.under.desk);
  expect(agent.dm().at(-1)?.text).toContain("Partner Center accepted the cancellation");
  whole.under.clock.advance(propagationLimitMs + 60_000);
  await runDue(whole.under.desk);
  const message = agent.dm().at(-1)?.text ?? "";
  expect(message).toContain("Cancelled.");
  expect(message).toContain("Uninstall it everywhere");

  await agent.click(actions.cancelOpen);
  const again = await agent.view(callbacks.cancelForm);
  expect(again.text).toContain("Product to cancel");
  await agent.close();

  // C11: the item stays on the customer's software page, its key unavailable.
  await agent.click(actions.keysOpen, { message: { ts: bought?.ts ?? "" } });
  const keys = await see(agent, "that there is no key", "Key unavailable.");
  expect(keys.submit).toBeUndefined();
  await agent.click(actions.keysAll);
  const software = await agent.view(callbacks.keysSoftware);
  expect(software.text).toContain("Cancelled: key unavailable");
  await agent.close();
});

test("C7 the second agent who cancels the same order is told who was first", async () => {
  const first = whole.slack.as("admin.agent");
  const second = whole.slack.as("admin.agent.2");
  await order(first, "sql enterprise");
  const { ts } = first.dm().at(-1) ?? { ts: "" };
  await first.click(actions.cancelOpen, { message: { ts } });
  const form = await first.view(callbacks.cancelForm);
  const state = Object.fromEntries(Object.values(form.state).flatMap((block) => Object.entries(block)));
  const chosen = (actionId: string) =>
    (state[actionId]?.selected_option as { value: string } | undefined)?.value ?? "";

  const chosenOrders = ((state[actions.cancelLines]?.selected_options ?? []) as { value: string }[]).map(
    ({ value }) => value,
  );

  await second.command("/csp", "cancel");
  await second.view(callbacks.cancelForm);
  await second.pick(actions.cancelCustomer, "Contoso", 0);
  await sees(second, actions.cancelProduct);
  await second.select(actions.cancelProduct, chosen(actions.cancelProduct));
  await sees(second, actions.cancelLines);
  await second.select(actions.cancelLines, chosenOrders);
  await see(second, "days left", "to cancel this order");
  await second.submit();
  await second.view(callbacks.cancelConfirm);

  await first.submit();
  await first.view(callbacks.cancelConfirm);
  await first.submit();
  await see(first, "the request is taken", /up to 15 minutes/);
  await first.close();

  await second.submit();
  const told = await see(second, "who was first", "has already asked");
  expect(told.text).toContain(`<@${first.id}>`);
  await second.close();
});

test("K3 K4 K5 hands over key and link in the modal, and leaves neither anywhere else", async () => {
  const agent = whole.slack.as("admin.agent");
  await order(agent, "sql enterprise");
  await agent.click(actions.keysOpen, { message: { ts: agent.dm().at(-1)?.ts ?? "" } });
  const form = await sees(agent, actions.keysVersion);
  const first = (view: typeof form, actionId: string) =>
    view.blocks.find((block) => block.element?.action_id === actionId)?.element?.options?.[0]?.value ?? "";
  await agent.select(actions.keysVersion, first(form, actions.keysVersion));
  const languages = await sees(agent, actions.keysLanguage);
  await agent.select(actions.keysLanguage, first(languages, actions.keysLanguage));
  const fileTypes = await sees(agent, inputs.keysFileType);
  await agent.select(inputs.keysFileType, first(fileTypes, inputs.keysFileType));
  await agent.type(inputs.keysReason, "Ticket 4711");
  await agent.submit();
  const given = await see(agent, "the key", "Activation key");
  expect(given.text).toContain("or for 50 downloads, whichever comes first");
  const secrets = given.blocks
    .filter(({ type }) => type === "rich_text")
    .map((block) => JSON.stringify(block).match(/"text":"([^"]+)"/)?.[1] ?? "");
  expect(secrets).toHaveLength(2);
  await agent.click(actions.keysDownload);
  await agent.close();
  await runDue(whole.under.desk);
  expect(agent.dm().at(-1)?.text).toContain("Shown to you");
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(whole.slack.everythingStored()).not.toContain(secret);
    expect(JSON.stringify(whole.slack.deliveries.map(({ result }) => result))).not.toContain(secret);
    expect(whole.under.logged.join("\n")).not.toContain(secret);
  }
});

test("K1 C2 those without the role are told who may, and whom to ask", async () => {
  const sales = whole.slack.as("sales.agent");
  await sales.command("/csp-keys");
  const refused = await see(sales, "the refusal", "needs the role Admin agent");
  expect(refused.text).toContain("global admin");
  await sales.close();
  await sales.command("/csp-cancel");
  await see(sales, "the refusal", "Cancelling needs the role Admin agent");
  await sales.close();
  await sales.command("/csp");
  const help = await see(sales, "help", "What you can do here");
  expect(help.text).toContain("You need the role");
  await sales.close();
});

test("guests are told that this is for members", async () => {
  const guest = whole.slack.as("guest");
  await guest.command("/csp-buy");
  await see(guest, "the refusal", "only for members of this workspace");
  await guest.close();
});

test("a mistyped word is answered with the nearest one and the list", async () => {
  const agent = whole.slack.as("admin.agent.es");
  await agent.command("/csp", "cancelra");
  const help = await see(agent, "help", "¿Quería decir `/csp cancelar`?");
  expect(help.text).toContain("/csp-keys");
  await agent.click(actions.buyOpen);
  await agent.view(callbacks.buyForm);
  await agent.close();
});

test("S1-S5 S7 a support request: mistakes beside their fields, then a number that is followed", async () => {
  const agent = whole.slack.as("helpdesk.agent");
  await agent.command("/csp-support");
  const form = await agent.view(callbacks.supportForm);
  expect(form.text).toContain("CSP purchase or refund on behalf of customers");
  await agent.pick(actions.supportCustomer, "Contoso", 0);
  await agent.select(inputs.supportImpact, "moderate");
  await agent.type(inputs.supportTitle, "Refund of an order");
  await agent.type(inputs.supportOrder, "two ids");
  await agent.type(inputs.supportReason, "Bought by mistake");
  await agent.type(inputs.supportAmount, "100 USD");
  await agent.type(inputs.supportContactPhone, "nobody");
  const submission = await agent.submit();
  expect(submission).toMatchObject({
    outcome: "errors",
    errors: {
      [inputs.supportOrder]: expect.stringContaining("Type one order ID or subscription ID"),
      [inputs.supportContactPhone]: expect.stringContaining("phone number"),
    },
  });
  await agent.type(inputs.supportOrder, seedOrders.extendedSecurityUpdates.id);
  await agent.type(inputs.supportContactPhone, "+1 555 0100");
  await agent.submit();
  await see(agent, "the request is taken", /Support request sup_\w+ taken/);
  await agent.close();
  await runDue(whole.under.desk);
  const message = agent.dm().at(-1);
  expect(message?.text).toContain("Your turn.");
  expect(message?.text).toContain(`${seedCustomers[0]?.id}`);
  await agent.click(actions.supportFiled);
  await agent.view(callbacks.supportFiled);
  await agent.type(inputs.supportTicket, "no number");
  expect((await agent.submit()).outcome).toBe("errors");
  await agent.type(inputs.supportTicket, "616122292874576");
  await agent.submit();
  await see(agent, "saved", "Saved.");
  await agent.close();
  await runDue(whole.under.desk);
  expect(agent.dm().at(-1)?.text).toContain("616122292874576");
});

test("a database that fails keeps the confirmation open with the reason", async () => {
  const agent = whole.slack.as("admin.agent");
  await buy(agent, "sql enterprise");
  await agent.submit();
  await agent.view(callbacks.buyConfirm);
  await whole.under.opened.pool.query("alter table activity rename to activity_gone");
  try {
    expect((await agent.submit()).outcome).toBe("updated");
    const kept = await see(agent, "the reason", "it is our mistake");
    expect(kept.callbackId).toBe(callbacks.buyConfirm);
    expect(kept.text).toMatch(/reference [0-9a-f]{8}/);
  } finally {
    await whole.under.opened.pool.query("alter table activity_gone rename to activity");
  }
  await agent.submit();
  await see(agent, "the order is requested", "Order requested");
  await agent.close();
});

test("a view that is closed meanwhile is no error", async () => {
  const agent = whole.slack.as("admin.agent");
  await agent.command("/csp-buy");
  const { id } = await agent.view(callbacks.buyForm);
  await agent.close();
  const clients = createInteractiveClients(accessTo(whole.slack), whole.under.desk.log);
  const { client } = await clients("T0CSPDESK");
  await updateView(
    client,
    id,
    helpView(createTexts("en", "UTC"), { roles: [], portalUrl: "https://portal.example", helpContact: null }),
  );
  expect(whole.slack.calls.at(-1)).toMatchObject({ method: "views.update", error: "not_found" });
});
