import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { readCustomer } from "../customers/read.ts";
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
import { titleOf } from "./titles.ts";

export interface OfferTerm {
  /** Stable within the SKU while availability ids come and go: `P1Y:annual`, or `one_time`. */
  id: string;
  billingCycle: string;
  /** ISO-8601 duration; null for perpetual software. */
  termDuration: string | null;
  catalogItemId: string;
  refundOptions: RefundOption[];
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
  notes: { softwareMarketWarning: boolean; cancellable: CancellationRule };
}

/**
 * What can be chosen for one SKU and customer right now: terms with their billing cycles, quantity limits, and the notes
 * that belong to the choice (B3, M2, C3, C4).
 *
 * @throws DeskError reservations_not_sold (M1) | product_not_found | customer_not_found | partner_center_*
 */
export async function readOffer(
  desk: Desk,
  agent: Agent,
  input: { customerId: string; productId: string; skuId: string },
): Promise<Offer> {
  await authorise(desk, agent, "buy", { customerId: input.customerId });
  const customer = await readCustomer(desk, input.customerId);
  const { product, sku, availabilities } = await readSku(desk, input);
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
    minimumQuantity: sku.minimumQuantity,
    maximumQuantity: sku.maximumQuantity,
    terms,
    hybridBenefit: hybridBenefit(title, kind),
    notes: {
      softwareMarketWarning: kind === "subscription" && softwareNotListed.markets.has(customer.market),
      cancellable: cancellationRules[kind],
    },
  };
}

async function readSku(
  desk: Desk,
  input: { customerId: string; productId: string; skuId: string },
): Promise<{ product: Product; sku: Sku; availabilities: Availability[] }> {
  try {
    const [product, sku, availabilities] = await Promise.all([
      desk.partnerCenter.getProduct(input),
      desk.partnerCenter.getSku(input),
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

function offerTerms(sku: Sku, availabilities: Availability[]): OfferTerm[] {
  const terms = new Map<string, OfferTerm>();
  for (const availability of availabilities) {
    if (!availability.isPurchasable) continue;
    if (availability.terms.length === 0) {
      const billingCycle = sku.supportedBillingCycles[0] ?? "one_time";
      terms.set(billingCycle, {
        id: billingCycle,
        billingCycle,
        termDuration: null,
        catalogItemId: availability.catalogItemId,
        refundOptions: [],
      });
      continue;
    }
    for (const term of availability.terms) {
      const billingCycle = term.billingCycle.toLowerCase();
      terms.set(`${term.duration}:${billingCycle}`, {
        id: `${term.duration}:${billingCycle}`,
        billingCycle,
        termDuration: term.duration,
        catalogItemId: availability.catalogItemId,
        refundOptions: term.refundOptions,
      });
    }
  }
  return [...terms.values()].sort((a, b) => a.id.localeCompare(b.id));
}
