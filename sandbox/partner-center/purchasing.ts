import { refusal } from "./errors.ts";
import { type CatalogItem, findCatalogItem, marketOf, unitPriceOf } from "./offers.ts";
import { azureSubscriptionsOf, type SeedCustomer, type SeedSku, type SeedTerm } from "./seed.ts";
import { type CartLine, type OrderLine, type State, skuKey } from "./state.ts";

/** The errors of cart lines (page cart-resources) that this simulator can notice. */
const cartErrors = {
  currencyIsNotSupported: 10000,
  catalogItemIdIsNotValid: 10001,
  quotaNotAvailable: 10002,
  inventoryNotAvailable: 10003,
  unableToProcessCartLineItem: 10006,
  subscriptionIsNotValid: 10007,
  subscriptionIsNotEnabledForReservations: 10008,
  sandboxLimitExceeded: 10009,
  invalidInput: 10010,
} as const;

const sandboxSeats = 25;
const sandboxSubscriptions = 5;

export interface Sound extends CatalogItem {
  term: SeedTerm | null;
}

export interface CartError {
  errorCode: number;
  errorDescription: string;
  additionalInformation?: { availableQuantity: number; purchasedQuantity: number };
}

export type NewOrderLine = Pick<
  OrderLine,
  | "catalogItemId"
  | "product"
  | "sku"
  | "quantity"
  | "termDuration"
  | "friendlyName"
  | "unitPrice"
  | "provisioningContext"
>;

/** What a line would buy, or what is wrong with it. */
export function judge(state: State, line: CartLine, customer: SeedCustomer): Sound | CartError {
  const error = (errorCode: number, errorDescription: string): CartError => ({ errorCode, errorDescription });
  const item = findCatalogItem(state.settings.catalogueEpoch, line.catalogItemId, customer.country);
  if (typeof item === "string") {
    return error(
      cartErrors.catalogItemIdIsNotValid,
      `The catalog item id ${line.catalogItemId} is not valid.`,
    );
  }
  const { product, sku } = item;
  if (line.currencyCode !== marketOf(customer.country).currencyCode) {
    return error(cartErrors.currencyIsNotSupported, `The currency ${line.currencyCode} is not supported.`);
  }
  if (line.quantity < sku.minimumQuantity) {
    return error(cartErrors.invalidInput, `The least quantity is ${sku.minimumQuantity}.`);
  }
  if (line.quantity > sku.maximumQuantity) {
    return {
      ...error(cartErrors.quotaNotAvailable, `The largest quantity is ${sku.maximumQuantity}.`),
      additionalInformation: { availableQuantity: sku.maximumQuantity, purchasedQuantity: 0 },
    };
  }
  if (
    state.settings.tenant === "integration-sandbox" &&
    product.kind === "subscription" &&
    line.quantity > sandboxSeats
  ) {
    return error(cartErrors.sandboxLimitExceeded, `The sandbox allows ${sandboxSeats} licences.`);
  }
  const restriction = state.restrictions.get(skuKey(product, sku));
  if (restriction !== undefined) {
    return {
      ...error(cartErrors.inventoryNotAvailable, restriction.description),
      additionalInformation: { availableQuantity: 0, purchasedQuantity: 0 },
    };
  }
  const left = state.inventory.get(skuKey(product, sku)) ?? Number.POSITIVE_INFINITY;
  if (line.quantity > left) {
    return {
      ...error(cartErrors.inventoryNotAvailable, `Only ${left} are left.`),
      additionalInformation: { availableQuantity: left, purchasedQuantity: (sku.inventory ?? left) - left },
    };
  }
  const context = contextError(item, line.provisioningContext, customer);
  if (context !== null) return error(...context);
  if (sku.terms.length === 0 && line.billingCycle === "one_time" && line.termDuration === null) {
    return { product, sku, term: null };
  }
  const term = termOf(sku, line);
  return term
    ? { product, sku, term }
    : error(cartErrors.unableToProcessCartLineItem, "The item is not sold with this billing cycle and term.");
}

const durationNames: Readonly<Record<string, string>> = { P1Y: "1year", P3Y: "3years" };

/**
 * A reservation is for an Azure subscription of the customer, a scope and, where it is said, the duration of its SKU;
 * software has no provisioning context to check.
 */
function contextError(
  { product, sku }: CatalogItem,
  given: Record<string, string> | null,
  customer: SeedCustomer,
): [number, string] | null {
  if (product.kind !== "reservation") return null;
  const { subscriptionid, scope, duration } = lowerCased(given ?? {});
  const subscription = azureSubscriptionsOf(customer).find(({ id }) => id === subscriptionid);
  if (subscription === undefined) {
    return [cartErrors.subscriptionIsNotValid, "The Azure subscription is missing or not the customer's."];
  }
  if (subscription.status !== "active") {
    return [
      cartErrors.subscriptionIsNotEnabledForReservations,
      "The Azure subscription is not enabled for reservations.",
    ];
  }
  if (scope !== "shared" && scope !== "single") {
    return [cartErrors.invalidInput, "The scope of a reservation is shared or single."];
  }
  return duration === undefined || sku.terms.some((term) => durationNames[term.duration] === duration)
    ? null
    : [cartErrors.invalidInput, "The duration is not that of the item."];
}

