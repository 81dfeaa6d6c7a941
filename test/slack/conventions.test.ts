import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { hideWelcome } from "#src/onboarding/home-welcome.ts";
import { sendWelcome, welcomeInstaller } from "#src/onboarding/welcome-installer.ts";
import {
  actions,
  callbacks,
  commands,
  inputs,
  messageShortcuts,
  notices,
  shortcuts,
} from "#src/slack/ids.ts";
import { readMessage } from "#src/slack/shortcuts/read-message.ts";
import { customer, stateOf, visit } from "../flows/visitor.ts";
import { runDue } from "../ground/run-due.ts";
import { until } from "../ground/until.ts";
import { expectNothingRefused, openSlackDesk, type SlackDesk } from "./slack-desk.ts";

let whole: SlackDesk;
beforeAll(async () => {
  whole = await openSlackDesk(() => ({ helpContact: "it-help@partner.example" }));
});
afterAll(() => whole.close());
afterEach(({ task }) => {
  if (!task.fullName.includes("does not work out")) expectNothingRefused(whole.slack);
});

const { recentPerpetual, fiftyNineDaysOld } = seedOrders;

/** The way to people who can help, in the language of most people here. */
const ask = "Stuck? Ask here: <mailto:it-help@partner.example|it-help@partner.example>";

/** Somebody writes this in the channel of the team; what the agent picks it by. */
async function written(text: string): Promise<{ ts: string }> {
  const agent = whole.slack.as("admin.agent");
  await whole.slack.as("sales.agent").say(text, { channel: "csp" });
  return { ts: agent.messages().at(-1)?.ts ?? "" };
}

describe("global shortcuts", () => {
  test.each([
    ["G2", shortcuts.buy, callbacks.buyForm, "admin.agent"],
    ["K2", shortcuts.keys, callbacks.keysSoftware, "admin.agent"],
    ["C6", shortcuts.cancel, callbacks.cancelForm, "admin.agent.es"],
    ["S1", shortcuts.support, callbacks.supportForm, "helpdesk.agent"],
    ["A2", shortcuts.activity, callbacks.activityForm, "account.admin"],
  ])("%s %s opens what its command opens, with a loading view at once", async (_, shortcut, form, who) => {
    const agent = visit(whole.slack, who);
    const before = whole.slack.calls.length;
    await agent.person.shortcut(shortcut);
    await agent.shows(form);
    const methods = whole.slack.calls.slice(before).map(({ method }) => method);
    expect(methods.filter((method) => method.startsWith("views."))).toEqual(["views.open", "views.update"]);
    expect(methods.indexOf("views.open")).toBe(0);
    await agent.person.close({ all: true });
  });

  test("K1 a shortcut is no way around a role", async () => {
    const sales = visit(whole.slack, "sales.agent");
    await sales.person.shortcut(shortcuts.keys);
    expect((await sales.sees("needs the role Admin agent")).text).toContain(ask);
    await sales.person.close({ all: true });
  });
});

