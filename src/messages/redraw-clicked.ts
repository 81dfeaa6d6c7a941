import type { Agent } from "../access/agent.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { redrawMessage } from "./want.ts";

/**
 * Has the message drawn anew whose button this person has just clicked in vain: what they see is older than what is known.
 * `messageId` comes back from Slack with the click; a message that is not theirs is left alone.
 */
export async function redrawClicked(
  desk: Desk,
  { personId }: Pick<Agent, "personId">,
  messageId: string,
): Promise<void> {
  const message = await desk.db
    .selectFrom("messages")
    .select(["request_kind", "request_id"])
    .where("id", "=", messageId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
  if (!message) return;
  const request = { kind: message.request_kind, id: message.request_id };
  await transact(desk.db, (trx) => redrawMessage(trx, desk, { personId, request }));
}
