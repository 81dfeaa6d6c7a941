import { randomUUID } from "node:crypto";
import type { Agent } from "#src/access/agent.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";

/** Asks for one order line to be cancelled, in a form of its own; what the report refuses is thrown. */
export async function requestCancellation(
  desk: Desk,
  agent: Agent,
  line: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<{ cancellationId: string; batchId: string }> {
  const { batchId } = await requestCancellations(desk, agent, {
    formToken: randomUUID(),
    customerId: line.customerId,
    lines: [line],
  });
  const batch = await desk.db
    .selectFrom("cancellation_batches")
    .leftJoin("cancellations", "cancellations.batch_id", "cancellation_batches.id")
    .select(["cancellations.id", "refused_items"])
    .where("cancellation_batches.id", "=", batchId)
    .executeTakeFirstOrThrow();
  const [refused] = batch.refused_items;
  if (refused) throw new DeskError(refused.code, `${batchId} refuses it`, refused.values);
  if (batch.id === null) throw new Error(`${batchId} is empty`);
  return { cancellationId: batch.id, batchId };
}
