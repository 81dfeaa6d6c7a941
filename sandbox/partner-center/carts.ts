import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { customerOf } from "./customers.ts";
import { malformed, refusal } from "./errors.ts";
import { amount, type CatalogItem, findCatalogItem, kindOf, marketOf, unitPriceOf } from "./offers.ts";
import { billingCycleOf, orderBody, placeOrder } from "./orders.ts";
import {
  isShortage,
  judge,
  newOrderLine,
  requireMayBuy,
  requireRoom,
  takeInventory,
  termOf,
} from "./purchasing.ts";
import type { SeedCustomer } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { Cart, CartLine, OrderError, State } from "./state.ts";
import { buyerRoles, partnerCenter } from "./tokens.ts";
import { link, wireDate } from "./wire.ts";

const lifeMs = 7 * 86_400_000;

const cartSchema = z.object({
  lineItems: z
    .array(
      z.object({
        id: z.union([z.int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)]).optional(),
        catalogItemId: z.string().optional(),
        quantity: z.int(),
        billingCycle: z.string(),
        termDuration: z.string().optional(),
        friendlyName: z.string().optional(),
        currencyCode: z.string().optional(),
        provisioningContext: z.record(z.string(), z.string()).optional(),
      }),
    )
    .min(1),
  partnerOnRecordAttestationAccepted: z.boolean().optional(),
});

/** Carts: create, read, replace, check out (pages cart-resources, checkout-a-cart). */
export function serveCarts(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: buyerRoles });

  serve(app, state, {
    method: "POST",
    path: "/v1/customers/:customerId/carts",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      const cart: Cart = {
        id: state.guid("cart"),
        customerId: customer.id,
        createdAt: state.now(),
        modifiedAt: state.now(),
        modifiedBy: call.caller.user?.id ?? call.caller.applicationId,
        ...contentsOf(call, customer),
        result: null,
        busy: false,
      };
      state.addCart(cart);
      return { status: 201, body: cartBody(state, cart, customer) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/carts/:cartId",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      return { status: 200, body: cartBody(state, cartOf(state, customer, call), customer) };
    },
  });
  serve(app, state, {
    method: "PUT",
    path: "/v1/customers/:customerId/carts/:cartId",
    admit,
    handle: (call) => {
      const customer = customerOf(state, call);
      const cart = cartOf(state, customer, call);
      if (cart.busy) throw refusal(409, 800064, "The cart is being processed by another call.");
      if (cart.result) throw refusal(400, 800065, "The cart was submitted already.");
      Object.assign(cart, contentsOf(call, customer));
      cart.modifiedAt = state.now();
      cart.modifiedBy = call.caller.user?.id ?? call.caller.applicationId;
      return { status: 201, body: cartBody(state, cart, customer) };
    },
  });
  serve(app, state, {
    method: "POST",
    path: "/v1/customers/:customerId/carts/:cartId/checkout",
    admit,
    handle: async (call) => ({ status: 201, body: await checkOut(state, call) }),
  });
}

function contentsOf(call: Call, customer: SeedCustomer): Pick<Cart, "lines" | "partnerAttested"> {
  const { lineItems, partnerOnRecordAttestationAccepted = false } = call.read(cartSchema);
  const ids = lineItems.map(({ id }, index) => id ?? index);
  if (new Set(ids).size < ids.length) throw malformed("Two line items have the same id.", 800002);
  const lines = lineItems.map((item, index) => {
    if (item.catalogItemId === undefined) throw malformed("The catalog item id is missing.", 900142);
    const billingCycle = billingCycleOf(item.billingCycle);
    return {
      id: ids[index] ?? index,
      catalogItemId: item.catalogItemId,
      quantity: item.quantity,
      billingCycle,
      termDuration: item.termDuration ?? null,
      friendlyName: item.friendlyName ?? null,
      currencyCode: item.currencyCode ?? marketOf(customer.country).currencyCode,
      provisioningContext: item.provisioningContext ?? null,
    };
  });
  return { lines, partnerAttested: partnerOnRecordAttestationAccepted };
}

function cartOf(state: State, customer: SeedCustomer, call: Call): Cart {
  const cart = state.carts.get(call.params.cartId?.toLowerCase() ?? "");
  const known = cart?.customerId === customer.id ? cart : undefined;
  if (known === undefined || state.now().getTime() >= known.createdAt.getTime() + lifeMs) {
    throw refusal(404, 800008, "The cart was not found.");
  }
  return known;
}

/** Lines of one kind, billing cycle and term make one order. */
function groupOf(lines: readonly CartLine[], line: CartLine): string {
  const key = ({ catalogItemId, billingCycle, termDuration }: CartLine) =>
    `${kindOf(catalogItemId)} ${billingCycle} ${termDuration ?? ""}`;
  return String([...new Set(lines.map(key))].indexOf(key(line)));
}

