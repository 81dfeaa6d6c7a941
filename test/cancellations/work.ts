import { sql } from "kysely";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import type { Desk } from "#src/desk/context.ts";
import { deliverMessage } from "#src/messages/deliver.ts";

/**
 * Runs what is due until nothing is, `atOnce` jobs at the same time and each of them by `workers` workers at once. What a job
 * throws goes to `onError`, as it would to a log.
 */
export async function work(
  desk: Desk,
  options: { workers?: number; atOnce?: number; onError?: (error: unknown) => void } = {},
): Promise<void> {
  const { workers = 1, atOnce = 1, onError = raise } = options;
  for (;;) {
    const { rows } = await sql<{ topic: string; subject_id: string }>`
      update outbox set sent_at = ${desk.clock.now()} where id in (
        select id from outbox where sent_at is null and run_at <= ${desk.clock.now()} order by id limit 500
      ) returning topic, subject_id`.execute(desk.db);
    if (rows.length === 0) return;
    const jobs = [...new Map(rows.map((row) => [`${row.topic} ${row.subject_id}`, row])).values()];
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let job = jobs.shift(); job; job = jobs.shift()) {
          const { topic, subject_id } = job;
          await Promise.all(
            Array.from({ length: workers }, () => run(desk, topic, subject_id).catch(onError)),
          );
        }
      }),
    );
  }
}

async function run(desk: Desk, topic: string, id: string): Promise<void> {
  if (topic === "cancellation") await advanceCancellation(desk, { cancellationId: id });
  if (topic === "message") await deliverMessage(desk, { messageId: id });
}

function raise(error: unknown): never {
  throw error;
}

/** The clock's way to the next job, in ms; null when there is none. */
export async function untilNextJob(desk: Desk): Promise<number | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(run_at) as at from outbox where sent_at is null and topic in ('cancellation', 'message')`.execute(
    desk.db,
  );
  const at = rows[0]?.at;
  return at ? Math.max(0, at.getTime() - desk.clock.now().getTime()) : null;
}
