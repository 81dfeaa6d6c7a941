import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { type CustomerWithMarket, readCustomer } from "../customers/read.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import {
  type Availability,
  PartnerCenterFailure,
  type Product,
  type RefundOption,
  type Sku,
} from "../partner-center/port.ts";
import { explainFailure } from "../requests/failures.ts";
import {
  type CancellationRule,
  cancellationRules,
  type HybridBenefit,
  hybridBenefit,
  type ProductKind,
  productKind,
} from "./kinds.ts";
import { reservationsNotSold, softwareNotListed } from "./markets.ts";
import { readTitle, regionOf, titleOf } from "./titles.ts";

export interface OfferTerm {
  /** Stable within the SKU while availability ids come and go: `P1Y:annual`, or `one_time`. */
  id: string;
  billingCycle: string;
  /** ISO-8601 duration; null for perpetual software. */
  termDuration: string | null;
  catalogItemId: string;
  refundOptions: RefundOption[];
}

/** What an Azure reservation asks besides: one of the customer's Azure subscriptions, and how far it reaches. */
export interface ReservationOffer {
  /** The name of the SKU's region in Azure, such as `westeurope`; null where the SKU names none. */
  region: string | null;
  /** The customer's Azure subscriptions that can be used. Empty: it can't be bought before there is one. */
  subscriptions: { id: string; name: string }[];
  /** What the cart line must say: Scope, SubscriptionId, Duration. */
  provisioningVariables: string[];
}

export interface Offer {
  productId: string;
  skuId: string;
  title: string;
  kind: ProductKind;
  minimumQuantity: number;
  maximumQuantity: number;
  terms: OfferTerm[];
  hybridBenefit: HybridBenefit | null;
  /** Null for software. */
  reservation: ReservationOffer | null;
  /** What the inventory check must be told; null where there is none to make. */
  inventoryVariables: string[] | null;
  notes: { softwareMarketWarning: boolean; cancellable: CancellationRule };
}

/**
 * What can be chosen for one SKU and customer right now: terms with their billing cycles, quantity limits, for a
 * reservation its region and the customer's Azure subscriptions, and the notes that belong to the choice (B3, M2, C3, C4).
 *
 * @throws DeskError reservations_not_sold (M1) | product_not_found | customer_not_found | partner_center_*
 */
export async function readOffer(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; productId: string; skuId: string },
): Promise<Offer> {
  await authorise(desk, agent, "buy", { customerId: input.customerId });
  return offerTo(desk, await readCustomer(desk, input.customerId), input);
}

/** The same for a customer that was read already; whoever calls has asked whether the agent may. */
export async function offerTo(
  desk: Desk,
  customer: CustomerWithMarket,
  item: { productId: string; skuId: string },
): Promise<Offer> {
  const { product, sku, availabilities } = await readSku(desk, { customerId: customer.id, ...item });
  const terms = offerTerms(sku, availabilities);
  const kind = productKind(
    product,
    terms.some((term) => term.termDuration !== null),
  );
  if (kind === "reservation" && reservationsNotSold.markets.has(customer.market)) {
    throw new DeskError("reservations_not_sold", `reservations are not sold in ${customer.market}`, {
      market: customer.market,
      asOf: reservationsNotSold.asOf,
    });
  }
  if (terms.length === 0)
    throw new DeskError("product_not_found", `${product.id}:${sku.id} has no purchasable availability`);
  const title = titleOf(product, sku);
  return {
    productId: product.id,
    skuId: sku.id,
    title,
    kind,
    minimumQuantity: Math.max(1, sku.minimumQuantity),
    maximumQuantity: sku.maximumQuantity,
    terms,
    hybridBenefit: hybridBenefit(title, kind),
    reservation:
      kind === "reservation"
        ? {
            region: regionOf(sku),
            subscriptions: await azureSubscriptions(desk, customer.id),
            provisioningVariables: sku.provisioningVariables,
          }
        : null,
    inventoryVariables: sku.purchasePrerequisites.includes("InventoryCheck") ? sku.inventoryVariables : null,
    notes: {
      softwareMarketWarning: kind === "subscription" && softwareNotListed.markets.has(customer.market),
      cancellable: cancellationRules[kind],
    },
  };
}

