import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import {
  approvePurchase,
  declinePurchase,
  handOverApproval,
  readApproval,
  type SeenApproval,
} from "#src/approvals/decide.ts";
import type { ApprovalPolicy } from "#src/approvals/policy.ts";
import type { Desk } from "#src/desk/context.ts";
import { acceptChange, confirmPurchase, withdrawPurchase } from "#src/purchases/confirm.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, customerId, fillForm, minute, pass, readRow, refusalOf } from "../requests/acts.ts";

const policy: ApprovalPolicy = {
  amountLimits: { USD: "10000" },
  productKinds: [],
  customers: [],
  approvers: ["U0AGENT2", "U0GLOBAL", "U0SALES"],
  expiresAfterHours: 2,
};

let under: DeskUnderTest;
let requester: Agent;
let second: Agent;
let global: Agent;
beforeAll(async () => {
  under = await openDesk({ override: () => ({ approvalPolicy: policy }) });
});
afterAll(async () => {
  expect(await verifyChain(under.desk.db, requester.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});
beforeEach(async () => {
  requester = await under.agent();
  second = await under.agent("U0AGENT2");
  global = await under.agent("U0GLOBAL");
});

const row = (id: string) => readRow(under.desk, "purchase", id);
const ordersOf = (id: string) =>
  under.simulator.orders().filter((order) => order.lines.some((line) => line.friendlyName === id));
const messagesOf = (id: string) => under.chat.posted.filter(({ message }) => message.text.includes(id));

async function quoted(quantity = "3") {
  const form = await fillForm(under.desk, requester, {
    customerId: customerId("Contoso"),
    words: "sql enterprise 1 year",
    quantity,
  });
  return quotePurchase(under.desk, requester, form);
}

/** A purchase that waits for its approval, with what the approvers saw. */
async function waiting(desk: Desk = under.desk): Promise<SeenApproval> {
  const quote = await quoted();
  const { purchaseId } = quote;
  await confirmPurchase(desk, requester, quote);
  await runDue(under.desk);
  return { purchaseId, hash: (await row(purchaseId)).frozen_hash ?? "" };
}

describe("approval: who is asked", () => {
  test("approval: each entitled approver gets one message, the requester one of their own, and nothing is ordered", async () => {
    const quote = await quoted();
    const { purchaseId } = quote;
    const until = new Date(under.clock.now().getTime() + 120 * minute);
    expect(await confirmPurchase(under.desk, requester, quote)).toEqual({
      purchaseId,
      alreadyConfirmed: false,
      awaiting: { approvers: ["U0AGENT2", "U0GLOBAL"], until },
    });
    expect(await confirmPurchase(under.desk, requester, quote)).toMatchObject({
      alreadyConfirmed: true,
    });
    await runDue(under.desk);
    expect(await row(purchaseId)).toMatchObject({
      status: "awaiting_approval",
      approvers: ["U0AGENT2", "U0GLOBAL"],
      approval_due_at: until,
      due_at: until,
    });
    expect(
      messagesOf(purchaseId)
        .map(({ channel }) => channel)
        .sort(),
    ).toEqual(["D-U0AGENT", "D-U0AGENT2", "D-U0GLOBAL"]);
    expect(ordersOf(purchaseId)).toEqual([]);
  });

  test("approval: below the limit nobody is asked", async () => {
    const quote = await quoted("1");
    const { purchaseId } = quote;
    expect(await confirmPurchase(under.desk, requester, quote)).toMatchObject({ awaiting: null });
    await runDue(under.desk);
    expect(await row(purchaseId)).toMatchObject({ status: "ordered", approvers: [], decided_by: null });
  });

  test.each([
    ["is the requester", ["U0AGENT"]],
    ["has no right to buy, or is unknown to Slack", ["U0SALES", "U0STRANGER", "U0GUEST", "U0NOBODY"]],
  ])("approval: with nobody but one who %s, the requester is told at once", async (_, approvers) => {
    const quote = await quoted();
    const { purchaseId } = quote;
    const desk = { ...under.desk, approvalPolicy: { ...policy, approvers } };
    expect(await refusalOf(confirmPurchase(desk, requester, quote))).toMatchObject({
      code: "no_approver",
    });
    expect(await row(purchaseId)).toMatchObject({ status: "quoted" });
  });

  test("approval: a second Slack account of the requester is nobody else", async () => {
    const quote = await quoted();
    await sql`update people set email = 'Admin.Agent@partner.example' where slack_user_id = 'U0AGENT2'`.execute(
      under.desk.db,
    );
    const desk = { ...under.desk, approvalPolicy: { ...policy, approvers: ["U0AGENT2"] } };
    const refusal = await refusalOf(confirmPurchase(desk, requester, quote));
    await sql`update people set email = 'admin.agent.2@partner.example' where slack_user_id = 'U0AGENT2'`.execute(
      under.desk.db,
    );
    expect(refusal).toMatchObject({ code: "no_approver" });
  });
});

describe("approval: the answer", () => {
  test("approval: an approved purchase is ordered, and every message shows it", async () => {
    const seen = await waiting();
    await approvePurchase(under.desk, second, seen);
    await runDue(under.desk);
    expect(await row(seen.purchaseId)).toMatchObject({
      status: "ordered",
      decided_by: second.personId,
      decided_by_slack_id: "U0AGENT2",
      approved_hash: seen.hash,
    });
    expect(ordersOf(seen.purchaseId)).toHaveLength(1);
    const messages = messagesOf(seen.purchaseId);
    expect(messages).toHaveLength(3);
    for (const { message } of messages) expect(message.text).toContain("ordered");
    const acts = await under.desk.db
      .selectFrom("activity")
      .select(["act", "person_id", "roles", "details"])
      .where("request_id", "=", seen.purchaseId)
      .orderBy("sequence")
      .execute();
    expect(acts.slice(1, 3)).toMatchObject([
      {
        act: "purchase.awaiting_approval",
        person_id: requester.personId,
        details: {
          contentHash: seen.hash,
          because: ["amount"],
          approvers: [second.personId, global.personId],
        },
      },
      {
        act: "purchase.requested",
        person_id: second.personId,
        roles: ["admin_agent"],
        details: { contentHash: seen.hash },
      },
    ]);
  });

  test("approval: a refused purchase is not ordered, and keeps its reason", async () => {
    const seen = await waiting();
    for (const reason of ["", "no", "          ", "abcdefghijklm"]) {
      expect(await refusalOf(declinePurchase(under.desk, global, { ...seen, reason }))).toMatchObject({
        code: "invalid_input",
      });
    }
    await declinePurchase(under.desk, global, { ...seen, reason: " Standard is enough for them. " });
    await runDue(under.desk);
    expect(await row(seen.purchaseId)).toMatchObject({
      status: "declined",
      due_at: null,
      decided_by: global.personId,
      decline_reason: "Standard is enough for them.",
    });
    expect(ordersOf(seen.purchaseId)).toEqual([]);
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_over",
      values: { now: "declined", by: "U0GLOBAL" },
    });
    expect(await refusalOf(confirmPurchase(under.desk, requester, seen))).toMatchObject({
      code: "request_moved_on",
      values: { now: "declined" },
    });
  });

  test("approval: of answers at one moment the first counts, and the others hear of it", async () => {
    const seen = await waiting();
    const answers = await Promise.allSettled([
      approvePurchase(under.desk, second, seen),
      declinePurchase(under.desk, global, { ...seen, reason: "Not this quarter, please." }),
      approvePurchase(under.desk, second, seen),
      approvePurchase(under.desk, global, seen),
    ]);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "approval_over" });
    }
    await runDue(under.desk);
    const decided = await row(seen.purchaseId);
    expect(["ordered", "declined"]).toContain(decided.status);
    expect(ordersOf(seen.purchaseId)).toHaveLength(decided.status === "ordered" ? 1 : 0);
  });

  test("approval: a button that outlived its question has its message drawn again", async () => {
    const seen = await waiting();
    await withdrawPurchase(under.desk, requester, seen);
    await runDue(under.desk);
    const edits = () =>
      messagesOf(seen.purchaseId).find(({ channel }) => channel === "D-U0AGENT2")?.edits ?? 0;
    const before = edits();
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_over",
    });
    await runDue(under.desk);
    expect(edits()).toBe(before + 1);
  });

  test("approval: the right counts at the moment of the click, and a refused click is recorded", async () => {
    const seen = await waiting();
    const helpdesk = await under.agent("U0HELPDESK");
    expect(await refusalOf(approvePurchase(under.desk, helpdesk, seen))).toMatchObject({
      code: "not_allowed",
    });
    await sql`update partner_users set roles = '{helpdesk_agent}' where user_principal_name = 'admin.agent.2@partner.example'`.execute(
      under.desk.db,
    );
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({ code: "not_allowed" });
    await sql`update partner_users set roles = '{admin_agent}' where user_principal_name = 'admin.agent.2@partner.example'`.execute(
      under.desk.db,
    );
    const refused = await under.desk.db
      .selectFrom("activity")
      .select("person_id")
      .where("act", "=", "buy.asked")
      .where("outcome", "=", "refused")
      .execute();
    expect(refused.map((one) => one.person_id)).toEqual(
      expect.arrayContaining([helpdesk.personId, second.personId]),
    );
    expect(await row(seen.purchaseId)).toMatchObject({ status: "awaiting_approval" });
    await approvePurchase(under.desk, second, seen);
    await runDue(under.desk);
  });

  test("approval: nobody approves their own purchase, nor one that they are not asked about", async () => {
    const desk = { ...under.desk, approvalPolicy: { ...policy, approvers: ["U0GLOBAL"] } };
    const seen = await waiting(desk);
    expect(await refusalOf(approvePurchase(under.desk, requester, seen))).toMatchObject({
      code: "approval_of_own",
    });
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_not_yours",
    });
    expect(
      await refusalOf(approvePurchase(under.desk, { ...second, workspaceId: "T0OTHER" }, seen)),
    ).toMatchObject({ code: "request_not_found" });
    const hash = "0".repeat(64);
    expect(await refusalOf(readApproval(under.desk, global, { ...seen, hash }))).toMatchObject({
      code: "approval_over",
    });
    const refused = await under.desk.db
      .selectFrom("activity")
      .select(["person_id", "outcome", "details", "request_id", "customer_id"])
      .where("act", "=", "purchase.decision_asked")
      .where((eb) => eb.or([eb("request_id", "=", seen.purchaseId), eb("workspace_id", "=", "T0OTHER")]))
      .orderBy("at")
      .orderBy("workspace_id")
      .execute();
    const about = { outcome: "refused", request_id: seen.purchaseId, customer_id: customerId("Contoso") };
    expect(refused).toHaveLength(4);
    for (const entry of [
      { person_id: requester.personId, details: { code: "approval_of_own" }, ...about },
      { person_id: second.personId, details: { code: "approval_not_yours" }, ...about },
      { person_id: global.personId, details: { code: "approval_over" }, ...about },
      // Of another workspace's request not even the id is said back.
      { person_id: second.personId, details: { code: "request_not_found" }, request_id: null },
    ])
      expect(refused).toContainEqual(expect.objectContaining(entry));
    await withdrawPurchase(under.desk, requester, seen);
  });

  test("approval: what was approved is what was seen: another content is another question", async () => {
    const seen = await waiting();
    expect(
      await refusalOf(approvePurchase(under.desk, second, { ...seen, hash: "0".repeat(64) })),
    ).toMatchObject({
      code: "approval_over",
    });
    await withdrawPurchase(under.desk, requester, seen);
  });
});

