import type { Agent } from "../access/agent.ts";
import type { Database, DatabaseTransaction } from "../db/database.ts";
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

/** Where a person's mornings begin, such as Europe/Madrid. */
export async function timeZoneOf(db: Database, personId: string): Promise<string> {
  const person = await db
    .selectFrom("people")
    .select("time_zone")
    .where("id", "=", personId)
    .executeTakeFirstOrThrow();
  return person.time_zone;
}
