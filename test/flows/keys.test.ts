import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { secretsIn, type Visitor, visit } from "./visitor.ts";

let flow: Flow;
beforeAll(async () => {
  // More reveals than a person may have in an hour by default.
  flow = await openFlow({ env: { REVEALS_PER_HOUR: "1000" } });
});
afterAll(() => flow.close());
afterEach(() => expectNothingRefused(flow.slack));

const { id: orderId, customerId } = seedOrders.recentSubscription;

/** The order lines of the page, as `order#line`. */
const listed = (agent: Visitor) =>
  (agent.person.currentView()?.blocks ?? [])
    .map(({ block_id = "" }) => block_id)
    .filter((id) => id.startsWith(`${actions.keysGet}/`))
    .map((id) => id.slice(actions.keysGet.length + 1));

test("K1 a sales agent gets no keys, and learns which role does", async () => {
  const sales = visit(flow.slack, "sales.agent");
  await sales.types(commands.keys, "contoso");
  const refused = await sales.sees("Getting keys and downloads needs the role Admin agent");
  expect(refused.text).toContain("global admin");
  expect(flow.partnerCenter.requests().filter(({ path }) => path.startsWith("/_sim/v1"))).toEqual([]);
});

test("K2 lists everything bought for the customer, newest first", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.opensSoftware();
  const bought = flow.partnerCenter
    .orders()
    .filter((order) => order.customerId === customerId)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    .flatMap((order) => order.lines.map((line) => `${order.id}#${line.lineItemNumber}`));
  expect(listed(agent)).toEqual(bought.slice(0, 10));
  expect(agent.person.currentView()?.text).toMatch(
    new RegExp(`1–${Math.min(10, bought.length)} of ${bought.length}`),
  );
});

test.each(["contoso", "contoso.onm", customerId])(
  "K2 C5 /csp-keys %s opens that customer's page at once",
  async (typed) => {
    const agent = visit(flow.slack, "admin.agent");
    await agent.types(commands.keys, typed);
    await agent.offered(actions.keysSearch);
    expect(listed(agent)).toContain(`${orderId}#0`);
  },
);

test("K2 a typed name that fits nobody, or several, says so and nothing is chosen", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.keys, "<!channel> nobody");
  const none = await agent.sees("No customer begins with");
  expect(JSON.stringify(none.blocks)).not.toContain("<!channel>");
  expect(listed(agent)).toEqual([]);
});

test("K2 a search is made on enter, keeps what was typed, and says how to see everything again", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.opensSoftware();
  await agent.person.type(actions.keysSearch, "no such thing", { enter: true });
  const none = await agent.sees("Nothing found for “no such thing”");
  const typed = Object.values(none.state).find((block) => actions.keysSearch in block);
  expect(typed?.[actions.keysSearch]).toMatchObject({ value: "no such thing" });
  await agent.person.type(actions.keysSearch, "", { enter: true });
  await agent.sees(/1–\d+ of \d+/);
  await agent.person.type(actions.keysSearch, orderId);
  await agent.person.submit();
  await agent.sees("1–1 of 1");
  expect(listed(agent)).toEqual([`${orderId}#0`]);
});

test("K3 offers only the versions, languages and file types that exist together", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.choosesLine(orderId);
  await agent.offered(actions.keysVersion);
  expect(agent.choices(actions.keysVersion).map(({ text }) => text)).toContain("Windows Server 2019");
  await agent.person.type(inputs.keysReason, "Ticket 1");
  await agent.person.select(actions.keysVersion, "Windows Server 2019");
  await agent.offered(actions.keysLanguage);
  const languages = agent.choices(actions.keysLanguage);
  expect(languages.map(({ value }) => value)).not.toContain("pt-BR");
  expect(languages.map(({ text }) => text)).toContain("European Spanish");
  await agent.person.select(actions.keysLanguage, "es-ES");
  await agent.offered(inputs.keysFileType);
  expect(agent.choices(inputs.keysFileType).map(({ text }) => text)).toEqual(["ISO (64-bit)"]);
  const state = Object.values(agent.person.currentView()?.state ?? {}).flatMap((block) =>
    Object.entries(block),
  );
  expect(Object.fromEntries(state)[inputs.keysReason]).toMatchObject({ value: "Ticket 1" });
});

