import type { Desk } from "#src/desk/context.ts";
import { fileSupportRequest } from "#src/support-requests/file.ts";
import type { JobHandler } from "./worker.ts";

export const supportRequestJob: JobHandler = {
  topic: "support_request",
  concurrency: 4,
  handle: (desk: Desk, id: string) => fileSupportRequest(desk, { supportRequestId: id }),
};
