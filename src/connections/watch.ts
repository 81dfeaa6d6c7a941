import { readProfileNow } from "../access/recognise.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantHomeNow } from "../home/refresh.ts";
import { ChatFailure } from "../messages/port.ts";
import { destroyConnection } from "./remove.ts";

const dayMs = 24 * 60 * 60_000;

/** When a connection is looked at next. */
export function nextCheck(now: Date): Date {
  return new Date(now.getTime() + dayMs);
}

/**
 * Looks, once a day, whether who signed in is still with the company and still goes by that name; a token of somebody who
 * is not is destroyed. Null when there is nothing left to look at.
 */
export async function checkConnection(desk: Desk, input: { subjectId: string }): Promise<Date | null> {
  const personId = input.subjectId;
  const person = await desk.db
    .selectFrom("connections")
    .innerJoin("people", "people.id", "connections.person_id")
    .select(["people.workspace_id", "people.slack_user_id", "connections.user_principal_name"])
    .where("person_id", "=", personId)
    .where("secret_id", "is not", null)
    .executeTakeFirst();
  if (!person) return null;
  const because = await whyNot(desk, person);
  if (because === null) return nextCheck(desk.clock.now());
  await transact(desk.db, (trx) => destroyConnection(trx, desk, { personId, actor: null, because }));
  await wantHomeNow(desk, personId);
  return null;
}

async function whyNot(
  desk: Desk,
  person: { workspace_id: string; slack_user_id: string; user_principal_name: string | null },
): Promise<"left" | "renamed" | null> {
  try {
    const { isMember, email } = await readProfileNow(desk, {
      workspaceId: person.workspace_id,
      slackUserId: person.slack_user_id,
    });
    if (!isMember) return "left";
    return email?.toLowerCase() === person.user_principal_name ? null : "renamed";
  } catch (error) {
    if (error instanceof ChatFailure && error.kind === "gone") return "left";
    throw error;
  }
}
