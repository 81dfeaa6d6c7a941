import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { customerOf } from "./customers.ts";
import { malformed, refusal } from "./errors.ts";
import { availabilityIdOf, type CatalogItem, isSold, marketOf } from "./offers.ts";
import {
  azureSubscriptionsOf,
  type SeedCustomer,
  type SeedMarket,
  type SeedProduct,
  type SeedReservation,
  type SeedSku,
  type SeedTerm,
  seedProducts,
} from "./seed.ts";
import { type Call, serve } from "./service.ts";
import { type State, skuKey } from "./state.ts";
import { agentRoles, partnerCenter } from "./tokens.ts";
import { collection, link } from "./wire.ts";

/** Where catalogue questions are asked: of a country, or of one customer and so of its market. */
interface Shelf {
  country: string;
  market: SeedMarket;
  /** Of links: before `/products`. */
  base: string;
  /** Of links: the country of a country-scoped question. */
  query: string;
}

const inventorySchema = z.object({
  targetItems: z.array(z.object({ productId: z.string(), skuId: z.string().optional() })).min(1),
  inventoryContext: z
    .object({
      customerId: z.string().optional(),
      azureSubscriptionId: z.string().optional(),
      armRegionName: z.string().optional(),
    })
    .optional(),
});

/**
 * Products, SKUs, availabilities and inventory, by country and by customer (pages product-resources, check-
 * inventory).
 */
export function serveCatalog(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles });
  serve(app, state, {
    method: "POST",
    path: "/v1/extensions/product/checkInventory",
    admit,
    handle: (call) => ({ status: 200, body: checkInventory(state, call) }),
  });
  for (const scope of ["/v1", "/v1/customers/:customerId"]) {
    const shelfOf = (call: Call): Shelf =>
      scope === "/v1" ? countryShelf(call) : customerShelf(customerOf(state, call));
    const get = (path: string, body: (call: Call, shelf: Shelf) => unknown) =>
      serve(app, state, {
        method: "GET",
        path: `${scope}/products${path}`,
        admit,
        handle: (call) => {
          checkSegment(call);
          return { status: 200, body: body(call, shelfOf(call)) };
        },
      });

    get("", (call, shelf) => {
      const inView = viewOf(call.query.get("targetView"));
      const products = seedProducts.filter((product) => inView(product) && isSold(product, shelf.market));
      return collection(
        products.map((product) => productBody(product, shelf)),
        `${shelf.base}/products${shelf.query}`,
      );
    });
    get("/:productId", (call, shelf) => productBody(productOf(call, shelf), shelf));
    get("/:productId/skus", (call, shelf) => {
      const product = productOf(call, shelf);
      return collection(
        product.skus.map((sku) => skuBody(product, sku, shelf)),
        `${shelf.base}/products/${product.id}/skus${shelf.query}`,
      );
    });
    get("/:productId/skus/:skuId", (call, shelf) => {
      const { product, sku } = skuOf(call, shelf);
      return skuBody(product, sku, shelf);
    });
    get("/:productId/skus/:skuId/availabilities", (call, shelf) => {
      const { product, sku } = skuOf(call, shelf);
      return collection(
        [availabilityBody(state, product, sku, shelf)],
        `${shelf.base}/products/${product.id}/skus/${sku.id}/availabilities${shelf.query}`,
      );
    });
    get("/:productId/skus/:skuId/availabilities/:availabilityId", (call, shelf) => {
      const { product, sku } = skuOf(call, shelf);
      if (
        call.params.availabilityId !==
        availabilityIdOf(state.settings.catalogueEpoch, product, sku, shelf.country)
      ) {
        throw refusal(404, 400019, "The availability was not found.");
      }
      return availabilityBody(state, product, sku, shelf);
    });
  }
}

function countryShelf(call: Call): Shelf {
  const country = call.query.get("country");
  if (country === null) throw malformed("The country is required.");
  const code = country.toUpperCase();
  return { country: code, market: marketOf(code), base: "", query: `?country=${code}` };
}

function customerShelf(customer: SeedCustomer): Shelf {
  const { id, country } = customer;
  return { country, market: marketOf(country), base: `/customers/${id}`, query: "" };
}

