import { sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { describeOrder, readOrder, type SoftwareLine } from "../purchases/list-lines.ts";
import { explainFailure } from "../requests/failures.ts";

/**
 * The lines of an order whose number somebody typed or pasted (C5): its id, or the short number that invoices carry, which only
 * the customer's order list knows. Whose order it is can be told from what this workspace bought or cancelled; otherwise
 * the customer is needed.
 *
 * @throws DeskError invalid_input { field: customer } | order_not_found | not_allowed … (C2) | partner_center_*
 */
export async function findOrder(
  desk: Desk,
  agent: Agent,
  input: { orderId: string; customerId?: string },
): Promise<{ customerId: string; lines: SoftwareLine[] }> {
  await authorise(desk, agent, "cancel", input.customerId ? { customerId: input.customerId } : {});
  const orderId = input.orderId.trim();
  const customerId = input.customerId ?? (await knownCustomer(desk, agent, orderId));
  if (orderId === "" || customerId === null) {
    throw new DeskError("invalid_input", `whose order ${orderId} is can't be told`, {
      field: "customer",
      orderId,
    });
  }
  try {
    return { customerId, lines: await readOrder(desk, { customerId, orderId }) };
  } catch (error) {
    if (!(error instanceof DeskError && error.code === "order_not_found")) throw error;
    const lines = await findByAlternateId(desk, customerId, orderId);
    if (lines) return { customerId, lines };
    throw error;
  }
}

async function findByAlternateId(
  desk: Desk,
  customerId: string,
  number: string,
): Promise<SoftwareLine[] | null> {
  try {
    const orders = await desk.partnerCenter.listOrders({ customerId });
    const order = orders.find(({ alternateId }) => alternateId?.toLowerCase() === number.toLowerCase());
    return order ? await describeOrder(desk, order) : null;
  } catch (error) {
    throw explainFailure(error);
  }
}

/** The customer (tenant GUID) of an order that this workspace placed, or cancelled something of; null for any other. */
export async function knownCustomer(desk: Desk, agent: Agent, orderId: string): Promise<string | null> {
  const { rows } = await sql<{ customer_id: string }>`
    select customer_id from purchases
      where workspace_id = ${agent.workspaceId} and orders @> ${JSON.stringify([{ orderId }])}::jsonb
    union select customer_id from cancellations
      where workspace_id = ${agent.workspaceId} and order_id = ${orderId}
    limit 1`.execute(desk.db);
  return rows[0]?.customer_id ?? null;
}
