import type { Agent } from "../access/agent.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { keepReminder } from "../reminders/set.ts";
import { nextMorning } from "./morning.ts";

/** Gives a person a morning message from tomorrow on, in the caller's transaction; nothing where it is switched off. */
export async function beginDigests(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Pick<Agent, "workspaceId" | "personId" | "timeZone">,
): Promise<void> {
  if (desk.digest.days === 0) return;
  await keepReminder(trx, desk, {
    workspaceId: agent.workspaceId,
    kind: "digest",
    subjectId: agent.personId,
    dueAt: nextMorning(desk.clock.now(), agent.timeZone, desk.digest.hour),
  });
}
