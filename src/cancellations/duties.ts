import type { Agent } from "../access/agent.ts";
import { recordActivity } from "../activity/record.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { readAccepted } from "./read-accepted.ts";
import { redrawCancellation } from "./redraw.ts";

/** What both sides owe after a cancellation (C10). */
export const duties = ["stop_using", "uninstall", "delete_copies"] as const;
export type Duty = (typeof duties)[number];

export const dutySides = ["partner", "customer"] as const;
export type DutySide = (typeof dutySides)[number];

/** What has been ticked, by side. */
export type TickedDuties = Record<DutySide, Duty[]>;

/**
 * Sets the checklist of cancellations that Partner Center has accepted, one or those of a batch (C10): what the partner has
 * done, and what the customer said is done. Who ticked what is in the activity. The same ticks again change nothing.
 *
 * @throws DeskError request_not_found (nothing accepted) | not_allowed … (C2)
 */
export async function tickDuties(
  desk: Desk,
  agent: Agent,
  input: { cancellationId?: string | undefined; batchId?: string | undefined; ticked: TickedDuties },
): Promise<void> {
  const ticked = inOrder(input.ticked);
  const now = desk.clock.now();
  for (const row of await readAccepted(desk, agent, input)) {
    if (JSON.stringify(inOrder(row.duties)) === JSON.stringify(ticked)) continue;
    await transact(desk.db, async (trx) => {
      await trx
        .updateTable("cancellations")
        .set({ duties: JSON.stringify(ticked), updated_at: now })
        .where("id", "=", row.id)
        .execute();
      await redrawCancellation(trx, desk, row, { aloud: false });
      await recordActivity(trx, {
        workspaceId: agent.workspaceId,
        at: now,
        actor: agent,
        act: "cancellation.duties",
        outcome: "done",
        request: { kind: "cancellation", id: row.id },
        customerId: row.customer_id,
        details: { partner: ticked.partner, customer: ticked.customer },
        correlationId: row.correlation_id,
      });
    });
  }
}

/** What has been done on both sides for every one of these cancellations. */
export function doneForAll(cancellations: { duties: TickedDuties }[]): TickedDuties {
  const of = (side: DutySide) =>
    duties.filter((duty) => cancellations.every((one) => one.duties[side].includes(duty)));
  return { partner: of("partner"), customer: of("customer") };
}

function inOrder(ticked: TickedDuties): TickedDuties {
  const of = (side: DutySide) => duties.filter((duty) => ticked[side].includes(duty));
  return { partner: of("partner"), customer: of("customer") };
}
