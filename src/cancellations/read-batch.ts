import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { refused } from "../access/refused.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import type { RequestRows } from "../requests/tables.ts";

/**
 * The cancellations that a report tells of, and what of it could not be asked for (C7); or the one cancellation with a message
 * of its own, for those who may cancel (C2).
 *
 * @throws DeskError request_not_found | not_allowed …
 */
export async function readBatch(
  desk: Desk,
  agent: Agent,
  input: { batchId: string } | { cancellationId: string },
): Promise<
  Pick<RequestRows["cancellation_batch"], "customer_id" | "customer_name" | "items" | "refused_items">
> {
  const items = await desk.db
    .selectFrom("cancellations")
    .selectAll()
    .where("workspace_id", "=", agent.workspaceId)
    .where((eb) =>
      "batchId" in input ? eb("batch_id", "=", input.batchId) : eb("id", "=", input.cancellationId),
    )
    .orderBy("order_id")
    .orderBy("line_item_number")
    .execute();
  const batch =
    "batchId" in input
      ? await desk.db
          .selectFrom("cancellation_batches")
          .select(["customer_id", "customer_name", "refused_items"])
          .where("workspace_id", "=", agent.workspaceId)
          .where("id", "=", input.batchId)
          .executeTakeFirst()
      : items[0] && { ...items[0], refused_items: [] };
  if (!batch)
    throw await refused(desk, agent, "cancel", new DeskError("request_not_found", "no such cancellations"));
  const { customer_id, customer_name, refused_items } = batch;
  await authorise(desk, agent, "cancel", { customerId: customer_id });
  return { customer_id, customer_name, refused_items, items };
}
