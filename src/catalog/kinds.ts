import type { Product } from "../partner-center/port.ts";

/**
 * What is being sold, as far as the rules differ: `esu` is Windows 7 Extended Security Updates (C3), `linux_plan` a SUSE
 * or Red Hat plan (C4).
 */
export type ProductKind = "subscription" | "perpetual" | "reservation" | "linux_plan" | "esu";

/** Editions for which Azure Hybrid Benefit applies, with Software Assurance (B3). */
export type HybridBenefit = "windows_server_standard" | "windows_server_datacenter" | "sql_server";

/**
 * How a purchase of this kind may be undone: in the window (C1), only through support (C3; reservations, which the order
 * API cancels in Microsoft's sandbox only: "Cancel an order", page cancel-an-order or cancel-software-purchases, table of
 * products), or not at all (C4).
 */
export type CancellationRule = "in_window" | "by_support_only" | "never";

export const cancellationRules: Record<ProductKind, CancellationRule> = {
  subscription: "in_window",
  perpetual: "in_window",
  reservation: "by_support_only",
  linux_plan: "never",
  esu: "by_support_only",
};

const linuxPlan = /\b(suse|red ?hat)\b/i;
const extendedSecurityUpdates =
  /windows 7.*extended security updates?|extended security updates?.*windows 7/i;

/**
 * The kind of a product. Perpetual and term software carry the same product type (our reading: Microsoft's "Product
 * resources" lists one type, `Software`, for both), so `hasTerm` tells them apart: whether its availability offers a term,
 * or its order line has one.
 */
export function productKind(
  product: Pick<Product, "title" | "publisherName" | "productTypeId">,
  hasTerm: boolean,
): ProductKind {
  if (linuxPlan.test(product.publisherName) || linuxPlan.test(product.title)) return "linux_plan";
  if (extendedSecurityUpdates.test(product.title)) return "esu";
  if (isReservation(product)) return "reservation";
  return hasTerm ? "subscription" : "perpetual";
}

/** Azure products that are bought like software are reservations. */
export function isReservation(product: Pick<Product, "productTypeId">): boolean {
  return /^azure/i.test(product.productTypeId);
}

/** B3: which Hybrid Benefit note belongs to this title, if any. Perpetual licences come without Software Assurance. */
export function hybridBenefit(title: string, kind: ProductKind): HybridBenefit | null {
  if (kind !== "subscription" || /\bCAL\b/i.test(title)) return null;
  if (/sql server/i.test(title)) return "sql_server";
  if (/windows server.*datacenter/i.test(title)) return "windows_server_datacenter";
  if (/windows server.*standard/i.test(title)) return "windows_server_standard";
  return null;
}
