import type { Agent } from "../access/agent.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { ChatFailure } from "../messages/port.ts";
import { welcomeMs } from "../onboarding/home-welcome.ts";
import type { RemindVerb } from "../reminders/run.ts";
import { setReminder, setReminderUnlessWaiting } from "../reminders/set.ts";
import { publishHome } from "./publish.ts";

/** Who opened their Home tab longer ago than this sees it drawn anew when they come back. */
const keptUpMs = 7 * 24 * 60 * 60_000;
/** What changes within this time is drawn once. */
const gatherMs = 3_000;
/** When to try again where Slack does not say. */
const againMs = 60_000;

/** Shows the Home tab to this person, who has just opened it: from now on it is kept up to date. */
export async function openHome(desk: Desk, agent: Agent): Promise<void> {
  const now = desk.clock.now();
  const opened = { opened_at: now };
  const welcome_until = new Date(now.getTime() + welcomeMs);
  await desk.db
    .insertInto("homes")
    .values({ person_id: agent.personId, workspace_id: agent.workspaceId, welcome_until, ...opened })
    .onConflict((conflict) => conflict.column("person_id").doUpdateSet(opened))
    .execute();
  try {
    const again = await publishHome(desk, agent);
    if (again) await wantHome(desk, agent.personId, again.getTime() - desk.clock.now().getTime());
  } catch (error) {
    if (!(error instanceof ChatFailure)) throw error;
    // A worker shows it when Slack lets it.
    const again = error.kind === "unknown" ? gatherMs : whenAgain(desk, agent.personId, error);
    if (again !== null) await wantHome(desk, agent.personId, again);
  }
}

/** In how many ms Slack may be asked again, where it said "not now"; null where it will never take it. */
function whenAgain(desk: Desk, personId: string, { kind, retryAfterMs }: ChatFailure): number | null {
  desk.log.warn({ topic: "home", id: personId, kind }, "a Home tab could not be drawn");
  return kind === "wait" ? (retryAfterMs ?? againMs) : null;
}

/** Whose Home tab was opened after this is kept up to date. */
export function keptUpSince(now: Date): Date {
  return new Date(now.getTime() - keptUpMs);
}

/**
 * Has a person's Home tab drawn anew shortly, once for everything that changes until then. Nothing
 * where they have not opened it lately. In a transaction of its own, because a person's reminder is one row for all their
 * requests: a transaction that moves one of them would keep the others waiting.
 */
export async function wantHome(
  desk: Pick<Desk, "db" | "clock">,
  personId: string,
  gather = gatherMs,
): Promise<void> {
  await remind(desk, personId, gather, setReminderUnlessWaiting);
}

/** The same at once, for what somebody has just done and looks for there: also where a later drawing waits already. */
export async function wantHomeNow(desk: Pick<Desk, "db" | "clock">, personId: string): Promise<void> {
  await remind(desk, personId, 0, setReminder);
}

async function remind(
  desk: Pick<Desk, "db" | "clock">,
  personId: string,
  inMs: number,
  set: typeof setReminder,
): Promise<void> {
  const now = desk.clock.now();
  const home = await desk.db
    .selectFrom("homes")
    .select("workspace_id")
    .where("person_id", "=", personId)
    .where("opened_at", ">", keptUpSince(now))
    .executeTakeFirst();
  if (!home) return;
  await transact(desk.db, (trx) =>
    set(trx, desk, {
      workspaceId: home.workspace_id,
      kind: "home",
      subjectId: personId,
      dueAt: new Date(now.getTime() + inMs),
    }),
  );
}

/** Draws and publishes a person's Home tab as it stands. Doing it twice is the same as once, so a lost answer is repeated. */
export const refreshHome: RemindVerb = async (desk, { subjectId }) => {
  const person = await desk.db
    .selectFrom("homes")
    .innerJoin("people", "people.id", "homes.person_id")
    .select(["people.workspace_id", "people.slack_user_id"])
    .where("homes.person_id", "=", subjectId)
    .executeTakeFirst();
  if (!person) return null;
  const { workspace_id: workspaceId, slack_user_id: slackUserId } = person;
  try {
    return await publishHome(desk, { personId: subjectId, workspaceId, slackUserId });
  } catch (error) {
    if (!(error instanceof ChatFailure) || error.kind === "unknown") throw error;
    const again = whenAgain(desk, subjectId, error);
    return again === null ? null : new Date(desk.clock.now().getTime() + again);
  }
};
