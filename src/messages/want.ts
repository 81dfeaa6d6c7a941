import { type RawBuilder, sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import { type Enqueued, enqueue, enqueued, ring } from "../db/outbox.ts";
import type { MessageKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";

interface Wanted {
  workspaceId: string;
  personId: string;
  request: { kind: MessageKind; id: string };
}

interface Version {
  version: number;
  /** True for what must be noticed: a message that was posted a while ago moves to the end of the conversation. */
  aloud?: boolean;
}

/**
 * Asks for everybody who has a message of this request, and for `personId` and those in `tell` in any case, to see `version`;
 * inside the caller's transaction.
 */
export async function wantMessages(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  { version, aloud, ...wanted }: Wanted & Version & { tell?: readonly string[] },
): Promise<void> {
  await wantDrawn(trx, desk, drawn({ version, aloud }), wanted);
}

/** The same with a part `drawn` that says the `version`, and whether it is `aloud`. */
export async function wantDrawn(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  shown: RawBuilder<unknown>,
  wanted: Wanted & { tell?: readonly string[] },
): Promise<void> {
  await want(trx, desk, shown, wantedByAll(desk, wanted));
}

/**
 * The same as a part of a larger statement, which asks for the jobs of `messageJobs` too and has a part `drawn` with the `version` and
 * whether it is `aloud`, or with no row.
 */
export function wantedByAll(
  desk: Pick<Desk, "clock" | "timings">,
  { tell = [], ...wanted }: Wanted & { tell?: readonly string[] },
): RawBuilder<unknown> {
  const { request, personId } = wanted;
  const others = sql`
    union all select messages.id, messages.person_id from drawn, messages
    where request_kind = ${request.kind} and request_id = ${request.id} and person_id <> all(${[...tell, personId]}::text[])`;
  return wantedBy(desk, wanted, [personId, ...tell], others);
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
  { version, aloud, ...wanted }: Wanted & Version,
): Promise<void> {
  await want(trx, desk, drawn({ version, aloud }), wantedBy(desk, wanted, [wanted.personId], sql``));
}

/** The job of each message that is wanted. */
export function messageJobs(runAt: Date): Enqueued {
  return { topic: "message", subjects: sql`select id from wanted`, runAt };
}

async function want(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  ...parts: RawBuilder<unknown>[]
): Promise<void> {
  const now = desk.clock.now();
  await sql`with ${sql.join([...parts, enqueued(now, [messageJobs(now)])])} select ${ring}`.execute(trx);
}

const drawn = ({ version, aloud = false }: { version: number; aloud?: boolean | undefined }) =>
  sql`drawn as (select ${version}::integer as version, ${aloud}::boolean as aloud)`;

/**
 * In one statement: of what every move of a request does this is the most. What must be noticed is the request's own person's
 * business; the others look when they want to know.
 */
function wantedBy(
  desk: Pick<Desk, "clock" | "timings">,
  { workspaceId, personId, request }: Wanted,
  people: readonly string[],
  others: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const now = desk.clock.now();
  const dueAt = new Date(now.getTime() + desk.timings.patienceSeconds * 1_000);
  const distinct = [...new Set(people)];
  const ids = distinct.map(() => newId("msg", desk.clock));
  return sql`readers as (
      select asked.id, asked.person_id
      from drawn, unnest(${ids}::text[], ${distinct}::text[]) as asked(id, person_id) ${others}
    ), wanted as (
      insert into messages (id, workspace_id, person_id, request_kind, request_id, wanted_version, aloud_version,
        due_at, created_at, updated_at)
      select readers.id, ${workspaceId}, person_id, ${request.kind}, ${request.id}, drawn.version,
        case when drawn.aloud and person_id = ${personId} then drawn.version else 0 end,
        ${dueAt}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
      -- In one order everywhere, so that two who do this at once don't wait for each other.
      from drawn, readers order by person_id collate "C"
      on conflict on constraint messages_one_per_request do update set
        wanted_version = excluded.wanted_version,
        aloud_version = greatest(messages.aloud_version, excluded.aloud_version),
        due_at = excluded.due_at,
        -- What Slack would not take of one version says nothing about the next.
        undeliverable = null,
        updated_at = excluded.updated_at
      returning id
    )`;
}