describe("approval: handing over", () => {
  test("approval: somebody else is asked instead, who answers", async () => {
    const desk = { ...under.desk, approvalPolicy: { ...policy, approvers: ["U0AGENT2"] } };
    const seen = await waiting(desk);
    await handOverApproval(under.desk, second, { ...seen, slackUserId: "U0GLOBAL" });
    await runDue(under.desk);
    expect(await row(seen.purchaseId)).toMatchObject({
      approvers: ["U0GLOBAL"],
      status: "awaiting_approval",
    });
    expect(messagesOf(seen.purchaseId).map(({ channel }) => channel)).toContain("D-U0GLOBAL");
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_not_yours",
    });
    await approvePurchase(under.desk, global, seen);
    await runDue(under.desk);
    expect(await row(seen.purchaseId)).toMatchObject({ status: "ordered", decided_by: global.personId });
  });

  test.each(["U0SALES", "U0AGENT", "U0AGENT2", "U0STRANGER", "U0GUEST", "U0NOBODY"])(
    "approval: not to %s, who may not approve it or hands it over",
    async (slackUserId) => {
      const desk = { ...under.desk, approvalPolicy: { ...policy, approvers: ["U0AGENT2"] } };
      const seen = await waiting(desk);
      const refusal = await refusalOf(handOverApproval(under.desk, second, { ...seen, slackUserId }));
      expect(refusal.code).toMatch(/^approver_(not_entitled|asked_already)$/);
      expect(await row(seen.purchaseId)).toMatchObject({ approvers: ["U0AGENT2"] });
      await withdrawPurchase(under.desk, requester, seen);
    },
  );

  test("approval: two who hand over at one moment to the same person: one of them does, the other stays asked", async () => {
    const seen = await waiting();
    const outcomes = await Promise.allSettled([
      handOverApproval(under.desk, second, { ...seen, slackUserId: "U0AGENT3" }),
      handOverApproval(under.desk, global, { ...seen, slackUserId: "U0AGENT3" }),
    ]);
    const { approvers } = await row(seen.purchaseId);
    expect(new Set(approvers).size).toBe(approvers.length);
    expect(approvers).toContain("U0AGENT3");
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await withdrawPurchase(under.desk, requester, seen);
  });
});