/** Product and SKU as they were known within the hour, and what is sold of them at this moment: the cart has the last word. */
async function readSku(
  desk: Desk,
  input: { customerId: string; productId: string; skuId: string },
): Promise<{ product: Product; sku: Sku; availabilities: Availability[] }> {
  try {
    const [{ product, sku }, availabilities] = await Promise.all([
      readTitle(desk, input),
      desk.partnerCenter.listAvailabilities(input),
    ]);
    return { product, sku, availabilities };
  } catch (error) {
    if (error instanceof PartnerCenterFailure && error.kind === "refused" && error.status === 404) {
      throw new DeskError("product_not_found", error.message, {}, { cause: error });
    }
    throw explainFailure(error);
  }
}

/** Those that a reservation can be bound to: billed by usage, and in use. */
async function azureSubscriptions(
  desk: Desk,
  customerId: string,
): Promise<ReservationOffer["subscriptions"]> {
  try {
    const all = await desk.partnerCenter.listSubscriptions({ customerId });
    return all
      .filter(({ billingType, status }) => billingType === "usage" && status === "active")
      .map(({ id, friendlyName }) => ({ id, name: friendlyName === "" ? id : friendlyName }));
  } catch (error) {
    throw explainFailure(error);
  }
}

/**
 * The term as the SKU is sold with it now, under the availability of the moment; null when it is sold so no more.
 *
 * @throws PartnerCenterFailure
 */
export async function findTerm(
  desk: Pick<Desk, "partnerCenter">,
  input: { customerId: string; productId: string; skuId: string } & Pick<
    OfferTerm,
    "billingCycle" | "termDuration"
  >,
): Promise<OfferTerm | null> {
  const [sku, availabilities] = await Promise.all([
    desk.partnerCenter.getSku(input),
    desk.partnerCenter.listAvailabilities(input),
  ]);
  return offerTerms(sku, availabilities).find(({ id }) => id === termIdOf(input)) ?? null;
}

/** The terms that both say they have: the SKU by its billing cycles, the availability by its terms. */
function offerTerms(sku: Sku, availabilities: Availability[]): OfferTerm[] {
  const billed = new Set(sku.supportedBillingCycles.map((cycle) => cycle.toLowerCase()));
  const terms = new Map<string, OfferTerm>();
  for (const availability of availabilities) {
    if (!availability.isPurchasable) continue;
    if (availability.terms.length === 0) {
      // Software for ever is paid once; a SKU that says nothing about billing is such, too.
      if (billed.size > 0 && !billed.has("one_time")) continue;
      terms.set("one_time", {
        id: "one_time",
        billingCycle: "one_time",
        termDuration: null,
        catalogItemId: availability.catalogItemId,
        refundOptions: [],
      });
      continue;
    }
    for (const term of availability.terms) {
      const billingCycle = term.billingCycle.toLowerCase();
      if (billed.size > 0 && !billed.has(billingCycle)) continue;
      const id = termIdOf({ termDuration: term.duration, billingCycle });
      terms.set(id, {
        id,
        billingCycle,
        termDuration: term.duration,
        catalogItemId: availability.catalogItemId,
        refundOptions: term.refundOptions,
      });
    }
  }
  return [...terms.values()].sort((a, b) => a.id.localeCompare(b.id));
}

/** Term and billing of a term's id, such as `P1Y:annual`. */
export function splitTermId(termId: string): Pick<OfferTerm, "termDuration" | "billingCycle"> {
  const [first = "", second] = termId.split(":");
  return second === undefined
    ? { termDuration: null, billingCycle: first }
    : { termDuration: first, billingCycle: second };
}

/** The id of a term with this duration and billing. */
export function termIdOf(term: Pick<OfferTerm, "termDuration" | "billingCycle">): string {
  return term.termDuration === null ? term.billingCycle : `${term.termDuration}:${term.billingCycle}`;
}
