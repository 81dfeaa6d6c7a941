import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { refused } from "../access/refused.ts";
import type { CancellationsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";

/**
 * The cancellations that Partner Center has accepted: one, or those of a batch, oldest first (C10).
 *
 * @throws DeskError request_not_found (none, or of another workspace) | not_allowed … (C2)
 */
export async function readAccepted(
  desk: Desk,
  agent: Agent,
  input: { cancellationId?: string | undefined; batchId?: string | undefined },
): Promise<Selectable<CancellationsRow>[]> {
  const rows = await desk.db
    .selectFrom("cancellations")
    .selectAll()
    .where("workspace_id", "=", agent.workspaceId)
    .where((eb) =>
      input.batchId === undefined
        ? eb("id", "=", input.cancellationId ?? "")
        : eb("batch_id", "=", input.batchId),
    )
    .where("accepted_at", "is not", null)
    .orderBy("id")
    .execute();
  const [first] = rows;
  if (!first) {
    const which = input.batchId ?? input.cancellationId ?? "nothing";
    const refusal = new DeskError("request_not_found", `nothing accepted in ${which}`);
    throw await refused(desk, agent, "cancel", refusal);
  }
  await authorise(desk, agent, "cancel", { customerId: first.customer_id });
  return rows;
}
