import { afterAll, beforeAll, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { browserOf } from "../ground/browser-of.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { type Flow, openFlow, shortTimings } from "./flow.ts";
import { purchaseOf, type Visitor, visit } from "./visitor.ts";

const upn = (who: string) => `${who}@partner.example`;

/** The link of the open modal. */
async function linkOf(agent: Visitor): Promise<string> {
  const view = await agent.offered(actions.connectSignIn);
  return /http[^"]+\/connect\/start\?attempt=[\w-]+/.exec(JSON.stringify(view.blocks))?.[0] ?? "";
}

describeOnBackends("acting as oneself", (queue) => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await openFlow({
      ownTokens: true,
      redisUrl: queue.redisUrl(),
      env: { ...shortTimings, LOG_LEVEL: "fatal" },
    });
  });
  afterAll(() => flow.close());

  const orders = () => flow.partnerCenter.orders().length;
  /** Who made these calls, and was answered. */
  const writesBy = (method: string, path: RegExp) =>
    flow.partnerCenter
      .requests()
      .filter((request) => request.method === method && path.test(request.path) && request.status < 300)
      .map(({ user }) => user?.userPrincipalName ?? "app");
  /** The password is changed, and Partner Center takes the old token no more where it is sent with this. */
  const loseSignIn = (method: string, path: string) => {
    flow.partnerCenter.revokeRefreshTokens(upn("admin.agent"));
    flow.partnerCenter.addFault({ path, method, fault: "expired-token" });
  };
  const signsIn = async (agent: Visitor, who: string) => {
    flow.partnerCenter.clearFaults();
    const page = await browserOf().connects(await linkOf(agent), { user: upn(who) });
    expect([page.status, page.text]).toEqual([200, expect.stringContaining("You are connected")]);
  };

  test("G1 the first command leads to the sign-in, and then to the form; the order is the agent's own", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.types(commands.buy);
    await agent.sees("You are not connected to Partner Center yet");
    await signsIn(agent, "admin.agent");
    await agent.reads("Connected", upn("admin.agent"), commands.buy);
    await agent.buys("sql server 2022 standard");
    expect(new Set(writesBy("POST", /\/carts/))).toEqual(new Set([upn("admin.agent")]));
  });

  test("B1 a sign-in that is lost meanwhile is mended from the message, and the order goes on, once", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const id = purchaseOf(await agent.checkPrice("sql server 2022 standard"));
    const before = orders();
    loseSignIn("POST", "/checkout$");
    await agent.person.submit();
    await agent.person.close();
    const waiting = await agent.reads("It waits for you", id);
    expect(orders()).toBe(before);
    await agent.person.click(actions.connectOpen, { message: waiting });
    await agent.sees("has ended");
    await signsIn(agent, "admin.agent");
    const done = await agent.reads("Ordered.", id);
    expect(done.ts).toBe(waiting.ts);
    await agent.reads("A request of yours that had waited goes on by itself");
    expect(orders()).toBe(before + 1);
  });

  test("C9 so does a cancellation", async () => {
    const agent = visit(flow.slack, "admin.agent");
    const { id } = seedOrders.recentPerpetual;
    await agent.summarisesCancellation(id, "Contoso");
    loseSignIn("PATCH", `/orders/${id}$`);
    await agent.person.submit();
    await agent.person.close({ all: true });
    const waiting = await agent.reads("It waits for you", id);
    await agent.person.click(actions.connectOpen, { message: waiting });
    await signsIn(agent, "admin.agent");
    await agent.reads("Cancelled.", id);
    expect(writesBy("PATCH", new RegExp(`/orders/${id}$`))).toEqual([upn("admin.agent")]);
  });

  test("S7 and a support request", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.types(commands.support);
    await agent.shows(callbacks.supportForm);
    await agent.person.pick(actions.supportCustomer, "Contoso", 0);
    await agent.person.select(inputs.supportImpact, "minimal");
    await agent.person.type(inputs.supportTitle, "While signed out");
    await agent.person.type(inputs.supportOrder, seedOrders.extendedSecurityUpdates.id);
    await agent.person.type(inputs.supportReason, "Bought by mistake");
    await agent.person.type(inputs.supportAmount, "100.00 USD");
    await agent.person.type(inputs.supportContactPhone, "+1 555 0100");
    loseSignIn("POST", "/servicerequests");
    await agent.person.submit();
    await agent.person.close({ all: true });
    const waiting = await agent.reads("It waits for you", "While signed out");
    await agent.person.click(actions.connectOpen, { message: waiting });
    await signsIn(agent, "admin.agent");
    await agent.reads("Filed", "While signed out");
    expect(writesBy("POST", /\/servicerequests/)).toEqual([upn("admin.agent")]);
  });

  test("B1 a form whose price can't be asked for keeps everything, with the way to sign in beside it", async () => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.chooseSoftware("sql server 2022 standard", "Contoso", "3");
    loseSignIn("POST", "/carts$");
    await agent.person.submit();
    const kept = await agent.sees("Partner Center wants you to sign in before this can go on");
    expect(kept.callbackId).toBe(callbacks.buyForm);
    await agent.person.click(actions.connectAbove);
    await signsIn(agent, "admin.agent");
    await agent.person.close();
    await agent.shows(callbacks.buyForm);
    await agent.person.submit();
    const price = await agent.shows(callbacks.buyConfirm);
    expect(price.text).toMatch(/USD.11,835\.00/);
  });

  test("G2 another person who opens the link connects nobody", async () => {
    const agent = visit(flow.slack, "admin.agent.2");
    await agent.types(commands.help, "connect");
    const page = await browserOf().connects(await linkOf(agent), { user: upn("sales.agent") });
    expect([page.status, page.text]).toEqual([403, expect.stringContaining("That was another account")]);
    await agent.types(commands.cancel);
    await agent.sees("You are not connected to Partner Center yet");
  });

  test("G1 in Spanish, and disconnected again", async () => {
    const agent = visit(flow.slack, "admin.agent.es");
    await agent.types(commands.keys);
    const page = await browserOf("en").connects(await linkOf(agent), { user: upn("admin.agent.es") });
    expect(page.text).toContain('<html lang="es">');
    expect(page.text).toContain("Conexión hecha");
    await agent.reads("Conexión hecha", upn("admin.agent.es"));
    await agent.types(commands.keys);
    await agent.shows(callbacks.keysSoftware);
    await agent.types(commands.help, "conectar");
    await agent.offered(actions.connectRemove);
    await agent.person.click(actions.connectRemove);
    await agent.sees("Todavía no se ha conectado");
    await agent.types(commands.keys);
    await agent.sees("Todavía no se ha conectado");
  });
});
