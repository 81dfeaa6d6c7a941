import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { amount, type CatalogItem, findCatalogItem, marketOf, unitPriceOf } from "./catalog.ts";
import { customerOf } from "./customers.ts";
import { malformed, refusal } from "./errors.ts";
import { type NewOrderLine, orderBody, placeOrder } from "./orders.ts";
import type { RoleName, SeedCustomer, SeedTerm } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { Cart, CartLine, OrderError, State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { link, wireDate } from "./wire.ts";

const lifeMs = 7 * 86_400_000;
const buyerRoles: readonly RoleName[] = ["Admin agent", "Sales agent", "Global admin"];

/** CartErrorCode (reference 5.1), those that this simulator can notice. */
const cartErrors = {
  currencyIsNotSupported: 10000,
  catalogItemIdIsNotValid: 10001,
  quotaNotAvailable: 10002,
  inventoryNotAvailable: 10003,
  unableToProcessCartLineItem: 10006,
  invalidInput: 10010,
} as const;

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
});

const billingCycles = ["unknown", "monthly", "annual", "none", "one_time", "triennial", "biennial"];

/** Carts: create, read, replace, check out (reference 5). */
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
        lines: linesOf(call, customer),
        result: null,
      };
      state.carts.set(cart.id, cart);
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
      if (cart.result) throw refusal(400, 800065, "The cart was submitted already.");
      cart.lines = linesOf(call, customer);
      cart.modifiedAt = state.now();
      cart.modifiedBy = call.caller.user?.id ?? call.caller.applicationId;
      return { status: 201, body: cartBody(state, cart, customer) };
    },
  });
  serve(app, state, {
    method: "POST",
    path: "/v1/customers/:customerId/carts/:cartId/checkout",
    admit,
    handle: (call) => ({ status: 201, body: checkOut(state, call) }),
  });
}

