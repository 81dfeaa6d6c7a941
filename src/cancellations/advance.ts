import type { Desk } from "../desk/context.ts";
import { followCancellation } from "./follow.ts";
import { sendCancellation } from "./send.ts";

/** Does the next thing for a cancellation: sends it, or looks whether it shows. */
export async function advanceCancellation(desk: Desk, input: { cancellationId: string }): Promise<void> {
  const row = await desk.db
    .selectFrom("cancellations")
    .select("status")
    .where("id", "=", input.cancellationId)
    .executeTakeFirst();
  if (row?.status === "accepted" || row?.status === "overdue") await followCancellation(desk, input);
  else await sendCancellation(desk, input);
}
