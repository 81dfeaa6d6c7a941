import { advanceCancellation } from "#src/cancellations/advance.ts";
import type { Desk } from "#src/desk/context.ts";
import type { JobHandler } from "./worker.ts";

export const cancellationJob: JobHandler = {
  topic: "cancellation",
  concurrency: 16,
  handle: (desk: Desk, id: string) => advanceCancellation(desk, { cancellationId: id }),
};