function checkSegment(call: Call): void {
  const segment = call.query.get("targetSegment")?.toLowerCase() ?? "commercial";
  if (["education", "government", "nonprofit"].includes(segment)) {
    throw refusal(403, 400030, "The target segment is not allowed.");
  }
  if (segment !== "commercial") throw malformed("The target segment cannot be parsed.", 900126);
}

const emptyViews = ["azure", "microsoftazure", "onlineservices", "specializedoffers", "marketplacesaas"];
const reservationViews = ["azurereservations", "azurereservationsvm"];
const otherReservationViews = ["azurereservationssql", "azurereservationscosmosdb"];
const softwareViews = ["softwareperpetual", "softwaresubscriptions", "softwaresuselinux"];

function viewOf(targetView: string | null): (product: SeedProduct) => boolean {
  if (targetView === null) throw malformed("The target view is required.");
  const view = targetView.toLowerCase();
  if (view === "software") return (product) => product.kind !== "reservation";
  if ([...emptyViews, ...otherReservationViews].includes(view)) return () => false;
  if ([...reservationViews, ...softwareViews].includes(view)) {
    return (product) => product.views.some((name) => name.toLowerCase() === view);
  }
  throw malformed("The target view cannot be parsed.", 900126);
}

/** A bare array; what is not known, not sold there or of another kind than asked about is left out. */
function checkInventory(state: State, call: Call) {
  const { market } = countryShelf(call);
  const { targetItems, inventoryContext = {} } = call.read(inventorySchema);
  const region = inventoryContext.armRegionName?.toLowerCase();
  return targetItems.flatMap(({ productId, skuId }) => {
    const product = seedProducts.find(({ id }) => id === productId);
    if (product === undefined || !isSold(product, market)) return [];
    return product.skus
      .filter(({ id }) => skuId === undefined || id === skuId)
      .filter(({ reservation }) => !reservation || !region || reservation.armRegionName === region)
      .map((sku) => {
        const restrictions = restrictionsOf(state, product, sku, inventoryContext);
        return { productId, skuId: sku.id, isRestricted: restrictions.length > 0, restrictions };
      });
  });
}

function restrictionsOf(
  state: State,
  product: SeedProduct,
  sku: SeedSku,
  context: NonNullable<z.output<typeof inventorySchema>["inventoryContext"]>,
) {
  const restriction = (reasonCode: string, description: string) => ({
    reasonCode,
    description,
    properties: {},
  });
  const known = state.restrictions.get(skuKey(product, sku));
  if (known) return [restriction(known.reasonCode, known.description)];
  if (state.inventory.get(skuKey(product, sku)) === 0) {
    return [restriction("InventoryNotAvailable", "There is nothing left.")];
  }
  if (product.kind === "reservation" && !isActiveAzureSubscription(state, context)) {
    return [
      restriction("NotAvailableForSubscription", "The Azure subscription cannot have this reservation."),
    ];
  }
  return [];
}

function isActiveAzureSubscription(
  state: State,
  {
    customerId,
    azureSubscriptionId,
  }: { customerId?: string | undefined; azureSubscriptionId?: string | undefined },
): boolean {
  const customer = state.customers.get(customerId?.toLowerCase() ?? "");
  const subscriptions = customer ? azureSubscriptionsOf(customer) : [];
  return subscriptions.some(
    ({ id, status }) => id === azureSubscriptionId?.toLowerCase() && status === "active",
  );
}

function productOf(call: Call, shelf: Shelf): SeedProduct {
  const product = seedProducts.find(({ id }) => id === call.params.productId);
  if (product && isSold(product, shelf.market)) return product;
  throw refusal(404, 400013, "The product was not found.");
}

function skuOf(call: Call, shelf: Shelf): CatalogItem {
  const product = productOf(call, shelf);
  const sku = product.skus.find(({ id }) => id === call.params.skuId);
  if (sku === undefined) throw refusal(404, 400018, "The SKU was not found.");
  return { product, sku };
}

function productBody(product: SeedProduct, shelf: Shelf) {
  const type = product.kind === "reservation" ? "Azure" : "Software";
  const uri = `${shelf.base}/products/${product.id}`;
  return {
    id: product.id,
    title: product.title,
    description: product.description,
    productType: { id: type, displayName: type },
    isMicrosoftProduct: product.publisherName === "Microsoft Corporation",
    publisherName: product.publisherName,
    links: { skus: link(`${uri}/skus${shelf.query}`), self: link(`${uri}${shelf.query}`) },
  };
}

