import { z } from "zod";
import type { PartnerCenter, Subscription } from "./port.ts";
import type { Transport } from "./transport.ts";
import { count, headerText, id, instant, instantOrNull, list, or, orNull, refundType, word } from "./wire.ts";

const resource = z.object({
  id,
  orderId: orNull(id),
  offerId: z.string(),
  offerName: orNull(z.string()),
  friendlyName: orNull(z.string()),
  billingType: or(word, "none"),
  status: word,
  quantity: count,
  creationDate: instant,
  cancellationAllowedUntilDate: instantOrNull,
  refundOptions: list(z.object({ type: refundType, expiresAt: instant })),
  refundableQuantity: orNull(z.object({ details: list(z.object({ allowedUntilDateTime: instant })) })),
  attributes: or(z.object({ etag: orNull(headerText) }), { etag: null }),
});

/** Read twice: for us, and whole as it came, because a cancellation sends it back. */
const subscription = z
  .record(z.string(), z.unknown())
  .transform((raw) => ({ raw, read: raw }))
  .pipe(z.object({ raw: z.record(z.string(), z.unknown()), read: resource }))
  .transform(
    ({ raw, read }): Subscription => ({
      id: read.id,
      orderId: read.orderId,
      offerId: read.offerId,
      friendlyName: read.friendlyName ?? read.offerName ?? "",
      billingType: read.billingType,
      status: read.status,
      quantity: read.quantity,
      createdAt: read.creationDate,
      cancellationAllowedUntil: read.cancellationAllowedUntilDate,
      refundOptions: read.refundOptions.flatMap(({ type, expiresAt }) => (type ? [{ type, expiresAt }] : [])),
      refundableUntil:
        read.refundableQuantity?.details
          .map((detail) => detail.allowedUntilDateTime)
          .sort((a, b) => Date.parse(a) - Date.parse(b))
          .at(-1) ?? null,
      etag: read.attributes.etag,
      raw,
    }),
  );

/** 200 with the subscription, or 202 with nothing yet. */
const accepted = z.looseObject({}).optional();

type SubscriptionCalls = Pick<PartnerCenter, "listSubscriptions" | "getSubscription" | "cancelSubscription">;

/** Subscriptions: all, one, and its end (pages get-all-of-a-customer-s-subscriptions, update-a-subscription-by-id). */
export function subscriptionCalls(transport: Transport): SubscriptionCalls {
  const path = (customerId: string, ...below: string[]) => [
    "customers",
    customerId,
    "subscriptions",
    ...below,
  ];
  return {
    listSubscriptions: ({ customerId }, call) =>
      transport.readAll(
        { operation: "listSubscriptions", path: path(customerId), schema: subscription },
        call,
      ),

    getSubscription: ({ customerId, subscriptionId }, call) =>
      transport.read(
        { operation: "getSubscription", path: path(customerId, subscriptionId), schema: subscription },
        call,
      ),

    async cancelSubscription({ customerId, subscription: current }, call) {
      await transport.write(
        {
          operation: "cancelSubscription",
          method: "PATCH",
          path: path(customerId, current.id),
          body: { ...current.raw, status: "deleted" },
          etag: current.etag,
          schema: accepted,
        },
        call,
      );
    },
  };
}
