import { LRUCache } from "lru-cache";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import type { Desk } from "../desk/context.ts";
import type { TargetView } from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";
import { type ProductKind, productKind } from "./kinds.ts";
import { reservationsNotSold } from "./markets.ts";
import { regionOf, titleOf } from "./titles.ts";

export interface CatalogEntry {
  productId: string;
  skuId: string;
  title: string;
  kind: ProductKind;
  /** Of a reservation: the name of its region in Azure. */
  region: string | null;
}

/** The views that hold what the rule book sells (B1), with what a product in them has: a term or none. */
const views: { view: TargetView; hasTerm: boolean }[] = [
  { view: "SoftwareSubscriptions", hasTerm: true },
  { view: "SoftwarePerpetual", hasTerm: false },
  { view: "SoftwareSUSELinux", hasTerm: true },
  { view: "AzureReservations", hasTerm: true },
];

const mostOptions = 100;
const lifeMs = 15 * 60_000;
const catalogs = new WeakMap<Desk["partnerCenter"], LRUCache<string, Promise<CatalogEntry[]>>>();

/**
 * What this customer can buy (Partner Center's customer-scoped catalogue), filtered by words of the title in any order.
 * At most 100, by title. Kept for a quarter of an hour per customer; availability and price are read again when quoted.
 */
export async function listCatalog(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; query: string },
): Promise<CatalogEntry[]> {
  await authorise(desk, agent, "buy", { customerId: input.customerId });
  const words = input.query.toLowerCase().split(/\s+/).filter(Boolean);
  try {
    const entries = await keptCatalog(desk, input.customerId);
    return entries
      .filter((entry) => words.every((word) => entry.title.toLowerCase().includes(word)))
      .slice(0, mostOptions);
  } catch (error) {
    throw explainFailure(error);
  }
}

/**
 * What these items are called in the customer's catalogue, in their order; null for one that the customer can't buy. Kept
 * like the catalogue.
 */
export async function describeItems(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; items: readonly Pick<CatalogEntry, "productId" | "skuId">[] },
): Promise<(CatalogEntry | null)[]> {
  await authorise(desk, agent, "buy", { customerId: input.customerId });
  try {
    const entries = await keptCatalog(desk, input.customerId);
    return input.items.map(
      ({ productId, skuId }) =>
        entries.find((entry) => entry.productId === productId && entry.skuId === skuId) ?? null,
    );
  } catch (error) {
    throw explainFailure(error);
  }
}

function keptCatalog(desk: Desk, customerId: string): Promise<CatalogEntry[]> {
  let kept = catalogs.get(desk.partnerCenter);
  if (!kept) {
    kept = new LRUCache({ max: 500, ttl: lifeMs });
    catalogs.set(desk.partnerCenter, kept);
  }
  const known = kept.get(customerId);
  if (known) return known;
  const reading = readCatalog(desk, customerId);
  kept.set(customerId, reading);
  reading.catch(() => kept.delete(customerId));
  return reading;
}

/** M1: where reservations are not sold, none is offered, whatever Partner Center lists. */
async function readCatalog(desk: Desk, customerId: string): Promise<CatalogEntry[]> {
  const { country } = await desk.partnerCenter.getBillingProfile({ customerId });
  const sold = views.filter(
    ({ view }) => view !== "AzureReservations" || !reservationsNotSold.markets.has(country),
  );
  const products = (
    await Promise.all(
      sold.map(async ({ view, hasTerm }) =>
        (
          await desk.partnerCenter.listProducts({ customerId, targetView: view })
        ).map((product) => ({ product, hasTerm })),
      ),
    )
  ).flat();
  const unique = new Map(products.map((entry) => [`${entry.product.id}:${entry.hasTerm}`, entry]));
  const entries: CatalogEntry[] = [];
  for (const batch of batches([...unique.values()], 8)) {
    const read = await Promise.all(
      batch.map(async ({ product, hasTerm }) =>
        (await desk.partnerCenter.listSkus({ customerId, productId: product.id })).map((sku) => ({
          productId: product.id,
          skuId: sku.id,
          title: titleOf(product, sku),
          kind: productKind(product, hasTerm),
          region: regionOf(sku),
        })),
      ),
    );
    entries.push(...read.flat());
  }
  return entries.sort((a, b) => a.title.localeCompare(b.title));
}

function* batches<T>(items: T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