describe("approval: the end without an answer", () => {
  test("approval: it expires at its deadline, though the queue be lost, and all are told", async () => {
    const seen = await waiting();
    await sql`delete from outbox`.execute(under.desk.db);
    await pass(under, 120 * minute - 1);
    expect(await row(seen.purchaseId)).toMatchObject({ status: "awaiting_approval" });
    await pass(under, 1);
    expect(await row(seen.purchaseId)).toMatchObject({ status: "expired", due_at: null });
    for (const { message } of messagesOf(seen.purchaseId)) expect(message.text).toContain("expired");
    expect(messagesOf(seen.purchaseId)).toHaveLength(3);
    second = await under.agent("U0AGENT2");
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_over",
      values: { now: "expired" },
    });
    expect(ordersOf(seen.purchaseId)).toEqual([]);
  });

  test("approval: an answer after the deadline does not count, even before the sweeper came by", async () => {
    const seen = await waiting();
    under.clock.advance(120 * minute);
    second = await under.agent("U0AGENT2");
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_over",
      values: { now: "expired" },
    });
    expect(await row(seen.purchaseId)).toMatchObject({ status: "expired" });
    await runDue(under.desk);
  });

  test("approval: the requester takes it back, and nobody else does", async () => {
    const seen = await waiting();
    expect(await refusalOf(withdrawPurchase(under.desk, second, seen))).toMatchObject({
      code: "request_not_found",
    });
    await withdrawPurchase(under.desk, requester, seen);
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_over",
      values: { now: "withdrawn" },
    });
    await runDue(under.desk);
    for (const { message } of messagesOf(seen.purchaseId)) expect(message.text).toContain("withdrawn");
    expect(ordersOf(seen.purchaseId)).toEqual([]);
  });

  test("approval: withdrawal, approval and deadline at one moment: one of them wins", async () => {
    const seen = await waiting();
    under.clock.advance(120 * minute - 1);
    second = await under.agent("U0AGENT2");
    requester = await under.agent();
    const late = { ...under.desk, clock: { now: () => new Date(under.clock.now().getTime() + 1) } };
    await Promise.allSettled([
      withdrawPurchase(under.desk, requester, seen),
      approvePurchase(under.desk, second, seen),
      ringOverdue(late),
    ]);
    await runDue(under.desk);
    const { status } = await row(seen.purchaseId);
    expect(["withdrawn", "expired", "ordered"]).toContain(status);
    expect(ordersOf(seen.purchaseId)).toHaveLength(status === "ordered" ? 1 : 0);
  });
});