function linesOf(call: Call, customer: SeedCustomer): CartLine[] {
  const { lineItems } = call.read(cartSchema);
  const ids = lineItems.map(({ id }, index) => id ?? index);
  if (new Set(ids).size < ids.length) throw malformed("Two line items have the same id.", 800002);
  return lineItems.map((item, index) => {
    if (item.catalogItemId === undefined) throw malformed("The catalog item id is missing.", 900142);
    const billingCycle = item.billingCycle.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
    if (!billingCycles.includes(billingCycle)) throw malformed("The billing cycle cannot be parsed.", 900126);
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
}

function cartOf(state: State, customer: SeedCustomer, call: Call): Cart {
  const cart = state.carts.get(call.params.cartId?.toLowerCase() ?? "");
  const known = cart?.customerId === customer.id ? cart : undefined;
  if (known === undefined || state.now().getTime() >= known.createdAt.getTime() + lifeMs) {
    throw refusal(404, 800008, "The cart was not found.");
  }
  return known;
}

interface Sound extends CatalogItem {
  term: SeedTerm | null;
}

interface CartError {
  errorCode: number;
  errorDescription: string;
  additionalInformation?: { availableQuantity: number; purchasedQuantity: number };
}

/** What a line would buy, or what is wrong with it. */
function judge(state: State, line: CartLine, customer: SeedCustomer): Sound | CartError {
  const item = findCatalogItem(state, line.catalogItemId, customer.country);
  if (typeof item === "string") {
    return {
      errorCode: cartErrors.catalogItemIdIsNotValid,
      errorDescription: `The catalog item id ${line.catalogItemId} is not valid.`,
    };
  }
  const { product, sku } = item;
  if (line.currencyCode !== marketOf(customer.country).currencyCode) {
    return {
      errorCode: cartErrors.currencyIsNotSupported,
      errorDescription: `The currency ${line.currencyCode} is not supported.`,
    };
  }
  if (line.quantity < sku.minimumQuantity) {
    return {
      errorCode: cartErrors.invalidInput,
      errorDescription: `The least quantity is ${sku.minimumQuantity}.`,
    };
  }
  if (line.quantity > sku.maximumQuantity) {
    return {
      errorCode: cartErrors.quotaNotAvailable,
      errorDescription: `The largest quantity is ${sku.maximumQuantity}.`,
      additionalInformation: { availableQuantity: sku.maximumQuantity, purchasedQuantity: 0 },
    };
  }
  const left = state.inventory.get(`${product.id}:${sku.id}`) ?? Number.POSITIVE_INFINITY;
  if (line.quantity > left) {
    return {
      errorCode: cartErrors.inventoryNotAvailable,
      errorDescription: `Only ${left} are left.`,
      additionalInformation: { availableQuantity: left, purchasedQuantity: (sku.inventory ?? left) - left },
    };
  }
  if (sku.terms.length === 0 && line.billingCycle === "one_time" && line.termDuration === null) {
    return { product, sku, term: null };
  }
  const term = sku.terms.find(
    ({ duration, billingCycle }) => duration === line.termDuration && billingCycle === line.billingCycle,
  );
  return term
    ? { product, sku, term }
    : {
        errorCode: cartErrors.unableToProcessCartLineItem,
        errorDescription: "The item is not sold with this billing cycle and term.",
      };
}

function groupOf(lines: readonly CartLine[], line: CartLine): string {
  const key = (one: CartLine) => `${one.billingCycle} ${one.termDuration ?? ""}`;
  return String([...new Set(lines.map(key))].indexOf(key(line)));
}

function checkOut(state: State, call: Call) {
  const customer = customerOf(state, call);
  const cart = cartOf(state, customer, call);
  if (cart.result && state.settings.checkoutIdempotency === "cart") return resultBody(state, cart.result);
  if (!customer.agreementAccepted) {
    throw refusal(403, 13605, "The customer has not accepted the Microsoft Customer Agreement.");
  }
  const judged = cart.lines.map((line) => ({ line, verdict: judge(state, line, customer) }));
  const isOutdated = ({ catalogItemId }: CartLine) =>
    findCatalogItem(state, catalogItemId, customer.country) === "outdated";
  if (
    judged.some(({ line, verdict }) => "errorCode" in verdict && !isShortage(verdict) && !isOutdated(line))
  ) {
    throw refusal(400, 800009, "There are errors in the cart items.");
  }
  if (cart.lines.some(isOutdated)) throw refusal(404, 400019, "The availability was not found.");
  const result = { orderIds: [] as string[], errors: [] as OrderError[] };
  for (const [group, members] of Map.groupBy(judged, ({ line }) => groupOf(cart.lines, line))) {
    const lines = members.flatMap(({ line, verdict }) =>
      "errorCode" in verdict ? [] : [newLine(line, verdict, customer)],
    );
    const needed = Map.groupBy(lines, (line) => `${line.product.id}:${line.sku.id}`);
    const short = [...needed].some(
      ([sku, wanted]) => quantityOf(wanted) > (state.inventory.get(sku) ?? Infinity),
    );
    if (lines.length < members.length || short) {
      result.errors.push({
        orderGroupId: group,
        code: 800010,
        description: "There is not enough inventory for an item of this order.",
      });
      continue;
    }
    for (const [sku, wanted] of needed) {
      const left = state.inventory.get(sku);
      if (left !== undefined) state.inventory.set(sku, left - quantityOf(wanted));
    }
    const billingCycle = members[0]?.line.billingCycle ?? "none";
    result.orderIds.push(placeOrder(state, customer, { billingCycle, lines, call }).id);
  }
  if (result.orderIds.length > 0) cart.result = result;
  return resultBody(state, result);
}

/** Goods that ran out between cart and checkout fail their order; every other error refuses the checkout. */
function isShortage(error: CartError): boolean {
  return error.errorCode === cartErrors.inventoryNotAvailable;
}

function quantityOf(lines: readonly NewOrderLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

function newLine(line: CartLine, { product, sku, term }: Sound, customer: SeedCustomer): NewOrderLine {
  return {
    catalogItemId: line.catalogItemId,
    product,
    sku,
    quantity: line.quantity,
    termDuration: line.termDuration,
    friendlyName: line.friendlyName,
    unitPrice: unitPriceOf(sku, marketOf(customer.country), term),
    provisioningContext: line.provisioningContext,
  };
}

function resultBody(state: State, result: { orderIds: string[]; errors: OrderError[] }) {
  const orders = result.orderIds.flatMap((id) => {
    const order = state.orders.get(id);
    return order ? [orderBody(state, order, false)] : [];
  });
  return {
    orders,
    ...(result.errors.length > 0
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
    lineItems: cart.lines.map((line) => cartLineBody(state, cart, line, customer)),
    links: { self: link(`/customers/${cart.customerId}/carts/${cart.id}`) },
    attributes: { objectType: "Cart" },
  };
}

function cartLineBody(state: State, cart: Cart, line: CartLine, customer: SeedCustomer) {
  const verdict = cart.result ? null : judge(state, line, customer);
  const item = findCatalogItem(state, line.catalogItemId, customer.country);
  const given = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null));
  return {
    ...given,
    orderGroup: groupOf(cart.lines, line),
    ...(typeof item === "string" ? {} : { pricing: pricingBody(line, item, customer) }),
    ...(verdict && "errorCode" in verdict ? { error: verdict } : {}),
  };
}

function pricingBody(line: CartLine, { sku }: CatalogItem, customer: SeedCustomer) {
  const market = marketOf(customer.country);
  const term = sku.terms.find(
    ({ duration, billingCycle }) => duration === line.termDuration && billingCycle === line.billingCycle,
  );
  const units = unitPriceOf(sku, market, term ?? sku.terms[0] ?? null);
  const price = amount(units, market);
  return {
    listPrice: price,
    discountedPrice: price,
    proratedPrice: price,
    price,
    extendedPrice: amount(units * line.quantity, market),
  };
}
