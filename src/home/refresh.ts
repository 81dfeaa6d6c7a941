import type { Agent } from "../access/agent.ts";
import { readAgent } from "../access/recognise.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { ChatFailure } from "../messages/port.ts";
import type { RemindVerb } from "../reminders/run.ts";
import { setReminderUnlessWaiting } from "../reminders/set.ts";
import { type HomeContent, readHome } from "./read.ts";

/** Who opened their Home tab longer ago than this sees it drawn anew when they come back. */
const keptUpMs = 7 * 24 * 60 * 60_000;
/** What changes within this time is drawn once. */
const gatherMs = 3_000;

/** What the Home tab shows to this person, who has just opened it: from now on it is kept up to date. */
export async function openHome(desk: Desk, agent: Agent): Promise<HomeContent> {
  if (agent.isMember) {
    const opened = { opened_at: desk.clock.now() };
    await desk.db
      .insertInto("homes")
      .values({ person_id: agent.personId, workspace_id: agent.workspaceId, ...opened })
      .onConflict((conflict) => conflict.column("person_id").doUpdateSet(opened))
      .execute();
  }
  return readHome(desk, agent);
}

/**
 * Has a person's Home tab drawn anew shortly, once for everything that changes until then. Nothing
 * where they have not opened it lately. In a transaction of its own, because a person's reminder is one row for all their
 * requests: a transaction that moves one of them would keep the others waiting.
 */
export async function wantHome(desk: Desk, personId: string, gather = gatherMs): Promise<void> {
  const now = desk.clock.now();
  const home = await desk.db
    .selectFrom("homes")
    .select("workspace_id")
    .where("person_id", "=", personId)
    .where("opened_at", ">", new Date(now.getTime() - keptUpMs))
    .executeTakeFirst();
  if (!home) return;
  await transact(desk.db, (trx) =>
    setReminderUnlessWaiting(trx, desk, {
      workspaceId: home.workspace_id,
      kind: "home",
      subjectId: personId,
      dueAt: new Date(now.getTime() + gather),
    }),
  );
}

/** Draws and publishes a person's Home tab as it stands. Doing it twice is the same as once, so a lost answer is repeated. */
export const refreshHome: RemindVerb = async (desk, { subjectId }) => {
  const person = await desk.db
    .selectFrom("people")
    .select(["workspace_id", "slack_user_id"])
    .where("id", "=", subjectId)
    .executeTakeFirst();
  if (!person) return null;
  const place = { workspaceId: person.workspace_id, slackUserId: person.slack_user_id };
  const agent = await readAgent(desk, place);
  const home = desk.drawHome(await readHome(desk, agent), agent);
  try {
    await desk.chat.publishHome({ ...place, home });
  } catch (error) {
    if (!(error instanceof ChatFailure) || error.kind === "unknown") throw error;
    desk.log.warn({ topic: "home", id: subjectId, kind: error.kind }, "a Home tab could not be drawn");
    if (error.kind === "wait") return new Date(desk.clock.now().getTime() + (error.retryAfterMs ?? 60_000));
  }
  return null;
};
