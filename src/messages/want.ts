import { type RawBuilder, sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue, enqueued, ring } from "../db/outbox.ts";
import type { MessageKind, OutboxTopic } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";

interface Wanted {
  workspaceId: string;
  personId: string;
  request: { kind: MessageKind; id: string };
  version: number;
  /** True for what must be noticed: a message that was posted a while ago moves to the end of the conversation. */
  aloud?: boolean;
  /** A job of the request itself, asked for in the same statement. */
  job?: { topic: OutboxTopic; runAt: Date } | undefined;
}

/**
 * Asks for everybody who has a message of this request, and for `personId` and those in `tell` in any case, to see `version`;
 * inside the caller's transaction.
 */
export async function wantMessages(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  { tell = [], ...wanted }: Wanted & { tell?: readonly string[] },
): Promise<void> {
  const { request, personId } = wanted;
  const others = sql`
    select id, person_id from messages
    where request_kind = ${request.kind} and request_id = ${request.id} and person_id <> all(${[...tell, personId]}::text[])`;
  await want(trx, desk, wanted, [personId, ...tell], sql`union all ${others}`);
}

/**
 * Has the request's message to this person drawn once more as it stands, inside the caller's transaction: what they see may
 * be older than what is known.
 */
export async function redrawMessage(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  input: { personId: string; request: { kind: MessageKind; id: string } },
): Promise<void> {
  const now = desk.clock.now();
  const message = await trx
    .updateTable("messages")
    .set((eb) => ({
      drawn_version: eb.fn<number>("least", ["drawn_version", eb("wanted_version", "-", 1)]),
      undeliverable: null,
      due_at: new Date(now.getTime() + desk.timings.patienceSeconds * 1_000),
      updated_at: now,
    }))
    .where("request_kind", "=", input.request.kind)
    .where("request_id", "=", input.request.id)
    .where("person_id", "=", input.personId)
    .returning("id")
    .executeTakeFirst();
  if (message) await enqueue(trx, { topic: "message", subjectId: message.id, runAt: now, now });
}

/**
 * Asks for the request's one message to this person to show `version`, inside the caller's transaction: posted if it was
 * not there yet, redrawn in place otherwise.
 */
export async function wantMessage(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  wanted: Wanted,
): Promise<void> {
  await want(trx, desk, wanted, [wanted.personId], sql``);
}

/**
 * Rows and jobs in one statement: of what every move of a request does this is the most. What must be noticed is the request's own
 * person's business; the others look when they want to know.
 */
async function want(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  { workspaceId, personId, request, version, aloud = false, job }: Wanted,
  people: readonly string[],
  others: RawBuilder<unknown>,
): Promise<void> {
  const now = desk.clock.now();
  const dueAt = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000);
  const distinct = [...new Set(people)];
  const ids = distinct.map(() => newId("msg", desk.clock));
  await sql`
    with readers as (
      select * from unnest(${ids}::text[], ${distinct}::text[]) as asked(id, person_id) ${others}
    ), wanted as (
      insert into messages (id, workspace_id, person_id, request_kind, request_id, wanted_version, aloud_version,
        due_at, created_at, updated_at)
      select id, ${workspaceId}, person_id, ${request.kind}, ${request.id}, ${version}::integer,
        case when ${aloud}::boolean and person_id = ${personId} then ${version}::integer else 0 end,
        ${dueAt}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
      -- In one order everywhere, so that two who do this at once don't wait for each other.
      from readers order by person_id collate "C"
      on conflict on constraint messages_one_per_request do update set
        wanted_version = excluded.wanted_version,
        aloud_version = greatest(messages.aloud_version, excluded.aloud_version),
        due_at = excluded.due_at,
        -- What Slack would not take of one version says nothing about the next.
        undeliverable = null,
        updated_at = excluded.updated_at
      returning id
    ), ${enqueued({ topic: "message", subjects: sql`select id from wanted`, runAt: now, now })}
    ${job ? sql`, ${enqueued({ ...job, subjects: sql`select ${request.id}::text`, now, as: "job" })}` : sql``}
    select ${ring}`.execute(trx);
}
