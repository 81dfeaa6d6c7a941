import { randomUUID } from "node:crypto";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import { readCustomer } from "../customers/read.ts";
import { transact } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import { violatedConstraint } from "../db/violations.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { wantMessage } from "../messages/want.ts";
import { readLine } from "../purchases/list-lines.ts";
import { type Assessment, assessLine, findCancellation } from "./assess.ts";

/**
 * Asks for one order line to be cancelled (C1-C7): everything is read and checked again, then row, message, job and
 * activity are written together. One cancellation per line: whoever comes second is told who came first.
 *
 * @throws DeskError window_passed | cancel_by_support_only | never_cancellable | already_cancelled | already_requested |
 *   order_not_found | customer_not_found | not_allowed … | partner_center_*
 */
export async function requestCancellation(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<{ cancellationId: string }> {
  await authorise(desk, agent, "cancel", { customerId: input.customerId });
  const [customer, line] = await Promise.all([readCustomer(desk, input.customerId), readLine(desk, input)]);
  const assessment = await assessLine(desk, agent, { line });
  if (assessment.kind !== "open") throw refusal(assessment, input.orderId);

  const now = desk.clock.now();
  const id = newId("can", desk.clock);
  const correlationId = randomUUID();
  try {
    await transact(desk.db, async (trx) => {
      await trx
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
          due_at: new Date(now.getTime() + desk.timings.patienceSeconds * 1_000),
          lease: null,
          leased_until: null,
          created_at: now,
          updated_at: now,
        })
        .execute();
      await wantMessage(trx, desk, {
        workspaceId: agent.workspaceId,
        personId: agent.personId,
        request: { kind: "cancellation", id },
        version: 1,
      });
      await enqueue(trx, { topic: "cancellation", subjectId: id, runAt: now, now });
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
        },
        correlationId,
      });
    });
  } catch (error) {
    if (violatedConstraint(error) !== "cancellations_one_per_line") throw error;
    const first = await findCancellation(desk, line);
    if (!first) return requestCancellation(desk, agent, input);
    throw refusal(
      { kind: "already_requested", by: first.slack_user_id, cancellationId: first.id, status: first.status },
      line.orderId,
    );
  }
  return { cancellationId: id };
}

function refusal(assessment: Exclude<Assessment, { kind: "open" }>, orderId: string): DeskError {
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