describe("approval: a price that changes afterwards", () => {
  const sku = async (id: string) => {
    const [line] = (await row(id)).lines;
    return { productId: line?.productId ?? "", skuId: line?.skuId ?? "" };
  };

  test("approval: is void; the requester is asked, and then the approvers again", async () => {
    const seen = await waiting();
    const changed = await sku(seen.purchaseId);
    await approvePurchase(under.desk, second, seen);
    under.simulator.setPrice({ ...changed, unitPrice: 6_000 });
    await runDue(under.desk);
    const { offered, status } = await row(seen.purchaseId);
    expect(status).toBe("changed");
    expect(ordersOf(seen.purchaseId)).toEqual([]);
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_over",
      values: { now: "changed" },
    });
    const newly = { purchaseId: seen.purchaseId, hash: offered?.hash ?? "" };
    expect(await acceptChange(under.desk, requester, newly)).toMatchObject({
      awaiting: { approvers: ["U0AGENT2", "U0GLOBAL"] },
    });
    expect(await row(seen.purchaseId)).toMatchObject({
      status: "awaiting_approval",
      decided_by: null,
      approved_hash: null,
    });
    expect(await refusalOf(approvePurchase(under.desk, second, seen))).toMatchObject({
      code: "approval_over",
      values: { now: "awaiting_approval" },
    });
    await approvePurchase(under.desk, global, newly);
    await runDue(under.desk);
    under.simulator.setPrice({ ...changed, unitPrice: null });
    expect(await row(seen.purchaseId)).toMatchObject({ status: "ordered", decided_by: global.personId });
    expect(ordersOf(seen.purchaseId)).toMatchObject([{ lines: [{ unitPrice: 6_000 }] }]);
    expect((await activityOf(under.desk, seen.purchaseId)).map(({ act }) => act)).toEqual([
      "purchase.quoted",
      "purchase.awaiting_approval",
      "purchase.requested",
      "purchase.sending",
      "purchase.changed",
      // An answer to what was asked before comes too late, each time.
      "purchase.decision_asked",
      "purchase.awaiting_approval",
      "purchase.decision_asked",
      "purchase.requested",
      "purchase.sending",
      "purchase.ordered",
    ]);
    expect(messagesOf(seen.purchaseId)).toHaveLength(3);
  });
});

