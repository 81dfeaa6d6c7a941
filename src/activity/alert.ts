import type { DatabaseTransaction } from "../db/database.ts";
import type { AlertDetails } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import { wantMessage } from "../messages/want.ts";
import { listReaders } from "./readers.ts";
import { recordActivity } from "./record.ts";

/**
 * Tells everybody who may read the activity (A1), in a message each, and records that they are told; in the caller's
 * transaction. For one subject once: null when it was raised before, else the alert's id.
 */
export async function raiseAlert(
  trx: DatabaseTransaction,
  desk: Desk,
  input: { workspaceId: string; subject: string; details: AlertDetails },
): Promise<string | null> {
  const { workspaceId, subject, details } = input;
  const now = desk.clock.now();
  const alert = await trx
    .insertInto("activity_alerts")
    .values({
      id: newId("alr", desk.clock),
      workspace_id: workspaceId,
      kind: details.kind,
      subject,
      details: JSON.stringify(details),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.constraint("activity_alerts_once").doNothing())
    .returning(["id", "version"])
    .executeTakeFirst();
  if (!alert) return null;
  const readers = await listReaders(trx, workspaceId);
  if (readers.length === 0)
    desk.log.warn({ topic: "activity", id: alert.id }, "nobody who may read the activity is known here");
  for (const personId of readers) {
    const request = { kind: "activity_alert" as const, id: alert.id };
    await wantMessage(trx, desk, { workspaceId, personId, request, version: alert.version });
  }
  await recordActivity(trx, {
    workspaceId,
    at: now,
    actor: null,
    act: `activity.${details.kind}`,
    outcome: "failed",
    request: null,
    customerId: null,
    details: {
      alertId: alert.id,
      told: readers,
      ...(details.kind === "chain_broken"
        ? { sequence: details.sequence, problem: details.problem }
        : { count: details.count }),
    },
    correlationId: null,
  });
  return alert.id;
}
