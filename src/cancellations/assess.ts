import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { cancellationRules } from "../catalog/kinds.ts";
import { readCustomer } from "../customers/read.ts";
import type { Database, DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import type { Subscription } from "../partner-center/port.ts";
import type { SoftwareLine } from "../purchases/list-lines.ts";
import { expectedCredit } from "./credit.ts";
import { type Deadline, findDeadline, readSubscription } from "./deadline.ts";
import { daysLeft } from "./editions.ts";
import { type CancellationStatus, freeingStatuses } from "./statuses.ts";

/** What the agent is told while choosing a line to cancel (C8). */
export type Assessment =
  | {
      kind: "open";
      deadlineAt: Date;
      daysLeft: number;
      origin: Deadline["origin"];
      creditAmount: string | null;
      creditCurrency: string | null;
      refund: "full" | "prorated";
    }
  | { kind: "passed"; deadlineAt: Date }
  | { kind: "needs_support"; reason: "esu" | "reservation" }
  | { kind: "never" }
  | { kind: "already_cancelled" }
  | { kind: "already_requested"; by: string; cancellationId: string; status: CancellationStatus };

/** What was read already; what is missing is read where it is needed. */
export interface AssessmentGiven {
  workspaceId: string;
  /** The customer's market, ISO 3166-1 alpha-2. */
  market?: string;
  /** Null where it could not be read. */
  subscription?: Subscription | null;
}

/**
 * Says whether and until when this line can be cancelled (C1, C3, C4, C8).
 *
 * @throws DeskError not_allowed … (C2); customer_not_found | partner_center_* where the market must be known and can't be read
 */
export async function assessLine(
  desk: Desk,
  agent: Agent,
  input: { line: SoftwareLine },
): Promise<Assessment> {
  await authorise(desk, agent, "cancel", { customerId: input.line.customerId });
  return assess(desk, input.line, { workspaceId: agent.workspaceId });
}

/** The same for whoever was let pass before. */
export async function assess(desk: Desk, line: SoftwareLine, given: AssessmentGiven): Promise<Assessment> {
  const rule = cancellationRules[line.kind];
  if (rule === "never") return { kind: "never" };
  const known = await findCancellation(desk.db, given.workspaceId, line);
  if (known) return alreadyRequested(known);
  if (line.cancelled) return { kind: "already_cancelled" };
  if (rule === "by_support_only")
    return { kind: "needs_support", reason: line.kind === "esu" ? "esu" : "reservation" };

  const { subscription = await readSubscription(desk, line) } = given;
  const deadline = await findDeadline(desk, line, {
    workspaceId: given.workspaceId,
    market: given.market ?? (await marketOf(desk, line.customerId)),
    subscription,
  });
  const now = desk.clock.now();
  if (deadline.at <= now) return { kind: "passed", deadlineAt: deadline.at };
  return {
    kind: "open",
    deadlineAt: deadline.at,
    daysLeft: daysLeft(deadline.at, now),
    origin: deadline.origin,
    creditAmount: expectedCredit({
      paid: line.extendedPrice,
      termDuration: deadline.refund === "full" ? null : line.termDuration,
      billingCycle: line.billingCycle,
      purchasedAt: line.purchasedAt,
      now,
    }),
    creditCurrency: line.currencyCode,
    refund: deadline.refund,
  };
}

/** The market counts only where some market has a law of its own. */
async function marketOf(desk: Desk, customerId: string): Promise<string> {
  return desk.marketWindows.length === 0 ? "" : (await readCustomer(desk, customerId)).market;
}

interface HoldingCancellation {
  id: string;
  status: CancellationStatus;
  slack_user_id: string;
}

/**
 * The cancellation of this workspace that holds the line, with who asked for it; one that was refused, taken back or left to a
 * person holds nothing.
 */
export function findCancellation(
  db: Database | DatabaseTransaction,
  workspaceId: string,
  line: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<HoldingCancellation | undefined> {
  return db
    .selectFrom("cancellations")
    .innerJoin("people", "people.id", "cancellations.person_id")
    .select(["cancellations.id", "cancellations.status", "people.slack_user_id"])
    .where("cancellations.workspace_id", "=", workspaceId)
    .where("cancellations.customer_id", "=", line.customerId)
    .where("cancellations.order_id", "=", line.orderId)
    .where("cancellations.line_item_number", "=", line.lineItemNumber)
    .where("cancellations.status", "not in", [...freeingStatuses])
    .executeTakeFirst();
}

/** What is said of a line that is held. */
export function alreadyRequested(known: HoldingCancellation): Assessment & { kind: "already_requested" } {
  return {
    kind: "already_requested",
    by: known.slack_user_id,
    cancellationId: known.id,
    status: known.status,
  };
}
