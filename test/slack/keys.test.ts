import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { createPortalFulfilment } from "#src/fulfilment/portal-adapter.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { secretsIn, type Visitor, visit } from "../flows/visitor.ts";
import { runDue } from "../ground/run-due.ts";
import { expectNothingRefused, openSlackDesk, type SlackDesk } from "./slack-desk.ts";

const { id: orderId } = seedOrders.recentSubscription;
const portalUrl = "https://portal.example/dashboard";

describe("K4 what is shown is taken away", () => {
  let whole: SlackDesk;
  beforeAll(async () => {
    whole = await openSlackDesk();
  });
  afterAll(() => whole.close());
  afterEach(() => expectNothingRefused(whole.slack));

  const revealed = async (agent: Visitor): Promise<string[]> => {
    await agent.choosesLine(orderId);
    return secretsIn(await agent.getsKeys());
  };

  test("after one minute, and not before", async () => {
    const agent = visit(whole.slack, "admin.agent");
    const secrets = await revealed(agent);
    whole.under.clock.advance(59_000);
    await agent.person.click(actions.keysDownload);
    expect(secretsIn(agent.person.currentView())).toEqual(secrets);
    whole.under.clock.advance(1_000);
    const hidden = await agent.sees("Hidden after a minute");
    for (const secret of secrets) expect(JSON.stringify(hidden)).not.toContain(secret);
    expect(hidden.text).toContain("Ask again");
  });

  test("and asking again from there leads to the form, with everything recorded", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await revealed(agent);
    whole.under.clock.advance(60_000);
    await agent.sees("Hidden after a minute");
    await agent.person.click(actions.keysOpen);
    await agent.shows(callbacks.keysForm);
    expect(secretsIn(await agent.getsKeys())).toHaveLength(2);
  });

  test("a window that the person has closed by then is left alone", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await revealed(agent);
    await agent.person.close({ all: true });
    const before = whole.slack.calls.length;
    whole.under.clock.advance(60_000);
    await whole.slack.waitFor(() =>
      whole.slack.calls
        .slice(before)
        .some(({ method, error }) => method === "views.update" && error === "not_found"),
    );
    expect(agent.person.currentView()).toBeUndefined();
  });

  test("the customer's text too, a minute after it was opened, whatever its language is switched to", async () => {
    const agent = visit(whole.slack, "admin.agent");
    const [, link = ""] = await revealed(agent);
    whole.under.clock.advance(40_000);
    await agent.person.click(actions.keysCopy);
    await agent.shows(callbacks.keysCopied);
    whole.under.clock.advance(40_000);
    await agent.person.select(actions.keysCopyLanguage, "es");
    await agent.sees("Ya puede descargar");
    await whole.slack.waitFor(() => agent.person.viewStack()[1]?.text.includes("Hidden after a minute"));
    expect(agent.person.viewStack().map(({ text }) => text.includes(link))).toEqual([false, false, true]);
    whole.under.clock.advance(20_000);
    await agent.sees("Hidden after a minute");
    expect(JSON.stringify(agent.person.viewStack())).not.toContain(link);
  });

  test("a form that Slack delivers again after the minute does not bring it back", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await revealed(agent);
    const submission = whole.slack.deliveries.findLast(({ kind }) => kind === "view_submission");
    whole.under.clock.advance(60_000);
    await agent.sees("Hidden after a minute");
    const drawn = () => whole.slack.calls.filter(({ method }) => method === "views.update").length;
    const before = drawn();
    await whole.slack.redeliver(submission?.id ?? "", { fresh: true });
    await whole.slack.waitFor(() => drawn() > before);
    expect(secretsIn(agent.person.currentView())).toEqual([]);
    expect(agent.person.currentView()?.text).toContain("Hidden after a minute");
  });
});