describe("invariant 4: the database refuses", () => {
  const change = (id: string, assignment: string) =>
    sql.raw(`update purchases set ${assignment} where id = '${id}'`).execute(under.desk.db);
  const decided = (by: Agent, user: string) =>
    `decided_by = '${by.personId}', decided_by_user = '${user}', decided_by_slack_id = 'U0', decided_at = now()`;

  test("invariant 4: an approval by the requester, by the same partner user, or by nobody", async () => {
    const seen = await waiting();
    const approved = `status = 'requested', approved_hash = '${seen.hash}'`;
    await expect(change(seen.purchaseId, approved)).rejects.toThrow("was not approved");
    await expect(
      change(seen.purchaseId, `${approved}, ${decided(requester, "somebody@partner.example")}`),
    ).rejects.toThrow("purchases_two_people");
    await expect(
      change(seen.purchaseId, `${approved}, ${decided(second, requester.email ?? "")}`),
    ).rejects.toThrow("purchases_two_people");
    await expect(
      change(
        seen.purchaseId,
        `status = 'requested', approved_hash = 'other', ${decided(second, "b@partner.example")}`,
      ),
    ).rejects.toThrow("was not approved");
    await expect(
      change(seen.purchaseId, `status = 'declined', due_at = null, ${decided(second, "b@partner.example")}`),
    ).rejects.toThrow("purchases_declined");
    await change(seen.purchaseId, `${approved}, ${decided(second, "b@partner.example")}`);
    await runDue(under.desk);
  });
});
