import type { DatabaseTransaction } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { RequestKind } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";

/**
 * Asks for everybody who has a message of this request, and for `personId` in any case, to see `version`; inside the
 * caller's transaction.
 */
export async function wantMessages(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock" | "timings">,
  input: Parameters<typeof wantMessage>[2],
): Promise<void> {
  const others = await trx
    .selectFrom("messages")
    .select("person_id")
    .where("request_kind", "=", input.request.kind)
    .where("request_id", "=", input.request.id)
    .where("person_id", "<>", input.personId)
    .orderBy("person_id")
    .execute();
  for (const personId of [input.personId, ...others.map((other) => other.person_id)]) {
    await wantMessage(trx, desk, { ...input, personId });
  }
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
    request: { kind: RequestKind; id: string };
    version: number;
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
