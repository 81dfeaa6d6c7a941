import { readAgent, readProfileNow } from "../access/recognise.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import { ChatFailure } from "../messages/port.ts";
import { wantMessage } from "../messages/want.ts";
import type { RemindVerb } from "../reminders/run.ts";
import { setReminder } from "../reminders/set.ts";

/**
 * Has the person who installed the app greeted by a direct message: once, however often the app is installed and whichever
 * process is told of it. Nothing is asked of Slack here, so that an installation never fails for it. `appId`: Slack's id of
 * the app, for a button that leads to its Home tab.
 */
export async function welcomeInstaller(
  desk: Pick<Desk, "db" | "clock">,
  input: { workspaceId: string; slackUserId: string; appId?: string },
): Promise<void> {
  const { workspaceId, slackUserId, appId = null } = input;
  const now = desk.clock.now();
  await transact(desk.db, async (trx) => {
    const welcome = await trx
      .insertInto("welcomes")
      .values({
        id: newId("wel", desk.clock),
        workspace_id: workspaceId,
        slack_user_id: slackUserId,
        app_id: appId,
        person_id: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.constraint("welcomes_once").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (welcome)
      await setReminder(trx, desk, { workspaceId, kind: "welcome", subjectId: welcome.id, dueAt: now });
  });
}

/**
 * Finds out who installed the app and asks for their message. Somebody who can't be reached or is no member gets none.
 *
 * @throws ChatFailure unknown | wait: it is tried again
 */
export const sendWelcome: RemindVerb = async (desk, { subjectId }) => {
  const welcome = await desk.db
    .selectFrom("welcomes")
    .select(["workspace_id", "slack_user_id", "version"])
    .where("id", "=", subjectId)
    .where("person_id", "is", null)
    .executeTakeFirst();
  if (!welcome) return null;
  const workspaceId = welcome.workspace_id;
  const installer = { workspaceId, slackUserId: welcome.slack_user_id };
  try {
    const { isMember } = await readProfileNow(desk, installer);
    if (!isMember) return null;
  } catch (error) {
    if (!(error instanceof ChatFailure) || error.kind === "unknown" || error.kind === "wait") throw error;
    desk.log.warn({ topic: "welcome", id: subjectId, kind: error.kind }, "an installer can't be greeted");
    return null;
  }
  const { personId } = await readAgent(desk, installer);
  await transact(desk.db, async (trx) => {
    const greeted = await trx
      .updateTable("welcomes")
      .set({ person_id: personId, updated_at: desk.clock.now() })
      .where("id", "=", subjectId)
      .where("person_id", "is", null)
      .executeTakeFirst();
    if (greeted.numUpdatedRows === 0n) return;
    const request = { kind: "welcome", id: subjectId } as const;
    await wantMessage(trx, desk, { workspaceId, personId, request, version: welcome.version });
  });
  return null;
};