describe("shortcuts of a message", () => {
  test("C5 the order and the customer that a message names are chosen in the cancellation form", async () => {
    const agent = visit(whole.slack, "admin.agent");
    const message = await written(
      `Contoso wants its money back for ${recentPerpetual.id}, please <!here> <@U1>`,
    );
    await agent.person.messageShortcut(messageShortcuts.cancelOrder, message);
    await agent.offered(actions.cancelLines);
    const view = await agent.settled();
    const chosen = stateOf(view);
    expect(chosen[actions.cancelCustomer]?.selected_option).toMatchObject({ text: { text: "Contoso" } });
    expect(JSON.stringify(chosen[actions.cancelLines])).toContain(`${recentPerpetual.id}#*`);
    expect(view.text).not.toContain("I found neither");
    await agent.person.close({ all: true });
  });

  test("C5 a customer alone is chosen by domain or tenant GUID, and their orders are offered", async () => {
    const agent = visit(whole.slack, "admin.agent");
    const { id, domain } = customer("Fabrikam, Inc.");
    for (const text of [`see <http://${domain}|the site>`, `tenant ${id.toUpperCase()}!`]) {
      const message = await written(text);
      await agent.person.messageShortcut(messageShortcuts.cancelOrder, message);
      await agent.offered(actions.cancelProduct);
      const chosen = stateOf(await agent.settled());
      expect(chosen[actions.cancelCustomer]?.selected_option).toMatchObject({
        text: { text: "Fabrikam, Inc." },
      });
      await agent.person.close({ all: true });
    }
  });

  test("C5 an order whose customer can't be told stays typed, with the question for the customer", async () => {
    const agent = visit(whole.slack, "admin.agent");
    const message = await written(`cancel ${recentPerpetual.alternateId} today`);
    await agent.person.messageShortcut(messageShortcuts.cancelOrder, message);
    const view = await agent.shows(callbacks.cancelForm);
    expect(stateOf(view)[actions.cancelOrder]?.value).toBe(recentPerpetual.alternateId);
    expect(view.text).toContain(recentPerpetual.alternateId);
    await agent.person.close({ all: true });
  });

  test.each([
    ["admin.agent", "I found neither an order number", "Choose the customer"],
    ["admin.agent.es", "no he encontrado ni un número de pedido", "Elija aquí el cliente"],
  ])("C5 a message that names nothing gives %s the empty form and says so", async (who, said, next) => {
    const agent = visit(whole.slack, who);
    const message = await written("lunch at 12:30? ticket INC0012345, 4d1c9a5e");
    await agent.person.messageShortcut(messageShortcuts.cancelOrder, message);
    const view = await agent.shows(callbacks.cancelForm);
    expect(view.text).toContain(said);
    expect(view.text).toContain(next);
    expect(stateOf(view)[actions.cancelCustomer]?.selected_option ?? null).toBeNull();
    await agent.person.close({ all: true });
  });

  test("S1 S4 the support form is prefilled with the order that a message names", async () => {
    const agent = visit(whole.slack, "helpdesk.agent");
    const message = await written(
      `Fabrikam, Inc. asks about ${fiftyNineDaysOld.id} (see ${recentPerpetual.id})`,
    );
    await agent.person.messageShortcut(messageShortcuts.askSupport, message);
    const view = await agent.shows(callbacks.supportForm);
    const filled = stateOf(view);
    expect(filled[actions.supportCustomer]?.selected_option).toMatchObject({
      text: { text: "Fabrikam, Inc." },
    });
    expect(filled[inputs.supportOrder]?.value).toBe(fiftyNineDaysOld.id);
    expect(filled[inputs.supportTitle]?.value).toContain(fiftyNineDaysOld.id);
    expect(view.text).toContain(
      `That message names 2 order numbers. This request is about ${fiftyNineDaysOld.id}`,
    );
    await agent.person.close({ all: true });
    await agent.person.messageShortcut(messageShortcuts.askSupport, await written("nothing here"));
    expect((await agent.shows(callbacks.supportForm)).text).toContain("I found neither an order number");
    await agent.person.close({ all: true });
  });

  test("C2 a message's shortcut is no way around a role, and what was written is neither kept nor logged", async () => {
    const sales = visit(whole.slack, "sales.agent");
    const said = "the board's secret plan for Contoso";
    await sales.person.messageShortcut(messageShortcuts.cancelOrder, await written(said));
    await sales.sees("Cancelling needs the role Admin agent");
    await sales.person.close({ all: true });
    const activity = await whole.under.desk.db.selectFrom("activity").selectAll().execute();
    expect(activity.some(({ act, outcome }) => act === "cancel.asked" && outcome === "refused")).toBe(true);
    expect(JSON.stringify(activity)).not.toContain("secret plan");
    expect(whole.under.logged.join("\n")).not.toContain("secret plan");
  });

  test("what a message says is read from its text, blocks and attachments, without markup", () => {
    const block = {
      type: "section",
      text: { type: "mrkdwn", text: "*A &amp; B* <https://x.example/o|order>" },
    };
    const text = readMessage({
      text: "Hi <@U1> <!channel>",
      blocks: [block],
      attachments: [{ blocks: [block], text: "tail" }],
    });
    expect(text.replaceAll(/\s+/g, " ")).toBe(
      "Hi *A & B* https://x.example/o order *A & B* https://x.example/o order tail",
    );
    expect(readMessage({})).toBe("");
    expect(readMessage({ text: "x".repeat(50_000) }).length).toBe(12_000);
  });
});

test("commands and shortcuts work in a channel where the bot is no member, and in its own conversation", async () => {
  const agent = visit(whole.slack, "admin.agent");
  for (const channel of ["general", "dm"]) {
    await agent.person.command(commands.cancel, "", { channel });
    await agent.shows(callbacks.cancelForm);
    await agent.person.close({ all: true });
  }
  await whole.slack.as("sales.agent").say("Contoso, please", { channel: "general" });
  const ts = agent.person.messages().at(-1)?.ts ?? "";
  await agent.person.messageShortcut(messageShortcuts.cancelOrder, { ts });
  await agent.offered(actions.cancelProduct);
  await agent.person.close({ all: true });
});

