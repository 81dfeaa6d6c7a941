import type { Desk } from "#src/desk/context.ts";
import { deliverMessage } from "#src/messages/deliver.ts";
import type { JobHandler } from "./worker.ts";

export const messageJob: JobHandler = {
  topic: "message",
  concurrency: 8,
  handle: (desk: Desk, id: string) => deliverMessage(desk, { messageId: id }),
};
