import type { Selectable, Updateable } from "kysely";
import type { ActivityAct } from "../activity/acts.ts";
import { type Actor, recordActivity } from "../activity/record.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import type { SupportRequestsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { wantMessages } from "../messages/want.ts";

export type SupportRequest = Selectable<SupportRequestsRow>;

/** What the activity calls it. */
type Amendment = ActivityAct extends infer A
  ? A extends `support_request.${infer Name}`
    ? Name
    : never
  : never;

/** What is told about a support request beside where it stands: whoever moves it on never writes these. */
type Beside = Pick<Updateable<SupportRequestsRow>, "files" | "ticket" | "ticket_number" | "last_update">;

/**
 * Changes what stands beside a support request's status, in the caller's transaction: columns, message and activity row
 * together. It needs no lease, so it may happen while the request is being filed.
 */
export async function amendSupportRequest(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  change: {
    row: Pick<SupportRequest, "id" | "workspace_id" | "person_id" | "customer_id" | "correlation_id">;
    set: Beside;
    act: Amendment;
    actor: Actor;
    outcome?: "done" | "refused" | "failed";
    details: Record<string, unknown>;
    /** True where the person must notice. */
    aloud?: boolean;
  },
): Promise<void> {
  const { row } = change;
  const now = desk.clock.now();
  const request = { kind: "support_request", id: row.id } as const;
  const { version } = await trx
    .updateTable("support_requests")
    .set((eb) => ({ ...change.set, version: eb("version", "+", 1), updated_at: now }))
    .where("id", "=", row.id)
    .returning("version")
    .executeTakeFirstOrThrow();
  await wantMessages(trx, desk, {
    workspaceId: row.workspace_id,
    personId: row.person_id,
    request,
    version,
    aloud: change.aloud === true,
  });
  await recordActivity(trx, {
    workspaceId: row.workspace_id,
    at: now,
    actor: change.actor,
    act: `support_request.${change.act}`,
    outcome: change.outcome ?? "done",
    request,
    customerId: row.customer_id,
    details: change.details,
    correlationId: row.correlation_id,
  });
}
