import { sql } from "kysely";
import { transact } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { MessageKind } from "../db/rows.ts";
import { lostOf } from "../db/stored.ts";
import type { Desk } from "../desk/context.ts";
import { correlate } from "../desk/correlation.ts";
import { together } from "../desk/together.ts";
import { wantHome } from "../home/refresh.ts";
import { retryDelayMs } from "../requests/failures.ts";
import { type ClaimedMessage, claimMessage } from "./claim.ts";
import { ChatFailure, type DrawnMessage, type Reader } from "./port.ts";
import { type MessageSubject, subjectTables } from "./subjects.ts";

/** Claims that ended in no answer of any kind: a fault of ours, at the same place each time. */
const mostFruitlessClaims = 50;
/** Minutes until what Slack would not take is tried again: a channel may be restored, a drawing mended by the next release. */
const refusedMinutes = [1, 10, 60, 6 * 60, 24 * 60];
/** So often in all: a week and some days. */
const mostRefusals = 12;
/** What Slack answers is no fault of ours: such tries only lengthen the wait. */
const mostCountedAnswers = 6;
/** So long after a message was posted its reader is taken to look at it. */
const watchedMs = 60_000;

/**
 * Brings a request's one message up to date: posts it the first time, redraws it in place afterwards, always from the row.
 * When an earlier post may have arrived unseen, it looks for it by its id before posting again.
 */
export async function deliverMessage(desk: Desk, input: { messageId: string }): Promise<void> {
  const message = await claimMessage(desk, input.messageId);
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
  // What changed is on this person's Home tab as well. Here, and not where the message was wanted: see `wantHome`.
  if (message.at_home) await wantHome(desk, message.person_id);
  try {
    const subject = await readSubject(desk, message.request_kind, message.request_id);
    const reader = readerOf(message);
    const columns = lostOf(subject.row);
    if (columns.length > 0) {
      const { request_id: id } = message;
      desk.log.error({ topic: subject.kind, id, detail: columns.join(", ") }, "a row can't be read whole");
    }
    if ("correlation_id" in subject.row) correlate(subject.row.correlation_id);
    const drawn = desk.drawMessage(subject, reader);
    const channel = message.channel ?? (await openChannel(desk, message));
    const workspaceId = message.workspace_id;
    const place = { workspaceId, channel };
    const { ts: before } = message;
    const stays = before !== null && !mustBeNoticed(desk, message);
    const edited = stays && (await desk.chat.update({ ...place, ts: before, message: drawn }));
    const ts = edited ? before : await postOnce(desk, message, channel, drawn);
    await desk.failpoint("message.posted");
    if (!edited && before !== null) await desk.chat.remove({ ...place, ts: before });
    // The row was read after it was known what is wanted: that is drawn, whatever the row counts.
    const version = Math.max(subject.row.version, message.wanted_version);
    await recordDrawn(desk, message, { ts, anew: !edited, version });
    await desk.failpoint("message.recorded");
  } catch (error) {
    if (error instanceof LeaseLost) return;
    if (!(error instanceof ChatFailure)) throw error;
    await recordFailure(desk, message, error);
  }
}

/** An edit is noticed by those who look at the message, which a minute after it was posted is nobody. */
function mustBeNoticed(desk: Desk, message: ClaimedMessage): boolean {
  const age = desk.clock.now().getTime() - (message.posted_at?.getTime() ?? 0);
  return message.aloud_version > message.drawn_version && age > watchedMs;
}

/** Another worker has taken the message over: nothing more is done with it here. */
class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

function readerOf(message: ClaimedMessage): Reader {
  const { person_id: personId, slack_user_id: slackUserId, locale, time_zone: timeZone } = message;
  return { personId, slackUserId, locale, timeZone };
}

async function readSubject(desk: Desk, kind: MessageKind, id: string): Promise<MessageSubject> {
  if (kind === "cancellation_batch") {
    const row = (await readReports(desk, id)).get(id);
    if (!row) throw new Error(`there is no ${kind} ${id}`);
    return { kind, row };
  }
  const row = await desk.db
    .selectFrom(subjectTables[kind] as "purchases")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  if (kind === "key_request") {
    const link = await desk.db
      .selectFrom("links")
      .innerJoin("key_requests", "key_requests.link_id", "links.id")
      .selectAll("links")
      .where("key_requests.id", "=", id)
      .executeTakeFirst();
    return { kind, row: { ...row, link: link ?? null } } as unknown as MessageSubject;
  }
  return { kind, row } as unknown as MessageSubject;
}

/** Batches with their cancellations: what was claimed at the same moment is read at the same moment. */
const readReports = together(async ({ db }, ids) => {
  const isAsked = (column: string) => sql<boolean>`${sql.ref(column)} = any(${[...ids]}::text[])`;
  const batches = await db.selectFrom("cancellation_batches").selectAll().where(isAsked("id")).execute();
  // Read after the batch: what is drawn is at least as new as its version says.
  const items = await db
    .selectFrom("cancellations")
    .selectAll()
    .where(isAsked("batch_id"))
    .orderBy("order_id")
    .orderBy("line_item_number")
    .execute();
  const itemsOf = Map.groupBy(items, ({ batch_id }) => batch_id);
  return new Map(
    batches.map((batch) => [batch.id, Object.assign(batch, { items: itemsOf.get(batch.id) ?? [] })]),
  );
});

