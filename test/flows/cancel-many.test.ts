import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { es } from "#src/slack/locales/es.ts";
import { describeOnBackends, redisDatabase } from "../ground/redis.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { place, sqlServer, windowsServer } from "./placed.ts";
import { customer, stateOf, type Visitor, visit } from "./visitor.ts";

let flow: Flow;
/** A desk whose cancellations wait longer than any test before they leave. */
async function openPatient(redisUrl: string | null) {
  const env = { GRACE_SECONDS: "600", SWEEP_SECONDS: "1" };
  const patient = await openFlow({ cancellationLagMs: 500, redisUrl, env });
  return { ...patient, [Symbol.asyncDispose]: () => patient.close() };
}

/** As if it were time: what waits leaves now. */
async function leaveNow({ app }: Flow): Promise<void> {
  const now = app.desk.clock.now();
  await app.desk.db
    .updateTable("cancellations")
    .set({ leaves_at: now, due_at: now })
    .where("status", "=", "requested")
    .execute();
}

const spaces = (text: string) => text.replaceAll("\u00a0", " ");
const chosenIn = (view: Parameters<typeof stateOf>[0]) =>
  ((stateOf(view)[actions.cancelLines]?.selected_options ?? []) as { value: string }[]).map(
    ({ value }) => value,
  );
const patches = (orderId: string) =>
  flow.partnerCenter.requests().filter(({ method, path }) => method === "PATCH" && path.includes(orderId));

/** From the command to a form in which these orders of the customer are chosen, by their numbers. */
async function pastes(agent: Visitor, name: string, typed: string) {
  await agent.types(commands.cancel);
  await agent.shows(callbacks.cancelForm);
  await agent.person.pick(actions.cancelCustomer, name, 0);
  await agent.offered(actions.cancelProduct);
  await agent.person.type(actions.cancelOrder, typed, { enter: true });
  return agent.offered(actions.cancelLines);
}