describe("K4 the minute, where something goes wrong", () => {
  let whole: SlackDesk;
  beforeAll(async () => {
    whole = await openSlackDesk();
  });
  afterAll(() => whole.close());

  test("a Slack that does not take the change is asked again", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.choosesLine(orderId);
    await agent.getsKeys();
    whole.slack.addFault({ method: "views.update", fault: "500", times: 1 });
    whole.under.clock.advance(60_000);
    await expect
      .poll(() => whole.under.logged.join("\n"), { timeout: 20_000 })
      .toContain("a view could not be taken away");
    whole.under.clock.advance(5_000);
    await agent.sees("Hidden after a minute");
  });

  test("a bot that stops takes away at once what is still shown", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.choosesLine(orderId);
    const secrets = secretsIn(await agent.getsKeys());
    expect(secrets).toHaveLength(2);
    await whole.edge.stop();
    expect(agent.person.currentView()?.text).toContain("Hidden after a minute");
    for (const secret of secrets) expect(JSON.stringify(agent.person.viewStack())).not.toContain(secret);
  });
});

describe("K2 a customer with a thousand lines", () => {
  let whole: SlackDesk;
  let reads = 0;
  const customerId = seedOrders.recentSubscription.customerId;
  beforeAll(async () => {
    whole = await openSlackDesk((desk) => ({
      partnerCenter: {
        ...desk.partnerCenter,
        listOrders: async (asked, call) => {
          reads += 1;
          const [order] = await desk.partnerCenter.listOrders(asked, call);
          if (!order || asked.customerId !== customerId) return [];
          return Array.from({ length: 1_000 }, (_, index) => ({
            ...order,
            id: `ORDER-${index}`,
            createdAt: new Date(Date.parse(order.createdAt) - index * 60_000).toISOString(),
            lines: order.lines.slice(0, 1),
          }));
        },
      },
    }));
  });
  afterAll(() => whole.close());
  afterEach(() => expectNothingRefused(whole.slack));

  test("is read once, however often its pages are turned and searched, and its state stays small", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.opensSoftware();
    await agent.sees("1–10 of 1000");
    await agent.person.click(actions.keysNext);
    await agent.sees("11–20 of 1000");
    await agent.person.click(actions.keysNext);
    const third = await agent.sees("21–30 of 1000");
    expect(third.text).toContain("ORDER-20");
    expect(third.privateMetadata.length).toBeLessThan(200);
    await agent.person.click(actions.keysPrevious);
    await agent.sees("11–20 of 1000");
    await agent.person.type(actions.keysSearch, "order-777", { enter: true });
    const found = await agent.sees("1–1 of 1");
    expect(found.text).toContain("ORDER-777");
    expect(reads).toBe(1);
    await agent.opensSoftware();
    await agent.sees("1–10 of 1000");
    expect(reads).toBe(2);
  });

  test("a page whose reader loses the role meanwhile shows nothing more", async () => {
    const agent = visit(whole.slack, "admin.agent.2");
    await agent.opensSoftware();
    await agent.sees("1–10 of 1000");
    await whole.under.desk.db
      .updateTable("partner_users")
      .set({ roles: ["sales_agent"] })
      .where("user_principal_name", "=", "admin.agent.2@partner.example")
      .execute();
    await agent.person.click(actions.keysNext);
    await agent.sees("Getting keys and downloads needs the role Admin agent");
    expect(agent.person.currentView()?.text).not.toContain("11–20 of 1000");
  });
});

