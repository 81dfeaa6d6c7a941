import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { refused } from "../access/refused.ts";
import { termIdOf } from "../catalog/offer.ts";
import type { Database, DatabaseTransaction } from "../db/database.ts";
import type { PurchaseLine } from "../db/rows.ts";
import { assertWhole } from "../db/stored.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import type { RequestRows } from "../requests/tables.ts";
import { boughtAs } from "./bought-as.ts";
import { type ChosenLine, chosenAgain } from "./chosen.ts";

/** Lines that became no order, with what Partner Center said about them, of all of them together, where it said something. */
export interface Rest {
  lines: [PurchaseLine, ...PurchaseLine[]];
  error: { code: number; description: string } | null;
}

/**
 * The lines of a purchase that no order holds. An order error names a group of lines, never one of them (page checkout-a-cart), so
 * what it says is said of the group; where the cart did not say which line belongs to which group, an only error is that of
 * all of them.
 */
export function restOf(purchase: Pick<RequestRows["purchase"], "lines" | "orders" | "order_errors">): Rest[] {
  const rest = [...purchase.lines];
  for (const ordered of purchase.orders.flatMap((order) => order.lines)) {
    const line = boughtAs(rest, ordered);
    if (line?.quantity === ordered.quantity) rest.splice(rest.indexOf(line), 1);
  }
  const [only, ...others] = purchase.order_errors;
  const groups = Map.groupBy(
    rest,
    (line) =>
      purchase.order_errors.find(
        ({ orderGroup }) => orderGroup !== undefined && orderGroup !== "" && orderGroup === line.orderGroup,
      ) ?? (others.length === 0 ? only : undefined),
  );
  return [...groups].flatMap(([error, [line, ...more]]) =>
    line
      ? [
          {
            lines: [line, ...more],
            error: error ? { code: error.code, description: error.description } : null,
          },
        ]
      : [],
  );
}

/** The lines themselves. */
export function restLines(purchase: Parameters<typeof restOf>[0]): PurchaseLine[] {
  return restOf(purchase).flatMap(({ lines }) => lines);
}

/** What is said to whoever comes after the one who has tried it again. */
function alreadyRetried(purchaseId: string, by: string): DeskError {
  return new DeskError("already_retried", `the rest of ${purchaseId} was tried again`, { by });
}

/**
 * The purchase that is tried again; null where this workspace has none.
 *
 * @throws DeskError already_retried { by }
 */
export async function findTried(
  db: Database | DatabaseTransaction,
  agent: Pick<Agent, "workspaceId">,
  purchaseId: string,
): Promise<RequestRows["purchase"] | null> {
  const purchase = await db
    .selectFrom("purchases")
    .selectAll()
    .where("id", "=", purchaseId)
    .where("workspace_id", "=", agent.workspaceId)
    .executeTakeFirst();
  if (purchase?.retried_by) throw alreadyRetried(purchaseId, purchase.retried_by);
  if (purchase) assertWhole(purchase);
  return purchase ?? null;
}

/**
 * What a new form is filled with to try again what was not ordered: exactly those lines.
 *
 * @throws DeskError request_not_found | request_moved_on (all of it was ordered, or that is not known yet) | already_retried { by }
 */
export async function readRest(
  desk: Desk,
  agent: Agent,
  input: { purchaseId: string },
): Promise<{ customerId: string; lines: ChosenLine[] }> {
  const purchase = await findTried(desk.db, agent, input.purchaseId);
  if (!purchase) {
    const refusal = new DeskError(
      "request_not_found",
      `no purchase ${input.purchaseId} in ${agent.workspaceId}`,
    );
    throw await refused(desk, agent, "buy", refusal);
  }
  await authorise(desk, agent, "buy", { customerId: purchase.customer_id });
  const rest = restLines(purchase);
  if ((purchase.status !== "partly_ordered" && purchase.status !== "refused") || rest.length === 0)
    throw new DeskError("request_moved_on", `${purchase.id} is ${purchase.status}`, { id: purchase.id });
  return {
    customerId: purchase.customer_id,
    lines: rest.map((line) => chosenAgain(line, termIdOf(line))),
  };
}
