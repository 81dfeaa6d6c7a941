import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { termIdOf } from "../catalog/offer.ts";
import type { PurchaseLine } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import type { RequestRows } from "../requests/tables.ts";
import { boughtAs } from "./bought-as.ts";
import { type ChosenLine, chosenAgain } from "./chosen.ts";

/** A line that became no order, with what Partner Center said about it where it said something. */
export interface RestLine {
  line: PurchaseLine;
  error: { code: number; description: string } | null;
}

/**
 * The lines of a purchase that no order holds. An order error names a group of lines; where the cart did not say which line
 * belongs to which group, an only error is that of all of them.
 */
export function restOf(
  purchase: Pick<RequestRows["purchase"], "lines" | "orders" | "order_errors">,
): RestLine[] {
  const rest = [...purchase.lines];
  for (const ordered of purchase.orders.flatMap((order) => order.lines)) {
    const line = boughtAs(rest, ordered);
    if (line?.quantity === ordered.quantity) rest.splice(rest.indexOf(line), 1);
  }
  const [only, ...others] = purchase.order_errors;
  return rest.map((line) => {
    const error =
      purchase.order_errors.find(
        ({ orderGroup }) => orderGroup !== undefined && orderGroup !== "" && orderGroup === line.orderGroup,
      ) ?? (only && others.length === 0 ? only : undefined);
    return { line, error: error ? { code: error.code, description: error.description } : null };
  });
}

/**
 * What a new form is filled with to try again what was not ordered: exactly those lines.
 *
 * @throws DeskError request_not_found | request_moved_on (all of it was ordered, or that is not known yet)
 */
export async function readRest(
  desk: Desk,
  agent: Agent,
  input: { purchaseId: string },
): Promise<{ customerId: string; lines: ChosenLine[] }> {
  const purchase = await desk.db
    .selectFrom("purchases")
    .selectAll()
    .where("id", "=", input.purchaseId)
    .where("workspace_id", "=", agent.workspaceId)
    .executeTakeFirst();
  if (!purchase)
    throw new DeskError("request_not_found", `no purchase ${input.purchaseId} in ${agent.workspaceId}`);
  await authorise(desk, agent, "buy", { customerId: purchase.customer_id });
  const rest = restOf(purchase);
  if ((purchase.status !== "partly_ordered" && purchase.status !== "refused") || rest.length === 0)
    throw new DeskError("request_moved_on", `${purchase.id} is ${purchase.status}`, { id: purchase.id });
  return {
    customerId: purchase.customer_id,
    lines: rest.map(({ line }) => chosenAgain(line, termIdOf(line))),
  };
}
