import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { recordAudit } from "./audit-records.ts";
import { amount, catalogItemIdOf, marketOf, unitPriceOf } from "./catalog.ts";
import { agentRoles, customerOf } from "./customers.ts";
import { malformed, refusal } from "./errors.ts";
import { PARTNER_TENANT_ID, type SeedCustomer, seedOrders, seedProducts } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { Order, OrderLine, State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { collection, link, wireDate } from "./wire.ts";

/** Software subscriptions bought before this day have no subscription resource (reference 6.3). */
const firstSubscriptionResource = new Date("2021-10-14T00:00:00Z");
const hourMs = 3_600_000;

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

/** Orders as they were before the simulator started. */
export function plantOrders(state: State): void {
  for (const seeded of Object.values<(typeof seedOrders)[keyof typeof seedOrders]>(seedOrders)) {
    const customer = state.customers.get(seeded.customerId);
    if (customer === undefined) continue;
    const market = marketOf(customer.country);
    const term = "term" in seeded ? (seeded.term ?? null) : null;
    const createdAt = new Date(state.now().getTime() - seeded.ageHours * hourMs);
    const order = addOrder(state, customer, {
      id: seeded.id,
      alternateId: seeded.alternateId,
      createdAt,
      billingCycle: term?.billingCycle ?? "one_time",
      lines: seeded.lines.flatMap(({ productId, skuId, quantity, friendlyName }) => {
        const product = seedProducts.find(({ id }) => id === productId);
        const sku = product?.skus.find(({ id }) => id === skuId);
        if (product === undefined || sku === undefined) return [];
        return {
          catalogItemId: catalogItemIdOf(state, product, sku, customer.country),
          product,
          sku,
          quantity,
          termDuration: term?.duration ?? null,
          friendlyName: friendlyName ?? null,
          unitPrice: unitPriceOf(sku, market, term),
          provisioningContext: null,
        };
      }),
    });
    for (const [index, line] of order.lines.entries()) {
      if (seeded.lines[index]?.cancelled) {
        const nextDay = new Date(createdAt.getTime() + 24 * hourMs);
        line.cancellation = { acceptedAt: nextDay, visibleAt: nextDay };
      }
    }
  }
}

/** A new order of this customer, as one order group of a checkout. */
export function placeOrder(
  state: State,
  customer: SeedCustomer,
  input: { billingCycle: string; lines: NewOrderLine[]; call: Call },
): Order {
  const { billingCycle, lines, call } = input;
  const order = addOrder(state, customer, {
    id: state.bytes("order").toString("base64url").slice(0, 33),
    alternateId: state.bytes("alternate").toString("hex").slice(0, 12),
    createdAt: state.now(),
    billingCycle,
    lines,
  });
  recordAudit(state, {
    caller: call.caller,
    correlationId: call.correlationId,
    customer,
    resourceType: "order",
    operationType: "create_order",
    resourceNewValue: auditValue(order),
  });
  return order;
}

function addOrder(
  state: State,
  customer: SeedCustomer,
  input: Pick<Order, "id" | "alternateId" | "createdAt" | "billingCycle"> & { lines: NewOrderLine[] },
): Order {
  const { lines, ...head } = input;
  const order: Order = {
    ...head,
    customerId: customer.id,
    market: marketOf(customer.country),
    lines: lines.map((line, number) => ({
      ...line,
      number,
      subscriptionId:
        line.product.kind === "subscription" && input.createdAt >= firstSubscriptionResource
          ? state.guid(`subscription:${input.id}`)
          : null,
      autoRenew: line.product.kind === "subscription",
      version: 1,
      cancellation: null,
    })),
  };
  state.orders.set(order.id, order);
  return order;
}

const patchSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  lineItems: z
    .array(z.object({ lineItemNumber: z.int(), offerId: z.string().optional() }))
    .min(1)
    .optional(),
});

