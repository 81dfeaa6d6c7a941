import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { MessageKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";

/**
 * Asks for everybody who has a message of this request, and for `personId` and those in `tell` in any case, to see `version`;
 * inside the caller's transaction.
 */
export async function wantMessages(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  input: Parameters<typeof wantMessage>[2] & { tell?: readonly string[] },
): Promise<void> {
  const { tell = [], ...wanted } = input;
  const others = await trx
    .selectFrom("messages")
    .select("person_id")
    .where("request_kind", "=", input.request.kind)
    .where("request_id", "=", input.request.id)
    .execute();
  const people = new Set([...others.map((other) => other.person_id), ...tell, input.personId]);
  // In one order everywhere, so that two who do this at once don't wait for each other.
  for (const personId of [...people].sort()) {
    // What must be noticed is the request's own person's business; the others look when they want to know.
    await wantMessage(trx, desk, {
      ...wanted,
      personId,
      aloud: wanted.aloud === true && personId === input.personId,
    });
  }
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
  input: {
    workspaceId: string;
    personId: string;
    request: { kind: MessageKind; id: string };
    version: number;
    /** True for what must be noticed: a message that was posted a while ago moves to the end of the conversation. */
    aloud?: boolean;
  },
): Promise<void> {
  const now = desk.clock.now();
  const message = await trx
    .insertInto("messages")
    .values({
      id: newId("msg", desk.clock),
      workspace_id: input.workspaceId,
      person_id: input.personId,
      request_kind: input.request.kind,
      request_id: input.request.id,
      channel: null,
      ts: null,
      wanted_version: input.version,
      aloud_version: input.aloud ? input.version : 0,
      posted_at: null,
      posting_since: null,
      undeliverable: null,
      due_at: new Date(now.getTime() + desk.timings.patienceSeconds * 1_000),
      lease: null,
      leased_until: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.constraint("messages_one_per_request").doUpdateSet((eb) => ({
        wanted_version: eb.ref("excluded.wanted_version"),
        aloud_version: eb.fn<number>("greatest", ["messages.aloud_version", "excluded.aloud_version"]),
        due_at: eb.ref("excluded.due_at"),
        // What Slack would not take of one version says nothing about the next.
        undeliverable: null,
        updated_at: eb.ref("excluded.updated_at"),
      })),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  await enqueue(trx, { topic: "message", subjectId: message.id, runAt: now, now });
}