describe("the portal, and what is deposited from it", () => {
  let whole: SlackDesk;
  const key = "ABCDE-12345-FGHIJ-67890-KLMNO";
  const link = "https://download.example/installation/abc-123";
  beforeAll(async () => {
    whole = await openSlackDesk(() => ({ fulfilment: createPortalFulfilment({ portalUrl }) }));
  });
  afterAll(() => whole.close());
  afterEach(() => expectNothingRefused(whole.slack));

  const asks = async (agent: Visitor, order = orderId, customer = "Contoso"): Promise<void> => {
    await agent.choosesLine(order, customer);
    await agent.person.type(inputs.keysVersionTyped, "2022");
    await agent.person.type(inputs.keysLanguageTyped, "es-es");
    await agent.person.type(inputs.keysFileTypeTyped, "ISO");
    await agent.person.type(inputs.keysReason, "Ticket 12");
    await agent.person.submit();
  };

  test("K3 K4 shows the way and the exact choices as steps", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await asks(agent);
    const way = await agent.offered(actions.keysPortal);
    for (const step of [
      "1. Open the customer's *Software* page",
      "Choose the version *2022*",
      "European Spanish",
      "*ISO*",
    ])
      expect(way.text).toContain(step);
    const button = way.blocks
      .flatMap((block) => block.elements ?? [])
      .find((one) => one.action_id === actions.keysPortal);
    expect(button?.url).toMatch(/^https:\/\/portal\.example\/dashboard\/.*\/software$/);
  });

  test("refuses half a deposit beside its field, and loses nothing that was typed", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await asks(agent);
    await agent.offered(actions.keysDeposit);
    await agent.person.click(actions.keysDeposit);
    await agent.shows(callbacks.keysDeposit);
    expect(agent.person.viewStack()).toHaveLength(3);
    expect(await agent.person.submit()).toMatchObject({
      errors: { [inputs.keysDepositKey]: "Give the key, the link, or both." },
    });
    await agent.person.type(inputs.keysDepositKey, "ABCDE 12345");
    await agent.person.type(inputs.keysDepositLink, "ftp://download.example/x");
    const { errors } = (await agent.person.submit()) as { errors: Record<string, string> };
    expect(Object.keys(errors).sort()).toEqual([inputs.keysDepositKey, inputs.keysDepositLink].sort());
    const state = Object.fromEntries(
      Object.values(agent.person.currentView()?.state ?? {}).flatMap((block) => Object.entries(block)),
    );
    expect(state[inputs.keysDepositKey]).toMatchObject({ value: "ABCDE 12345" });
  });

  test("K1 K4 what one agent deposits, a teammate gets from the vault, and nobody without the role", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await asks(agent);
    await agent.offered(actions.keysDeposit);
    await agent.person.click(actions.keysDeposit);
    await agent.shows(callbacks.keysDeposit);
    await agent.person.type(inputs.keysDepositKey, `  ${key} `);
    await agent.person.type(inputs.keysDepositLink, link);
    await agent.person.submit();
    await agent.sees("In the vault.");

    const mate = visit(whole.slack, "admin.agent.2");
    const form = await mate.choosesLine(orderId);
    expect(form.text).toContain("key ending in KLMNO");
    expect(form.text).toContain(`<@${agent.person.id}>`);
    expect(JSON.stringify(form)).not.toContain(key);
    await mate.person.type(inputs.keysReason, "Ticket 13");
    await mate.person.submit();
    const given = await mate.offered(actions.keysDownload);
    expect(secretsIn(given)).toEqual([key, link]);
    expect(given.text).toContain(`From the vault, where <@${agent.person.id}> put it`);
    whole.under.clock.advance(60_000);
    await mate.sees("Hidden after a minute");

    const sales = visit(whole.slack, "sales.agent");
    await sales.types(commands.keys, "contoso");
    await sales.sees("needs the role Admin agent");
    expect(JSON.stringify(whole.slack.state().views["sales.agent"])).not.toContain("KLMNO");
  });

  test("K4 the same software of another customer and another line gets nothing of it", async () => {
    const agent = visit(whole.slack, "admin.agent.2");
    await asks(agent, seedOrders.fiftyNineDaysOld.id, "Fabrikam");
    const way = await agent.offered(actions.keysPortal);
    expect(JSON.stringify(way)).not.toContain(key);
    await asks(agent, seedOrders.recentPerpetual.id);
    await agent.offered(actions.keysPortal);
    expect(JSON.stringify(agent.person.viewStack())).not.toContain(key);
  });

  test("replacing asks first, says whose it is, and what is replaced is gone", async () => {
    const mate = visit(whole.slack, "admin.agent.2");
    await mate.choosesLine(orderId);
    await mate.person.type(inputs.keysVersionTyped, "2019");
    await mate.person.type(inputs.keysReason, "Another version");
    await mate.person.submit();
    const way = await mate.offered(actions.keysDeposit);
    const button = way.blocks
      .flatMap((block) => block.elements ?? [])
      .find((one) => one.action_id === actions.keysDeposit);
    expect(JSON.stringify(button?.confirm)).toContain("a key ending in KLMNO");
    expect(await mate.person.click(actions.keysDeposit, { confirm: false })).toBeUndefined();
    await mate.person.click(actions.keysDeposit);
    const form = await mate.shows(callbacks.keysDeposit);
    expect(form.text).toContain("This replaces what");
    await mate.person.type(inputs.keysDepositKey, "NEWER-12345-FGHIJ-67890-ZZZZZ");
    await mate.person.submit();
    await mate.sees("In the vault.");
    const again = await mate.choosesLine(orderId);
    expect(again.text).toContain("key ending in ZZZZZ");
  });

  test("a deposit that somebody else made meanwhile is not replaced unseen", async () => {
    const [first, second] = [visit(whole.slack, "admin.agent"), visit(whole.slack, "admin.agent.2")];
    const line = seedOrders.tenDaysOldSubscription.id;
    for (const agent of [first, second]) {
      await asks(agent, line, "Proseware");
      await agent.offered(actions.keysDeposit);
      await agent.person.click(actions.keysDeposit);
      await agent.shows(callbacks.keysDeposit);
    }
    await first.person.type(inputs.keysDepositKey, "FIRST-12345-FGHIJ-67890-11111");
    await first.person.submit();
    await first.sees("In the vault.");
    await second.person.type(inputs.keysDepositKey, "OTHER-12345-FGHIJ-67890-22222");
    await second.person.submit();
    const asked = await second.sees("This replaces what");
    const state = Object.fromEntries(Object.values(asked.state).flatMap((block) => Object.entries(block)));
    expect(state[inputs.keysDepositKey]).toMatchObject({ value: "OTHER-12345-FGHIJ-67890-22222" });
    await second.person.submit();
    await second.sees("In the vault.");
  });
});

