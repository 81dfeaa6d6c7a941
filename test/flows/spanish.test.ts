import { afterAll, beforeAll, expect, test } from "vitest";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { es } from "#src/slack/locales/es.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { secretsIn, visit } from "./visitor.ts";

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
});
afterAll(() => flow.close());

test("G1 B1 B2 B3 K4 K5 C8 C9 C10 C12 S7 the whole journey in Spanish", async () => {
  const agent = visit(flow.slack, "admin.agent.es");
  await agent.types(commands.help);
  await agent.sees(es["help.intro"]);

  const form = await agent.chooseSoftware("sql server standard 2 core license pack - 1", "Fabrikam", "4");
  expect(form.title).toBe(es["buy.title"]);
  expect(form.text).toContain("Ventaja híbrida de Azure");
  await agent.person.submit();
  const price = await agent.sees(es["buy.tax.excluded"]);
  expect(price.submit).toBe(es["buy.confirm.submit"]);
  // The last minute of the day is not in the window.
  expect(price.text).toMatch(/60 días|59 días/);
  expect(price.text).toMatch(/\d,\d{2}\sEUR/);
  await agent.person.submit();
  await agent.sees(es["buy.requested"]);
  await agent.person.close();
  const bought = await agent.reads(es["purchase.ordered"], "Fabrikam", "sin impuestos");
  const orderId = flow.partnerCenter.orders().find(({ id }) => bought.text.includes(id))?.id ?? "";

  await agent.person.click(actions.keysOpen, { message: bought });
  const given = await agent.getsKeys();
  expect(given.title).toBe(es["keys.title"]);
  expect(given.text).toContain("50 descargas");
  expect(given.text).toContain("inglés");
  expect(secretsIn(given)).toHaveLength(2);
  await agent.person.close();
  await agent.reads("Se le mostró", orderId);

  await agent.person.click(actions.cancelOpen, { message: bought });
  const chosen = await agent.offered(actions.cancelLines);
  expect(chosen.title).toBe(es["cancel.title"]);
  expect(chosen.text).toMatch(/60 días|59 días/);
  await agent.person.submit();
  await agent.shows(callbacks.cancelConfirm);
  await agent.person.submit();
  await agent.sees("15 minutos");
  await agent.person.close();
  const cancelled = await agent.reads("Cancelado.", orderId);
  expect(cancelled.text).toContain(es["cancellation.duties"]);
  expect(cancelled.text).toContain("próxima factura");
  await agent.reads("Revocado", orderId);

  await agent.types(commands.support);
  await agent.shows(callbacks.supportForm);
  await agent.person.pick(actions.supportCustomer, "Fabrikam", 0);
  await agent.person.select(inputs.supportImpact, "minimal");
  await agent.person.type(inputs.supportTitle, "Reembolso");
  await agent.person.type(inputs.supportOrder, orderId);
  await agent.person.type(inputs.supportReason, "Compra por error");
  await agent.person.type(inputs.supportAmount, "100,00 EUR");
  await agent.person.type(inputs.supportContactPhone, "sin teléfono");
  const wrong = await agent.person.submit();
  expect(wrong.errors?.[inputs.supportContactPhone]).toContain("teléfono");
  await agent.person.type(inputs.supportContactPhone, "+34 910 000 000");
  await agent.person.submit();
  await agent.sees("Solicitud de soporte");
  await agent.reads("Presentada", "Reembolso");

  await agent.types(commands.help, "cancelr");
  await agent.sees("¿Quería decir");
  for (const { text } of agent.person.dm())
    expect(text).not.toMatch(/\b(Ordered|Order|Total without|updated|Cancelled|Filed)\b/);
  expectNothingRefused(flow.slack);
});