async function openChannel(desk: Desk, message: ClaimedMessage): Promise<string> {
  const { workspace_id: workspaceId, slack_user_id: slackUserId } = message;
  return (await desk.chat.openDirect({ workspaceId, slackUserId })).channel;
}

async function postOnce(
  desk: Desk,
  message: ClaimedMessage,
  channel: string,
  drawn: DrawnMessage,
): Promise<string> {
  const place = { workspaceId: message.workspace_id, channel, messageId: message.id };
  if (message.posting_since !== null) {
    const found = await desk.chat.findPosted({ ...place, since: message.posting_since, not: message.ts });
    const { workspace_id: workspaceId } = message;
    if (found && (await desk.chat.update({ workspaceId, channel, ts: found.ts, message: drawn })))
      return found.ts;
  } else {
    await noteWhere(desk, message, channel);
  }
  return (await desk.chat.post({ ...place, message: drawn })).ts;
}

/** Finishes the drawing; what was wanted meanwhile stays due and is taken up at once. */
async function recordDrawn(
  desk: Desk,
  message: ClaimedMessage,
  { ts, anew, version }: { ts: string; anew: boolean; version: number },
): Promise<void> {
  const now = desk.clock.now();
  const patience = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000);
  const { rows } = await sql<{ wanted_version: number; drawn_version: number }>`
    update messages set
      ts = ${ts},
      posted_at = ${anew ? sql`${now}::timestamptz` : sql`posted_at`},
      posting_since = null,
      drawn_version = greatest(drawn_version, ${version}),
      due_at = case when wanted_version > ${version} then ${patience}::timestamptz end,
      attempts = 0,
      lease = null,
      leased_until = null,
      updated_at = ${now}
    where id = ${message.id} and lease = ${message.lease}
    returning wanted_version, drawn_version`.execute(desk.db);
  const [left] = rows;
  if (!left) return redrawNewer(desk, message, version);
  if (left.wanted_version > left.drawn_version) await deliverMessage(desk, { messageId: message.id });
}

/** After a lost lease: what was just written may lie over a newer drawing of the worker that took over. */
async function redrawNewer(desk: Desk, message: ClaimedMessage, version: number): Promise<void> {
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

function refusedMs(attempts: number): number {
  return (refusedMinutes[Math.min(attempts, refusedMinutes.length) - 1] ?? 0) * 60_000;
}

async function recordFailure(desk: Desk, message: ClaimedMessage, failure: ChatFailure): Promise<void> {
  const refused = failure.kind === "gone" || failure.kind === "refused";
  const lost = refused && message.attempts >= mostRefusals;
  const away = failure.kind === "away";
  const nothingLeft = failure.kind === "wait" || away;
  const now = desk.clock.now();
  const wait = refused ? refusedMs(message.attempts) : retryDelayMs(message.attempts);
  const next = new Date(now.getTime() + (failure.retryAfterMs ?? wait));
  desk.log[refused ? "error" : "warn"](
    { message: message.id, request: message.request_id, kind: failure.kind, error: failure.message },
    lost ? "message can't be delivered" : "message not delivered yet",
  );
  await transact(desk.db, async (trx) => {
    const released = await trx
      .updateTable("messages")
      .set({
        undeliverable: lost ? failure.message.slice(0, 500) : null,
        attempts: refused ? message.attempts : Math.min(message.attempts, mostCountedAnswers),
        due_at: lost ? null : new Date((away ? now : next).getTime() + desk.timings.patienceSeconds * 1_000),
        // "Not now" is an answer: this attempt posted nothing, and none before it went unanswered.
        ...(nothingLeft && message.posting_since === null ? { posting_since: null } : {}),
        lease: null,
        leased_until: null,
        updated_at: now,
      })
      .where("id", "=", message.id)
      .where("lease", "=", message.lease)
      .executeTakeFirst();
    // Where the app is away it stays due, and the sweeper rings for it when the app is back.
    if (!lost && !away && released.numUpdatedRows > 0n) {
      await enqueue(trx, { topic: "message", subjectId: message.id, runAt: next, now });
    }
  });
}

/** Before a message is posted: where, and since when it may be there. */
async function noteWhere(desk: Desk, message: ClaimedMessage, channel: string): Promise<void> {
  const now = desk.clock.now();
  const written = await desk.db
    .updateTable("messages")
    .set({ channel, posting_since: now, updated_at: now })
    .where("id", "=", message.id)
    .where("lease", "=", message.lease)
    .executeTakeFirst();
  if (written.numUpdatedRows === 0n) throw new LeaseLost(`${message.id} was taken over`);
}