/** A checkout takes its time; another one of the same cart meanwhile is refused with 409:800064. */
async function checkOut(state: State, call: Call) {
  const customer = customerOf(state, call);
  const cart = cartOf(state, customer, call);
  if (cart.busy) throw refusal(409, 800064, "The cart is being processed by another call.");
  cart.busy = true;
  try {
    const { checkoutMs } = state.settings;
    if (checkoutMs > 0) await sleep(checkoutMs, undefined, { signal: state.closing.signal });
    return order(state, call, customer, cart);
  } finally {
    cart.busy = false;
  }
}

function order(state: State, call: Call, customer: SeedCustomer, cart: Cart) {
  const { checkoutIdempotency } = state.settings;
  if (cart.result && checkoutIdempotency === "cart") return resultBody(state, cart);
  if (cart.result && checkoutIdempotency === "none") {
    throw refusal(400, 800065, "The cart was submitted already.");
  }
  requireMayBuy(customer);
  if (state.settings.partnerAttestation === "required" && !cart.partnerAttested) {
    throw refusal(400, 900206, "The partner on record has not attested.");
  }
  const judged = cart.lines.map((line) => ({ line, verdict: judge(state, line, customer) }));
  const isOutdated = ({ catalogItemId }: CartLine) =>
    findCatalogItem(state.settings.catalogueEpoch, catalogItemId, customer.country) === "outdated";
  if (
    judged.some(({ line, verdict }) => "errorCode" in verdict && !isShortage(verdict) && !isOutdated(line))
  ) {
    throw refusal(400, 800009, "There are errors in the cart items.");
  }
  if (cart.lines.some(isOutdated)) throw refusal(404, 400019, "The availability was not found.");
  const soundOf = (members: typeof judged) =>
    members.flatMap(({ line, verdict }) =>
      "errorCode" in verdict ? [] : [newOrderLine(state, line, verdict, customer)],
    );
  requireRoom(state, customer, soundOf(judged));
  const result = { orderIds: [] as string[], errors: [] as OrderError[] };
  for (const [orderGroupId, members] of Map.groupBy(judged, ({ line }) => groupOf(cart.lines, line))) {
    const lines = soundOf(members);
    if (lines.length < members.length || !takeInventory(state, lines)) {
      const description = "There is not enough inventory for an item of this order.";
      result.errors.push({ orderGroupId, code: 800010, description });
      continue;
    }
    const billingCycle = members[0]?.line.billingCycle ?? "none";
    result.orderIds.push(placeOrder(state, customer, { billingCycle, lines, call }).id);
  }
  if (result.orderIds.length > 0) cart.result = result;
  return resultBody(state, { ...cart, result });
}

function resultBody(state: State, { customerId, result }: Cart) {
  const orders = result?.orderIds.flatMap((id) => {
    const placed = state.orders.find(customerId, id);
    return placed ? [orderBody(state, placed, false)] : [];
  });
  return {
    orders: orders ?? [],
    ...(result && result.errors.length > 0
      ? {
          orderErrors: result.errors.map((error) => ({ ...error, attributes: { objectType: "OrderError" } })),
        }
      : {}),
    attributes: { objectType: "CartCheckoutResult" },
  };
}

function cartBody(state: State, cart: Cart, customer: SeedCustomer) {
  return {
    id: cart.id,
    creationTimestamp: wireDate(cart.createdAt),
    lastModifiedTimestamp: wireDate(cart.modifiedAt),
    expirationTimestamp: wireDate(new Date(cart.createdAt.getTime() + lifeMs)),
    lastModifiedUser: cart.modifiedBy,
    status: cart.result ? "Ordered" : "Active",
    partnerOnRecordAttestationAccepted: cart.partnerAttested,
    lineItems: cart.lines.map((line) => cartLineBody(state, cart, line, customer)),
    links: { self: link(`/customers/${cart.customerId}/carts/${cart.id}`) },
    attributes: { objectType: "Cart" },
  };
}

function cartLineBody(state: State, cart: Cart, line: CartLine, customer: SeedCustomer) {
  const verdict = cart.result ? null : judge(state, line, customer);
  const item = findCatalogItem(state.settings.catalogueEpoch, line.catalogItemId, customer.country);
  const given = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null));
  return {
    ...given,
    orderGroup: groupOf(cart.lines, line),
    ...(typeof item === "string" ? {} : { pricing: pricingBody(state, line, item, customer) }),
    ...(verdict && "errorCode" in verdict ? { error: verdict } : {}),
  };
}

/** The price of today: what a cart says changes with the catalogue until it is ordered. */
function pricingBody(state: State, line: CartLine, { product, sku }: CatalogItem, customer: SeedCustomer) {
  const market = marketOf(customer.country);
  const term = termOf(sku, line);
  const units = unitPriceOf(state.priceUsdCents(product, sku), market, term ?? sku.terms[0] ?? null);
  const price = amount(units, market);
  return {
    listPrice: price,
    discountedPrice: price,
    proratedPrice: price,
    price,
    extendedPrice: amount(units * line.quantity, market),
  };
}
