import { requireInventory } from "../catalog/inventory.ts";
import { type Offer, type ReservationOffer, splitTermId } from "../catalog/offer.ts";
import type { PurchaseLine } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";

export const reservationScopes = ["shared", "single"] as const;
export type ReservationScope = (typeof reservationScopes)[number];

/** One line as it was chosen and typed, before anybody looked at it. */
export interface ChosenLine {
  productId: string;
  skuId: string;
  /** As in `OfferTerm`. */
  termId: string;
  /** As typed. */
  quantity: string;
  /** Azure reservations only. */
  azureSubscriptionId: string | null;
  scope: ReservationScope | null;
}

/** A purchase holds this many lines at most. */
export const mostLines = 10;

/** What is wrong with one line, counted from 0. */
export interface LineProblem {
  line: number;
  error: DeskError;
}

/** Lines that can't be bought as they are. As an error it says what the first of them does. */
export class LinesRefused extends DeskError {
  readonly problems: readonly LineProblem[];

  constructor(problems: readonly [LineProblem, ...LineProblem[]]) {
    const [{ error }] = problems;
    super(
      error.code,
      problems.map((problem) => `line ${problem.line}: ${problem.error.message}`).join("; "),
      error.values,
      { cause: error },
    );
    this.problems = problems;
  }
}

/**
 * The line of a purchase that this choice means for this offer; without a price yet.
 *
 * @throws DeskError product_not_found | invalid_input { field } | quantity_not_allowed | azure_subscription_missing |
 *   inventory_restricted | partner_center_*
 */
export async function toPurchaseLine(
  desk: Desk,
  input: { customerId: string; offer: Offer; chosen: ChosenLine },
): Promise<PurchaseLine> {
  const { customerId, offer, chosen } = input;
  const term = offer.terms.find((candidate) => candidate.id === chosen.termId);
  if (!term)
    throw new DeskError(
      "product_not_found",
      `${offer.productId}:${offer.skuId} offers no term ${chosen.termId}`,
    );
  const quantity = parseQuantity(chosen.quantity, offer);
  const bound = offer.reservation && bindReservation(offer.reservation, chosen);
  await requireInventory(desk, { customerId, offer, azureSubscriptionId: bound?.subscription.id ?? null });
  return {
    catalogItemId: term.catalogItemId,
    productId: offer.productId,
    skuId: offer.skuId,
    title: offer.title,
    kind: offer.kind,
    quantity,
    billingCycle: term.billingCycle,
    termDuration: term.termDuration,
    unitPrice: "0",
    extendedPrice: "0",
    refundOptions: term.refundOptions,
    ...(bound
      ? { provisioningContext: bound.provisioningContext, azureSubscription: bound.subscription.name }
      : {}),
    ...(offer.reservation?.region ? { region: offer.reservation.region } : {}),
  };
}

function parseQuantity(typed: string, offer: Offer): number {
  const text = typed.trim();
  if (!/^\d{1,9}$/.test(text))
    throw new DeskError("invalid_input", `quantity ${JSON.stringify(text)}`, { field: "quantity" });
  const quantity = Number(text);
  if (quantity < offer.minimumQuantity || quantity > offer.maximumQuantity) {
    throw new DeskError("quantity_not_allowed", `quantity ${quantity} of ${offer.productId}:${offer.skuId}`, {
      field: "quantity",
      minimum: offer.minimumQuantity,
      maximum: offer.maximumQuantity,
    });
  }
  return quantity;
}

/** Where the reservation belongs, in the words that the SKU asks for (pages product-resources, cart-resources). */
function bindReservation(
  reservation: ReservationOffer,
  chosen: ChosenLine,
): { subscription: { id: string; name: string }; provisioningContext: Record<string, string> } {
  const subscription = reservation.subscriptions.find(({ id }) => id === chosen.azureSubscriptionId);
  if (!subscription) {
    throw new DeskError(
      "azure_subscription_missing",
      `no Azure subscription ${chosen.azureSubscriptionId} of this customer`,
      { field: "azureSubscriptionId", available: reservation.subscriptions.length },
    );
  }
  if (chosen.scope === null) throw new DeskError("invalid_input", "no scope", { field: "scope" });
  const asked = reservation.provisioningVariables.map((name) => name.toLowerCase());
  const { termDuration } = splitTermId(chosen.termId);
  const years = /^P(\d+)Y$/.exec(termDuration ?? "")?.[1];
  return {
    subscription,
    provisioningContext: {
      subscriptionId: subscription.id,
      scope: chosen.scope,
      ...(asked.includes("duration") && years ? { duration: years === "1" ? "1Year" : `${years}Years` } : {}),
    },
  };
}

/** The choice that a line of a purchase came from. */
export function chosenAgain(line: PurchaseLine, termId: string): ChosenLine {
  const { subscriptionId = null, scope } = line.provisioningContext ?? {};
  return {
    productId: line.productId,
    skuId: line.skuId,
    termId,
    quantity: String(line.quantity),
    azureSubscriptionId: subscriptionId,
    scope: reservationScopes.find((known) => known === scope) ?? null,
  };
}
