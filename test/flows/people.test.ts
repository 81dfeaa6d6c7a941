import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { actions, callbacks, commands } from "#src/slack/ids.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { visit } from "./visitor.ts";

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
  flow.slack.changePerson("account.admin", { email: "stranger@elsewhere.example" });
});
afterAll(() => flow.close());
afterEach(() => expectNothingRefused(flow.slack));

const everyCommand = [commands.buy, commands.keys, commands.cancel, commands.support];

test.each(everyCommand)("G2 a guest is told that %s is for members", async (command) => {
  const guest = visit(flow.slack, "guest");
  await guest.types(command);
  await guest.sees("only for members of this workspace");
});

test.each(everyCommand)(
  "G2 somebody whom Partner Center does not know gets nothing from %s",
  async (command) => {
    const stranger = visit(flow.slack, "account.admin");
    await stranger.types(command);
    const refused = await stranger.sees("I can't find a partner user with your e-mail address");
    expect(refused.text).toContain("stranger@elsewhere.example");
  },
);

test("G2 somebody who was deactivated gets nothing, even with a command that is on its way", async () => {
  flow.slack.addFault({ delivery: "command", fault: "slow", delayMs: 200, times: 1 });
  const leaver = visit(flow.slack, "admin.agent.2");
  const typed = leaver.types(commands.buy);
  flow.slack.changePerson("admin.agent.2", { deactivated: true });
  await typed;
  await leaver.sees("only for members of this workspace");
});

test("G2 a global admin may buy; keys and cancellations are for admin agents", async () => {
  const admin = visit(flow.slack, "global.admin");
  await admin.types(commands.buy);
  await admin.shows(callbacks.buyForm);
  await admin.types(commands.keys);
  await admin.sees("needs the role Admin agent");
  await admin.types(commands.cancel);
  await admin.sees("needs the role Admin agent");
});

test("K1 C2 every refusal is in the activity", async () => {
  const refused = await flow.app.desk.db
    .selectFrom("activity")
    .select(["act", "person_id"])
    .where("outcome", "=", "refused")
    .execute();
  expect(new Set(refused.map(({ act }) => act))).toEqual(
    new Set(["buy.asked", "keys.asked", "cancel.asked", "support.asked"]),
  );
});

test("/csp shows what one may do, each with its button, and for the rest the role that may", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.help);
  const help = await agent.sees("What you can do here");
  for (const command of everyCommand) expect(help.text).toContain(command);
  // A1: all but the activity.
  expect(help.text.match(/You need the role [^.]*/g)).toEqual([
    "You need the role Global admin, Account admin, Referral admin, or Marketing content admin for this",
  ]);
  await agent.person.click(actions.keysOpen);
  await agent.shows(callbacks.keysSoftware);

  const sales = visit(flow.slack, "sales.agent");
  await sales.types(commands.help);
  const less = await sales.sees("What you can do here");
  expect(less.text).toContain("You need the role Admin agent or Global admin for this");
  await expect(sales.person.click(actions.buyOpen)).rejects.toThrow();
});

test.each([
  ["buy", callbacks.buyForm],
  ["KEYS", callbacks.keysSoftware],
  ["cancelar", callbacks.cancelForm],
  ["soporte", callbacks.supportForm],
])("/csp %s opens its form", async (word, form) => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.help, word);
  await agent.person.view(form);
});

test("a mistyped word is answered with the nearest one, and nothing in it is read as markup", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.help, "cancle");
  await agent.sees("Did you mean `/csp cancel`?");
  await agent.types(commands.help, "<!channel> *now*");
  const help = await agent.sees("is not a word I know");
  expect(JSON.stringify(help.blocks)).not.toContain("<!channel>");
});