describe("help", () => {
  test.each([
    [commands.buy, "help", "opens it for the customer", actions.buyOpen],
    [commands.keys, "HELP", "opens the list of software", actions.keysOpen],
    [commands.cancel, "?", "finds that order and chooses it", actions.cancelOpen],
    [commands.support, "help", "shows your open requests", actions.supportOpen],
    [commands.activity, "ayuda", "asks for which days", actions.activityOpen],
    [commands.help, "help cancel", "finds that order and chooses it", actions.cancelOpen],
    [commands.help, "keys help", "opens the list of software", actions.keysOpen],
  ])("%s %s says how it is used, with an example and its button", async (command, typed, says, opener) => {
    const agent = visit(whole.slack, "admin.agent");
    await agent.types(command, typed);
    const view = await agent.sees(says);
    expect(view.text).toContain("`/csp` shows everything");
    expect(view.text).toContain(ask);
    expect(JSON.stringify(view.blocks)).toContain(`"${opener}"`);
    await agent.person.close({ all: true });
  });

  test.each([
    [commands.help, "cancle", "Did you mean `/csp cancel`?"],
    [commands.help, "kyes contoso", "Did you mean `/csp keys`?"],
    [commands.help, "xyzzy", "“xyzzy” is not a word I know"],
    [commands.buy, "hlep", "Did you mean `/csp-buy help`?"],
    [commands.buy, "zzz", "No customer begins with “zzz”"],
    [commands.keys, "helo", "Did you mean `/csp-keys help`?"],
    [commands.keys, "zzz", "No customer begins with “zzz”"],
    [commands.cancel, "hepl", "Did you mean `/csp-cancel help`?"],
    [commands.cancel, "zzzzzz", "zzzzzz"],
    [commands.support, "lits", "Did you mean `/csp-support list`?"],
    [commands.support, "halp", "Did you mean `/csp-support help`?"],
    [commands.support, "xyzzy", "“xyzzy” is not a word I know"],
  ])(
    "%s %s: what is mistyped is answered with the nearest, what is unknown with the way on",
    async (command, typed, says) => {
      const agent = visit(whole.slack, "admin.agent");
      await agent.types(command, typed);
      await agent.sees(says);
      await agent.person.close({ all: true });
    },
  );

  test.each([
    ["hlep", "Did you mean `/csp-activity help`?"],
    ["yesterday", "“yesterday” means nothing to me here. This is how `/csp-activity` is used"],
  ])("A1 /csp-activity %s is answered, to those who may read it", async (typed, says) => {
    const auditor = visit(whole.slack, "account.admin");
    await auditor.types(commands.activity, typed);
    await auditor.sees(says);
    await auditor.person.close({ all: true });
    const sales = visit(whole.slack, "sales.agent");
    await sales.types(commands.activity, typed);
    await sales.sees("Global admin");
    await sales.person.close({ all: true });
  });

  test("G1 what follows a word goes to its command, and a customer's name to the form", async () => {
    const agent = visit(whole.slack, "admin.agent");
    for (const [command, typed, form, select] of [
      [commands.help, "buy fabrikam", callbacks.buyForm, actions.buyCustomer],
      [commands.buy, "fabrikam", callbacks.buyForm, actions.buyCustomer],
      [commands.help, "keys fabrikam", callbacks.keysSoftware, actions.keysCustomer],
    ] as const) {
      await agent.types(command, typed);
      const view = await agent.shows(form);
      expect(stateOf(view)[select]?.selected_option).toMatchObject({ text: { text: "Fabrikam, Inc." } });
    }
    await agent.types(commands.help, "support list");
    await agent.sees("You have no open support requests");
    await agent.person.close({ all: true });
  });

  test("a notice above a form goes away with the next change, and nothing typed is lost", async () => {
    const agent = visit(whole.slack, "helpdesk.agent");
    await agent.person.messageShortcut(messageShortcuts.askSupport, await written("nothing here"));
    await agent.shows(callbacks.supportForm);
    await agent.person.type(inputs.supportReason, "They changed their mind");
    await agent.person.pick(actions.supportCustomer, "Fabrikam", 0);
    await whole.slack.waitFor(() => {
      const ids = (agent.person.currentView()?.blocks ?? []).map(({ block_id }) => block_id);
      return !ids.includes(notices.banner) && !ids.includes(notices.busy);
    });
    const view = await agent.settled();
    expect(stateOf(view)[inputs.supportReason]?.value).toBe("They changed their mind");
    await agent.person.close({ all: true });
  });
});

