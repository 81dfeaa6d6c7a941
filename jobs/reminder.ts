import type { Desk } from "#src/desk/context.ts";
import type { ReminderKind } from "#src/reminders/kinds.ts";
import { type RemindVerb, runReminder } from "#src/reminders/run.ts";
import type { JobHandler } from "./worker.ts";

/** What a reminder of each kind does. */
const verbs: Partial<Record<ReminderKind, RemindVerb>> = {};

export const reminderJob: JobHandler = {
  topic: "reminder",
  concurrency: 4,
  handle: (desk: Desk, id: string) => runReminder(desk, verbs, { reminderId: id }),
};
