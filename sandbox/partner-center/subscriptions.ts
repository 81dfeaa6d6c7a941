import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { recordAudit } from "./audit-records.ts";
import { termEnd } from "./billing.ts";
import { customerOf } from "./customers.ts";
import { malformed, refusal } from "./errors.ts";
import { cancelLines } from "./orders.ts";
import { azureSubscriptionsOf, type SeedAzureSubscription, type SeedCustomer } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { Order, OrderLine, State } from "./state.ts";
import { agentRoles, partnerCenter } from "./tokens.ts";
import { link, offsetPage, wireDate } from "./wire.ts";

/** A subscription is the living part of one order line. */
interface Subscription {
  id: string;
  order: Order;
  line: OrderLine;
}

const patchSchema = z.object({
  id: z.string().optional(),
  status: z.string(),
  quantity: z.int().optional(),
  billingCycle: z.string().optional(),
  friendlyName: z.string().optional(),
  autoRenewEnabled: z.boolean().optional(),
});

const dayMs = 86_400_000;
const azureSince = new Date("2020-04-01T00:00:00Z");
const statuses = ["none", "active", "pending", "suspended", "expired", "disabled", "deleted"];

/**
 * Software subscriptions: list, one, and the PATCH that changes or cancels (pages subscription-resources, update-a-
 * subscription-by-id).
 */
export function serveSubscriptions(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/subscriptions",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      const orderId = call.query.get("order_id");
      const software = subscriptionsOf(state, customer)
        .filter(({ order }) => orderId === null || order.id === orderId)
        .map((subscription) => subscriptionBody(state, subscription, state.isCancelled(subscription.line)));
      const azure = orderId === null ? azureSubscriptionsOf(customer).map(azureBody) : [];
      return { status: 200, body: offsetPage(call, [...azure, ...software]) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/subscriptions/:subscriptionId",
    admit,
    handle: (call) => {
      const azure = azureSubscriptionOf(state, call);
      if (azure) return { status: 200, body: azureBody(azure) };
      const subscription = subscriptionOf(state, call);
      return {
        status: 200,
        body: subscriptionBody(state, subscription, state.isCancelled(subscription.line)),
      };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/subscriptions/:subscriptionId/provisioningstatus",
    admit: partnerCenter(state, { roles: agentRoles, userOnly: true }),
    handle: (call) => {
      const { order, line } = subscriptionOf(state, call);
      return {
        status: 200,
        body: {
          skuId: line.sku.id,
          status: "success",
          quantity: state.isCancelled(line) ? 0 : line.quantity,
          endDate: wireDate(termEnd(order.createdAt, line.termDuration)),
          attributes: { objectType: "SubscriptionProvisioningStatus" },
        },
      };
    },
  });
  serve(app, state, {
    method: "PATCH",
    path: "/v1/customers/:customerId/subscriptions/:subscriptionId",
    admit: partnerCenter(state, { roles: ["Admin agent"] }),
    handle: (call) => ({ status: 200, body: change(state, call) }),
  });
}

function subscriptionsOf(state: State, customer: SeedCustomer): Subscription[] {
  return state.orders
    .of(customer.id)
    .filter((order) => state.isProvisioned(order))
    .flatMap((order) =>
      order.lines.flatMap((line) =>
        line.subscriptionId === null ? [] : [{ id: line.subscriptionId, order, line }],
      ),
    );
}

function subscriptionOf(state: State, call: Call): Subscription {
  const wanted = call.params.subscriptionId?.toLowerCase();
  const found = subscriptionsOf(state, customerOf(state, call)).find(({ id }) => id === wanted);
  if (found === undefined) throw refusal(404, 20003, "The subscription was not found.");
  return found;
}

function azureSubscriptionOf(state: State, call: Call): SeedAzureSubscription | undefined {
  const wanted = call.params.subscriptionId?.toLowerCase();
  return azureSubscriptionsOf(customerOf(state, call)).find(({ id }) => id === wanted);
}

/** A subscription by usage (offer MS-AZR-0145P): its id is that of the Azure subscription. */
function azureBody({ id, friendlyName, status }: SeedAzureSubscription) {
  const since = wireDate(azureSince);
  return {
    id,
    offerId: "MS-AZR-0145P",
    offerName: "Microsoft Azure",
    friendlyName,
    productType: { id: "Azure", displayName: "Azure" },
    quantity: 1,
    unitType: "Usage-based",
    hasPurchasableAddons: false,
    creationDate: since,
    effectiveStartDate: since,
    status,
    autoRenewEnabled: status === "active",
    isTrial: false,
    billingType: "usage",
    billingCycle: "monthly",
    isMicrosoftProduct: true,
    publisherName: "Microsoft Corporation",
    actions: [],
    contractType: "subscription",
    suspensionReasons: status === "active" ? [] : ["partner_initiated"],
    refundOptions: [],
    attentionNeeded: false,
    actionTaken: false,
    attributes: {
      etag: Buffer.from(JSON.stringify({ id, version: 1 })).toString("base64"),
      objectType: "Subscription",
    },
  };
}

