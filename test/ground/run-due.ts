import { reminderJob } from "#jobs/reminder.ts";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import { transact } from "#src/db/database.ts";
import { lockUnsent, markSent } from "#src/db/outbox.ts";
import type { Desk } from "#src/desk/context.ts";
import { deliverMessage } from "#src/messages/deliver.ts";
import { placePurchase } from "#src/purchases/place.ts";
import { fileSupportRequest } from "#src/support-requests/file.ts";

/** Does at once what relay, queue and worker would do: runs every outbox row that is due, until none is. */
export async function runDue(desk: Desk): Promise<void> {
  for (;;) {
    const rows = await transact(desk.db, async (trx) => {
      const unsent = await lockUnsent(trx, 1_000);
      const due = unsent.filter((row) => row.runAt <= desk.clock.now());
      if (due.length > 0) {
        await markSent(
          trx,
          due.map((row) => row.id),
          desk.clock.now(),
        );
      }
      return due;
    });
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
