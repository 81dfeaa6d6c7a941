import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { secretsIn, type Visitor, visit } from "./visitor.ts";

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
});
afterAll(() => flow.close());
afterEach(() => expectNothingRefused(flow.slack));

const { id: orderId } = seedOrders.recentSubscription;

async function openLine(agent: Visitor, order: string, name = "Contoso", line = 0): Promise<void> {
  await agent.types(commands.keys);
  await agent.shows(callbacks.keysForm);
  await agent.person.pick(actions.keysCustomer, name, 0);
  await agent.offered(actions.keysLine);
  await agent.person.select(actions.keysLine, `${order}#${line}`);
}

test("K1 a sales agent gets no keys, and learns which role does", async () => {
  const sales = visit(flow.slack, "sales.agent");
  await sales.types(commands.keys);
  const refused = await sales.sees("Getting keys and downloads needs the role Admin agent");
  expect(refused.text).toContain("global admin");
  expect(flow.partnerCenter.requests().filter(({ path }) => path.startsWith("/_sim/v1"))).toEqual([]);
});

test("K2 lists everything bought for the customer, newest first", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await agent.types(commands.keys);
  await agent.shows(callbacks.keysForm);
  await agent.person.pick(actions.keysCustomer, "Contoso", 0);
  await agent.offered(actions.keysLine);
  const bought = flow.partnerCenter
    .orders()
    .filter(({ customerId }) => customerId === seedOrders.recentSubscription.customerId)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    .flatMap((order) => order.lines.map((line) => `${order.id}#${line.lineItemNumber}`));
  expect(agent.choices(actions.keysLine).map(({ value }) => value)).toEqual(bought);
});

test("K3 offers only the versions, languages and file types that exist together", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await openLine(agent, orderId);
  await agent.offered(actions.keysVersion);
  expect(agent.choices(actions.keysVersion).map(({ text }) => text)).toContain("Windows Server 2019");
  await agent.person.select(actions.keysVersion, "Windows Server 2019");
  await agent.offered(actions.keysLanguage);
  const languages = agent.choices(actions.keysLanguage);
  expect(languages.map(({ value }) => value)).not.toContain("pt-BR");
  expect(languages.map(({ text }) => text)).toContain("European Spanish");
  await agent.person.select(actions.keysLanguage, "es-ES");
  await agent.offered(inputs.keysFileType);
  expect(agent.choices(inputs.keysFileType).map(({ text }) => text)).toEqual(["ISO (64-bit)"]);
});

test("K3 K4 K5 hands over exactly that package: a key, a link that works and can be copied, and how long it lives", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await openLine(agent, orderId);
  const given = await agent.getsKeys();
  const [key = "", link = ""] = secretsIn(given);
  expect(key).toBe(flow.partnerCenter.keys().get(`${orderId}:0`));
  const button = given.blocks
    .flatMap((block) => block.elements ?? [])
    .find((one) => one.action_id === actions.keysDownload);
  expect(button?.url).toBe(link);
  expect(given.text).toMatch(/The link works until .* or for 50 downloads, whichever comes first/);
  const download = await fetch(link);
  expect(download.status).toBe(200);
  expect(await download.text()).toContain("Windows Server 2025, en-US, ISO (64-bit)");
  await agent.person.click(actions.keysDownload);
  await agent.person.close();
  const message = await agent.reads("Shown to you", orderId);
  expect(message.text).toContain("50 downloads");
});

test("K5 asking again gives a new link with a life of its own, any number of times", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const links = new Set<string>();
  for (let time = 0; time < 3; time += 1) {
    await openLine(agent, orderId);
    const given = await agent.getsKeys();
    expect(given.text).toContain("50 downloads");
    links.add(secretsIn(given)[1] ?? "");
    await agent.person.close();
  }
  expect(links.size).toBe(3);
  const [again] = (await flow.app.desk.db.selectFrom("key_requests").select("id").execute()).slice(-1);
  await agent.reads("Shown to you", again?.id ?? "");
});

test("K4 the same submission again hands nothing over a second time", async () => {
  const agent = visit(flow.slack, "admin.agent");
  await openLine(agent, orderId);
  await agent.getsKeys();
  const requests = async () =>
    (await flow.app.desk.db.selectFrom("key_requests").select("id").execute()).length;
  const before = await requests();
  const submission = flow.slack.deliveries.findLast(({ kind }) => kind === "view_submission");
  await flow.slack.redeliver(submission?.id ?? "", { fresh: true });
  await agent.sees("This request has changed since you opened this");
  expect(await requests()).toBe(before);
});

test("C11 a cancelled line stays listed, its key unavailable", async () => {
  const agent = visit(flow.slack, "admin.agent");
  const { id } = seedOrders.cancelled;
  await openLine(agent, id, "Proseware");
  expect(agent.choices(actions.keysLine).find(({ value }) => value === `${id}#0`)?.description).toContain(
    "key unavailable",
  );
  await agent.sees("Key unavailable.");
  expect(agent.choices(actions.keysVersion)).toEqual([]);
});

test("K4 a service for keys that does not answer is told, and the next try works", async () => {
  const agent = visit(flow.slack, "admin.agent");
  flow.partnerCenter.addFault({ path: "/_sim/v1/.*/keys$", fault: "503", times: 1 });
  await openLine(agent, orderId);
  for (const actionId of [actions.keysVersion, actions.keysLanguage, inputs.keysFileType]) {
    await agent.offered(actionId);
    await agent.person.select(actionId, agent.choices(actionId)[0]?.value ?? "");
  }
  await agent.person.submit();
  await agent.sees("The service for keys and downloads does not answer just now");
  await agent.person.submit();
  await agent.offered(actions.keysDownload);
  expect(secretsIn(agent.person.currentView())).toHaveLength(2);
});
