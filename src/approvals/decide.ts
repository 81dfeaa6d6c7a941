import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { refused as recordRefused } from "../access/refused.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { redrawMessage } from "../messages/want.ts";
import { lapsePurchase } from "../purchases/lapse.ts";
import { type Move, moveRequest, RequestMovedOn } from "../requests/move.ts";
import type { RequestRows } from "../requests/tables.ts";
import { isSamePerson, mayApprove, meet } from "./ask.ts";

type Purchase = RequestRows["purchase"];

/** A purchase as an approver saw it: `hash` is that of the content on their screen. */
export interface SeenApproval {
  purchaseId: string;
  hash: string;
}

/**
 * What is asked of the agent, before they say more about it.
 *
 * @throws DeskError as `approvePurchase`
 */
export async function readApproval(
  desk: Desk,
  agent: Agent,
  seen: SeenApproval,
): Promise<{ customerName: string; purchase: Purchase }> {
  const purchase = await readAsked(desk, agent, seen);
  return { customerName: purchase.customer_name, purchase };
}

/** How short a reason may be: a few words. */
const leastReason = { characters: 10, words: 2 };
const longestReason = 500;

/**
 * Approves exactly the content that the approver saw. The first answer of all who were asked counts.
 *
 * @throws DeskError not_allowed … | request_not_found | approval_not_yours | approval_of_own | approval_over
 */
export async function approvePurchase(desk: Desk, agent: Agent, seen: SeenApproval): Promise<void> {
  const now = desk.clock.now();
  await decide(desk, agent, seen, (purchase) => ({
    to: "requested",
    set: { ...decisionOf(agent, now), approved_hash: seen.hash, due_at: now },
    ringAt: now,
    details: { contentHash: purchase.frozen_hash },
  }));
}

/**
 * Refuses with a reason, which the requester reads.
 *
 * @throws DeskError invalid_input { field: "reason" } and as `approvePurchase`
 */
export async function declinePurchase(
  desk: Desk,
  agent: Agent,
  seen: SeenApproval & { reason: string },
): Promise<void> {
  const reason = seen.reason.trim();
  if (!isReason(reason)) throw new DeskError("invalid_input", "no reason", { field: "reason" });
  await decide(desk, agent, seen, (purchase) => ({
    to: "declined",
    set: { ...decisionOf(agent, desk.clock.now()), decline_reason: reason, due_at: null },
    outcome: "refused",
    details: { contentHash: purchase.frozen_hash, reason },
  }));
}

/** Whether this says something: a few words. */
export function isReason(text: string): boolean {
  const reason = text.trim();
  return (
    reason.length >= leastReason.characters &&
    reason.length <= longestReason &&
    reason.split(/\s+/).length >= leastReason.words
  );
}

/**
 * Passes the question on: somebody else is asked instead of the agent, who has to be entitled as well.
 *
 * @throws DeskError approver_not_entitled | approver_asked_already and as `approvePurchase`
 */
export async function handOverApproval(
  desk: Desk,
  agent: Agent,
  seen: SeenApproval & { slackUserId: string },
): Promise<void> {
  const purchase = await readAsked(desk, agent, seen);
  const next = await meet(desk, { workspaceId: agent.workspaceId, slackUserId: seen.slackUserId });
  const requester = { personId: purchase.person_id, email: purchase.requester_user };
  if (!next || !mayApprove(desk, next, requester) || isSamePerson(next, agent)) {
    throw await refused(
      desk,
      agent,
      purchase,
      new DeskError("approver_not_entitled", `${seen.slackUserId} may not approve ${purchase.id}`),
    );
  }
  await decide(desk, agent, seen, (row) => {
    if (row.approvers.includes(next.slackUserId))
      return new DeskError("approver_asked_already", `${next.slackUserId} is asked about ${row.id}`);
    return {
      to: "awaiting_approval",
      set: {
        approvers: row.approvers.map((one) => (one === agent.slackUserId ? next.slackUserId : one)),
        due_at: row.due_at,
      },
      details: { contentHash: row.frozen_hash, handedOver: { from: agent.personId, to: next.personId } },
      tell: [next.personId],
    };
  });
}

