import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { cancellationRules } from "../catalog/kinds.ts";
import type { Desk } from "../desk/context.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";
import type { SoftwareLine } from "../purchases/list-lines.ts";
import { expectedCredit } from "./credit.ts";
import { daysLeft, windowByPolicy } from "./editions.ts";
import type { CancellationStatus } from "./statuses.ts";

/** What the agent is told while choosing a line to cancel (C8). */
export type Assessment =
  | {
      kind: "open";
      deadlineAt: Date;
      daysLeft: number;
      origin: "policy" | "subscription";
      creditAmount: string | null;
      creditCurrency: string | null;
      refund: "full" | "prorated";
    }
  | { kind: "passed"; deadlineAt: Date }
  | { kind: "needs_support"; reason: "esu" | "reservation" }
  | { kind: "never" }
  | { kind: "already_cancelled" }
  | { kind: "already_requested"; by: string; cancellationId: string; status: CancellationStatus };

/**
 * Says whether and until when this line can be cancelled (C1, C3, C4, C8). A date that Partner Center states for the
 * subscription beats our policy.
 */
export async function assessLine(
  desk: Desk,
  agent: Agent,
  input: { line: SoftwareLine },
): Promise<Assessment> {
  await authorise(desk, agent, "cancel", { customerId: input.line.customerId });
  const { line } = input;
  const rule = cancellationRules[line.kind];
  if (rule === "never") return { kind: "never" };
  const known = await findCancellation(desk, line);
  if (known)
    return {
      kind: "already_requested",
      by: known.slack_user_id,
      cancellationId: known.id,
      status: known.status,
    };
  if (line.cancelled) return { kind: "already_cancelled" };
  if (rule === "by_support_only")
    return { kind: "needs_support", reason: line.kind === "esu" ? "esu" : "reservation" };

  const window = windowByPolicy(line.purchasedAt, line.kind, desk.policyEdition);
  const stated = await statedDeadline(desk, line);
  const deadlineAt = stated ?? window.deadlineAt;
  const now = desk.clock.now();
  if (deadlineAt <= now) return { kind: "passed", deadlineAt };
  return {
    kind: "open",
    deadlineAt,
    daysLeft: daysLeft(deadlineAt, now),
    origin: stated ? "subscription" : "policy",
    creditAmount: expectedCredit({
      paid: line.extendedPrice,
      termDuration: line.kind === "perpetual" ? null : line.termDuration,
      billingCycle: line.billingCycle,
      purchasedAt: line.purchasedAt,
      now,
    }),
    creditCurrency: line.currencyCode,
    refund: window.refund,
  };
}

/** The cancellation that holds this line, with who asked for it; refused ones, and those left to a person, hold nothing. */
export function findCancellation(
  desk: Desk,
  line: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<{ id: string; status: CancellationStatus; slack_user_id: string } | undefined> {
  return desk.db
    .selectFrom("cancellations")
    .innerJoin("people", "people.id", "cancellations.person_id")
    .select(["cancellations.id", "cancellations.status", "people.slack_user_id"])
    .where("cancellations.customer_id", "=", line.customerId)
    .where("cancellations.order_id", "=", line.orderId)
    .where("cancellations.line_item_number", "=", line.lineItemNumber)
    .where("cancellations.status", "not in", ["refused", "needs_person"])
    .executeTakeFirst();
}

/** The deadline on the subscription itself; null where there is none or it can't be read just now. */
async function statedDeadline(desk: Desk, line: SoftwareLine): Promise<Date | null> {
  if (line.subscriptionId === null) return null;
  try {
    const subscription = await desk.partnerCenter.getSubscription({
      customerId: line.customerId,
      subscriptionId: line.subscriptionId,
    });
    const stated =
      subscription.cancellationAllowedUntil ?? subscription.refundOptions.at(-1)?.expiresAt ?? null;
    return stated === null ? null : new Date(stated);
  } catch (error) {
    if (error instanceof PartnerCenterFailure) return null;
    throw error;
  }
}
