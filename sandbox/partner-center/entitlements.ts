import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { termEnd } from "./billing.ts";
import { customerOf } from "./customers.ts";
import { malformed, refusal } from "./errors.ts";
import { guidOf } from "./guid.ts";
import { type Call, serve } from "./service.ts";
import type { Order, OrderLine, State } from "./state.ts";
import { agentRoles, partnerCenter } from "./tokens.ts";
import { collection, link, wireDate } from "./wire.ts";

const typesAskedFor: Readonly<Record<string, string>> = {
  software: "software",
  reservedinstance: "reservedinstance",
  virtualmachinereservedinstance: "reservedinstance",
};

/**
 * What a customer is entitled to by its orders, cancelled ones with quantity 0 (page get-a-collection-of-
 * entitlements). Software has no artifacts: no key and no link comes this way. A reservation has one.
 */
export function serveEntitlements(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles, userOnly: true });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/entitlements",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      const type = typeOf(call);
      const showExpiry = call.query.get("showExpiry")?.toLowerCase() === "true";
      const entitlements = state.orders
        .of(customer.id)
        .flatMap((order) => order.lines.map((line) => entitlementBody(state, order, line, showExpiry)))
        .filter(({ entitlementType }) => type === null || entitlementType === type);
      return { status: 200, body: collection(entitlements, `/customers/${customer.id}/entitlements`) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/artifacts/reservedinstance/groups/:orderId/lineitems/:number/resource/:resourceId",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      const order = state.orders.find(customer.id, call.params.orderId ?? "");
      const line = order?.lines.find(({ number }) => String(number) === call.params.number);
      if (
        order === undefined ||
        line?.product.kind !== "reservation" ||
        resourceIdOf(order, line) !== call.params.resourceId?.toLowerCase()
      ) {
        throw refusal(404, 800037, "The asset was not found.");
      }
      return { status: 200, body: reservationBody(state, order, line) };
    },
  });
}

function typeOf(call: Call): string | null {
  const asked = [...call.query].find(([name]) => name.toLowerCase() === "entitlementtype")?.[1];
  if (asked === undefined) return null;
  const type = typesAskedFor[asked.toLowerCase()];
  if (type === undefined) throw malformed("The entitlement type cannot be parsed.", 900126);
  return type;
}

function entitlementBody(state: State, order: Order, line: OrderLine, showExpiry: boolean) {
  const cancelled = state.isCancelled(line);
  const provisioned = state.isProvisioned(order);
  const status = cancelled ? "revoked" : provisioned ? "fulfilled" : "unfulfilled";
  const reservation = line.product.kind === "reservation";
  return {
    includedEntitlements: [],
    referenceOrder: { id: order.id, lineItemId: String(line.number), alternateId: order.alternateId },
    productId: line.product.id,
    skuId: line.sku.id,
    quantity: status === "fulfilled" ? line.quantity : 0,
    quantityDetails: [{ quantity: line.quantity, status }],
    entitledArtifacts: reservation && status === "fulfilled" ? [artifactBody(order, line)] : [],
    entitlementType: reservation ? "reservedinstance" : "software",
    fulfillmentState: status,
    ...(reservation ? { dynamicAttributes: { reservationType: "virtualmachines" } } : {}),
    ...(showExpiry && reservation
      ? { expiryDate: wireDate(termEnd(order.createdAt, line.termDuration)) }
      : {}),
    attributes: { objectType: "Entitlement" },
  };
}

function artifactBody(order: Order, line: OrderLine) {
  const resourceId = resourceIdOf(order, line);
  const uri = `/customers/${order.customerId}/artifacts/reservedinstance/groups/${order.id}/lineitems/${line.number}/resource/${resourceId}`;
  return {
    artifactType: "reservedinstance",
    dynamicAttributes: { reservationType: "virtualmachines" },
    link: link(uri),
    resourceId,
  };
}

function reservationBody(state: State, order: Order, line: OrderLine) {
  const context = line.provisioningContext ?? {};
  const single = context.scope?.toLowerCase() === "single";
  return {
    type: "virtualmachines",
    reservations: [
      {
        reservationId: resourceIdOf(order, line),
        scopeType: single ? "Single" : "Shared",
        displayName: line.friendlyName ?? line.sku.title,
        appliedScopes: single ? [`/subscriptions/${context.subscriptionId}`] : [],
        quantity: line.quantity,
        expiryDateTime: wireDate(termEnd(order.createdAt, line.termDuration)),
        effectiveDateTime: wireDate(order.createdAt),
        provisioningState: state.isCancelled(line) ? "Cancelled" : "Succeeded",
      },
    ],
    attributes: { objectType: "ReservedInstanceArtifactDetails" },
  };
}

function resourceIdOf(order: Order, line: OrderLine): string {
  return guidOf(createHash("sha256").update(`reservation:${order.id}:${line.number}`).digest());
}
