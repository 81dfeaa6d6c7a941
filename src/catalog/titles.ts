import { LRUCache } from "lru-cache";
import type { Desk } from "../desk/context.ts";
import type { Product, Sku } from "../partner-center/port.ts";
import { isReservation } from "./kinds.ts";

export interface CatalogTitle {
  title: string;
  product: Product;
  sku: Sku;
}

/** Products hardly change; a price or an availability is never taken from here. */
const titles = new WeakMap<Desk["partnerCenter"], LRUCache<string, CatalogTitle>>();

/**
 * How a product and its SKU are called together on screen: the SKU's own title where it says the product's whole name, as
 * that of a reservation does with size, region and term.
 */
export function titleOf(product: Pick<Product, "title" | "productTypeId">, sku: Pick<Sku, "title">): string {
  if (sku.title === "") return product.title;
  if (isReservation(product)) return sku.title;
  const said = sku.title.toLowerCase();
  const words = product.title
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return words.every((word) => said.includes(word)) ? sku.title : `${product.title} – ${sku.title}`;
}

/** The region that a reservation's SKU is for, by its name in Azure; Partner Center keeps it among the dynamic attributes. */
export function regionOf(sku: Pick<Sku, "dynamicAttributes">): string | null {
  const named = Object.entries(sku.dynamicAttributes).find(
    ([name]) => name.toLowerCase() === "armregionname",
  )?.[1];
  return typeof named === "string" && named !== "" ? named : null;
}

/** Splits a catalog item id (`productId:skuId:availabilityId`). */
export function splitCatalogItemId(catalogItemId: string): { productId: string; skuId: string } {
  const [productId = "", skuId = ""] = catalogItemId.split(":");
  return { productId, skuId };
}

/** Reads what a product and SKU are called for this customer; kept for an hour. Throws `PartnerCenterFailure`. */
export async function readTitle(
  desk: Desk,
  input: { customerId: string; productId: string; skuId: string },
): Promise<CatalogTitle> {
  let kept = titles.get(desk.partnerCenter);
  if (!kept) {
    kept = new LRUCache({ max: 5_000, ttl: 60 * 60_000 });
    titles.set(desk.partnerCenter, kept);
  }
  const key = `${input.productId}:${input.skuId}`;
  const known = kept.get(key);
  if (known) return known;
  const [product, sku] = await Promise.all([
    desk.partnerCenter.getProduct({ customerId: input.customerId, productId: input.productId }),
    desk.partnerCenter.getSku(input),
  ]);
  const read = { title: titleOf(product, sku), product, sku };
  kept.set(key, read);
  return read;
}
