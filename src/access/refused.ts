import { recordActivity } from "../activity/record.ts";
import { transact } from "../db/database.ts";
import type { RequestKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import type { DeskError } from "../desk/errors.ts";
import type { Agent } from "./agent.ts";
import type { Act } from "./rights.ts";

/**
 * Records that the agent was refused what they asked for, by a right or because it is not theirs, and gives the refusal back
 * to be thrown.
 */
export async function refused(
  desk: Desk,
  agent: Pick<Agent, "workspaceId" | "personId" | "roles">,
  asked: Act | "decision",
  refusal: DeskError,
  about: {
    customerId?: string | undefined;
    request?: { kind: RequestKind; id: string };
    correlationId?: string;
  } = {},
): Promise<DeskError> {
  await transact(desk.db, (trx) =>
    recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: desk.clock.now(),
      actor: agent,
      act: asked === "decision" ? "purchase.decision_asked" : `${asked}.asked`,
      outcome: "refused",
      request: about.request ?? null,
      customerId: about.customerId ?? null,
      details: { code: refusal.code },
      correlationId: about.correlationId ?? null,
    }),
  );
  return refusal;
}
