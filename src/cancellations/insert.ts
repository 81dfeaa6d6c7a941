import { randomUUID } from "node:crypto";
import type { Agent } from "../access/agent.ts";
import { recordActivity } from "../activity/record.ts";
import type { CustomerWithMarket } from "../customers/read.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import type { SoftwareLine } from "../purchases/list-lines.ts";
import { noteCancellation } from "../windows/decide.ts";
import { type Assessment, alreadyRequested, findCancellation } from "./assess.ts";

export type OpenAssessment = Extract<Assessment, { kind: "open" }>;

/** Sent so long before the deadline at the latest, whatever the grace period. */
const marginMs = 60_000;

/** When it leaves: after the grace period, or earlier where the deadline is near; null for at once. */
function leavesAt(desk: Desk, now: Date, deadlineAt: Date): Date | null {
  const graceEnds = now.getTime() + desk.timings.graceSeconds * 1_000;
  const leaves = Math.min(graceEnds, deadlineAt.getTime() - marginMs);
  return leaves > now.getTime() ? new Date(leaves) : null;
}

/**
 * Writes one cancellation with its job and activity, in the caller's transaction. One per line: null when somebody has asked for
 * it before. `ring: false` where another line of its order, which was rung for, takes it along.
 */
export async function insertCancellation(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  input: {
    customer: CustomerWithMarket;
    line: SoftwareLine;
    assessment: OpenAssessment;
    batchId: string | null;
    ring: boolean;
  },
): Promise<string | null> {
  const { customer, line, assessment } = input;
  const now = desk.clock.now();
  const id = newId("can", desk.clock);
  const correlationId = randomUUID();
  const leaves = leavesAt(desk, now, assessment.deadlineAt);
  const runAt = leaves ?? now;
  const written = await trx
    .insertInto("cancellations")
    .values({
      id,
      workspace_id: agent.workspaceId,
      person_id: agent.personId,
      customer_id: customer.id,
      customer_name: customer.companyName,
      market: customer.market,
      order_id: line.orderId,
      line_item_number: line.lineItemNumber,
      catalog_item_id: line.catalogItemId,
      subscription_id: line.subscriptionId,
      product_title: line.title,
      product_kind: line.kind,
      quantity: line.quantity,
      purchased_at: line.purchasedAt,
      deadline_at: assessment.deadlineAt,
      deadline_origin: assessment.origin,
      credit_amount: assessment.creditAmount,
      credit_currency: assessment.creditCurrency,
      // Perpetual software has no subscription to cancel; where there is one, it is the way (Microsoft, "Cancel a
      // software purchase": the order for perpetual software, the subscription for terms).
      method: line.subscriptionId === null ? "order" : "subscription",
      status: "requested",
      ms_request_id: null,
      correlation_id: correlationId,
      sent_at: null,
      accepted_at: null,
      visible_at: null,
      batch_id: input.batchId,
      leaves_at: leaves,
      next_look_at: null,
      due_at: new Date(runAt.getTime() + desk.timings.patienceSeconds * 1_000),
      lease: null,
      leased_until: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (!written) return null;
  await noteCancellation(trx, desk, agent, line);
  if (input.ring) await enqueue(trx, { topic: "cancellation", subjectId: id, runAt, now });
  await recordActivity(trx, {
    workspaceId: agent.workspaceId,
    at: now,
    actor: agent,
    act: "cancellation.requested",
    outcome: "done",
    request: { kind: "cancellation", id },
    customerId: customer.id,
    details: {
      orderId: line.orderId,
      lineItemNumber: line.lineItemNumber,
      catalogItemId: line.catalogItemId,
      ...(input.batchId ? { batchId: input.batchId } : {}),
    },
    correlationId,
  });
  return id;
}

/** Why a line that was found taken is: who has asked for it, in this workspace or, unnamed, in another. */
export async function whyTaken(
  trx: DatabaseTransaction,
  agent: Agent,
  line: Pick<SoftwareLine, "customerId" | "orderId" | "lineItemNumber">,
): Promise<DeskError> {
  const first = await findCancellation(trx, agent.workspaceId, line);
  return refusal(first ? alreadyRequested(first) : { kind: "already_cancelled" }, line.orderId);
}

/** What is said to the agent of a line that can't be cancelled here (C1, C3, C4, C7, C8). */
export function refusal(assessment: Exclude<Assessment, { kind: "open" }>, orderId: string): DeskError {
  switch (assessment.kind) {
    case "passed":
      return new DeskError(
        "window_passed",
        `order ${orderId}: the window ended ${assessment.deadlineAt.toISOString()}`,
        {
          orderId,
          deadline: assessment.deadlineAt.toISOString(),
        },
      );
    case "needs_support":
      return new DeskError("cancel_by_support_only", `order ${orderId}: ${assessment.reason}`, { orderId });
    case "never":
      return new DeskError("never_cancellable", `order ${orderId} is a SUSE or Red Hat plan`, { orderId });
    case "already_cancelled":
      return new DeskError("already_cancelled", `order ${orderId} is cancelled already`, { orderId });
    case "already_requested":
      return new DeskError(
        "already_requested",
        `order ${orderId}: ${assessment.cancellationId} is ${assessment.status}`,
        {
          orderId,
          by: assessment.by,
          id: assessment.cancellationId,
        },
      );
    default:
      return assessment satisfies never;
  }
}