describeOnBackends("cancelling several orders", (queue) => {
  beforeAll(async () => {
    flow = await openFlow({ cancellationLagMs: 1_000, redisUrl: queue.redisUrl() });
  });
  afterAll(() => flow.close());
  afterEach(() => expectNothingRefused(flow.slack));

  test("C5 an order number after the command that nobody knows stays typed, with what to do; with its customer it is found", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const orderId = await place(flow, customer("Alpine").id);
    await agent.types(commands.cancel, orderId);
    const asked = await agent.sees("I don't know this order number");
    expect(asked.text).toContain("choose its customer too");
    expect(stateOf(asked)[actions.cancelOrder]?.value).toBe(orderId);

    await agent.person.pick(actions.cancelCustomer, "Alpine", 0);
    await agent.offered(actions.cancelProduct);
    await agent.person.type(actions.cancelOrder, orderId, { enter: true });
    const found = await agent.sees("days left to cancel this order");
    expect(chosenIn(found)).toEqual([`${orderId}#0`]);
    expect(stateOf(found)[actions.cancelOrder]?.value ?? null).toBeNull();
  });

  test("C5 a mistyped number is kept beside the ones that were found, and says what to do, in Spanish", async () => {
    const agent = visit(flow.slack, "admin.agent.es");
    const orderId = await place(flow, customer("Alpine").id);
    const view = await pastes(agent, "Alpine", `${orderId}, ${orderId.slice(0, -1)}?`);
    expect(view.text).toContain("no tiene ningún pedido con este número");
    expect(view.text).toContain(`${orderId.slice(0, -1)}?`);
    expect(stateOf(view)[actions.cancelOrder]?.value).toBe(`${orderId.slice(0, -1)}?`);
    expect(chosenIn(view)).toEqual([`${orderId}#0`]);
  });

  test("C5 C6 an order that this workspace has cancelled before is known by its number alone; an order with several lines is offered whole and by line", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const orderId = await place(flow, customer("Alpine").id, [sqlServer, windowsServer]);
    await pastes(agent, "Alpine", orderId);
    const offered = agent.choices(actions.cancelLines).map(({ value }) => value);
    expect(offered).toEqual(expect.arrayContaining([`${orderId}#*`, `${orderId}#0`, `${orderId}#1`]));
    await agent.person.select(actions.cancelLines, [`${orderId}#1`]);
    await agent.sees("days left to cancel this order");
    await agent.person.submit();
    await agent.shows(callbacks.cancelConfirm);
    await agent.person.submit();
    await agent.sees("Cancellation requested.");
    await agent.person.close();
    await agent.reads("Cancelled.", orderId);
    expect(patches(orderId)).toHaveLength(1);
    expect(
      flow.partnerCenter
        .orders(customer("Alpine").id)
        .find(({ id }) => id === orderId)
        ?.lines.map(({ cancellation }) => cancellation),
    ).toEqual(["none", "visible"]);

    await agent.types(commands.cancel, orderId);
    const again = await agent.sees("1 item stays as it is");
    expect(again.text).toContain("1 item can be cancelled");
    expect(chosenIn(again)).toEqual([`${orderId}#*`]);
  });

  test("C7 C8 C12 several orders at once: one confirmation that names each with what comes back, one report where each stands alone", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = customer("Alpine");
    const orders = [await place(flow, id), await place(flow, id), await place(flow, id)];
    const [refused = ""] = orders;
    flow.partnerCenter.addFault({
      path: `/orders/${refused}$`,
      method: "PATCH",
      fault: "answer",
      answer: { status: 400, code: 900117, description: "The order is past its 30 day window." },
    });
    await pastes(agent, "Alpine", orders.join("\n"));
    await agent.sees("3 items can be cancelled");
    await agent.person.submit();
    const confirm = await agent.shows(callbacks.cancelConfirm);
    expect(confirm.submit).toBe("Cancel them all");
    for (const orderId of orders) expect(confirm.text).toContain(orderId);
    expect(spaces(confirm.text)).toMatch(/3,629\.40 back \(100 %\)/);
    expect(spaces(confirm.text)).toMatch(/Expected credit in all: .*10,888\.20/);
    expect(confirm.text).toContain("Keys and download links of these purchases will be revoked");
    await agent.person.submit();
    await agent.sees("3 cancellations requested.");
    await agent.person.close();
    const report = await agent.reads("1 refused · 2 cancelled");
    flow.partnerCenter.clearFaults();
    expect(
      agent.person.dm().filter(({ text }) => orders.some((orderId) => text.includes(orderId))),
    ).toHaveLength(1);
    expect(report.text.indexOf(refused)).toBeLessThan(report.text.indexOf(orders[1] ?? ""));
    expect(report.text).toContain("The cancellation window has passed");
    expect(spaces(report.text)).toMatch(/Expected credit in all: .*7,258\.80/);
    for (const duty of [
      "You, the partner",
      "Alpine Ski House, the customer",
      "Stop using",
      "Uninstall",
      "Delete",
    ])
      expect(report.text).toContain(duty);

    await agent.person.click(actions.supportOpen, { message: report });
    const support = stateOf(await agent.offered(inputs.supportOrder));
    expect(support[inputs.supportOrder]?.value).toBe(refused);
    expect(support[inputs.supportReason]?.value).toContain("window");
    expect(String(support[inputs.supportAmount]?.value)).toContain("3,629.40");
  });

  test("C1 C7 C8 S1 what may not be cancelled is explained and not sent, the rest goes on; the support form stands on top, filled in", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const orderId = await place(flow, customer("Northwind").id);
    const { id: late } = seedOrders.seventyFiveDaysOld;
    await pastes(agent, "Northwind", `${orderId} ${late}`);
    const form = await agent.sees("1 item can be cancelled");
    expect(form.text).toContain("1 item stays as it is");
    expect(form.text).toContain("The cancellation window has passed");
    await agent.person.submit();
    const confirm = await agent.shows(callbacks.cancelConfirm);
    expect(confirm.text).toContain(late);
    expect(confirm.submit).toBe("Cancel the order");

    await agent.person.click(actions.cancelSupport);
    const support = stateOf(await agent.offered(inputs.supportOrder));
    expect(support[inputs.supportOrder]?.value).toBe(late);
    expect(support[inputs.supportReason]?.value).toContain("window");
    expect(support[inputs.supportAmount]?.value).toMatch(/\d/);
    await agent.person.close();
    expect(agent.person.currentView()?.callbackId).toBe(callbacks.cancelConfirm);

    await agent.person.click(actions.cancelBack);
    await agent.shows(callbacks.cancelForm);
    expect(chosenIn(await agent.sees("days left"))).toEqual([`${orderId}#0`]);
    await agent.person.submit();
    await agent.shows(callbacks.cancelConfirm);
    await agent.person.submit();
    await agent.sees("Cancellation requested.");
    await agent.person.close();
    await agent.reads("Cancelled.", orderId);
    expect(patches(late)).toEqual([]);
  });

  test("C7 in Spanish: the confirmation and the report of several orders", async () => {
    const agent = visit(flow.slack, "admin.agent.es");
    const { id } = customer("Alpine");
    const orders = [await place(flow, id), await place(flow, id)];
    await pastes(agent, "Alpine", orders.join(" "));
    await agent.sees("Se pueden cancelar 2 elementos");
    await agent.person.submit();
    const confirm = await agent.shows(callbacks.cancelConfirm);
    expect(confirm.submit).toBe(es["cancel.confirm.submit_all"]);
    expect(confirm.text).toContain("¿Cancelar 2 elementos de");
    await agent.person.submit();
    await agent.sees("15 minutos");
    await agent.person.close();
    const report = await agent.reads("2 cancelados");
    expect(report.text).toContain("Lo que deben hacer ahora el partner y el cliente");
    expect(report.text).toContain("Crédito previsto en total");
  });

  test("C9 the grace period: several wait, one is taken back and never sent, the other leaves", async () => {
    await using patient = await openPatient(redisDatabase(queue.redisUrl(), 1));
    const agent = visit(patient.slack, "admin.agent");
    const orders = [await place(patient, customer("Alpine").id), await place(patient, customer("Alpine").id)];
    const [back = "", gone = ""] = orders;
    await pastes(agent, "Alpine", orders.join(" "));
    await agent.person.submit();
    await agent.shows(callbacks.cancelConfirm);
    await agent.person.submit();
    await agent.sees("2 cancellations requested.");
    await agent.person.close();
    const waiting = await agent.reads("2 not sent yet", "until then you can take it back");
    await agent.person.click(actions.cancelTakeBack, { message: waiting });
    const form = await agent.shows(callbacks.cancelTakeBack);
    const wanted =
      agent.choices(inputs.cancelTakeBack).find(({ text }) => text.startsWith(back))?.value ?? "";
    expect(stateOf(form)[inputs.cancelTakeBack]?.selected_options).toHaveLength(2);
    await agent.person.select(inputs.cancelTakeBack, [wanted]);
    await agent.person.submit();
    expect((await agent.sees("Taken back.")).text).toContain(back);
    await agent.person.close();
    await agent.reads("1 not sent yet · 1 taken back");
    await leaveNow(patient);
    await agent.reads("1 cancelled · 1 taken back", gone);
    const sent = (orderId: string) =>
      patient.partnerCenter
        .requests()
        .some(({ method, path }) => method === "PATCH" && path.includes(orderId));
    expect([sent(back), sent(gone)]).toEqual([false, true]);
    expectNothingRefused(patient.slack);
  });

  test("C10 what was done after a cancellation is ticked in its message, and the customer's text is ready in both languages", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const orderId = await place(flow, customer("Alpine").id);
    await pastes(agent, "Alpine", orderId);
    await agent.person.submit();
    await agent.shows(callbacks.cancelConfirm);
    await agent.person.submit();
    await agent.sees("Cancellation requested.");
    await agent.person.close();
    const message = await agent.reads("Cancelled.", orderId);
    expect(message.text).toContain("• Uninstall it everywhere");
    await agent.person.click(actions.cancelDuties, { message });
    await agent.shows(callbacks.cancelDuties);
    await agent.person.select(inputs.cancelDutiesPartner, ["uninstall"]);
    await agent.person.submit();
    await agent.sees("Saved.");
    await agent.reads(orderId, ":white_check_mark: Uninstall it everywhere");
  });
});
