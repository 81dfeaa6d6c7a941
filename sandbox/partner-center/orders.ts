import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { recordAudit } from "./audit-records.ts";
import { customerOf } from "./customers.ts";
import { malformed, refusal } from "./errors.ts";
import { amount, catalogItemIdOf, findCatalogItem, marketOf, unitPriceOf } from "./offers.ts";
import {
  judge,
  type NewOrderLine,
  newOrderLine,
  requireMayBuy,
  requireRoom,
  takeInventory,
} from "./purchasing.ts";
import { PARTNER_TENANT_ID, type SeedCustomer, seedOrders, seedProducts } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { Order, OrderLine, State } from "./state.ts";
import { agentRoles, buyerRoles, partnerCenter } from "./tokens.ts";
import { collection, link, wireDate } from "./wire.ts";

/** Software subscriptions bought before this day have no subscription resource (page csp-software-subscriptions). */
const firstSubscriptionResource = new Date("2021-10-14T00:00:00Z");
const hourMs = 3_600_000;
const sandboxCancellationDays = 60;

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
          catalogItemId: catalogItemIdOf(state.settings.catalogueEpoch, product, sku, customer.country),
          product,
          sku,
          quantity,
          termDuration: term?.duration ?? null,
          friendlyName: friendlyName ?? null,
          unitPrice: unitPriceOf(sku.priceUsdCents, market, term),
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
    generated: false,
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
  state.orders.keep(order);
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

/**
 * Orders: list, one, create, provisioning status, and the PATCH that cancels (pages order-resources, cancel-software-
 * purchases).
 */
export function serveOrders(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles });

  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/orders",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      const billingType = call.query.get("billingType");
      const cycle = billingType === null ? null : billingCycleOf(billingType);
      const listed = state.orders
        .of(customer.id)
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
      const statuses = order.lines.map((line) => provisioningBody(state, order, line));
      return {
        status: 200,
        body: collection(statuses, `/customers/${order.customerId}/orders/${order.id}/provisioningstatus`),
      };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/orders/:orderId/lineitems/:lineItemNumber/activationlinks",
    admit,
    handle: (call) => {
      const wanted = Number(call.params.lineItemNumber);
      lineOf(orderOf(state, call), { lineItemNumber: wanted });
      throw refusal(400, 800042, "Only marketplace SaaS has activation links.");
    },
  });
  serve(app, state, {
    method: "POST",
    path: "/v1/customers/:customerId/orders",
    admit: partnerCenter(state, { roles: buyerRoles }),
    handle: (call) => ({ status: 201, body: createOrder(state, call) }),
  });
  serve(app, state, {
    method: "PATCH",
    path: "/v1/customers/:customerId/orders/:orderId",
    admit: partnerCenter(state, { roles: ["Admin agent"] }),
    handle: (call) => ({ status: 200, body: cancelByOrder(state, call) }),
  });
}

function orderOf(state: State, call: Call): Order {
  const customer = customerOf(state, call);
  const order = state.orders.find(customer.id, call.params.orderId ?? "");
  if (order === undefined) throw refusal(404, 20000, "The order was not found.");
  return order;
}

function withPrice(call: Call): boolean {
  return call.query.get("include_price")?.toLowerCase() === "true";
}

const billingCycles = ["unknown", "monthly", "annual", "none", "one_time", "triennial", "biennial"];

/** A billing cycle as the wire has it, from `OneTime`, `onetime` or `one_time`. Refuses with 400:900126. */
export function billingCycleOf(text: string): string {
  const wanted = text.toLowerCase().replaceAll("_", "");
  const cycle = billingCycles.find((name) => name.replaceAll("_", "") === wanted);
  if (cycle === undefined) throw malformed("The billing cycle cannot be parsed.", 900126);
  return cycle;
}

const newOrderSchema = z.object({
  referenceCustomerId: z.string().optional(),
  billingCycle: z.string(),
  lineItems: z
    .array(
      z.object({
        lineItemNumber: z.int().nonnegative().optional(),
        offerId: z.string().optional(),
        quantity: z.int(),
        friendlyName: z.string().optional(),
        termDuration: z.string().optional(),
        provisioningContext: z.record(z.string(), z.string()).optional(),
      }),
    )
    .min(1),
});

