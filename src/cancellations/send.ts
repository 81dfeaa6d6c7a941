import type { Desk } from "../desk/context.ts";
import { type Order, PartnerCenterFailure, type WriteCall } from "../partner-center/port.ts";
import { actAsRequester } from "../requests/act-as-requester.ts";
import { retryDelayMs } from "../requests/failures.ts";
import { type ClaimedRow, sendOnce } from "../requests/send-once.ts";
import { deadlineOf } from "./deadline.ts";
import { windowEnd } from "./editions.ts";
import { nextLook } from "./follow-schedule.ts";
import { claimToSend } from "./gather.ts";
import { shows } from "./look.ts";
import { lateOperation } from "./refusals.ts";
import { adjustmentPending, whenVisible } from "./show.ts";

type Row = ClaimedRow<"cancellation">;
/** `accepted`: Partner Center took it; `visible`: it already shows. */
type Taken = "accepted" | "visible";

const code = {
  cannotCancel: 800061,
  staleEtag: 2055,
  useSubscription: 800063,
  subscriptionStatus: 800096,
  subscriptionNotFound: 20003,
  operationPending: 900278,
  subscriptionNotReady: 800082,
} as const;
const useTheOther = new Set<number>([
  code.useSubscription,
  code.subscriptionStatus,
  code.subscriptionNotFound,
]);
const windowPassed = new Set([900117, 900213]);
/** Once by the other method, once with a new etag, once without its company. */
const mostReroutes = 3;
/** After this long, a cancellation that was taken shows in any read. */
const readableAfterMs = 20 * 60_000;

const minuteMs = 60_000;
/** "Retry after 24 hours", says the page: whoever waits is asked again at these distances, and told after a day. */
const pendingMinutes = [15, 15, 30, 60];
const mostWaitingMs = 24 * 60 * minuteMs;

/** Nothing was sent, because the deadline was over before it could be (C1). */
class DeadlineOver extends PartnerCenterFailure {
  readonly deadlineAt: Date;
  readonly stated: boolean;

  constructor(row: Row, call: WriteCall, deadlineAt: Date, stated: boolean) {
    super({
      kind: "refused",
      status: 0,
      code: 0,
      description: `not sent: the window ended ${deadlineAt.toISOString()}`,
      operation: lateOperation,
      requestId: call.requestId,
      correlationId: row.correlation_id,
    });
    this.deadlineAt = deadlineAt;
    this.stated = stated;
  }
}

/**
 * Sends a cancellation to Partner Center, once (C9, C13): by order, together with the other lines of that order that are asked
 * for, or by subscription; each falls back to the other where Partner Center says so (Microsoft, "Cancel a software purchase"
 * and "Partner Center REST API error codes": 800063, 800096, 20003). What was refused together is sent again one by one (C7).
 * After the deadline nothing leaves, unless the subscription itself states a later one (C1). Accepted is not visible yet;
 * from there `followCancellation` looks.
 */
export async function sendCancellation(ground: Desk, input: { cancellationId: string }): Promise<void> {
  const desk = await actAsRequester(ground, "cancellation", input.cancellationId);
  const orders = new Map<string, Promise<Order>>();
  const readOrder = (row: Row) => {
    const read =
      orders.get(row.order_id) ??
      desk.partnerCenter.getOrder({ customerId: row.customer_id, orderId: row.order_id });
    orders.set(row.order_id, read);
    return read;
  };
  await sendOnce<"cancellation", Taken>(desk, {
    kind: "cancellation",
    id: input.cancellationId,
    claim: () => claimToSend(desk, input.cancellationId),
    write: async (rows, call) => {
      await write(desk, rows, call);
      return "accepted";
    },
    read: async (row, ageMs) => {
      if (shows(await readOrder(row), row.line_item_number)) return row.perhaps_sent ? "visible" : "nothing";
      // Ours may have been taken and not show yet.
      return row.perhaps_sent && ageMs < readableAfterMs ? null : "nothing";
    },
    // 409:800014 shows nothing: what is pending may be another line of the same order.
    landed: (failure, row) => (row.perhaps_sent && failure.code === code.cannotCancel ? "read" : null),
    reroute: otherWay,
    waitUntil: (failure, row) => askAgainAt(desk, failure, row),
    learn: (failure, row) => statedDeadline(desk, failure, row),
    record: (taken, row) => {
      const now = desk.clock.now();
      if (taken === "visible") {
        return {
          to: "visible",
          set: { accepted_at: now, visible_at: now, failure: null, due_at: null },
          details: { found: "visible" },
        };
      }
      const next = nextLook(desk, row, now, now);
      return {
        to: "accepted",
        set: { accepted_at: now, next_look_at: next, failure: null, due_at: next },
        details: { method: row.method },
        ringAt: next,
      };
    },
    also: (taken, row) => (taken === "visible" ? (trx) => whenVisible(trx, desk, row) : null),
  });
}

