import type { Desk } from "../desk/context.ts";
import { together } from "../desk/together.ts";
import { unsettled } from "../requests/send-once.ts";
import { followCancellation } from "./follow.ts";
import { followed } from "./gather.ts";
import { sendCancellation } from "./send.ts";
import type { CancellationStatus } from "./statuses.ts";

/** Does the next thing for a cancellation: sends it, or looks whether it shows. */
export async function advanceCancellation(desk: Desk, input: { cancellationId: string }): Promise<void> {
  const status = (await readStatuses(desk, input.cancellationId)).get(input.cancellationId);
  if (isOneOf(followed, status)) await followCancellation(desk, input);
  // Most of those that ended did so by a look for another one, and their bell rings for nothing.
  else if (isOneOf(unsettled, status)) await sendCancellation(desk, input);
}

function isOneOf(statuses: readonly CancellationStatus[], status: CancellationStatus | undefined): boolean {
  return status !== undefined && statuses.includes(status);
}

const readStatuses = together(async (desk, ids) => {
  const rows = await desk.db
    .selectFrom("cancellations")
    .select(["id", "status"])
    .where("id", "=", (eb) => eb.fn.any(eb.val([...ids])))
    .execute();
  return new Map(rows.map(({ id, status }) => [id, status]));
});
