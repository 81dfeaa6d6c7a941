import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { actions, callbacks, inputs } from "#src/slack/ids.ts";
import { expectNothingRefused } from "../slack/slack-desk.ts";
import { type Flow, openFlow } from "./flow.ts";
import { purchaseOf, type Visitor, visit } from "./visitor.ts";

const policy = {
  amountLimits: { USD: "10000.00" },
  approvers: ["U0ADMINAGENT2", "U0GLOBALADMIN", "U0SALESAGENT"],
  expiresAfterHours: 24,
};

let flow: Flow;
let folder: string;
let requester: Visitor;
let second: Visitor;
let global: Visitor;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "csp-desk-approve-"));
  await writeFile(join(folder, "policy.json"), JSON.stringify(policy));
  flow = await openFlow({
    env: { APPROVAL_POLICY_FILE: join(folder, "policy.json"), SWEEP_SECONDS: "1", PATIENCE_SECONDS: "1" },
  });
  requester = visit(flow.slack, "admin.agent");
  second = visit(flow.slack, "admin.agent.2");
  global = visit(flow.slack, "global.admin");
});
afterAll(async () => {
  await flow?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => expectNothingRefused(flow.slack));

const sqlEnterprise = "sql server enterprise 1 year";

/** Asks for a purchase above the limit; its id. */
async function ask(quantity = "3", who = requester): Promise<string> {
  const purchaseId = purchaseOf(await who.checkPrice(sqlEnterprise, "Contoso", quantity));
  await who.person.submit();
  await who.sees("needs a second person's approval");
  await who.person.close();
  await who.reads("Waits for an approval", purchaseId);
  return purchaseId;
}

async function clicks(visitor: Visitor, actionId: string, purchaseId: string, says: string): Promise<void> {
  while (visitor.person.currentView()) await visitor.person.close({ all: true });
  const message = await visitor.reads(says, purchaseId);
  await visitor.person.click(actionId, { message });
}

const ordersOf = (purchaseId: string) =>
  flow.partnerCenter.orders().filter(({ lines }) => lines.some((line) => line.friendlyName === purchaseId));
const rowOf = (purchaseId: string) =>
  flow.app.desk.db.selectFrom("purchases").selectAll().where("id", "=", purchaseId).executeTakeFirstOrThrow();

test("approval: two approvers are asked, one approves, the order is placed, and all three read how it ended", async () => {
  const purchaseId = await ask();
  const own = await requester.reads("Waits for an approval", purchaseId);
  expect(own.text).toContain("U0ADMINAGENT2");
  expect(own.text).toContain("U0GLOBALADMIN");
  expect(own.text).not.toContain("U0SALESAGENT");
  const asked = await second.reads("asks you to approve", purchaseId);
  for (const fact of [
    "U0ADMINAGENT",
    "Contoso",
    "SQL Server Enterprise",
    "Prices do not include tax.",
    "16,302.00",
  ])
    expect(asked.text.replaceAll("\u00a0", " ")).toContain(fact);
  expect(JSON.stringify(asked.blocks)).not.toContain(actions.approveWithdraw);
  expect(ordersOf(purchaseId)).toEqual([]);

  await clicks(second, actions.approveApprove, purchaseId, "asks you to approve");
  await second.sees("Approved.");
  const receipt = await requester.reads("Ordered.", purchaseId);
  expect(JSON.stringify(receipt.blocks)).toContain(actions.keysOpen);
  expect(receipt.text).toContain("U0ADMINAGENT2");
  for (const approver of [second, global]) {
    const end = await approver.reads("Ordered.", purchaseId);
    expect(end.text).toContain("U0ADMINAGENT2");
    expect(end.text).toContain(ordersOf(purchaseId)[0]?.id);
    for (const button of [actions.keysOpen, actions.cancelOpen, actions.approveApprove])
      expect(JSON.stringify(end.blocks)).not.toContain(button);
  }
  expect(ordersOf(purchaseId)).toHaveLength(1);
  expect(visit(flow.slack, "sales.agent").person.dm()).toEqual([]);
});

test("approval: a refusal asks for its reason, which the requester reads", async () => {
  const purchaseId = await ask();
  await global.reads("asks you to approve", purchaseId);
  await clicks(second, actions.approveRefuse, purchaseId, "asks you to approve");
  await second.shows(callbacks.approveRefuse);
  await second.person.type(inputs.approveReason, "no");
  await second.person.submit();
  expect(Object.values(second.person.currentView()?.errors ?? {})).toEqual([
    expect.stringContaining("Say why in a few words"),
  ]);
  await second.person.type(inputs.approveReason, "Standard is <!channel> enough for them.");
  await second.person.submit();
  await second.sees("Refused.");
  const told = await requester.reads("the approval was refused", purchaseId);
  expect(told.text).toContain("Standard is &lt;!channel&gt; enough for them.");
  expect(JSON.stringify(told.blocks)).not.toContain("<!channel>");
  await global.reads("Refused.", purchaseId);
  expect((await rowOf(purchaseId)).status).toBe("declined");
  expect(ordersOf(purchaseId)).toEqual([]);
});

test("approval: handing over names somebody who may, and that one answers", async () => {
  const purchaseId = await ask();
  await clicks(second, actions.approveHandOver, purchaseId, "asks you to approve");
  await second.shows(callbacks.approveHandOver);
  for (const [who, error] of [
    ["U0SALESAGENT", "may not approve"],
    ["U0ADMINAGENT", "may not approve"],
    ["U0GLOBALADMIN", "is asked already"],
  ] as const) {
    await second.person.select(inputs.approvePerson, who);
    await second.person.submit();
    expect(Object.values(second.person.currentView()?.errors ?? {})).toEqual([
      expect.stringContaining(error),
    ]);
  }
  await second.person.select(inputs.approvePerson, "U0ADMINAGENTES");
  await second.person.submit();
  await second.sees("Handed over.");
  await second.reads("Somebody else has been asked instead of you", purchaseId);
  const spanish = visit(flow.slack, "admin.agent.es");
  const asked = await spanish.reads("le pide que apruebe esta compra", purchaseId);
  expect(asked.text).toContain("Los precios no incluyen los impuestos");
  await spanish.person.click(actions.approveApprove, { message: asked });
  await spanish.sees("Aprobada.");
  await requester.reads("Ordered.", purchaseId);
  await second.reads("Ordered.", purchaseId);
});

test("approval: the requester takes it back, and a click that comes too late is told so", async () => {
  const purchaseId = await ask();
  await global.reads("asks you to approve", purchaseId);
  await clicks(second, actions.approveRefuse, purchaseId, "asks you to approve");
  await second.shows(callbacks.approveRefuse);
  await clicks(requester, actions.approveWithdraw, purchaseId, "Waits for an approval");
  await requester.sees("Nothing is bought.");
  await second.person.type(inputs.approveReason, "Too much for this quarter.");
  await second.person.submit();
  const refused = await second.sees("It was taken back");
  expect(refused.text).toContain("Your answer changed nothing.");
  expect(JSON.stringify(refused.blocks)).toContain("Too much for this quarter.");
  await second.reads("took this purchase back", purchaseId);
  await global.reads("took this purchase back", purchaseId);
  expect(ordersOf(purchaseId)).toEqual([]);
});

test("approval: two who approve at the same time place one order, and the second is told", async () => {
  const purchaseId = await ask();
  await global.reads("asks you to approve", purchaseId);
  await Promise.all([
    clicks(second, actions.approveApprove, purchaseId, "asks you to approve"),
    clicks(global, actions.approveApprove, purchaseId, "asks you to approve"),
  ]);
  await requester.reads("Ordered.", purchaseId);
  const answers = [second, global].map((one) => one.sees(/Approved\.|Your answer changed nothing\./));
  const late = (await Promise.all(answers)).filter(({ text }) =>
    text.includes("Your answer changed nothing."),
  );
  expect(late).toHaveLength(1);
  expect(ordersOf(purchaseId)).toHaveLength(1);
});

test("B1 approval: a price that changed after the approval goes back to the requester, and then to the approvers", async () => {
  const purchaseId = await ask();
  const [line] = (await rowOf(purchaseId)).lines;
  const sku = { productId: line?.productId ?? "", skuId: line?.skuId ?? "" };
  flow.partnerCenter.setPrice({ ...sku, unitPrice: 6_000 });
  await clicks(second, actions.approveApprove, purchaseId, "asks you to approve");
  const changed = await requester.reads("not what you confirmed any more", purchaseId);
  const shown = changed.text.replaceAll("\u00a0", " ");
  for (const fact of ["USD 16,302.00", "USD 18,000.00", "(USD 1,698.00 more)", "counts no more"])
    expect(shown).toContain(fact);
  await second.reads("the approval counts no more", purchaseId);
  expect(ordersOf(purchaseId)).toEqual([]);
  await requester.person.click(actions.approveNewPrice, { message: changed });
  await requester.sees("needs a second person's approval");
  const again = await global.reads("asks you to approve", purchaseId);
  expect(again.text.replaceAll("\u00a0", " ")).toContain("USD 18,000.00");
  await global.person.click(actions.approveApprove, { message: again });
  await requester.reads("Ordered.", purchaseId);
  flow.partnerCenter.setPrice({ ...sku, unitPrice: null });
  expect(ordersOf(purchaseId)).toMatchObject([{ lines: [{ unitPrice: 6_000, quantity: 3 }] }]);
});

test("B1 a price that changed below the limit is the requester's own to take or leave", async () => {
  const purchaseId = purchaseOf(await requester.checkPrice(sqlEnterprise, "Contoso", "1"));
  const [line] = (await rowOf(purchaseId)).lines;
  const sku = { productId: line?.productId ?? "", skuId: line?.skuId ?? "" };
  flow.partnerCenter.setPrice({ ...sku, unitPrice: 4_000 });
  await requester.person.submit();
  await requester.person.close();
  const changed = await requester.reads("not what you confirmed any more", purchaseId);
  expect(changed.text.replaceAll("\u00a0", " ")).toContain("(USD 1,434.00 less)");
  await requester.person.click(actions.approveLeave, { message: changed });
  await requester.sees("Nothing is bought.");
  await requester.reads("Taken back.", purchaseId);
  flow.partnerCenter.setPrice({ ...sku, unitPrice: null });
  expect(ordersOf(purchaseId)).toEqual([]);
});
