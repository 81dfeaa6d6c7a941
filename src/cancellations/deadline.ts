import { sql } from "kysely";
import type { Desk } from "../desk/context.ts";
import { PartnerCenterFailure, type Subscription } from "../partner-center/port.ts";
import { boughtAs } from "../purchases/bought-as.ts";
import type { SoftwareLine } from "../purchases/list-lines.ts";
import { lineWindow } from "../purchases/window.ts";
import { windowByPolicy } from "./editions.ts";

export interface Deadline {
  /** The last instant, UTC. */
  at: Date;
  origin: "policy" | "market" | "offer" | "subscription" | "refusal";
  refund: "full" | "prorated";
}

/**
 * Until when a line may be cancelled (C1). What Partner Center states beats ours: the subscription as it reads now, then the
 * number inside a refusal of this line, then what its subscription said when we last read it, then what was stated with the
 * offer when it was bought here. Where nothing is stated, the policy's edition, or the market's own law where that gives longer.
 */
export async function findDeadline(
  desk: Desk,
  line: SoftwareLine,
  given: { workspaceId: string; market: string; subscription: Subscription | null },
): Promise<Deadline> {
  const window = windowByPolicy(
    line.purchasedAt,
    line.kind,
    desk.policyEdition,
    desk.marketWindows.filter(({ market }) => market === given.market),
  );
  const stated = given.subscription && deadlineOf(given.subscription);
  if (stated) return { at: stated, origin: "subscription", refund: window.refund };
  const learnt = await findLearnt(desk, given.workspaceId, line);
  if (learnt) return { ...learnt, refund: window.refund };
  return (
    (await findOffered(desk, given, line)) ?? {
      at: window.deadlineAt,
      origin: window.origin,
      refund: window.refund,
    }
  );
}

/** What was stated with the offer when this workspace bought the line; null where it did not, or nothing was stated. */
async function findOffered(
  desk: Desk,
  given: { workspaceId: string; market: string },
  line: SoftwareLine,
): Promise<Deadline | null> {
  const purchase = await desk.db
    .selectFrom("purchases")
    .select(["lines", "orders"])
    .where("workspace_id", "=", given.workspaceId)
    .where("customer_id", "=", line.customerId)
    .where(sql<boolean>`orders @> ${JSON.stringify([{ orderId: line.orderId }])}::jsonb`)
    .executeTakeFirst();
  const order = purchase?.orders.find(({ orderId }) => orderId === line.orderId);
  const ordered = order?.lines.find(({ lineItemNumber }) => lineItemNumber === line.lineItemNumber);
  const bought = ordered && boughtAs(purchase?.lines ?? [], ordered);
  if (!order || !bought) return null;
  const window = lineWindow(desk, bought, { at: new Date(order.createdAt), market: given.market });
  if (window?.origin !== "offer") return null;
  const full = window.fullUntil !== null && desk.clock.now() < window.fullUntil;
  return { at: window.deadlineAt, origin: "offer", refund: full ? "full" : window.refund };
}

/** The deadline that a subscription carries, in the order in which Microsoft fills the fields; null where it carries none. */
export function deadlineOf(subscription: Subscription): Date | null {
  const stated =
    subscription.cancellationAllowedUntil ??
    subscription.refundOptions.at(-1)?.expiresAt ??
    subscription.refundableUntil;
  return stated === null ? null : new Date(stated);
}

/** The subscription of a line; null where there is none or it can't be read just now. */
export async function readSubscription(
  desk: Desk,
  line: Pick<SoftwareLine, "customerId" | "subscriptionId">,
): Promise<Subscription | null> {
  const { customerId, subscriptionId } = line;
  if (subscriptionId === null) return null;
  try {
    return await desk.partnerCenter.getSubscription({ customerId, subscriptionId });
  } catch (error) {
    if (error instanceof PartnerCenterFailure) return null;
    throw error;
  }
}

async function findLearnt(
  desk: Desk,
  workspaceId: string,
  line: Pick<SoftwareLine, "customerId" | "orderId" | "lineItemNumber">,
): Promise<{ at: Date; origin: "subscription" | "refusal" } | null> {
  const known = await desk.db
    .selectFrom("cancellations")
    .select(["deadline_at", "deadline_origin"])
    .where("workspace_id", "=", workspaceId)
    .where("customer_id", "=", line.customerId)
    .where("order_id", "=", line.orderId)
    .where("line_item_number", "=", line.lineItemNumber)
    .where("deadline_origin", "in", ["subscription", "refusal"])
    .where("deadline_at", "is not", null)
    .orderBy("deadline_origin")
    .orderBy("created_at", "desc")
    .executeTakeFirst();
  if (!known?.deadline_at) return null;
  return {
    at: known.deadline_at,
    origin: known.deadline_origin === "refusal" ? "refusal" : "subscription",
  };
}
