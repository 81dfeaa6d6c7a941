import { sql } from "kysely";
import { reminderJob } from "#jobs/reminder.ts";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import type { OutboxTopic } from "#src/db/rows.ts";
import type { Desk } from "#src/desk/context.ts";
import { deliverMessage } from "#src/messages/deliver.ts";
import { placePurchase } from "#src/purchases/place.ts";
import { fileSupportRequest } from "#src/support-requests/file.ts";

/** Takes what is due from the outbox, oldest first. */
export async function takeDue({
  db,
  clock,
}: Pick<Desk, "db" | "clock">): Promise<{ topic: OutboxTopic; subjectId: string }[]> {
  const now = clock.now();
  const { rows } = await sql<{ id: string; topic: OutboxTopic; subjectId: string }>`
    update outbox set sent_at = ${now} where sent_at is null and run_at <= ${now}
    returning id, topic, subject_id as "subjectId"`.execute(db);
  return rows.sort((a, b) => Number(a.id) - Number(b.id));
}

/** Does at once what relay, queue and worker would do: runs every outbox row that is due, until none is. */
export async function runDue(desk: Desk): Promise<void> {
  for (;;) {
    const rows = await takeDue(desk);
    if (rows.length === 0) return;
    for (const { topic, subjectId } of rows) {
      if (topic === "purchase") await placePurchase(desk, { purchaseId: subjectId });
      if (topic === "cancellation") await advanceCancellation(desk, { cancellationId: subjectId });
      if (topic === "support_request") await fileSupportRequest(desk, { supportRequestId: subjectId });
      if (topic === "reminder") await reminderJob.handle(desk, subjectId);
      if (topic === "message") await deliverMessage(desk, { messageId: subjectId });
    }
  }
}
