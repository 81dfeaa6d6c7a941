import { splitCatalogItemId } from "../catalog/titles.ts";
import type { PurchasedOrder, PurchaseLine } from "../db/rows.ts";

type OrderedLine = PurchasedOrder["lines"][number];

/**
 * The line of a purchase that a line of its orders came from. The availability says nothing: it may be issued anew, and one
 * SKU may be bought in several terms and billing cycles at once under the same one.
 */
export function boughtAs(
  lines: readonly PurchaseLine[],
  ordered: Pick<OrderedLine, "catalogItemId" | "quantity" | "termDuration" | "billingCycle">,
): PurchaseLine | undefined {
  const { productId, skuId } = splitCatalogItemId(ordered.catalogItemId);
  const same = lines.filter((line) => line.productId === productId && line.skuId === skuId);
  const asMany = same.filter((line) => line.quantity === ordered.quantity);
  const inTerm = asMany.find(
    (line) =>
      line.termDuration === (ordered.termDuration ?? null) &&
      line.billingCycle.toLowerCase() === ordered.billingCycle?.toLowerCase(),
  );
  return inTerm ?? asMany[0] ?? same[0];
}
