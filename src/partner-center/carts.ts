import { z } from "zod";
import { orderOf } from "./orders.ts";
import type { Cart, CartLineResult, CheckoutResult, PartnerCenter } from "./port.ts";
import type { Transport } from "./transport.ts";
import { count, id, instant, list, number, or, orNull, pricing, word } from "./wire.ts";

/** Partner Center prints a cart line's error by name or by number. */
const cartErrorNumbers = new Map(
  Object.entries({
    Unknown: 0,
    CurrencyIsNotSupported: 10000,
    CatalogItemIdIsNotValid: 10001,
    QuotaNotAvailable: 10002,
    InventoryNotAvailable: 10003,
    ParticipantsIsNotSupportedForPartner: 10004,
    UnableToProcessCartLineItem: 10006,
    SubscriptionIsNotValid: 10007,
    SubscriptionIsNotEnabledForRI: 10008,
    SandboxLimitExceeded: 10009,
    InvalidInput: 10010,
    SubscriptionNotRegistered: 10011,
    AttestationNotAccepted: 10012,
    MaxAllowedSeatsPerSubscriptionExceeded: 10015,
  }),
);

const cartErrorCode = z.union([number, z.string().transform((name) => cartErrorNumbers.get(name) ?? 0)]);

const cartError = z
  .object({
    errorCode: or(cartErrorCode, 0),
    errorDescription: or(z.string(), ""),
    additionalInformation: orNull(
      z.object({ availableQuantity: orNull(number), purchasedQuantity: orNull(number) }),
    ),
  })
  .transform(({ errorCode, errorDescription, additionalInformation }) => ({
    code: errorCode,
    description: errorDescription,
    availableQuantity: additionalInformation?.availableQuantity ?? null,
    ...(typeof additionalInformation?.purchasedQuantity === "number"
      ? { purchasedQuantity: additionalInformation.purchasedQuantity }
      : {}),
  }));

const withoutNulls = (context: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(context).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );

const cartLine = z
  .object({
    id: count,
    catalogItemId: z.string(),
    quantity: count,
    billingCycle: word,
    termDuration: orNull(z.string()),
    friendlyName: orNull(z.string()),
    provisioningContext: orNull(z.record(z.string(), orNull(z.string()))),
    orderGroup: orNull(id),
    pricing: orNull(pricing),
    currencyCode: orNull(z.string()),
    error: orNull(cartError),
  })
  .transform(
    ({ termDuration, friendlyName, provisioningContext, ...rest }): CartLineResult => ({
      ...rest,
      ...(termDuration === null ? {} : { termDuration }),
      ...(friendlyName === null ? {} : { friendlyName }),
      ...(provisioningContext === null ? {} : { provisioningContext: withoutNulls(provisioningContext) }),
    }),
  );

const cart = z
  .object({ id, status: z.string(), expirationTimestamp: instant, lineItems: list(cartLine) })
  .transform(
    ({ expirationTimestamp, lineItems, ...rest }): Cart => ({
      ...rest,
      expiresAt: expirationTimestamp,
      lines: lineItems,
    }),
  );

const orderError = z.object({
  orderGroupId: or(id, ""),
  code: or(number, 0),
  description: or(z.string(), ""),
});

/** An answer without orders and without errors says nothing about the purchase: it is unreadable. */
const checkoutOf = (customerId: string): z.ZodType<CheckoutResult> =>
  z
    .object({ orders: list(orderOf(customerId)), orderErrors: list(orderError) })
    .refine(({ orders, orderErrors }) => orders.length + orderErrors.length > 0);

type CartCalls = Pick<PartnerCenter, "createCart" | "getCart" | "checkoutCart">;

/**
 * Carts: a cart with lines that cannot be bought is created all the same, with an `error` on them
 * (pages create-a-cart, checkout-a-cart).
 */
export function cartCalls(
  transport: Transport,
  attestation: { partnerOnRecordAttestationAccepted?: true },
): CartCalls {
  const carts = (customerId: string, ...below: string[]) => ["customers", customerId, "carts", ...below];
  return {
    createCart: ({ customerId, lines }, call) =>
      transport.write(
        {
          operation: "createCart",
          method: "POST",
          path: carts(customerId),
          body: { lineItems: lines, ...attestation },
          schema: cart,
        },
        call,
      ),

    getCart: ({ customerId, cartId }, call) =>
      transport.read({ operation: "getCart", path: carts(customerId, cartId), schema: cart }, call),

    checkoutCart: ({ customerId, cartId }, call) =>
      transport.write(
        {
          operation: "checkoutCart",
          method: "POST",
          path: carts(customerId, cartId, "checkout"),
          schema: checkoutOf(customerId),
        },
        call,
      ),
  };
}