function skuBody(product: SeedProduct, sku: SeedSku, shelf: Shelf) {
  const uri = `${shelf.base}/products/${product.id}/skus/${sku.id}`;
  const reservation = product.kind === "reservation";
  return {
    id: sku.id,
    productId: product.id,
    title: sku.title,
    description: sku.title,
    minimumQuantity: sku.minimumQuantity,
    maximumQuantity: sku.maximumQuantity,
    isTrial: false,
    supportedBillingCycles: billingCyclesOf(sku),
    purchasePrerequisites: reservation
      ? ["MicrosoftCustomerAgreement", "AzureSubscriptionRegistration", "InventoryCheck"]
      : ["MicrosoftCustomerAgreement"],
    inventoryVariables: reservation ? ["CustomerId", "AzureSubscriptionId", "ArmRegionName"] : [],
    provisioningVariables: reservation ? ["Scope", "SubscriptionId", "Duration"] : [],
    dynamicAttributes: sku.reservation
      ? reservationAttributes(sku.reservation, sku)
      : { isAddon: false, hasConstraints: false },
    attestationProperties: { attestationType: "none", enforceAttestation: false },
    links: {
      availabilities: link(`${uri}/availabilities${shelf.query}`),
      self: link(`${uri}${shelf.query}`),
    },
  };
}

/** Numbers are text here, as the page get-a-sku-by-id prints them. */
function reservationAttributes(reservation: SeedReservation, { terms }: SeedSku) {
  return {
    ...reservation,
    cores: String(reservation.cores),
    ram: String(reservation.ram),
    duration: terms[0]?.duration === "P3Y" ? "3Years" : "1Year",
  };
}

function billingCyclesOf(sku: SeedSku): string[] {
  return sku.terms.length === 0 ? ["one_time"] : sku.terms.map(({ billingCycle }) => billingCycle);
}

function availabilityBody(state: State, product: SeedProduct, sku: SeedSku, shelf: Shelf) {
  const id = availabilityIdOf(state.settings.catalogueEpoch, product, sku, shelf.country);
  const uri = `${shelf.base}/products/${product.id}/skus/${sku.id}/availabilities/${id}`;
  const left = state.inventory.get(skuKey(product, sku)) ?? Number.POSITIVE_INFINITY;
  return {
    id,
    productId: product.id,
    skuId: sku.id,
    catalogItemId: `${product.id}:${sku.id}:${id}`,
    defaultCurrency: { code: shelf.market.currencyCode, symbol: shelf.market.currencySymbol },
    segment: "commercial",
    country: shelf.country,
    isPurchasable: left > 0,
    isRenewable: product.kind === "subscription",
    terms: sku.terms.map((term) => termBody(state, product, term, shelf)),
    product: productBody(product, shelf),
    sku: skuBody(product, sku, shelf),
    links: { self: link(`${uri}${shelf.query}`) },
  };
}

function termBody(state: State, product: SeedProduct, term: SeedTerm, shelf: Shelf) {
  const days = state.windowDays(shelf.country, product.kind);
  const years = term.duration === "P3Y" ? "Three years" : "One year";
  const cancellable = product.notCancellable === undefined && product.kind === "subscription";
  return {
    id: `term-${term.duration}-${term.billingCycle}`.toLowerCase(),
    duration: term.duration,
    description: `${years}, billed ${term.billingCycle.replace("_", " ")}`,
    billingCycle: wordsOf(term.billingCycle),
    cancellationPolicies: cancellable ? [{ refundOptions: refundOptions(state, days) }] : [],
  };
}

/** `OneTime` for `one_time`. */
function wordsOf(name: string): string {
  return name.replace(/(^|_)[a-z]/g, (first) => first.replace("_", "").toUpperCase());
}

function refundOptions(state: State, days: number) {
  const partial = { type: "Partial", expiresAfter: `P${days}D` };
  const options = state.settings.fullRefundOnFirstDay
    ? [{ type: "Full", expiresAfter: "P1D" }, partial]
    : [partial];
  return options.map((option, sequenceId) => ({ sequenceId, ...option }));
}