/** An order without a cart: everything must be right, or nothing is ordered. */
function createOrder(state: State, call: Call) {
  const customer = customerOf(state, call);
  const draft = call.read(newOrderSchema);
  if (draft.referenceCustomerId !== undefined && draft.referenceCustomerId.toLowerCase() !== customer.id) {
    throw malformed("The reference customer is another one than in the path.", 800002);
  }
  const billingCycle = billingCycleOf(draft.billingCycle);
  requireMayBuy(customer);
  const lines = draft.lineItems.map((item, index) => {
    if (item.offerId === undefined) throw malformed("The catalog item id is missing.", 900142);
    const line = {
      id: item.lineItemNumber ?? index,
      catalogItemId: item.offerId,
      quantity: item.quantity,
      billingCycle,
      termDuration: item.termDuration ?? null,
      friendlyName: item.friendlyName ?? null,
      currencyCode: marketOf(customer.country).currencyCode,
      provisioningContext: item.provisioningContext ?? null,
    };
    const found = findCatalogItem(state.settings.catalogueEpoch, item.offerId, customer.country);
    if (found === "outdated") throw refusal(404, 400019, "The availability was not found.");
    if (found === "unknown") throw refusal(400, 800004, "The offer is not valid.");
    const { minimumQuantity, maximumQuantity } = found.sku;
    if (item.quantity < minimumQuantity || item.quantity > maximumQuantity) {
      throw refusal(400, 900275, `The quantity is not from ${minimumQuantity} to ${maximumQuantity}.`);
    }
    const verdict = judge(state, line, customer);
    if ("errorCode" in verdict) throw refusal(400, 800022, verdict.errorDescription);
    return newOrderLine(state, line, verdict, customer);
  });
  requireRoom(state, customer, lines);
  if (!takeInventory(state, lines)) throw refusal(400, 800010, "There is not enough inventory.");
  return orderBody(state, placeOrder(state, customer, { billingCycle, lines, call }), withPrice(call));
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
  const before = { ...auditValue(order), Status: orderBody(state, order, false).status };
  if (
    state.settings.subscriptionsCancelledBy === "subscription" &&
    lines.some(({ subscriptionId }) => subscriptionId !== null)
  ) {
    throw refusal(400, 800063, "The order cannot be cancelled this way: change the subscription.");
  }
  cancelLines(state, order, lines, { whole: patch.lineItems === undefined });
  recordAudit(state, {
    caller: call.caller,
    correlationId: call.correlationId,
    customer: customerOf(state, call),
    resourceType: "order",
    operationType: "update_order",
    resourceOldValue: before,
    resourceNewValue: {
      ...auditValue(order),
      Status: order.lines.every((line) => line.cancellation !== null) ? "cancelled" : "completed",
    },
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
 * Cancels lines of one order: accepted now, visible after the lag (page cancel-software-purchases). All of them or
 * none; of a whole order, lines already cancelled are passed over. Refuses: 409:800014 while a cancellation of this
 * order is pending, 400:800061 already cancelled or not cancellable, 403:800019 reservations, 400:900117 or 900213
 * too late.
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
      requireSandbox(state, order);
      continue;
    }
    if (line.product.notCancellable) throw refusal(400, 800061, "The order cannot be cancelled.");
    const { days, deadline } = state.window(order, line);
    if (now <= deadline) continue;
    throw days === 7
      ? refusal(400, 900213, `The ${days * 24}-hour cancellation window has passed.`)
      : refusal(400, 900117, `The ${days}-day cancellation window has passed.`);
  }
  state.orders.keep(order);
  const visibleAt = new Date(now.getTime() + state.settings.cancellationLagMs);
  for (const line of live) {
    line.cancellation = { acceptedAt: now, visibleAt };
    line.version += 1;
  }
}

/** Reservations are cancelled by order in the integration sandbox alone, and there for 60 days. */
function requireSandbox(state: State, order: Order): void {
  if (state.settings.tenant !== "integration-sandbox") {
    throw refusal(403, 800019, "Only software subscriptions and perpetual software may be cancelled.");
  }
  const ageDays = (state.now().getTime() - order.createdAt.getTime()) / (24 * hourMs);
  if (ageDays > sandboxCancellationDays) {
    throw refusal(400, 900117, `The ${sandboxCancellationDays}-day cancellation window has passed.`);
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
    lineItems: order.lines.map((line) => lineBody(state, order, line, quantity(line), priced)),
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

function lineBody(state: State, order: Order, line: OrderLine, quantity: number, priced: boolean) {
  const { product, sku, termDuration, friendlyName, provisioningContext } = line;
  const subscriptionId = state.isProvisioned(order) ? line.subscriptionId : null;
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

function provisioningBody(state: State, order: Order, line: OrderLine) {
  const pending = state.isProvisioned(order) ? "fulfilled" : "prefulfillmentPending";
  const status = state.isCancelled(line) ? "unfulfilled" : pending;
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