/** Orders: list, one, provisioning status, and the PATCH that cancels (reference 6, 7). */
export function serveOrders(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles });

  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/orders",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      const cycle = billingCycleOf(call.query.get("billingType"));
      const listed = ordersOf(state, customer)
        .filter(
          ({ createdAt }) => createdAt.getTime() + state.settings.orderListLagMs <= state.now().getTime(),
        )
        .filter(({ billingCycle }) => cycle === null || billingCycle === cycle);
      const bodies = listed.map((order) => orderBody(state, order, withPrice(call)));
      return { status: 200, body: collection(bodies, `/customers/${customer.id}/orders`) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/orders/:orderId",
    admit,
    handle: (call) => ({ status: 200, body: orderBody(state, orderOf(state, call), withPrice(call)) }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/orders/:orderId/provisioningstatus",
    admit: partnerCenter(state, { roles: agentRoles, userOnly: true }),
    handle: (call) => {
      const order = orderOf(state, call);
      const statuses = order.lines.map((line) => provisioningBody(state, line));
      return {
        status: 200,
        body: collection(statuses, `/customers/${order.customerId}/orders/${order.id}/provisioningstatus`),
      };
    },
  });
  serve(app, state, {
    method: "PATCH",
    path: "/v1/customers/:customerId/orders/:orderId",
    admit: partnerCenter(state, { roles: ["Admin agent"] }),
    handle: (call) => ({ status: 200, body: cancelByOrder(state, call) }),
  });
}

