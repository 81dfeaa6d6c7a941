import type { PurchaseLine } from "../db/rows.ts";
import type { CartLine } from "../partner-center/port.ts";

/** The purchase as lines of a cart, numbered from 0; its id goes along, so that an order can be traced to it. */
export function cartLines(purchase: { id: string; lines: readonly PurchaseLine[] }): CartLine[] {
  return purchase.lines.map((line, id) => ({
    id,
    catalogItemId: line.catalogItemId,
    quantity: line.quantity,
    billingCycle: line.billingCycle,
    ...(line.termDuration === null ? {} : { termDuration: line.termDuration }),
    ...(line.provisioningContext === undefined ? {} : { provisioningContext: line.provisioningContext }),
    friendlyName: purchase.id,
  }));
}
