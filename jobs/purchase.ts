import type { Desk } from "#src/desk/context.ts";
import { placePurchase } from "#src/purchases/place.ts";
import type { JobHandler } from "./worker.ts";

export const purchaseJob: JobHandler = {
  topic: "purchase",
  concurrency: 16,
  handle: (desk: Desk, id: string) => placePurchase(desk, { purchaseId: id }),
};
