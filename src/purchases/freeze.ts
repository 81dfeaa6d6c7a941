import { createHash } from "node:crypto";
import type { PurchaseLine } from "../db/rows.ts";
import { tenThousandths } from "../desk/decimals.ts";

/** What a purchase is: for whom, what, how and for how much. */
export interface PurchaseContent {
  customerId: string;
  lines: readonly PurchaseLine[];
  currencyCode: string | null;
  totalPrice: string | null;
}

/**
 * The hash of what is confirmed and approved: SHA-256 over a fixed order of fields with a version mark. The availability is
 * left out: Partner Center gives one and the same offer a new id from time to time.
 */
export function freeze(content: PurchaseContent): string {
  const fields = [
    "v1",
    content.customerId,
    content.lines.map((line) => [
      line.productId,
      line.skuId,
      line.termDuration,
      line.billingCycle.toLowerCase(),
      line.quantity,
      Object.entries(line.provisioningContext ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
      exact(line.unitPrice),
      exact(line.extendedPrice),
    ]),
    content.totalPrice === null ? null : exact(content.totalPrice),
    content.currencyCode,
  ];
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}

/** `5434` and `5434.0000` are one amount. */
function exact(amount: string): string {
  return tenThousandths(amount).toString();
}