function change(state: State, call: Call) {
  if (azureSubscriptionOf(state, call)) {
    throw refusal(400, 800096, "The status of the subscription cannot be changed so.");
  }
  const subscription = subscriptionOf(state, call);
  const { order, line } = subscription;
  const patch = call.read(patchSchema);
  const status = patch.status.toLowerCase();
  if (patch.id !== undefined && patch.id.toLowerCase() !== subscription.id) {
    throw malformed("The subscription id in the body is another one than in the path.", 800002);
  }
  if (!statuses.includes(status)) throw malformed("The subscription status cannot be parsed.", 900126);
  if (state.isCancelled(line)) throw refusal(400, 2011, "A deleted subscription cannot be updated.");
  if (state.isPending(line)) throw refusal(409, 900278, "An operation on the subscription is pending.");
  const ifMatch = call.header("if-match");
  if (ifMatch !== undefined && ifMatch !== etagOf(subscription)) {
    throw refusal(400, 2055, "The etag is not the current one.");
  }

  const before = auditValue(subscription);
  if (status === "deleted") {
    if (state.settings.subscriptionsCancelledBy === "order") {
      throw refusal(400, 800096, "The status of the subscription cannot be changed so.");
    }
    cancelLines(state, order, [line]);
  } else {
    if (status !== "active")
      throw refusal(400, 800096, "The status of the subscription cannot be changed so.");
    if (patch.quantity !== undefined && patch.quantity !== line.quantity) {
      throw refusal(400, 800090, "The quantity of the subscription cannot be changed.");
    }
    state.orders.keep(order);
    line.autoRenew = patch.autoRenewEnabled ?? false;
    line.friendlyName = patch.friendlyName ?? line.friendlyName;
    line.version += 1;
  }
  recordAudit(state, {
    caller: call.caller,
    correlationId: call.correlationId,
    customer: customerOf(state, call),
    resourceType: "subscription",
    operationType: "update_subscription",
    resourceOldValue: before,
    resourceNewValue: auditValue(subscription),
  });
  return subscriptionBody(state, subscription, status === "deleted");
}

function auditValue({ id, order, line }: Subscription): Record<string, unknown> {
  return {
    Id: id,
    OrderId: order.id,
    OfferId: line.catalogItemId,
    FriendlyName: line.friendlyName ?? line.sku.title,
    Quantity: line.cancellation === null ? line.quantity : 0,
    AutoRenewEnabled: line.autoRenew,
    Status: line.cancellation === null ? "active" : "deleted",
  };
}

function etagOf({ id, line }: Subscription): string {
  return Buffer.from(JSON.stringify({ id, version: line.version })).toString("base64");
}

function subscriptionBody(state: State, subscription: Subscription, deleted: boolean) {
  const { id, order, line } = subscription;
  const { product, sku } = line;
  const { deadline } = state.window(order, line);
  const cancellable = product.notCancellable === undefined;
  const open = cancellable && !deleted && state.now() <= deadline;
  const end = termEnd(order.createdAt, line.termDuration);
  const [, , availabilityId] = line.catalogItemId.split(":");
  const skuUri = `/products/${product.id}/skus/${sku.id}`;
  return {
    id,
    offerId: line.catalogItemId,
    offerName: sku.title,
    friendlyName: line.friendlyName ?? sku.title,
    productType: { id: "Software", displayName: "Software" },
    quantity: deleted ? 0 : line.quantity,
    unitType: "Licenses",
    hasPurchasableAddons: false,
    creationDate: wireDate(order.createdAt),
    effectiveStartDate: wireDate(order.createdAt),
    commitmentEndDate: wireDate(end),
    commitmentEndDateTime: wireDate(end),
    status: deleted ? "deleted" : "active",
    autoRenewEnabled: line.autoRenew && !deleted,
    isTrial: false,
    billingType: "license",
    billingCycle: order.billingCycle,
    termDuration: line.termDuration,
    renewalTermDuration: line.termDuration,
    isMicrosoftProduct: product.publisherName === "Microsoft Corporation",
    publisherName: product.publisherName,
    actions: open ? ["edit", "cancel"] : ["edit"],
    contractType: "productKey",
    suspensionReasons: [],
    ...(cancellable
      ? {
          cancellationAllowedUntilDate: deadline.toISOString().replace(".000Z", "Z"),
          refundOptions: refundOptions(state, order, deadline),
        }
      : { refundOptions: [] }),
    ...(open
      ? {
          refundableQuantity: {
            totalQuantity: line.quantity,
            details: [
              {
                quantity: line.quantity,
                allowedUntilDateTime: deadline.toISOString().replace(".000Z", "Z"),
              },
            ],
          },
        }
      : {}),
    orderId: order.id,
    productOrderId: order.id,
    attentionNeeded: false,
    actionTaken: false,
    links: {
      product: link(`/products/${product.id}`),
      sku: link(skuUri),
      availability: link(`${skuUri}/availabilities/${availabilityId}`),
      self: link(`/customers/${order.customerId}/subscriptions/${id}`),
    },
    attributes: { etag: etagOf(subscription), objectType: "Subscription" },
  };
}

function refundOptions(state: State, order: Order, deadline: Date) {
  const option = (type: "Full" | "Partial", expiresAt: Date) => ({
    type,
    expiresAt: expiresAt.toISOString().replace(".000Z", "Z"),
  });
  const firstDayEnds = new Date(order.createdAt.getTime() + dayMs);
  return [
    ...(state.settings.fullRefundOnFirstDay ? [option("Full", firstDayEnds)] : []),
    option("Partial", deadline),
  ];
}
