import { createHash } from "node:crypto";
import { malformed } from "./errors.ts";
import {
  type ProductKind,
  type SeedMarket,
  type SeedProduct,
  type SeedSku,
  type SeedTerm,
  seedMarkets,
  seedProducts,
} from "./seed.ts";

export interface CatalogItem {
  product: SeedProduct;
  sku: SeedSku;
}

/** The market of a customer. Refuses when Partner Center sells nothing there. */
export function marketOf(country: string): SeedMarket {
  const market = seedMarkets[country];
  if (market === undefined) throw malformed("The country is not valid or not supported.");
  return market;
}

export function isSold(product: SeedProduct, market: SeedMarket): boolean {
  switch (product.kind) {
    case "perpetual":
      return true;
    case "subscription":
      return market.softwareSubscriptions;
    case "reservation":
      return market.azureReservations;
  }
}

/** The kind of product that a catalog item id names, in whatever market and epoch. */
export function kindOf(catalogItemId: string): ProductKind | undefined {
  return seedProducts.find(({ id }) => id === catalogItemId.split(":")[0])?.kind;
}

/** What a catalog item id means in this market in this epoch: unknown, out of date, or something that can be bought. */
export function findCatalogItem(
  epoch: number,
  catalogItemId: string,
  country: string,
): CatalogItem | "unknown" | "outdated" {
  const [productId, skuId, availabilityId, ...rest] = catalogItemId.split(":");
  const product = seedProducts.find(({ id }) => id === productId);
  const sku = product?.skus.find(({ id }) => id === skuId);
  if (product === undefined || sku === undefined || rest.length > 0) return "unknown";
  if (!isSold(product, marketOf(country))) return "unknown";
  return availabilityId === availabilityIdOf(epoch, product, sku, country) ? { product, sku } : "outdated";
}

/** The catalog item id under which a SKU is sold in this country in this epoch of the catalogue. */
export function catalogItemIdOf(epoch: number, product: SeedProduct, sku: SeedSku, country: string): string {
  return `${product.id}:${sku.id}:${availabilityIdOf(epoch, product, sku, country)}`;
}

const alphabet = "0123456789BCDFGHJKLMNPQRSTVWXZ";

export function availabilityIdOf(epoch: number, product: SeedProduct, sku: SeedSku, country: string): string {
  if (epoch === 0 && country === "US" && sku.usAvailabilityId) return sku.usAvailabilityId;
  const digest = createHash("sha256").update(`${product.id}:${sku.id}:${country}:${epoch}`).digest();
  const tail = [...digest.subarray(0, 4)].map((byte) => alphabet.charAt(byte % alphabet.length)).join("");
  return `DG7GMGF0${tail}`;
}

/**
 * The price of one unit for one billing period, in the currency's smallest unit, from that of the whole term or of the
 * licence in US cents without tax.
 */
export function unitPriceOf(priceUsdCents: number, market: SeedMarket, term: SeedTerm | null): number {
  const years = term?.duration === "P3Y" ? 3 : 1;
  const periods = { monthly: 12 * years, annual: years, triennial: 1, one_time: 1 };
  const dollars = priceUsdCents / 100 / (term === null ? 1 : periods[term.billingCycle]);
  return Math.round(dollars * market.rate * market.taxFactor * 10 ** market.decimals);
}

/** The smallest units of a currency as the number that Partner Center prints. */
export function amount(units: number, market: SeedMarket): number {
  return units / 10 ** market.decimals;
}
