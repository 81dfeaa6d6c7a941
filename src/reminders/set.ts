import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import type { ReminderKind } from "./kinds.ts";

/**
 * Has the subject looked at again at `dueAt`, in the caller's transaction. A subject has one reminder of a kind: a later call
 * moves it, also while it is being run.
 */
export async function setReminder(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  input: { workspaceId: string; kind: ReminderKind; subjectId: string; dueAt: Date },
): Promise<void> {
  const now = desk.clock.now();
  await trx
    .insertInto("reminders")
    .values({
      id: newId("rem", desk.clock),
      workspace_id: input.workspaceId,
      kind: input.kind,
      subject_id: input.subjectId,
      due_at: input.dueAt,
      lease: null,
      leased_until: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.constraint("reminders_one_per_subject").doUpdateSet((eb) => ({
        due_at: eb.ref("excluded.due_at"),
        attempts: 0,
        lease: null,
        leased_until: null,
        updated_at: eb.ref("excluded.updated_at"),
      })),
    )
    .execute();
}

/** Forgets a reminder, if there is one. */
export async function dropReminder(
  trx: DatabaseTransaction,
  input: { kind: ReminderKind; subjectId: string },
): Promise<void> {
  await trx
    .deleteFrom("reminders")
    .where("kind", "=", input.kind)
    .where("subject_id", "=", input.subjectId)
    .execute();
}