const lowerCased = (context: Record<string, string>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(context).map(([name, value]) => [name.toLowerCase(), value.toLowerCase()]),
  );

/**
 * The term of a SKU with this billing cycle and duration; a reservation may leave the duration out, because its SKU has
 * only one.
 */
export function termOf(
  { terms, reservation }: SeedSku,
  line: Pick<CartLine, "billingCycle" | "termDuration">,
): SeedTerm | undefined {
  return terms.find(
    ({ duration, billingCycle }) =>
      billingCycle === line.billingCycle &&
      (duration === line.termDuration || (line.termDuration === null && reservation !== undefined)),
  );
}

/** Goods that ran out between cart and checkout fail their order; every other error refuses the checkout. */
export function isShortage(error: CartError): boolean {
  return error.errorCode === cartErrors.inventoryNotAvailable;
}

/** Refuses: 403:13605 no customer agreement, 403:800073 the customer is under review, 403:800074 it did not pass. */
export function requireMayBuy(customer: SeedCustomer): void {
  if (!customer.agreementAccepted) {
    throw refusal(403, 13605, "The customer has not accepted the Microsoft Customer Agreement.");
  }
  if (customer.review === "under_review") throw refusal(403, 800073, "The customer is under review.");
  if (customer.review === "not_approved") throw refusal(403, 800074, "The customer is not approved.");
}

/** Refuses what is too much: 403:800023 the partner's credit line, 400:800018 the quota of the integration sandbox. */
export function requireRoom(state: State, customer: SeedCustomer, lines: readonly NewOrderLine[]): void {
  const { creditLimitUsd, tenant } = state.settings;
  if (creditLimitUsd !== null) {
    const wanted = lines.reduce((sum, line) => sum + usdOf(line, customer.country), 0);
    if (spentThisMonthUsd(state) + wanted > creditLimitUsd) {
      throw refusal(403, 800023, "The credit line is too low for this purchase.");
    }
  }
  if (tenant === "integration-sandbox") {
    const live = state.orders.of(customer.id).flatMap((order) => order.lines);
    const subscriptions = [...live.filter(({ cancellation }) => cancellation === null), ...lines].filter(
      ({ product }) => product.kind === "subscription",
    );
    if (subscriptions.length > sandboxSubscriptions) {
      throw refusal(400, 800018, `The sandbox allows ${sandboxSubscriptions} subscriptions of a customer.`);
    }
  }
}

/** Takes goods out of the inventory, all or nothing; false when there are not enough. */
export function takeInventory(state: State, lines: readonly NewOrderLine[]): boolean {
  const wanted = Map.groupBy(lines, (line) => `${line.product.id}:${line.sku.id}`);
  const quantities = [...wanted].map(
    ([sku, members]) => [sku, members.reduce((sum, { quantity }) => sum + quantity, 0)] as const,
  );
  const left = (sku: string) => state.inventory.get(sku) ?? Number.POSITIVE_INFINITY;
  if (quantities.some(([sku, quantity]) => quantity > left(sku))) return false;
  for (const [sku, quantity] of quantities) {
    if (state.inventory.has(sku)) state.inventory.set(sku, left(sku) - quantity);
  }
  return true;
}

export function newOrderLine(
  state: State,
  line: CartLine,
  { product, sku, term }: Sound,
  customer: SeedCustomer,
): NewOrderLine {
  return {
    catalogItemId: line.catalogItemId,
    product,
    sku,
    quantity: line.quantity,
    termDuration: term?.duration ?? null,
    friendlyName: line.friendlyName,
    unitPrice: unitPriceOf(state.priceUsdCents(product, sku), marketOf(customer.country), term),
    provisioningContext: line.provisioningContext,
  };
}

function usdOf({ unitPrice, quantity }: NewOrderLine, country: string): number {
  const { rate, taxFactor, decimals } = marketOf(country);
  return (unitPrice * quantity) / 10 ** decimals / rate / taxFactor;
}

function spentThisMonthUsd(state: State): number {
  const month = state.now().toISOString().slice(0, 7);
  return state.orders
    .kept()
    .filter(({ createdAt }) => createdAt.toISOString().startsWith(month))
    .flatMap(({ customerId, lines }) => {
      const country = state.customers.get(customerId)?.country ?? "US";
      return lines.filter(({ cancellation }) => cancellation === null).map((line) => usdOf(line, country));
    })
    .reduce((sum, usd) => sum + usd, 0);
}
