import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { customer, stateOf, type Visitor, visit } from "./visitor.ts";

let flow: Flow;
beforeAll(async () => {
  flow = await openFlow();
});
afterAll(() => flow.close());
afterEach(() => {
  flow.partnerCenter.configure({ serviceRequests: "archived" });
  expectNothingRefused(flow.slack);
});

async function fill(agent: Visitor, title: string): Promise<void> {
  await agent.types(commands.support);
  await agent.shows(callbacks.supportForm);
  await agent.person.pick(inputs.supportCustomer, "Contoso", 0);
  await agent.person.select(inputs.supportImpact, "critical");
  await agent.person.type(inputs.supportTitle, title);
  await agent.person.type(inputs.supportOrder, "ORDER-1");
  await agent.person.type(inputs.supportReason, "Bought by mistake");
  await agent.person.type(inputs.supportAmount, "100.00 USD");
  await agent.person.type(inputs.supportContactPhone, "+1 555 0100");
}

test("S1 S2 S5 the form names the problem type and knows who asks", async () => {
  const agent = visit(flow.slack, "helpdesk.agent");
  await agent.types(commands.support);
  const form = await agent.shows(callbacks.supportForm);
  expect(form.text).toContain("CSP purchase or refund on behalf of customers");
  const state = stateOf(form);
  expect(state[inputs.supportContactName]?.value).toBe("Helpdesk agent");
  expect(state[inputs.supportContactEmail]?.value).toBe("helpdesk.agent@partner.example");
});

test("S2 S3 S4 S5 S7 a request is filed with all its parts, numbered, and the number told", async () => {
  const agent = visit(flow.slack, "helpdesk.agent");
  await fill(agent, "Refund of an order");
  await agent.person.submit();
  const taken = await agent.sees("taken.");
  const id = /sup_\w+/.exec(taken.text)?.[0] ?? "";
  const message = await agent.reads("Filed", id);
  const filed = (await flow.app.desk.partnerCenter.listServiceRequests({})).find(({ description }) =>
    description.includes(id),
  );
  expect(message.text).toContain(filed?.id);
  expect(filed).toMatchObject({ title: "Refund of an order", severity: "critical" });
  for (const part of [
    "CSP purchase or refund on behalf of customers",
    customer("Contoso").id,
    "ORDER-1",
    "Bought by mistake",
    "100.00 USD",
    "Helpdesk agent, helpdesk.agent@partner.example, +1 555 0100",
  ])
    expect(filed?.description).toContain(part);
});

test("S7 the form sent again is the same request", async () => {
  const agent = visit(flow.slack, "helpdesk.agent");
  await fill(agent, "Sent twice");
  await agent.person.submit();
  const id = /sup_\w+/.exec((await agent.sees("taken.")).text)?.[0] ?? "";
  const submission = flow.slack.deliveries.findLast(({ kind }) => kind === "view_submission");
  await flow.slack.redeliver(submission?.id ?? "", { fresh: true });
  await agent.reads("Filed", id);
  const filed = await flow.app.desk.partnerCenter.listServiceRequests({});
  expect(filed.filter(({ title }) => title === "Sent twice")).toHaveLength(1);
});

test("S7 where Microsoft takes none by API, the person gets the text to file, and gives back the number", async () => {
  flow.partnerCenter.configure({ serviceRequests: "withdrawn" });
  const agent = visit(flow.slack, "admin.agent");
  await fill(agent, "To be filed by hand");
  await agent.person.submit();
  const id = /sup_\w+/.exec((await agent.sees("taken.")).text)?.[0] ?? "";
  await agent.person.close();
  const message = await agent.reads("Your turn.", id);
  for (const part of [
    "To be filed by hand",
    customer("Contoso").id,
    "ORDER-1",
    "Bought by mistake",
    "100.00 USD",
  ])
    expect(message.text).toContain(part);
  await agent.person.click(actions.supportFiled, { message });
  await agent.shows(callbacks.supportFiled);
  await agent.person.type(inputs.supportTicket, "616122292874599");
  await agent.person.submit();
  await agent.sees("Saved.");
  const filed = await agent.reads("Filed", id);
  expect(filed.ts).toBe(message.ts);
  expect(filed.text).toContain("616122292874599");
});

test("S4 mistakes are shown beside their fields and nothing typed is lost", async () => {
  const agent = visit(flow.slack, "helpdesk.agent");
  await fill(agent, "Wrong");
  await agent.person.type(inputs.supportOrder, "two ids");
  await agent.person.type(inputs.supportContactPhone, "nobody");
  const submission = await agent.person.submit();
  expect(submission.outcome).toBe("errors");
  expect(Object.keys(submission.errors ?? {})).toEqual([inputs.supportOrder, inputs.supportContactPhone]);
  const state = stateOf(await agent.person.view());
  expect(state[inputs.supportReason]?.value).toBe("Bought by mistake");
});