test("K4 without a reason nothing is shown, and the field says what is missing", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.choosesLine(orderId);
  for (const actionId of [actions.keysVersion, actions.keysLanguage, inputs.keysFileType]) {
    await agent.offered(actionId);
    await agent.person.select(actionId, agent.choices(actionId)[0]?.value ?? "");
  }
  await agent.person.type(inputs.keysReason, "  x ");
  const { errors = {} } = (await agent.person.submit()) as { errors?: Record<string, string> };
  expect(errors).toEqual({ [inputs.keysReason]: "Type a reason of 3 to 300 characters." });
  expect(agent.person.currentView()?.callbackId).toBe(callbacks.keysForm);
});

test("K3 K4 K5 hands over exactly that package: a key, a link that works and can be copied, and how long it lives", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const form = await agent.choosesLine(orderId);
  expect(form.text).toContain("shown for one minute");
  const given = await agent.getsKeys();
  expect(given.depth).toBe(2);
  const [key = "", link = ""] = secretsIn(given);
  expect(key).toBe(flow.partnerCenter.keys().get(`${orderId}:0`));
  const button = given.blocks
    .flatMap((block) => block.elements ?? [])
    .find((one) => one.action_id === actions.keysDownload);
  expect(button?.url).toBe(link);
  expect(given.text).toMatch(/The link works until .* or for 50 downloads, whichever comes first/);
  expect(given.text).toContain("Issued ");
  expect(given.text).toContain("No download has been started from here yet");
  const download = await fetch(link);
  expect(download.status).toBe(200);
  expect(await download.text()).toContain("Windows Server 2025, en-US, ISO (64-bit)");
  await agent.person.click(actions.keysDownload);
  await agent.person.close();
  expect(agent.person.currentView()?.callbackId).toBe(callbacks.keysSoftware);
  await agent.person.close();
  const message = await agent.reads("Shown to you", orderId, /1 of 50 download/);
  expect(message.text).toContain("Ticket 4711");
});

test("K5 asking again gives a new link with a life of its own, any number of times", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const links = new Set<string>();
  for (let time = 0; time < 3; time += 1) {
    await agent.choosesLine(orderId);
    const given = await agent.getsKeys();
    expect(given.text).toContain("50 downloads");
    links.add(secretsIn(given)[1] ?? "");
  }
  expect(links.size).toBe(3);
  const [again] = (
    await flow.app.desk.db.selectFrom("key_requests").select("id").orderBy("created_at").execute()
  ).slice(-1);
  await agent.reads("Shown to you", again?.id ?? "");
});

test("K5 renews with one click, in the window and from the message", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.choosesLine(orderId);
  const [key, first] = secretsIn(await agent.getsKeys());
  await agent.person.click(actions.keysRenew);
  await flow.slack.waitFor(() => secretsIn(agent.person.currentView())[1] !== first);
  const [sameKey, second] = secretsIn(agent.person.currentView());
  expect(sameKey).toBe(key);
  await agent.person.close({ all: true });
  const renewed = await agent.reads("Download link renewed", "Shown to you");
  await agent.person.click(actions.keysRenew, { message: renewed });
  const given = await agent.offered(actions.keysDownload);
  expect(given.depth).toBe(1);
  expect(new Set([first, second, secretsIn(given)[1]]).size).toBe(3);
});

