import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { readCustomer } from "../customers/read.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantMessage } from "../messages/want.ts";
import { readLine } from "../purchases/list-lines.ts";
import { assess } from "./assess.ts";
import { insertCancellation, refusal, whyTaken } from "./insert.ts";

/**
 * Asks for one order line to be cancelled (C1-C7): everything is read and checked again, then row, message, job and
 * activity are written together. One cancellation per line: whoever comes second is told who came first.
 *
 * @throws DeskError window_passed | cancel_by_support_only | never_cancellable | already_cancelled | already_requested |
 *   order_not_found | customer_not_found | not_allowed … | partner_center_*
 */
export async function requestCancellation(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<{ cancellationId: string }> {
  await authorise(desk, agent, "cancel", { customerId: input.customerId });
  const [customer, line] = await Promise.all([readCustomer(desk, input.customerId), readLine(desk, input)]);
  const assessment = await assess(desk, line, { workspaceId: agent.workspaceId, market: customer.market });
  if (assessment.kind !== "open") throw refusal(assessment, input.orderId);
  return transact(desk.db, async (trx) => {
    const id = await insertCancellation(trx, desk, agent, {
      customer,
      line,
      assessment,
      batchId: null,
      ring: true,
    });
    if (id === null) throw await whyTaken(trx, agent, line);
    await wantMessage(trx, desk, {
      workspaceId: agent.workspaceId,
      personId: agent.personId,
      request: { kind: "cancellation", id },
      version: 1,
    });
    return { cancellationId: id };
  });
}