describe("the limit of reveals", () => {
  let whole: SlackDesk;
  beforeAll(async () => {
    whole = await openSlackDesk(() => ({ limits: { revealsPerHour: 1 } }));
  });
  afterAll(() => whole.close());

  test("K4 says how many and when it works again, keeps the reason typed, and works then", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.choosesLine(orderId);
    await agent.getsKeys();
    await agent.choosesLine(orderId);
    for (const actionId of [actions.keysVersion, actions.keysLanguage, inputs.keysFileType]) {
      await agent.offered(actionId);
      await agent.person.select(actionId, agent.choices(actionId)[0]?.value ?? "");
    }
    await agent.person.type(inputs.keysReason, "Ticket 14");
    await agent.person.submit();
    const refused = await agent.sees("That was the one reveal of this hour.");
    const seconds = Math.floor(whole.under.clock.now().getTime() / 1_000) + 3_600;
    expect(refused.text).toContain(`<!date^${seconds}^`);
    const state = Object.fromEntries(Object.values(refused.state).flatMap((block) => Object.entries(block)));
    expect(state[inputs.keysReason]).toMatchObject({ value: "Ticket 14" });
    whole.under.clock.advance(3_600_000);
    await agent.person.submit();
    await agent.offered(actions.keysDownload);
  });
});

describe("K5 the message of a link that a customer has", () => {
  let whole: SlackDesk;
  beforeAll(async () => {
    whole = await openSlackDesk();
  });
  afterAll(() => whole.close());
  afterEach(() => expectNothingRefused(whole.slack));

  test("tells before it dies, offers to renew, and is calm again when that is done", async () => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.choosesLine(orderId);
    const secrets = secretsIn(await agent.getsKeys());
    await agent.person.click(actions.keysCopy);
    await agent.shows(callbacks.keysCopied);
    await agent.person.submit();
    await agent.sees("Noted: the customer has the link");
    await agent.person.close({ all: true });
    await runDue(whole.under.desk);
    await agent.reads("Your customer has the link since");
    for (let day = 0; day < 13; day += 1) {
      whole.under.clock.advance(24 * 60 * 60_000);
      await ringOverdue(whole.under.desk);
      await runDue(whole.under.desk);
    }
    const dying = await agent.reads("is dead or about to die");
    await agent.person.click(actions.keysRenew, { message: dying });
    await agent.offered(actions.keysDownload);
    await runDue(whole.under.desk);
    await whole.slack.waitFor(
      () =>
        !agent.person
          .dm()
          .find(({ ts }) => ts === dying.ts)
          ?.text.includes("about to die"),
    );
    for (const secret of secrets) expect(JSON.stringify(agent.person.dm())).not.toContain(secret);
  });
});
