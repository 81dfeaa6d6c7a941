import { createHash } from "node:crypto";
import type { PurchaseLine } from "../db/rows.ts";

/** What of a line is bought; everything else about it is for people to read. */
export type BoughtContent = Pick<
  PurchaseLine,
  "catalogItemId" | "quantity" | "billingCycle" | "termDuration" | "provisioningContext"
>;

/** One value for one customer and content, whatever else is known about it: all lines, quantities and contexts, in order. */
export function contentHash(customerId: string, lines: readonly BoughtContent[]): string {
  const content = lines.map((line) => [
    line.catalogItemId,
    line.quantity,
    line.billingCycle,
    line.termDuration,
    Object.entries(line.provisioningContext ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return createHash("sha256")
    .update(JSON.stringify(["v2", customerId, content]))
    .digest("hex");
}