describe("first use", () => {
  const homeOf = (who: string) => whole.slack.as(who).home();
  const openedHome = async (who: string, says: string) => {
    await whole.slack.as(who).openHome();
    return whole.slack.waitFor(() => homeOf(who)?.text.includes(says) && homeOf(who));
  };

  test("each person is greeted once, on their Home tab, with a step to try", async () => {
    const home = await openedHome("admin.agent", "What you can do here");
    expect(home.text).toContain("Welcome to CSP Desk");
    expect(home.text).toContain("Try this");
    expect(home.text).toContain(ask);
    expect(home.text.indexOf("Welcome")).toBeLessThan(home.text.indexOf("What you can do here"));
    const agent = visit(whole.slack, "admin.agent");
    await agent.person.click(actions.homeWelcome, { home: true });
    await until("a Home tab without the greeting", async () => {
      await runDue(whole.under.desk);
      return homeOf("admin.agent")?.text.includes("Welcome to CSP Desk") === false;
    });
    const published = () => whole.slack.calls.filter(({ method }) => method === "views.publish").length;
    const before = published();
    await agent.person.openHome();
    await whole.slack.waitFor(() => published() > before);
    expect(homeOf("admin.agent")?.text).not.toContain("Welcome to CSP Desk");
  });

  test("who does not hide it is greeted for a day from the first time on, whatever process draws", async () => {
    expect((await openedHome("admin.agent.es", "Lo que puede hacer aquí")).text).toContain("bienvenida");
    const { db } = whole.under.desk;
    const greetedUntil = () =>
      db
        .selectFrom("homes")
        .innerJoin("people", "people.id", "homes.person_id")
        .select(["welcome_until", "person_id"])
        .where("slack_user_id", "=", whole.slack.as("admin.agent.es").id)
        .executeTakeFirstOrThrow();
    const first = await greetedUntil();
    expect((await openedHome("admin.agent.es", "bienvenida")).text).toContain("bienvenida");
    expect(await greetedUntil()).toEqual(first);
    await db
      .updateTable("homes")
      .set({ welcome_until: new Date(whole.under.desk.clock.now().getTime() - 1) })
      .where("person_id", "=", first.person_id)
      .execute();
    await whole.slack.as("admin.agent.es").openHome();
    await whole.slack.waitFor(() => homeOf("admin.agent.es")?.text.includes("bienvenida") === false);
  });

  test("who may do nothing here, and a guest, read what this is instead of a greeting", async () => {
    expect((await openedHome("sales.agent", "opens nothing here yet")).text).not.toContain("Welcome");
    expect((await openedHome("guest", "only for members")).text).not.toContain("Welcome");
  });

  test("who installed the app gets one message, however often and by however many it is asked for", async () => {
    const { desk } = whole.under;
    const admin = whole.slack.as("global.admin");
    const { team, app } = whole.slack.state();
    const install = { workspaceId: team.id, slackUserId: admin.id, appId: app.id };
    await Promise.all([1, 2, 3].map(() => welcomeInstaller(desk, install)));
    await runDue(desk);
    await welcomeInstaller(desk, install);
    await runDue(desk);
    const row = await desk.db.selectFrom("welcomes").selectAll().executeTakeFirstOrThrow();
    await Promise.all([1, 2].map(() => sendWelcome(desk, { subjectId: row.id, dueAt: desk.clock.now() })));
    await runDue(desk);
    const [greeting, ...more] = admin.dm().filter(({ text }) => text.includes("CSP Desk is installed"));
    expect(more).toEqual([]);
    expect(greeting?.notification).toContain("Try this");
    expect(JSON.stringify(greeting?.blocks)).toContain(`slack://app?team=${team.id}&id=${app.id}&tab=home`);
    await admin.click(actions.helpOpen);
    await visit(whole.slack, "global.admin").sees("What you can do here");
    await admin.close();
  });

  test("hiding the greeting twice, or before there is one, is no mistake", async () => {
    const agent = { personId: "per_nobody" } as Parameters<typeof hideWelcome>[1];
    await hideWelcome(whole.under.desk, agent);
    await hideWelcome(whole.under.desk, agent);
  });
});

describe("what does not work out (too old, or gone)", () => {
  test("a shortcut that is too old to open a form says so in the direct messages", async () => {
    whole.slack.addFault({ method: "views.open", fault: "error:expired_trigger_id", times: 1 });
    const agent = visit(whole.slack, "admin.agent");
    await agent.person.shortcut(shortcuts.buy);
    await agent.reads("choose the shortcut again");
  });

  test("an installer who is no member or gone is not written to, and asked about no more", async () => {
    const { desk } = whole.under;
    const { team } = whole.slack.state();
    const guest = whole.slack.as("guest");
    for (const slackUserId of [guest.id, "U0NOBODY"])
      await welcomeInstaller(desk, { workspaceId: team.id, slackUserId });
    await runDue(desk);
    expect(guest.dm()).toEqual([]);
    const left = await desk.db.selectFrom("reminders").select("id").where("kind", "=", "welcome").execute();
    expect(left).toEqual([]);
  });
});
