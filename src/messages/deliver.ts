import { randomUUID } from "node:crypto";
import { type Selectable, sql } from "kysely";
import { transact } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { MessagesRow, RequestKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { retryDelayMs } from "../requests/failures.ts";
import { type RequestRow, requestTables } from "../requests/tables.ts";
import { ChatFailure, type DrawnMessage, type Reader } from "./port.ts";

/** Claims that ended in no answer of any kind: a fault of ours, at the same place each time. */
const mostFruitlessClaims = 50;
/** What Slack answers is no fault of ours: such tries only lengthen the wait. */
const mostCountedAnswers = 6;

type Claimed = Selectable<MessagesRow> & { lease: string };

/**
 * Brings a request's one message up to date: posts it the first time, redraws it in place afterwards, always from the row.
 * When an earlier post may have arrived unseen, it looks for it by its id before posting again.
 */
export async function deliverMessage(desk: Desk, input: { messageId: string }): Promise<void> {
  const message = await claim(desk, input.messageId);
  if (!message) return;
  await desk.failpoint("message.claimed");
  if (message.attempts > mostFruitlessClaims) {
    await recordFailure(
      desk,
      message,
      new ChatFailure("refused", `given up after ${message.attempts} tries`),
    );
    return;
  }
  try {
    const { request, reader } = await readSubject(desk, message);
    const drawn = desk.drawMessage(request, reader);
    const channel = message.channel ?? (await openChannel(desk, message, reader));
    const workspaceId = message.workspace_id;
    const ts = message.ts ?? (await postOnce(desk, message, channel, drawn));
    if (message.ts !== null) await desk.chat.update({ workspaceId, channel, ts, message: drawn });
    await desk.failpoint("message.posted");
    await recordDrawn(desk, message, ts, request.row.version);
    await desk.failpoint("message.recorded");
  } catch (error) {
    if (error instanceof LeaseLost) return;
    if (!(error instanceof ChatFailure)) throw error;
    await recordFailure(desk, message, error);
  }
}

/** Another worker has taken the message over: nothing more is done with it here. */
class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

async function claim(desk: Desk, messageId: string): Promise<Claimed | null> {
  const now = desk.clock.now();
  const until = new Date(now.getTime() + desk.timings.leaseSeconds * 1_000);
  const claimed = await desk.db
    .updateTable("messages")
    .set((eb) => ({
      lease: randomUUID(),
      leased_until: until,
      due_at: until,
      attempts: eb("attempts", "+", 1),
    }))
    .where("id", "=", messageId)
    .whereRef("drawn_version", "<", "wanted_version")
    .where("undeliverable", "is", null)
    .where((eb) => eb.or([eb("leased_until", "is", null), eb("leased_until", "<=", now)]))
    .returningAll()
    .executeTakeFirst();
  return claimed?.lease ? { ...claimed, lease: claimed.lease } : null;
}

async function readSubject(desk: Desk, message: Claimed): Promise<{ request: RequestRow; reader: Reader }> {
  const person = await desk.db
    .selectFrom("people")
    .select(["slack_user_id", "locale", "time_zone"])
    .where("id", "=", message.person_id)
    .executeTakeFirstOrThrow();
  const request = await readRequest(desk, message.request_kind, message.request_id);
  return {
    request,
    reader: { slackUserId: person.slack_user_id, locale: person.locale, timeZone: person.time_zone },
  };
}

async function readRequest(desk: Desk, kind: RequestKind, id: string): Promise<RequestRow> {
  const row = await desk.db
    .selectFrom(requestTables[kind] as "purchases")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return { kind, row } as unknown as RequestRow;
}

async function openChannel(desk: Desk, message: Claimed, reader: Reader): Promise<string> {
  const { channel } = await desk.chat.openDirect({
    workspaceId: message.workspace_id,
    slackUserId: reader.slackUserId,
  });
  await write(desk, message, { channel });
  return channel;
}

async function postOnce(desk: Desk, message: Claimed, channel: string, drawn: DrawnMessage): Promise<string> {
  const place = { workspaceId: message.workspace_id, channel, messageId: message.id };
  if (message.posting_since !== null) {
    const found = await desk.chat.findPosted({ ...place, since: message.posting_since });
    if (found) {
      await desk.chat.update({ workspaceId: message.workspace_id, channel, ts: found.ts, message: drawn });
      return found.ts;
    }
  } else {
    await write(desk, message, { posting_since: desk.clock.now() });
  }
  return (await desk.chat.post({ ...place, message: drawn })).ts;
}

/** Finishes the drawing; what was wanted meanwhile stays due and is taken up at once. */
async function recordDrawn(desk: Desk, message: Claimed, ts: string, version: number): Promise<void> {
  const now = desk.clock.now();
  const patience = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000);
  const left = await desk.db
    .updateTable("messages")
    .set({
      ts,
      posting_since: null,
      drawn_version: sql<number>`greatest(drawn_version, ${version})`,
      due_at: sql<Date | null>`case when wanted_version > ${version} then ${patience}::timestamptz end`,
      attempts: 0,
      lease: null,
      leased_until: null,
      updated_at: now,
    })
    .where("id", "=", message.id)
    .where("lease", "=", message.lease)
    .returning(["wanted_version", "drawn_version"])
    .executeTakeFirst();
  if (!left) return redrawNewer(desk, message, version);
  if (left.wanted_version > left.drawn_version) await deliverMessage(desk, { messageId: message.id });
}

