import type { Selectable } from "kysely";
import type { ChainHeadsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import { ChatFailure } from "../messages/port.ts";
import { readHead } from "./verify.ts";
import { nextRun } from "./watch.ts";

type Head = Selectable<ChainHeadsRow>;

/**
 * Publishes the end of a workspace's chain where the database's owner can't rewrite it, once for each UTC day. A day's head
 * is fixed before it is posted, and looked for before it is posted again; where the app may not read the channel, a lost
 * answer leads to the same words twice.
 *
 * @throws ChatFailure unknown | wait: it is tried again
 */
export async function publishHead(desk: Desk, input: { subjectId: string }): Promise<Date | null> {
  const { activityChannel: channel } = desk;
  if (channel === null) return null;
  const head = await todaysHead(desk, input.subjectId, channel);
  if (head && head.ts === null) {
    try {
      await postOnce(desk, head);
    } catch (error) {
      if (!(error instanceof ChatFailure) || error.kind === "unknown" || error.kind === "wait") throw error;
      desk.log.error(
        { topic: "chain_head", id: head.id, kind: error.kind, error: error.message },
        "the chain's head can't be published: is the app in ACTIVITY_CHANNEL?",
      );
    }
  }
  return nextRun("chain_head", desk.clock.now());
}

/** Null where nothing was ever recorded. */
async function todaysHead(desk: Desk, workspaceId: string, channel: string): Promise<Head | null> {
  const now = desk.clock.now();
  const head = await readHead(desk.db, workspaceId);
  if (!head) return null;
  const day = now.toISOString().slice(0, 10);
  await desk.db
    .insertInto("chain_heads")
    .values({
      id: newId("chd", desk.clock),
      workspace_id: workspaceId,
      day,
      ...head,
      channel,
      posting_since: null,
      ts: null,
      created_at: now,
    })
    .onConflict((conflict) => conflict.constraint("chain_heads_one_per_day").doNothing())
    .execute();
  return desk.db
    .selectFrom("chain_heads")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("day", "=", day)
    .executeTakeFirstOrThrow();
}

async function postOnce(desk: Desk, head: Head): Promise<void> {
  const place = { workspaceId: head.workspace_id, channel: head.channel, messageId: head.id };
  const write = (columns: Partial<Pick<Head, "posting_since" | "ts">>) =>
    desk.db.updateTable("chain_heads").set(columns).where("id", "=", head.id).execute();
  const found = head.posting_since && (await look(desk, { ...place, since: head.posting_since }));
  if (found) {
    await write({ ts: found.ts });
    return;
  }
  if (head.posting_since === null) await write({ posting_since: desk.clock.now() });
  const message = desk.drawPost({ kind: "chain_head", row: head });
  const { ts } = await desk.chat.post({ ...place, message });
  await write({ ts });
}

/** Reading a channel needs a scope that the app may do without: then nothing is found. */
async function look(
  desk: Desk,
  place: Parameters<Desk["chat"]["findPosted"]>[0],
): Promise<{ ts: string } | null> {
  try {
    return await desk.chat.findPosted(place);
  } catch (error) {
    if (error instanceof ChatFailure && error.kind === "wait" && error.retryAfterMs === null) return null;
    throw error;
  }
}