test("K4 the same submission again leaves the key where it is, and hands nothing over a second time", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.choosesLine(orderId);
  const secrets = secretsIn(await agent.getsKeys());
  const requests = async () =>
    (await flow.app.desk.db.selectFrom("key_requests").select("id").execute()).length;
  const before = await requests();
  const acts = () =>
    flow.app.desk.db
      .selectFrom("activity")
      .select("act")
      .where("act", "=", "key_request.shown_again")
      .execute();
  const submission = flow.slack.deliveries.findLast(({ kind }) => kind === "view_submission");
  const updates = () => flow.slack.calls.filter(({ method }) => method === "views.update").length;
  const drawn = updates();
  await flow.slack.redeliver(submission?.id ?? "", { fresh: true });
  await flow.slack.waitFor(() => updates() > drawn);
  expect(await acts()).toHaveLength(1);
  expect(secretsIn(agent.person.currentView())).toEqual(secrets);
  expect(agent.person.currentView()?.text).not.toContain("This request has changed");
  expect(await requests()).toBe(before);
});

test("C11 a cancelled line stays listed, its key unavailable", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const { id } = seedOrders.cancelled;
  await agent.opensSoftware("Proseware");
  await agent.person.type(actions.keysSearch, id, { enter: true });
  const page = await agent.sees("1–1 of 1");
  expect(page.text).toContain("Cancelled: key unavailable");
  expect(listed(agent)).toEqual([`${id}#0`]);
  expect(JSON.stringify(page.blocks)).not.toContain(`"${actions.keysGet}"`);
});

test("K4 a service for keys that does not answer is told, and the next try works", async () => {
  const agent = visit(flow.slack, "admin.agent");
  flow.partnerCenter.addFault({ path: "/_sim/v1/.*/keys$", fault: "503", times: 1 });
  await agent.choosesLine(orderId);
  for (const actionId of [actions.keysVersion, actions.keysLanguage, inputs.keysFileType]) {
    await agent.offered(actionId);
    await agent.person.select(actionId, agent.choices(actionId)[0]?.value ?? "");
  }
  await agent.person.type(inputs.keysReason, "Ticket 4711");
  await agent.person.submit();
  await agent.sees("The service for keys and downloads does not answer just now");
  await agent.person.submit();
  await agent.offered(actions.keysDownload);
  expect(secretsIn(agent.person.currentView())).toHaveLength(2);
});

test("K4 the text for the customer is in their language, can be switched, and only “I sent it” says that they have it", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.choosesLine(seedOrders.fiftyNineDaysOld.id, "Fabrikam");
  const [key = "", link = ""] = secretsIn(await agent.getsKeys());
  await agent.person.click(actions.keysCopy);
  const spanish = await agent.shows(callbacks.keysCopied);
  expect(spanish.text).toContain("Ya puede descargar su software");
  expect(spanish.text).toContain(link);
  expect(spanish.text).toMatch(/Funciona hasta el .* \(UTC\) o durante 50 descargas/);
  expect(spanish.text).not.toContain(key);
  await agent.person.select(actions.keysCopyLanguage, "en");
  const english = await agent.sees("your software is ready to be downloaded");
  expect(english.text).toContain(link);
  const handed = () =>
    flow.app.desk.db
      .selectFrom("links")
      .select("handed_to_customer_at")
      .where("handed_to_customer_at", "is not", null)
      .execute();
  expect(await handed()).toEqual([]);
  await agent.person.submit();
  await agent.sees("Noted: the customer has the link");
  expect(await handed()).toHaveLength(1);
  await agent.person.close({ all: true });
  const message = await agent.reads("Your customer has the link since");
  for (const secret of [key, link]) expect(JSON.stringify(message)).not.toContain(secret);
});

test("K2 from a receipt's form there is a way to all software of that customer", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const bought = await agent.buys("sql server 2022 standard", "Fabrikam");
  await agent.person.click(actions.keysOpen, { message: bought });
  await agent.offered(actions.keysAll);
  await agent.person.click(actions.keysAll);
  await agent.offered(actions.keysSearch);
  const choice = Object.values(agent.person.currentView()?.state ?? {}).flatMap((block) =>
    Object.values(block),
  );
  expect(JSON.stringify(choice)).toContain("Fabrikam, Inc.");
});
