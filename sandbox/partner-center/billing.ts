import type { Order, OrderLine } from "./state.ts";

const dayMs = 86_400_000;
const monthsOf: Readonly<Record<string, number>> = { monthly: 1, annual: 12, triennial: 36 };

/** What one order line costs or gives back at one instant. */
export interface Charge {
  order: Order;
  line: OrderLine;
  type: "new" | "cycleCharge" | "cancelImmediate";
  /** When it became due, and so in which month it is billed. */
  at: Date;
  /** The period it pays for, or the rest of the one it gives back; perpetual software has no end. */
  from: Date;
  to: Date | null;
  /** Negative for a credit. */
  quantity: number;
  /** In the currency's smallest unit, with tax where prices include it; negative for a credit. */
  total: number;
}

interface BillingTerms {
  now: Date;
  fullRefundOnFirstDay: boolean;
  /** By `orderId:line`, in percent of the usual credit; null: none. */
  credits: ReadonlyMap<string, number | null>;
}

/**
 * Every charge of an order up to this instant, the credit of a cancellation included as soon as the cancellation shows
 * (C12). Perpetual software gets everything back; a term what is left of the period that was paid, less its started days.
 */
export function* chargesOf(
  order: Order,
  { now, fullRefundOnFirstDay, credits }: BillingTerms,
): Generator<Charge> {
  for (const line of order.lines) {
    let last: Charge | null = null;
    for (const charge of billed(order, line, now)) {
      last = charge;
      yield charge;
    }
    const { cancellation } = line;
    if (last === null || cancellation === null || cancellation.visibleAt > now) continue;
    const percent = credits.get(`${order.id}:${line.number}`);
    if (percent === null) continue;
    yield {
      order,
      line,
      type: "cancelImmediate",
      at: cancellation.visibleAt,
      from: last.to === null ? last.from : cancellation.acceptedAt,
      to: last.to,
      quantity: -line.quantity,
      total: -Math.round(
        (refundOf(last, cancellation.acceptedAt, fullRefundOnFirstDay) * (percent ?? 100)) / 100,
      ),
    };
  }
}

function* billed(order: Order, line: OrderLine, now: Date): Generator<Charge> {
  const total = line.unitPrice * line.quantity;
  const common = { order, line, quantity: line.quantity, total };
  const period = monthsOf[order.billingCycle];
  const end = line.termDuration === null ? null : termEnd(order.createdAt, line.termDuration);
  if (end === null || period === undefined) {
    if (order.createdAt <= now) {
      yield { ...common, type: "new", at: order.createdAt, from: order.createdAt, to: end };
    }
    return;
  }
  const until = new Date(
    Math.min(now.getTime(), line.cancellation?.acceptedAt.getTime() ?? Number.POSITIVE_INFINITY),
  );
  for (let count = 0; ; count += 1) {
    const from = plusMonths(order.createdAt, count * period);
    if (from > until || from >= end) return;
    const to = plusMonths(order.createdAt, (count + 1) * period);
    yield { ...common, type: count === 0 ? "new" : "cycleCharge", at: from, from, to };
  }
}

function refundOf(
  { order, total, from, to }: Charge,
  cancelledAt: Date,
  fullRefundOnFirstDay: boolean,
): number {
  if (to === null) return total;
  if (fullRefundOnFirstDay && cancelledAt.getTime() - order.createdAt.getTime() <= dayMs) return total;
  const days = Math.round((to.getTime() - from.getTime()) / dayMs);
  const started = Math.max(1, Math.ceil((cancelledAt.getTime() - from.getTime()) / dayMs));
  return Math.round((total * Math.max(0, days - started)) / days);
}

/** The end of a term of one or three years. */
export function termEnd(start: Date, termDuration: string | null): Date {
  return plusMonths(start, termDuration === "P3Y" ? 36 : 12);
}

function plusMonths(start: Date, months: number): Date {
  const end = new Date(start);
  end.setUTCMonth(end.getUTCMonth() + months);
  return end;
}