/** After a lost lease: what was just written may lie over a newer drawing of the worker that took over. */
async function redrawNewer(desk: Desk, message: Claimed, version: number): Promise<void> {
  const now = desk.clock.now();
  const patience = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000);
  await transact(desk.db, async (trx) => {
    const covered = await trx
      .updateTable("messages")
      .set({ drawn_version: version, due_at: patience, updated_at: now })
      .where("id", "=", message.id)
      .where("drawn_version", ">", version)
      .executeTakeFirst();
    if (covered.numUpdatedRows > 0n)
      await enqueue(trx, { topic: "message", subjectId: message.id, runAt: now, now });
  });
}

async function recordFailure(desk: Desk, message: Claimed, failure: ChatFailure): Promise<void> {
  const lost = failure.kind === "gone" || failure.kind === "refused";
  const now = desk.clock.now();
  const next = new Date(now.getTime() + (failure.retryAfterMs ?? retryDelayMs(message.attempts)));
  desk.log[lost ? "error" : "warn"](
    { message: message.id, request: message.request_id, kind: failure.kind, error: failure.message },
    lost ? "message can't be delivered" : "message not delivered yet",
  );
  await transact(desk.db, async (trx) => {
    const released = await trx
      .updateTable("messages")
      .set({
        undeliverable: lost ? failure.message.slice(0, 500) : null,
        attempts: Math.min(message.attempts, mostCountedAnswers),
        due_at: lost ? null : new Date(next.getTime() + desk.timings.patienceSeconds * 1_000),
        // "Not now" is an answer: this attempt posted nothing, and none before it went unanswered.
        ...(failure.kind === "wait" && message.posting_since === null ? { posting_since: null } : {}),
        lease: null,
        leased_until: null,
        updated_at: now,
      })
      .where("id", "=", message.id)
      .where("lease", "=", message.lease)
      .executeTakeFirst();
    if (!lost && released.numUpdatedRows > 0n) {
      await enqueue(trx, { topic: "message", subjectId: message.id, runAt: next, now });
    }
  });
}

async function write(
  desk: Desk,
  message: Claimed,
  columns: Partial<Pick<Claimed, "channel" | "posting_since">>,
): Promise<void> {
  const written = await desk.db
    .updateTable("messages")
    .set({ ...columns, updated_at: desk.clock.now() })
    .where("id", "=", message.id)
    .where("lease", "=", message.lease)
    .executeTakeFirst();
  if (written.numUpdatedRows === 0n) throw new LeaseLost(`${message.id} was taken over`);
}
