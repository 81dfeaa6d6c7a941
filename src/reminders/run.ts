import { randomUUID } from "node:crypto";
import type { Desk } from "../desk/context.ts";
import { retryDelayMs } from "../requests/failures.ts";
import type { ReminderKind } from "./kinds.ts";

/**
 * Looks at a reminder's subject and says when to look next, null for never again. It may run twice for one reminder, so what
 * it does has the effect of one.
 */
export type RemindVerb = (desk: Desk, input: { subjectId: string; dueAt: Date }) => Promise<Date | null>;

/** Tries that never came to an end, such as a fault of ours at the same place each time, wait this long. */
const mostQuickTries = 20;
const slowTryMs = 24 * 60 * 60_000;
/** How far the clocks of two machines may be apart. */
const clockSkewMs = 1_000;

/**
 * Runs a reminder that is due, by the verb of its kind. One that another worker holds, that was moved or that is gone is
 * left alone.
 */
export async function runReminder(
  desk: Desk,
  verbs: Partial<Record<ReminderKind, RemindVerb>>,
  input: { reminderId: string },
): Promise<void> {
  const now = desk.clock.now();
  const lease = randomUUID();
  const until = new Date(now.getTime() + desk.timings.leaseSeconds * 1_000);
  const claimed = await desk.db
    .updateTable("reminders")
    .set((eb) => ({ lease, leased_until: until, due_at: until, attempts: eb("attempts", "+", 1) }))
    .where("id", "=", input.reminderId)
    // The sweeper rang, and set the due time `patienceSeconds` later.
    .where("due_at", "<=", new Date(now.getTime() + desk.timings.patienceSeconds * 1_000 + clockSkewMs))
    .where((eb) => eb.or([eb("leased_until", "is", null), eb("leased_until", "<=", now)]))
    .returningAll()
    .executeTakeFirst();
  if (!claimed) return;
  let next: Date | null;
  try {
    const verb = verbs[claimed.kind];
    if (!verb) throw new Error(`nothing is done for a reminder of kind ${claimed.kind}`);
    next = await verb(desk, { subjectId: claimed.subject_id, dueAt: now });
  } catch (error) {
    const { attempts } = claimed;
    desk.log.error(
      { topic: claimed.kind, id: claimed.subject_id, attempt: attempts, error: String(error) },
      "a reminder failed",
    );
    next = new Date(now.getTime() + (attempts > mostQuickTries ? slowTryMs : retryDelayMs(attempts)));
    await desk.db
      .updateTable("reminders")
      .set({ due_at: next, lease: null, leased_until: null, updated_at: now })
      .where("id", "=", claimed.id)
      .where("lease", "=", lease)
      .execute();
    return;
  }
  if (next === null) {
    const ended = await desk.db
      .deleteFrom("reminders")
      .where("id", "=", claimed.id)
      .where("lease", "=", lease)
      .where("attempts", "=", claimed.attempts)
      .executeTakeFirst();
    if (ended.numDeletedRows > 0n) return;
    // It was asked for while it ran (`keepReminder`): it looks once more.
    next = now;
  }
  await desk.db
    .updateTable("reminders")
    .set({ due_at: next, attempts: 0, lease: null, leased_until: null, updated_at: now })
    .where("id", "=", claimed.id)
    .where("lease", "=", lease)
    .execute();
}
