import { z } from "zod";
import type { PartnerCenter, Subscription } from "./port.ts";
import type { Transport } from "./transport.ts";
import { id, instant, instantOrNull, list, number, or, orNull, refundType, word } from "./wire.ts";

const resource = z.object({
  id,
  orderId: orNull(id),
  offerId: z.string(),
  offerName: orNull(z.string()),
  friendlyName: orNull(z.string()),
  status: word,
  quantity: number,
  creationDate: instant,
  cancellationAllowedUntilDate: instantOrNull,
  refundOptions: list(z.object({ type: refundType, expiresAt: instant })),
  attributes: or(z.object({ etag: orNull(z.string()) }), { etag: null }),
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
      status: read.status,
      quantity: read.quantity,
      createdAt: read.creationDate,
      cancellationAllowedUntil: read.cancellationAllowedUntilDate,
      refundOptions: read.refundOptions.flatMap(({ type, expiresAt }) => (type ? [{ type, expiresAt }] : [])),
      etag: read.attributes.etag,
      raw,
    }),
  );

/** 200 with the subscription, or 202 with nothing yet. */
const accepted = z.looseObject({}).optional();

type SubscriptionCalls = Pick<PartnerCenter, "getSubscription" | "cancelSubscription">;

/** Subscriptions: one, and its end (page update-a-subscription-by-id). */
export function subscriptionCalls(transport: Transport): SubscriptionCalls {
  const path = (customerId: string, subscriptionId: string) => [
    "customers",
    customerId,
    "subscriptions",
    subscriptionId,
  ];
  return {
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
