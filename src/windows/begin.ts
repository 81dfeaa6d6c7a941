import type { Agent } from "../access/agent.ts";
import type { Database, DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { keepReminder } from "../reminders/set.ts";
import { nextMorning } from "./morning.ts";

/** Gives a person a morning message from tomorrow on, in the caller's transaction; nothing where it is switched off. */
export async function beginDigests(
  trx: DatabaseTransaction,
  desk: Desk,
  { workspaceId, personId }: Pick<Agent, "workspaceId" | "personId">,
): Promise<void> {
  if (desk.digest.days === 0) return;
  await keepReminder(trx, desk, {
    workspaceId,
    kind: "digest",
    subjectId: personId,
    dueAt: nextMorning(desk.clock.now(), await timeZoneOf(trx, personId), desk.digest.hour),
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
