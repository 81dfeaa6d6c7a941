import type { Desk } from "#src/desk/context.ts";
import { deliverMessage } from "#src/messages/deliver.ts";
import type { JobHandler } from "./worker.ts";

export const messageJob: JobHandler = {
  topic: "message",
  // Most of what they take is waiting for Slack; and those that come together ask the database together.
  concurrency: 48,
  handle: (desk: Desk, id: string) => deliverMessage(desk, { messageId: id }),
};