/** The orders of one customer, oldest first. */
export function ordersOf(state: State, customer: SeedCustomer): Order[] {
  return [...state.orders.values()]
    .filter(({ customerId }) => customerId === customer.id)
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

function orderOf(state: State, call: Call): Order {
  const customer = customerOf(state, call);
  const order = state.orders.get(call.params.orderId ?? "");
  if (order?.customerId !== customer.id) throw refusal(404, 20000, "The order was not found.");
  return order;
}

function withPrice(call: Call): boolean {
  return call.query.get("include_price")?.toLowerCase() === "true";
}

const billingCycles = ["unknown", "monthly", "annual", "none", "one_time", "triennial", "biennial"];

function billingCycleOf(billingType: string | null): string | null {
  if (billingType === null) return null;
  const wanted = billingType.toLowerCase().replaceAll("_", "");
  const cycle = billingCycles.find((name) => name.replaceAll("_", "") === wanted);
  if (cycle === undefined) throw malformed("The billing type cannot be parsed.", 900126);
  return cycle;
}

function cancelByOrder(state: State, call: Call) {
  const order = orderOf(state, call);
  const patch = call.read(patchSchema);
  if (patch.id !== undefined && patch.id !== order.id) {
    throw malformed("The order id in the body is another one than in the path.", 800002);
  }
  if (patch.status?.toLowerCase() !== "cancelled") {
    throw malformed("The order status cannot be parsed or changed this way.", 900126);
  }
  const lines = patch.lineItems?.map((item) => lineOf(order, item)) ?? order.lines;
  cancelLines(state, order, lines, { whole: patch.lineItems === undefined });
  recordAudit(state, {
    caller: call.caller,
    correlationId: call.correlationId,
    customer: customerOf(state, call),
    resourceType: "order",
    operationType: "update_order",
    resourceNewValue: { ...auditValue(order), Status: "Cancelled" },
  });
  return orderBody(state, order, withPrice(call), (line) => line.cancellation !== null);
}

function lineOf(order: Order, item: { lineItemNumber: number; offerId?: string | undefined }): OrderLine {
  const line = order.lines.find(({ number }) => number === item.lineItemNumber);
  if (line === undefined) throw refusal(400, 800071, "The line item number is out of range.");
  if (item.offerId !== undefined && item.offerId !== line.catalogItemId) {
    throw malformed("The offer id is not the one of this line item.", 800002);
  }
  return line;
}

/**
 * Cancels lines of one order: accepted now, visible after the lag (reference 7.3, 18.3). All of them or none; of a
 * whole order, lines already cancelled are passed over. Refuses: 409:800014 while a cancellation of this order is
 * pending, 400:800061 already cancelled or not cancellable, 403:800019 reservations, 400:900117 or 900213 too late.
 */
export function cancelLines(
  state: State,
  order: Order,
  lines: readonly OrderLine[],
  { whole = false } = {},
): void {
  const now = state.now();
  if (order.lines.some((line) => state.isPending(line))) {
    throw refusal(409, 800014, "An adjustment is already pending on the order.");
  }
  const live = lines.filter((line) => line.cancellation === null);
  if (live.length === 0 || (!whole && live.length < lines.length)) {
    throw refusal(400, 800061, "The order cannot be cancelled: it is cancelled already.");
  }
  for (const line of live) {
    if (line.product.kind === "reservation") {
      throw refusal(403, 800019, "Only software subscriptions and perpetual software may be cancelled.");
    }
    if (line.product.notCancellable) throw refusal(400, 800061, "The order cannot be cancelled.");
    const { days, deadline } = state.window(order, line);
    if (now <= deadline) continue;
    throw days === 7
      ? refusal(400, 900213, `The ${days * 24}-hour cancellation window has passed.`)
      : refusal(400, 900117, `The ${days}-day cancellation window has passed.`);
  }
  const visibleAt = new Date(now.getTime() + state.settings.cancellationLagMs);
  for (const line of live) {
    line.cancellation = { acceptedAt: now, visibleAt };
    line.version += 1;
  }
}

/** An order as reads show it, or with other lines taken for cancelled. */
export function orderBody(
  state: State,
  order: Order,
  priced: boolean,
  cancelled: (line: OrderLine) => boolean = (line) => state.isCancelled(line),
) {
  const uri = `/customers/${order.customerId}/orders/${order.id}`;
  const quantity = (line: OrderLine) => (cancelled(line) ? 0 : line.quantity);
  const total = order.lines.reduce((sum, line) => sum + line.unitPrice * quantity(line), 0);
  return {
    id: order.id,
    alternateId: order.alternateId,
    referenceCustomerId: order.customerId,
    billingCycle: order.billingCycle,
    currencyCode: order.market.currencyCode,
    currencySymbol: order.market.currencySymbol,
    lineItems: order.lines.map((line) => lineBody(order, line, quantity(line), priced)),
    creationDate: wireDate(order.createdAt),
    status: order.lines.every(cancelled) ? "cancelled" : "completed",
    transactionType: "UserPurchase",
    ...(priced ? { totalPrice: amount(total, order.market) } : {}),
    links: {
      self: link(uri),
      provisioningStatus: link(`${uri}/provisioningstatus`),
      patchOperation: link(uri, "PATCH"),
    },
    attributes: { objectType: "Order" },
  };
}

function lineBody(order: Order, line: OrderLine, quantity: number, priced: boolean) {
  const { product, sku, subscriptionId, termDuration, friendlyName, provisioningContext } = line;
  const skuUri = `/products/${product.id}/skus/${sku.id}`;
  const availabilityId = line.catalogItemId.split(":")[2];
  return {
    lineItemNumber: line.number,
    offerId: line.catalogItemId,
    ...(subscriptionId === null ? {} : { subscriptionId }),
    ...(termDuration === null ? {} : { termDuration }),
    transactionType: "New",
    friendlyName: friendlyName ?? sku.title,
    quantity,
    ...(priced ? { pricing: pricingBody(order, line, quantity) } : {}),
    ...(provisioningContext === null ? {} : { provisioningContext }),
    links: {
      product: link(`/products/${product.id}`),
      sku: link(skuUri),
      availability: link(`${skuUri}/availabilities/${availabilityId}`),
      ...(subscriptionId === null
        ? {}
        : { subscription: link(`/customers/${order.customerId}/subscriptions/${subscriptionId}`) }),
    },
  };
}

function pricingBody({ market }: Order, { unitPrice }: OrderLine, quantity: number) {
  const price = amount(unitPrice, market);
  return {
    listPrice: price,
    discountedPrice: price,
    proratedPrice: price,
    price,
    extendedPrice: amount(unitPrice * quantity, market),
  };
}

function provisioningBody(state: State, line: OrderLine) {
  const status = state.isCancelled(line) ? "unfulfilled" : "fulfilled";
  return {
    orderLineItemId: String(line.number),
    lineItemNumber: line.number,
    status,
    quantityProvisioningInformation: [{ quantity: line.quantity, status }],
  };
}

function auditValue(order: Order): Record<string, unknown> {
  const lines = order.lines.flatMap((line) => [
    [`OfferId-${line.number}`, line.catalogItemId],
    [`SubscriptionId-${line.number}`, line.subscriptionId ?? ""],
    [`SubscriptionName-${line.number}`, line.friendlyName ?? line.sku.title],
    [`Quantity-${line.number}`, String(line.cancellation === null ? line.quantity : 0)],
    [`PartnerOnRecord-${line.number}`, PARTNER_TENANT_ID],
  ]);
  return {
    OrderId: order.id,
    AlternateId: order.alternateId,
    BillingCycle: order.billingCycle,
    ...Object.fromEntries(lines),
  };
}
