import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import type { ReminderKind } from "../reminders/kinds.ts";
import { keepReminder } from "../reminders/set.ts";

/** At which hour, UTC, each happens: early in the morning, one after the other. */
const hours = { chain_check: 4, audit_mirror: 5, chain_head: 6 } as const satisfies Partial<
  Record<ReminderKind, number>
>;

export type DailyKind = keyof typeof hours;

/** The next time for what happens daily, after `now`. */
export function nextRun(kind: DailyKind, now: Date): Date {
  const today = new Date(now);
  today.setUTCHours(hours[kind], 0, 0, 0);
  return today > now ? today : new Date(today.getTime() + 24 * 60 * 60_000);
}

/** Sees to it that every workspace that has people has its chain checked, its head published and Microsoft's records read. */
export async function watchActivity(desk: Desk): Promise<void> {
  const kinds: DailyKind[] = [
    "chain_check",
    "audit_mirror",
    ...(desk.activityChannel === null ? [] : (["chain_head"] as const)),
  ];
  const workspaces = await desk.db
    .selectFrom("people")
    .leftJoin("reminders", (join) =>
      join.onRef("reminders.subject_id", "=", "people.workspace_id").on("reminders.kind", "in", kinds),
    )
    .select("people.workspace_id")
    .groupBy("people.workspace_id")
    .having((eb) => eb(eb.fn.count("reminders.kind").distinct(), "<", kinds.length))
    .execute();
  for (const { workspace_id: workspaceId } of workspaces) {
    await transact(desk.db, async (trx) => {
      for (const kind of kinds) {
        const dueAt = nextRun(kind, desk.clock.now());
        await keepReminder(trx, desk, { workspaceId, kind, subjectId: workspaceId, dueAt });
      }
    });
  }
}
