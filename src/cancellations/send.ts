import type { Desk } from "../desk/context.ts";
import type { PartnerCenterFailure, WriteCall } from "../partner-center/port.ts";
import { sendOnce } from "../requests/send-once.ts";
import type { RequestRows } from "../requests/tables.ts";
import { windowEnd } from "./editions.ts";
import { nextLook } from "./follow-schedule.ts";
import { readState } from "./read-state.ts";

type Row = RequestRows["cancellation"];
/** `accepted`: Partner Center took it; `visible`: it already shows. */
type Taken = "accepted" | "visible";

const code = {
  cannotCancel: 800061,
  staleEtag: 2055,
  useSubscription: 800063,
  subscriptionStatus: 800096,
  subscriptionNotFound: 20003,
} as const;
const useTheOther = new Set<number>([
  code.useSubscription,
  code.subscriptionStatus,
  code.subscriptionNotFound,
]);
const windowPassed = new Set([900117, 900213]);
/** After this long, a cancellation that was taken shows in any read. */
const readableAfterMs = 20 * 60_000;
const mostAttempts = 10;

/**
 * Sends a cancellation to Partner Center, once (C9, C13): by order or by subscription, each falling back to the other where
 * Partner Center says so (Microsoft, "Cancel a software purchase" and "Partner Center REST API error codes": 800063, 800096,
 * 20003). Accepted is not visible yet; from there `followCancellation` looks.
 */
export async function sendCancellation(desk: Desk, input: { cancellationId: string }): Promise<void> {
  await sendOnce<"cancellation", Taken>(desk, {
    kind: "cancellation",
    id: input.cancellationId,
    write: async (row, call) => {
      await write(desk, row, call);
      return "accepted";
    },
    read: async (row, ageMs) => {
      if (await readState(desk, row)) return row.perhaps_sent ? "visible" : "nothing";
      // Ours may have been taken and not show yet.
      return row.perhaps_sent && ageMs < readableAfterMs ? null : "nothing";
    },
    // 409:800014 shows nothing: what is pending may be another line of the same order.
    landed: (failure, row) => (row.perhaps_sent && failure.code === code.cannotCancel ? "read" : null),
    reroute: otherWay,
    learn: statedDeadline,
    record: (taken, row) => {
      const now = desk.clock.now();
      if (taken === "visible") {
        // Found by reading: the next look records it with all that follows.
        return {
          to: "accepted",
          set: { accepted_at: now, failure: null, due_at: now },
          details: { found: "visible" },
          ringAt: now,
        };
      }
      const next = nextLook(now, now);
      return {
        to: "accepted",
        set: { accepted_at: now, failure: null, due_at: next },
        details: { method: row.method },
        ringAt: next,
      };
    },
  });
}

async function write(desk: Desk, row: Row, call: WriteCall): Promise<void> {
  if (row.method === "subscription" && row.subscription_id !== null) {
    const subscription = await desk.partnerCenter.getSubscription({
      customerId: row.customer_id,
      subscriptionId: row.subscription_id,
    });
    await desk.partnerCenter.cancelSubscription({ customerId: row.customer_id, subscription }, call);
    return;
  }
  await desk.partnerCenter.cancelOrderLines(
    {
      customerId: row.customer_id,
      orderId: row.order_id,
      lines: [{ lineItemNumber: row.line_item_number, offerId: row.catalog_item_id }],
    },
    call,
  );
}

/** A subscription that changed since it was read is read and sent again; a refused method gives way to the other, once. */
function otherWay(failure: PartnerCenterFailure, row: Row): { method: "order" | "subscription" } | null {
  if (failure.code === code.staleEtag) return row.attempts < mostAttempts ? { method: row.method } : null;
  if (useTheOther.has(row.failure?.code ?? 0)) return null;
  const bySubscription = row.method === "subscription";
  if (
    bySubscription &&
    (failure.code === code.subscriptionStatus || failure.code === code.subscriptionNotFound)
  ) {
    return { method: "order" };
  }
  return !bySubscription && failure.code === code.useSubscription && row.subscription_id !== null
    ? { method: "subscription" }
    : null;
}

/** The number inside 900117 (days) and 900213 (hours) beats our policy. */
function statedDeadline(
  failure: PartnerCenterFailure,
  row: Row,
): { deadline_at?: Date; deadline_origin?: "refusal" } {
  const stated = /(\d+)[\s-]*(day|hour)/i.exec(failure.description);
  if (!windowPassed.has(failure.code) || !stated) return {};
  const count = Number(stated[1]);
  const rule =
    stated[2]?.toLowerCase() === "day"
      ? ({ days: count, counting: "calendarDays" } as const)
      : ({ days: count / 24, counting: "exactDays" } as const);
  return { deadline_at: windowEnd(row.purchased_at, rule), deadline_origin: "refusal" };
}