function decisionOf(agent: Agent, at: Date) {
  return {
    decided_by: agent.personId,
    decided_by_user: agent.email?.toLowerCase() ?? null,
    decided_by_slack_id: agent.slackUserId,
    decided_at: at,
  };
}

/** Moves the purchase on as the agent decided, if it still waits for exactly that; or says why not. */
async function decide(
  desk: Desk,
  agent: Agent,
  seen: SeenApproval,
  move: (
    purchase: Purchase,
  ) => Pick<Move<"purchase">, "to" | "set" | "ringAt" | "outcome" | "details" | "tell"> | DeskError,
): Promise<void> {
  const purchase = await readAsked(desk, agent, seen);
  const decision = move(purchase);
  if (decision instanceof DeskError) throw await refused(desk, agent, purchase, decision);
  try {
    await transact(desk.db, async (trx) => {
      const { version } = await trx
        .selectFrom("purchases")
        .select("version")
        .where("id", "=", purchase.id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      // Also who is asked must still be as it was read.
      if (version !== purchase.version) throw new RequestMovedOn(`${purchase.id} was moved meanwhile`);
      await moveRequest(trx, desk, { kind: "purchase", row: purchase, actor: agent, ...decision });
    });
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
    await decide(desk, agent, seen, move);
  }
}

/** The purchase, if it waits for this agent's answer to what they saw, and they are entitled at this moment. */
async function readAsked(desk: Desk, agent: Agent, seen: SeenApproval): Promise<Purchase> {
  const purchase = await read(desk, agent, seen);
  if (!purchase)
    throw await refused(
      desk,
      agent,
      null,
      new DeskError("request_not_found", `no purchase ${seen.purchaseId}`),
    );
  await authorise(desk, agent, "buy", { customerId: purchase.customer_id });
  if (isOverdue(desk, purchase)) {
    await lapsePurchase(desk, { purchaseId: purchase.id });
    return readAsked(desk, agent, seen);
  }
  const refusal = refuse(agent, purchase, seen);
  if (!refusal) return purchase;
  // A button that outlived its question, or was never this person's: what they see of it is drawn again.
  if (refusal.code !== "approval_of_own") await redraw(desk, agent, purchase);
  throw await refused(desk, agent, purchase, refusal);
}

async function read(desk: Desk, agent: Agent, { purchaseId }: SeenApproval): Promise<Purchase | undefined> {
  return desk.db
    .selectFrom("purchases")
    .selectAll()
    .where("id", "=", purchaseId)
    .where("workspace_id", "=", agent.workspaceId)
    .executeTakeFirst();
}

function isOverdue(desk: Desk, purchase: Purchase): boolean {
  return (
    purchase.status === "awaiting_approval" && purchase.due_at !== null && purchase.due_at <= desk.clock.now()
  );
}

/** Why this purchase is not this agent's to answer for, if it is not. */
function refuse(agent: Agent, purchase: Purchase, seen: SeenApproval): DeskError | null {
  if (isSamePerson(agent, { personId: purchase.person_id, email: purchase.requester_user }))
    return new DeskError("approval_of_own", `${agent.personId} asked for ${purchase.id}`);
  if (purchase.status !== "awaiting_approval" || purchase.frozen_hash !== seen.hash)
    return new DeskError("approval_over", `${purchase.id} is ${purchase.status}`, {
      now: purchase.status,
      by: purchase.decided_by_slack_id ?? "",
    });
  if (!purchase.approvers.includes(agent.slackUserId))
    return new DeskError("approval_not_yours", `${agent.personId} is not asked about ${purchase.id}`);
  return null;
}

/** The refusal, recorded with the purchase that it is about, where there is one. */
function refused(
  desk: Desk,
  agent: Agent,
  purchase: Purchase | null,
  refusal: DeskError,
): Promise<DeskError> {
  return recordRefused(
    desk,
    agent,
    "decision",
    refusal,
    purchase
      ? {
          customerId: purchase.customer_id,
          request: { kind: "purchase", id: purchase.id },
          correlationId: purchase.correlation_id,
        }
      : {},
  );
}

function redraw(desk: Desk, agent: Agent, purchase: Purchase): Promise<void> {
  return transact(desk.db, (trx) =>
    redrawMessage(trx, desk, { personId: agent.personId, request: { kind: "purchase", id: purchase.id } }),
  );
}