async function write(desk: Desk, rows: readonly [Row, ...Row[]], call: WriteCall): Promise<void> {
  const [row] = rows;
  if (row.method === "subscription" && row.subscription_id !== null) {
    const subscription = await desk.partnerCenter.getSubscription({
      customerId: row.customer_id,
      subscriptionId: row.subscription_id,
    });
    holdBackLate(desk, row, call, deadlineOf(subscription));
    await desk.partnerCenter.cancelSubscription({ customerId: row.customer_id, subscription }, call);
    return;
  }
  for (const one of rows) holdBackLate(desk, one, call, null);
  await desk.partnerCenter.cancelOrderLines(
    {
      customerId: row.customer_id,
      orderId: row.order_id,
      lines: rows
        .map((one) => ({ lineItemNumber: one.line_item_number, offerId: one.catalog_item_id }))
        .sort((a, b) => a.lineItemNumber - b.lineItemNumber),
    },
    call,
  );
}

function holdBackLate(desk: Desk, row: Row, call: WriteCall, stated: Date | null): void {
  const deadlineAt = stated ?? row.deadline_at;
  if (deadlineAt !== null && deadlineAt <= desk.clock.now())
    throw new DeadlineOver(row, call, deadlineAt, stated !== null);
}

/**
 * A subscription that changed since it was read is read and sent again, once; a refused method gives way to the other, once;
 * lines that were refused together go one by one.
 */
function otherWay(
  failure: PartnerCenterFailure,
  row: Row,
  together: number,
): { method?: Row["method"]; alone?: true; reroutes: number } | null {
  if (row.reroutes >= mostReroutes) return null;
  const reroutes = row.reroutes + 1;
  if (together > 1) return { alone: true, reroutes };
  const before = row.failure?.code ?? 0;
  if (failure.code === code.staleEtag) return before === code.staleEtag ? null : { reroutes };
  if (useTheOther.has(before)) return null;
  const bySubscription = row.method === "subscription";
  if (
    bySubscription &&
    (failure.code === code.subscriptionStatus || failure.code === code.subscriptionNotFound)
  ) {
    return { method: "order", reroutes };
  }
  return !bySubscription && failure.code === code.useSubscription && row.subscription_id !== null
    ? { method: "subscription", reroutes }
    : null;
}

/**
 * When to ask again after a "not now": an operation that is pending is waited for up to a day, and asked for once more just before
 * the deadline; a limit as long as it says. Null when a person has to look.
 */
function askAgainAt(desk: Desk, failure: PartnerCenterFailure, row: Row): Date | null {
  const now = desk.clock.now().getTime();
  const begun = (row.leaves_at ?? row.created_at).getTime();
  const end = begun + mostWaitingMs;
  if (now >= end) return null;
  const lastChance = (row.deadline_at?.getTime() ?? Number.POSITIVE_INFINITY) - minuteMs;
  const at = now + (failure.retryAfterMs ?? waitMs(failure, row));
  const pending = failure.retryAfterMs === null && failure.kind === "wait";
  return new Date(Math.min(at, end, pending && lastChance > now + minuteMs ? lastChance : at));
}

function waitMs(failure: PartnerCenterFailure, row: Row): number {
  switch (failure.code) {
    case adjustmentPending:
      return 5 * minuteMs;
    case code.operationPending:
    case code.subscriptionNotReady:
      return (pendingMinutes[row.attempts - 1] ?? 60) * minuteMs;
    default:
      return retryDelayMs(row.attempts);
  }
}

/**
 * The number inside 900117 (days) and 900213 (hours) beats our policy, and so does a date that the subscription stated when it was
 * read for sending. It is over when Partner Center says so, however the last day is counted.
 */
function statedDeadline(
  desk: Desk,
  failure: PartnerCenterFailure,
  row: Row,
): { deadline_at?: Date; deadline_origin?: "refusal" | "subscription" } {
  if (failure instanceof DeadlineOver)
    return failure.stated ? { deadline_at: failure.deadlineAt, deadline_origin: "subscription" } : {};
  const stated = /(\d+)[\s-]*(day|hour)/i.exec(failure.description);
  if (!windowPassed.has(failure.code) || !stated) return {};
  const count = Number(stated[1]);
  const rule =
    stated[2]?.toLowerCase() === "day"
      ? ({ days: count, counting: "calendarDays" } as const)
      : ({ days: count / 24, counting: "exactDays" } as const);
  const end = windowEnd(row.purchased_at, rule);
  const now = desk.clock.now();
  return { deadline_at: end < now ? end : now, deadline_origin: "refusal" };
}
