import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { commands } from "#src/slack/ids.ts";
import { type Flow, openFlow } from "../flows/flow.ts";
import { place } from "../flows/placed.ts";
import { customer, visit } from "../flows/visitor.ts";
import { describeInBrowser } from "../sandbox/web/browser.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { beginning, openPage, type Traveller } from "./page.ts";

vi.setConfig({ testTimeout: 120_000 });

const english = { persona: "admin.agent", locale: "en-US" } as const;
const spanish = { persona: "admin.agent.es", locale: "es-ES" } as const;

/** Between them they meet both languages and both ways to move; each finds only their own messages. */
const travellers: [string, Traveller][] = [
  ["by mouse, in English", { ...english, by: "mouse" }],
  ["by keyboard alone, in Spanish", { ...spanish, by: "keyboard" }],
];

describeInBrowser("The four flows", (browser) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await openFlow({ cancellationLagMs: 1_000 });
  });
  afterAll(() => flow.close());
  afterEach(() => expectNothingRefused(flow.slack));
  const arrive = (traveller: Traveller) => openPage(browser(), flow.slack.url, traveller);

  test.each(travellers)(
    "G1 B1 B2 B3 buys, seeing the price and that tax is not in it, %s",
    async (_, traveller) => {
      await using there = await arrive(traveller);
      const { hand, say } = there;
      await hand.command(commands.buy);
      await there.window("buy.title", say("buy.intro"));
      await hand.pick(there.field("customer.label"), "Fabrikam, Inc.", "fabri");
      const product = "SQL Server Standard 2 core license pack - 1 year";
      await hand.pick(there.field("buy.product.label"), product, "sql server standard");
      const term = say("term.years", { count: 1, billing: "annual" });
      await hand.pick(there.field("buy.term.label"), term);
      await hand.write(there.field("buy.quantity.label"), "3");
      await there.window("buy.title", say("hybrid.sql_server"));
      await there.accessible("light", "dark");

      await hand.press(there.button("buy.add"));
      await there.window("buy.title", say("buy.lines", { count: 1, most: 10 }));
      const licence = "Windows Server 2025 - 1 user CAL";
      await hand.pick(there.field("buy.product.another"), licence, "2025 user CAL");
      await hand.pick(there.field("buy.term.label"), say("term.one_time", { billing: "one_time" }));
      await hand.write(there.field("buy.quantity.label"), "2");
      await there.accessible("light", "dark");

      await hand.press(there.button("buy.submit"));
      const price = await there.window("buy.confirm.title", say("buy.tax.excluded"));
      await price.getByText(say("hybrid.sql_server")).waitFor();
      await expect.poll(() => price.textContent()).toMatch(/EUR\s4,020\.40|4020,40\sEUR/);
      await there.accessible("light", "dark");

      await hand.press(there.button("buy.confirm.submit"));
      const requested = await there.window("buy.title", say("buy.requested"));
      await there.accessible("light");
      await hand.press(there.button("done"));
      await requested.waitFor({ state: "detached" });

      await there.toMessages();
      const bought = there.message("Fabrikam, Inc.", say("purchase.ordered"));
      await bought.getByText(/EUR, sin impuestos|, without tax/).waitFor();
      const said = String(await bought.textContent());
      const order = flow.partnerCenter.orders().find(({ id }) => said.includes(id));
      expect(order?.lines).toMatchObject([{ quantity: 3, productTitle: "SQL Server Standard" }]);
      await there.accessible("light", "dark");
    },
  );

  test.each(travellers)(
    "K2 K3 K4 K5 gets the key and a link of exactly one package, and keeps neither, %s",
    async (_, traveller) => {
      await using there = await arrive(traveller);
      const { page, hand, say } = there;
      const { id } = seedOrders.recentSubscription;
      await hand.command(commands.keys);
      await there.window("keys.title", say("keys.intro"));
      await hand.pick(there.field("customer.label"), "Contoso", "contoso");
      const page1 = await there.window("keys.title", say("software.search.hint"));
      const search = page.getByRole("dialog").getByLabel(say("software.search.label"));
      await hand.write(search, id);
      await page.keyboard.press("Enter");
      await page1.getByText(say("software.range", { from: 1, to: 1, count: 1 }), { exact: true }).waitFor();
      await there.accessible("light", "dark");
      await hand.press(page1.getByRole("button", { name: id }));
      await there.field("keys.version.label").waitFor();
      await hand.pick(there.field("keys.version.label"), "Windows Server 2019");
      await hand.pick(there.field("keys.language.label"), /^(European Spanish|español de España)$/);
      await hand.pick(there.field("keys.file_type.label"), "ISO (64-bit)");
      await hand.write(there.field("keys.reason.label"), `Ticket 4711 ${traveller.by}`);
      await there.accessible("light", "dark");

      await hand.press(there.button("keys.submit"));
      const given = await there.window("keys.title", say("keys.key"));
      const [key = "", link = ""] = await given.locator("pre").allTextContents();
      expect(key).toBe(flow.partnerCenter.keys().get(`${id}:0`));
      await given.getByText(/50 (downloads|descargas),/).waitFor();
      await there.accessible("light", "dark");
      there.allow(link);
      await hand.press(given.getByRole("link", { name: say("keys.download") }));
      await expect
        .poll(() => flow.partnerCenter.requests().map(({ path }) => path))
        .toContain(new URL(link).pathname);

      await page.bringToFront();
      await hand.press(there.button("keys.copy"));
      const text = await there.window("customer_text.title", say("customer_text.sent"));
      await expect.poll(() => text.locator("pre").textContent()).toContain(link);
      await there.accessible("light", "dark");
      await hand.press(there.button("customer_text.submit"));
      await there.window("customer_text.title", say("customer_text.handed"));
      await hand.press(page.getByRole("button", { name: /^(Close the form|Cerrar el formulario)$/ }));
      await text.waitFor({ state: "detached" });
      await there.toMessages();
      await there.message(id, /Shown to you|Se le mostró/).waitFor();
      const left = await page.content();
      expect([left.includes(key), left.includes(link)]).toEqual([false, false]);
      await there.accessible("light", "dark");
    },
  );

  test.each(travellers)(
    "C6 C8 C9 C10 C12 cancels from the message of the purchase, and one message follows it until it shows, %s",
    async (_, traveller) => {
      const buyer = visit(flow.slack, traveller.persona);
      const purchase = await buyer.buys("sql server 2022 standard", "Northwind");
      const orderId = flow.partnerCenter.orders().find(({ id }) => purchase.text.includes(id))?.id ?? "";
      await using there = await arrive(traveller);
      const { page, hand, say } = there;
      await there.toMessages();
      const bought = there.message(orderId, say("purchase.ordered"));
      await hand.press(bought.getByRole("button", { name: beginning(say("cancel.open_form")) }));
      await there.window("cancel.title", /(60|59) days left|Quedan (60|59) días/);
      await there.accessible("light");
      await hand.press(there.button("continue"));
      const question = await there.window(
        "cancel.title",
        /Cancel .+Northwind Traders\?|¿Cancelar .+Northwind/,
      );
      await question.getByText(say("cancel.keys", { count: 1 })).waitFor();
      await question.getByText("100 %").waitFor();
      await there.accessible("light");
      await hand.press(there.button("cancel.confirm.submit"));
      const requested = await there.window("cancel.title", /up to 15 minutes|hasta 15 minutos/);
      await there.accessible("light");
      await hand.press(there.button("done"));
      await requested.waitFor({ state: "detached" });

      const about = there.message(orderId, /Cancellation of|Cancelación de/);
      const ts = await about.getAttribute("data-ts");
      const same = page.locator(`[data-ts="${ts}"]`);
      await same.getByText(/^\W*(Cancelled|Cancelado)\./).waitFor();
      await same
        .getByText(/Uninstall it|Desinstalarlo/)
        .first()
        .waitFor();
      await same.getByText(say("cancellation.stays_listed")).waitFor();
      await same.getByText("100 %").waitFor();
      const all = page.locator("[data-ts]", { hasText: orderId });
      await expect.poll(() => all.count()).toBe(2);
      // What it said on the way may be gone before anybody looks.
      const messages = flow.slack.state().channels.flatMap((channel) => channel.messages);
      const { versions } = messages.find((message) => message.ts === ts) ?? {};
      expect(JSON.stringify(versions)).toMatch(/Partner Center accepted the|El Centro de partners aceptó/);
      await there.accessible("light", "dark");
    },
  );

  test.each(travellers)(
    "C5 C7 C8 C10 C12 cancels several orders by their numbers, with one confirmation and one report, %s",
    async (_, traveller) => {
      const orders = [await place(flow, customer("Alpine").id), await place(flow, customer("Alpine").id)];
      await using there = await arrive(traveller);
      const { page, hand, say } = there;
      await hand.command(commands.cancel);
      await there.window("cancel.title", say("cancel.intro"));
      await hand.pick(there.field("customer.label"), "Alpine Ski House", "alpine");
      await there.field("cancel.product.label").waitFor();
      await hand.write(there.field("cancel.order.label"), `${orders.join(", ")} mistyped`);
      await page.keyboard.press("Enter");
      const form = await there.window("cancel.title", say("cancel.list.open", { count: 2 }));
      await form.getByText(/has no order with this number: mistyped|este número: mistyped/).waitFor();
      await expect.poll(() => there.field("cancel.order.label").inputValue()).toBe("mistyped");
      await there.accessible("light", "dark");
      await hand.write(there.field("cancel.order.label"), " ");
      await hand.press(there.button("continue"));
      const question = await there.window(
        "cancel.title",
        /Cancel 2 items for Alpine|¿Cancelar 2 elementos de Alpine/,
      );
      for (const orderId of orders) await question.getByText(orderId).waitFor();
      await question.getByText(say("cancel.keys", { count: 2 })).waitFor();
      await there.accessible("light");
      await hand.press(there.button("cancel.confirm.submit_all"));
      const requested = await there.window("cancel.title", /up to 15 minutes|hasta 15 minutos/);
      await hand.press(there.button("done"));
      await requested.waitFor({ state: "detached" });

      await there.toMessages();
      const report = there.message(orders[0] ?? "", /2 cancelled|2 cancelados/);
      for (const orderId of orders) await report.getByText(orderId).waitFor();
      await report.getByText(say("cancellation.duties")).waitFor();
      await there.accessible("light", "dark");
      await hand.press(report.getByRole("button", { name: say("cancellation.duties.open") }));
      await there.window("after.title", /Text for the customer|Texto para el cliente/);
      await there.accessible("light");
      await hand.press(there.button("after.save"));
      const saved = await there.window("after.title", say("after.saved"));
      await hand.press(there.button("done"));
      await saved.waitFor({ state: "detached" });
    },
  );

  test.each(travellers)(
    "C5 C8 S1 S2 S3 S4 S5 S7 asks for a refund where a cancellation needs it, from what is known, %s",
    async (_, traveller) => {
      await using there = await arrive(traveller);
      const { page, hand, say } = there;
      const { id } = seedOrders.extendedSecurityUpdates;
      await hand.command(commands.cancel);
      await there.window("cancel.title", say("cancel.intro"));
      await there.accessible("light");
      await hand.pick(there.field("customer.label"), "Contoso", "contoso.onm");
      await hand.pick(there.field("cancel.product.label"), /^Windows 7 Extended Security Updates 2020/);
      await hand.pick(there.field("cancel.lines.label"), id);
      await there.window("cancel.title", say("cancel.needs_support", { kind: "esu" }));
      await there.accessible("light");

      await hand.press(there.button("support.open"));
      await there.window("support.title", /CSP purchase or refund|Compra o reembolso de CSP/);
      await expect.poll(() => there.field("customer.label").inputValue()).toBe("Contoso");
      await expect.poll(() => there.field("support.order.label").inputValue()).toBe(id);
      await hand.pick(there.field("support.impact.label"), say("impact.moderate"));
      await hand.write(there.field("support.subject.label"), `Refund ${traveller.by}`);
      await hand.write(there.field("support.reason.label"), "Bought by mistake");
      await hand.write(there.field("support.amount.label"), "50.00 USD");
      await hand.write(there.field("support.contact_phone.label"), "nobody");
      await hand.press(there.button("support.submit"));
      const form = await there.window("support.title", say("support.invalid.contactPhone"));
      const phone = there.field("support.contact_phone.label");
      await phone.and(page.locator(":focus")).waitFor();
      await there.accessible("light", "dark");
      await hand.write(phone, "+1 555 0100");
      await hand.press(there.button("support.submit"));
      await there.window("support.title", /(taken|registrada)\./);
      await there.accessible("light");
      await hand.press(page.getByRole("button", { name: /^(Close the form|Cerrar el formulario)$/ }));
      await form.waitFor({ state: "detached" });

      await there.toMessages();
      const filed = there.message(`Refund ${traveller.by}`, /Filed under|Presentada con/);
      await filed.waitFor();
      const said = String(await filed.textContent());
      const requests = await flow.app.desk.partnerCenter.listServiceRequests({});
      const request = requests.find(({ title }) => title === `Refund ${traveller.by}`);
      expect(said).toContain(String(request?.id));
      expect(request?.description).toContain(id);
      await there.accessible("light");
    },
  );
});
