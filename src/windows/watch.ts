import type { Agent } from "../access/agent.ts";
import { assessLine } from "../cancellations/assess.ts";
import { cancellationRules } from "../catalog/kinds.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { readLine } from "../purchases/list-lines.ts";

/** Longer than the longest window: what was bought before is over. */
const longestWindowMs = 70 * 24 * 60 * 60_000;

/**
 * Begins to watch the windows of what a person bought and nobody watches yet (C1), looked at by `agent`. Each line is read
 * once; one that can't be cancelled here is not watched. False when some could not be looked at now.
 */
export async function watchPurchases(desk: Desk, agent: Agent, personId: string): Promise<boolean> {
  const now = desk.clock.now();
  let all = true;
  const purchases = await desk.db
    .selectFrom("purchases")
    .select(["customer_id", "customer_name", "lines", "orders"])
    .where("person_id", "=", personId)
    .where("status", "in", ["ordered", "partly_ordered"])
    .where("updated_at", ">", new Date(now.getTime() - longestWindowMs))
    .execute();
  const known = await watchedLines(
    desk,
    agent,
    purchases.map((purchase) => purchase.customer_id),
    purchases.flatMap(({ orders }) => orders.map(({ orderId }) => orderId)),
  );
  for (const purchase of purchases) {
    for (const order of purchase.orders) {
      for (const { lineItemNumber, catalogItemId } of order.lines) {
        const kind = purchase.lines.find((line) => line.catalogItemId === catalogItemId)?.kind;
        if (kind && cancellationRules[kind] !== "in_window") continue;
        if (known.has(keyOf(purchase.customer_id, order.orderId, lineItemNumber))) continue;
        try {
          await watchLine(desk, agent, {
            personId,
            customerId: purchase.customer_id,
            customerName: purchase.customer_name,
            orderId: order.orderId,
            lineItemNumber,
          });
        } catch (error) {
          if (!(error instanceof DeskError)) throw error;
          all = false;
          desk.log.warn(
            { topic: "digest", id: personId, kind: error.code },
            "a purchase could not be looked at",
          );
        }
      }
    }
  }
  return all;
}

/** Which lines of these orders are watched, by anybody: read at once for all of them. */
async function watchedLines(
  desk: Desk,
  agent: Agent,
  customerIds: string[],
  orderIds: string[],
): Promise<Set<string>> {
  const known =
    orderIds.length === 0
      ? []
      : await desk.db
          .selectFrom("windows")
          .select(["customer_id", "order_id", "line_item_number"])
          .where("workspace_id", "=", agent.workspaceId)
          .where((eb) => eb("customer_id", "=", eb.fn.any(eb.val(customerIds))))
          .where((eb) => eb("order_id", "=", eb.fn.any(eb.val(orderIds))))
          .execute();
  return new Set(known.map((one) => keyOf(one.customer_id, one.order_id, one.line_item_number)));
}

function keyOf(customerId: string, orderId: string, lineItemNumber: number): string {
  return [customerId, orderId, lineItemNumber].join(" ");
}

async function watchLine(
  desk: Desk,
  agent: Agent,
  bought: {
    personId: string;
    customerId: string;
    customerName: string;
    orderId: string;
    lineItemNumber: number;
  },
): Promise<void> {
  const look = await lookAtWindow(desk, agent, bought);
  const now = desk.clock.now();
  await desk.db
    .insertInto("windows")
    .values({
      id: newId("win", desk.clock),
      workspace_id: agent.workspaceId,
      person_id: bought.personId,
      customer_id: bought.customerId,
      customer_name: bought.customerName,
      order_id: bought.orderId,
      line_item_number: bought.lineItemNumber,
      product_title: look?.title ?? bought.orderId,
      quantity: look?.quantity ?? 0,
      deadline_at: look?.deadlineAt ?? now,
      credit_amount: look?.creditAmount ?? null,
      credit_currency: look?.creditCurrency ?? null,
      decision: null,
      decided_by: null,
      decided_at: null,
      snoozed_until: null,
      closed_at: look ? null : now,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.constraint("windows_one_per_line").doNothing())
    .execute();
}

export interface OpenWindow {
  title: string;
  quantity: number;
  deadlineAt: Date;
  creditAmount: string | null;
  creditCurrency: string | null;
}

/** The line as it stands now; null when it can't be cancelled any more, or is gone. */
export async function lookAtWindow(
  desk: Desk,
  agent: Agent,
  of: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<OpenWindow | null> {
  try {
    const line = await readLine(desk, of);
    const assessment = await assessLine(desk, agent, { line });
    if (assessment.kind !== "open") return null;
    const { deadlineAt, creditAmount, creditCurrency } = assessment;
    return { title: line.title, quantity: line.quantity, deadlineAt, creditAmount, creditCurrency };
  } catch (error) {
    if (error instanceof DeskError && error.code === "order_not_found") return null;
    throw error;
  }
}
