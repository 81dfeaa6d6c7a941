import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { actions, callbacks } from "#src/slack/ids.ts";
import { visit } from "../flows/visitor.ts";
import { runDue } from "../ground/run-due.ts";
import { expectNothingRefused, openSlackDesk, type SlackDesk } from "./slack-desk.ts";

let whole: SlackDesk;
beforeAll(async () => {
  whole = await openSlackDesk();
});
afterAll(() => whole.close());
afterEach(({ task }) => {
  if (!task.name.includes("too old")) expectNothingRefused(whole.slack);
});

type Person = ReturnType<SlackDesk["slack"]["as"]>;
const homeOf = (person: Person, says: string) =>
  whole.slack.waitFor(() => {
    const home = person.home();
    return home?.text.includes(says) && home;
  });
/** Its button opens a flow as well. */
async function putWelcomeAway(person: Person): Promise<void> {
  const isWelcomed = () => JSON.stringify(person.home()?.blocks).includes(`"${actions.homeWelcome}"`);
  if (!isWelcomed()) return;
  await person.click(actions.homeWelcome, { home: true });
  await expect
    .poll(async () => {
      await runDue(whole.under.desk);
      return isWelcomed();
    })
    .toBe(false);
}
const openers = [actions.buyOpen, actions.keysOpen, actions.cancelOpen, actions.supportOpen];
const buttonsIn = (home: { blocks: unknown[] }) =>
  openers.filter((actionId) => JSON.stringify(home.blocks).includes(`"${actionId}"`));

test("G2 K1 C2 an admin agent's Home tab has every flow with its button", async () => {
  const agent = whole.slack.as("admin.agent");
  expect((await agent.openHome())?.result).toMatchObject({ status: 200 });
  const home = await homeOf(agent, "What you can do here");
  expect(buttonsIn(home)).toEqual(openers);
  expect(home.text).not.toContain("You need the role");
});

test.each([
  [actions.buyOpen, callbacks.buyForm],
  [actions.keysOpen, callbacks.keysSoftware],
  [actions.cancelOpen, callbacks.cancelForm],
  [actions.supportOpen, callbacks.supportForm],
])("a button of the Home tab opens its window: %s", async (button, form) => {
  const agent = visit(whole.slack, "admin.agent");
  await agent.person.openHome();
  await homeOf(agent.person, "What you can do here");
  await putWelcomeAway(agent.person);
  await agent.person.click(button, { home: true });
  await agent.shows(form);
  await agent.person.close({ all: true });
});

test("G2 in Spanish for a Spanish reader, with only what their roles allow", async () => {
  const agente = whole.slack.as("admin.agent.es");
  await agente.openHome();
  expect(buttonsIn(await homeOf(agente, "Lo que puede hacer aquí"))).toEqual(openers);
  const sales = whole.slack.as("sales.agent");
  await sales.openHome();
  const less = await homeOf(sales, "Your role (Sales agent) opens nothing here yet");
  expect(buttonsIn(less)).toEqual([]);
  expect(less.text).toContain("Admin agent");
  expect(less.text).toContain("These people can give it to you");
});

test("G2 a newcomer without a role sees who can give them one", async () => {
  const admin = whole.slack.as("global.admin");
  await admin.openHome();
  await homeOf(admin, "What you can do here");
  whole.slack.changePerson("account.admin", { email: "stranger@elsewhere.example" });
  const stranger = whole.slack.as("account.admin");
  await stranger.openHome();
  const home = await homeOf(stranger, "You have no role in Partner Center yet");
  expect(home.text).toContain("stranger@elsewhere.example");
  expect(home.text).toContain(`<@${admin.id}>`);
  expect(buttonsIn(home)).toEqual([]);
});

test("G2 a guest sees that this is not for them, and no names", async () => {
  const guest = whole.slack.as("guest");
  await guest.openHome();
  const home = await homeOf(guest, "only for members of this workspace");
  expect(home.text).not.toContain("<@");
  expect(buttonsIn(home)).toEqual([]);
});

test("the Home tab is drawn anew at each visit, and the messages tab draws nothing", async () => {
  const helpdesk = whole.slack.as("helpdesk.agent");
  const published = () =>
    whole.slack.calls.filter(({ method, args }) => method === "views.publish" && args.user_id === helpdesk.id)
      .length;
  await helpdesk.openHome();
  await homeOf(helpdesk, "What you can do here");
  const before = published();
  await helpdesk.openHome();
  await whole.slack.waitFor(() => published() > before);
  const last = whole.slack.deliveries.findLast(({ kind }) => kind === "event_callback");
  const { event, ...rest } = JSON.parse(last?.body ?? "{}");
  const answered = await whole.sendEvent({ ...rest, event: { ...event, tab: "messages" } });
  expect(answered).toBe(200);
  await helpdesk.openHome();
  await whole.slack.waitFor(() => published() > before + 1);
  expect(published()).toBe(before + 2);
});

test("a button of the Home tab that is too old is answered in the direct messages", async () => {
  const agent = whole.slack.as("admin.agent");
  await agent.openHome();
  await homeOf(agent, "What you can do here");
  whole.slack.addFault({ method: "views.open", fault: "error:expired_trigger_id", times: 1 });
  await agent.click(actions.buyOpen, { home: true });
  const told = await whole.slack.waitFor(() =>
    agent.dm().find(({ text }) => text.includes("Please click the button again")),
  );
  expect(told.from).toBe("bot");
});
