import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { accessSchema, type PortalAccess, recordPortalAccess } from "./audit-records.ts";
import { editionNames } from "./editions.ts";
import { malformed } from "./errors.ts";
import { type Fault, faultSchema } from "./faults.ts";
import { amount } from "./offers.ts";
import { orderBody } from "./orders.ts";
import { type SeedCustomer, seedProducts } from "./seed.ts";
import {
  type ServiceRequestUpdate,
  serviceRequestUpdateSchema,
  updateServiceRequest,
} from "./service-requests.ts";
import { type Settings, settingsSchema } from "./settings.ts";
import { saveSnapshot } from "./snapshot.ts";
import { type LoggedRequest, type Order, type State, skuKey } from "./state.ts";

const customerChangeSchema = z.strictObject({
  id: z.string(),
  agreementAccepted: z.boolean().optional(),
  review: z.enum(["approved", "under_review", "not_approved"]).optional(),
});
/** What a customer, or Microsoft for it, decides. */
type CustomerChange = z.output<typeof customerChangeSchema>;

const skuSchema = z.strictObject({ productId: z.string(), skuId: z.string() });

const priceSchema = skuSchema.extend({
  /** US dollars without tax, of the licence or of the whole term; null: the seeded price again. */
  unitPrice: z.number().positive().nullable(),
});
type PriceChange = z.output<typeof priceSchema>;

const restrictionSchema = z.strictObject({
  productId: z.string(),
  /** Without it, and without a region: every SKU of the product. */
  skuId: z.string().optional(),
  armRegionName: z.string().optional(),
  /** Such as NotAvailableForSubscription; null: can be bought again. */
  reasonCode: z.string().min(1).nullable(),
  description: z.string().optional(),
});
type RestrictionChange = z.output<typeof restrictionSchema>;

const creditSchema = z.strictObject({
  orderId: z.string(),
  lineItemNumber: z.int().nonnegative(),
  /** Of the usual credit. */
  percent: z.union([z.number().nonnegative().max(1000), z.literal("none")]),
});
type CreditChange = z.output<typeof creditSchema>;

/** One order as it truly is and as reads show it now. */
interface OrderView {
  id: string;
  alternateId: string;
  customerId: string;
  createdAt: string;
  billingCycle: string;
  /** What a read would answer. */
  visibleStatus: string;
  lines: {
    lineItemNumber: number;
    catalogItemId: string;
    productTitle: string;
    subscriptionId: string | null;
    friendlyName: string | null;
    /** As bought. */
    quantity: number;
    unitPrice: number;
    visibleQuantity: number;
    /** The last instant for a cancellation. */
    deadline: string;
    /** `pending`: accepted and not visible yet. */
    cancellation: "none" | "pending" | "visible";
    acceptedAt: string | null;
    visibleAt: string | null;
  }[];
}

/** What a test or a person may do to a running simulator; the same over HTTP under `/_sim/control/`. */
export interface Control {
  now(): Date;
  advance(ms: number): void;
  setNow(instant: Date): void;
  settings(): Readonly<Settings>;
  configure(change: Partial<Settings>): void;
  /** Throws SyntaxError when its path is no regular expression. */
  addFault(fault: Fault): void;
  faults(): readonly Fault[];
  clearFaults(): void;
  /**
   * Of one customer all, oldest first; without one those that were seeded, placed or changed, not a generated
   * history.
   */
  orders(customerId?: string): OrderView[];
  requests(): readonly LoggedRequest[];
  /** Keys handed out, by `orderId:line`. */
  keys(): ReadonlyMap<string, string>;
  /** Makes every refresh token, or those of one partner user, worthless, as a password change does. */
  revokeRefreshTokens(userPrincipalName?: string): void;
  /** Every access token, id token and refresh token that was given out, so that a test can look for them. */
  issuedTokens(): readonly string[];
  /** The support team answers or closes a service request. */
  updateServiceRequest(update: ServiceRequestUpdate): void;
  /** Throws when there is no such customer. */
  updateCustomer(change: CustomerChange): void;
  /** Sets how many units of a SKU are left; null: as many as anybody wants. */
  setInventory(sku: { productId: string; skuId: string; left: number | null }): void;
  /** Another price from now on, also in carts that are not ordered yet. Throws when there is no such SKU. */
  setPrice(change: PriceChange): void;
  /** What an inventory check answers for these SKUs, and why they cannot be bought. Throws when there is none. */
  setRestriction(change: RestrictionChange): void;
  /** How much credit the cancellation of this line gives, at once or when it is cancelled. */
  setCredit(change: CreditChange): void;
  /** A partner user opens a software page or takes a key in the web portal. Throws where there is no such thing. */
  recordAccess(access: PortalAccess): void;
  /** Writes the state to this file, or to the one it is kept in. Throws without either. */
  save(path?: string): Promise<void>;
}

export function controlOf(state: State, keep: string | null): Control {
  return {
    now: () => state.now(),
    advance: (ms) => state.advance(ms),
    setNow: (instant) => state.setNow(instant),
    settings: () => state.settings,
    configure: (change) => void Object.assign(state.settings, change),
    addFault: (fault) => state.faults.add(fault),
    faults: () => state.faults.list(),
    clearFaults: () => state.faults.clear(),
    orders: (customerId) =>
      (customerId === undefined ? state.orders.kept() : state.orders.of(customerId)).map((order) =>
        orderView(state, order),
      ),
    requests: () => state.requests,
    keys: () => state.issuedKeys,
    revokeRefreshTokens: (userPrincipalName) => state.revokeRefreshTokens(userPrincipalName),
    issuedTokens: () => state.issuedTokens,
    updateServiceRequest: (update) => updateServiceRequest(state, update),
    updateCustomer: ({ id, agreementAccepted, review }) => {
      const customer = state.customers.get(id);
      if (customer === undefined) throw malformed("The customer was not found.");
      state.customers.set(id, {
        ...customer,
        agreementAccepted: agreementAccepted ?? customer.agreementAccepted,
        review: review ?? customer.review,
      });
    },
    setInventory: ({ productId, skuId, left }) => {
      const sku = `${productId}:${skuId}`;
      if (left === null) state.inventory.delete(sku);
      else state.inventory.set(sku, left);
    },
    setPrice: ({ productId, skuId, unitPrice }) => {
      for (const sku of skusOf({ productId, skuId })) {
        if (unitPrice === null) state.prices.delete(sku);
        else state.prices.set(sku, Math.round(unitPrice * 100));
      }
    },
    setRestriction: ({ reasonCode, description = "The item cannot be bought now.", ...which }) => {
      for (const sku of skusOf(which)) {
        if (reasonCode === null) state.restrictions.delete(sku);
        else state.restrictions.set(sku, { reasonCode, description });
      }
    },
    setCredit: ({ orderId, lineItemNumber, percent }) =>
      void state.credits.set(`${orderId}:${lineItemNumber}`, percent === "none" ? null : percent),
    recordAccess: (access) => recordPortalAccess(state, access),
    save: async (path = keep ?? undefined) => {
      if (path === undefined) throw malformed("The simulator is not kept in a file.");
      await saveSnapshot(state, path);
    },
  };
}

/** The names of these SKUs. Throws when there is none. */
function skusOf(which: Omit<RestrictionChange, "reasonCode" | "description">): string[] {
  const skus = seedProducts
    .filter(({ id }) => id === which.productId)
    .flatMap((product) =>
      product.skus
        .filter(({ id }) => which.skuId === undefined || id === which.skuId)
        .filter(
          ({ reservation }) =>
            which.armRegionName === undefined || reservation?.armRegionName === which.armRegionName,
        )
        .map((sku) => skuKey(product, sku)),
    );
  if (skus.length === 0) throw malformed("There is no such SKU.");
  return skus;
}

const milliseconds = z.int().nonnegative();
const bodies = {
  clock: z.union([
    z.strictObject({ advanceMs: milliseconds }),
    z.strictObject({ now: z.iso.datetime({ offset: true }) }),
  ]),
  lag: z.strictObject({ cancellationMs: milliseconds.optional(), orderListMs: milliseconds.optional() }),
  mfa: z.strictObject({
    enforcement: z.enum(["off", "until-2026", "since-2026"]).optional(),
    claim: z.boolean().optional(),
  }),
  serviceRequests: z.strictObject({ mode: z.enum(["archived", "withdrawn"]) }),
  edition: z.strictObject({ edition: z.enum([...editionNames, "by-date"]) }),
  checkout: z.strictObject({ idempotency: settingsSchema.shape.checkoutIdempotency }),
  catalogue: z.strictObject({ epoch: z.int().nonnegative() }),
  inventory: skuSchema.extend({ left: z.int().nonnegative().nullable() }),
};

/**
 * The control API under `/_sim/control/`: JSON in, what is so now out; 400 with what is wrong. It is ours, is not logged and
 * meets no fault.
 *
 * - GET `state`: time, settings, faults, customers, carts, orders, service requests, audit records, keys; a generated
 *   history is counted, not listed. GET `requests`: the last 10,000 calls
 * - POST `clock` `{advanceMs}` or `{now}`; POST `settings`: any part of the settings
 * - POST `faults`: a fault; DELETE `faults`: none any more
 * - POST `lag` `{cancellationMs, orderListMs}`, `mfa` `{enforcement, claim}`, `service-requests` `{mode}`,
 *   `edition` `{edition}`, `checkout` `{idempotency}`, `catalogue` `{epoch}`: settings under a name of their own
 * - POST `service-requests/update` `{id, status, note, file}`, `customers` `{id, agreementAccepted, review}`,
 *   `refresh-tokens/revoke` `{userPrincipalName}`
 * - POST `inventory` `{productId, skuId, left}`, `prices` `{productId, skuId, unitPrice}`, `restrictions` `{productId,
 *   skuId, armRegionName, reasonCode, description}`, `credits` `{orderId, lineItemNumber, percent}`
 * - POST `accesses` `{userPrincipalName, what, customerId, orderId}`: what somebody does in the web portal
 * - POST `save` `{}`: writes the file in which the simulator is kept
 */
export function serveControl(app: FastifyInstance, state: State, control: Control): void {
  const { settings } = state;

  const post = <T>(path: string, schema: z.ZodType<T>, act: (body: T) => void | Promise<void>) =>
    app.post(`/_sim/control/${path}`, async (request, reply) => {
      const body = parse(schema, request.body);
      if (!body.success) return reply.code(400).send({ description: z.prettifyError(body.error) });
      await act(body.data);
      return { now: state.now().toISOString(), settings, faults: control.faults() };
    });

  app.get("/_sim/control/state", async () => stateView(state, control));
  app.get("/_sim/control/requests", async () => state.requests);
  post("clock", bodies.clock, (body) => {
    if ("advanceMs" in body) state.advance(body.advanceMs);
    else state.setNow(new Date(body.now));
  });
  post("lag", bodies.lag, ({ cancellationMs, orderListMs }) => {
    settings.cancellationLagMs = cancellationMs ?? settings.cancellationLagMs;
    settings.orderListLagMs = orderListMs ?? settings.orderListLagMs;
  });
  post("faults", faultSchema, (fault) => control.addFault(fault));
  app.delete("/_sim/control/faults", async (_request, reply) => {
    control.clearFaults();
    return reply.code(204).send();
  });
  post("mfa", bodies.mfa, ({ enforcement, claim }) => {
    settings.mfa = {
      enforcement: enforcement ?? settings.mfa.enforcement,
      claim: claim ?? settings.mfa.claim,
    };
  });
  post("service-requests", bodies.serviceRequests, ({ mode }) => {
    settings.serviceRequests = mode;
  });
  post("service-requests/update", serviceRequestUpdateSchema, (update) =>
    control.updateServiceRequest(update),
  );
  post("edition", bodies.edition, ({ edition }) => {
    settings.edition = edition;
  });
  post("checkout", bodies.checkout, ({ idempotency }) => {
    settings.checkoutIdempotency = idempotency;
  });
  post("catalogue", bodies.catalogue, ({ epoch }) => {
    settings.catalogueEpoch = epoch;
  });
  post("settings", settingsSchema.partial(), (change) => void Object.assign(settings, change));
  post("customers", customerChangeSchema, (change) => control.updateCustomer(change));
  post("inventory", bodies.inventory, (sku) => control.setInventory(sku));
  post("prices", priceSchema, (change) => control.setPrice(change));
  post("restrictions", restrictionSchema, (change) => control.setRestriction(change));
  post("credits", creditSchema, (change) => control.setCredit(change));
  post("accesses", accessSchema, (access) => control.recordAccess(access));
  post("save", z.strictObject({}), () => control.save());
  post("refresh-tokens/revoke", z.strictObject({ userPrincipalName: z.string().optional() }), (body) =>
    control.revokeRefreshTokens(body.userPrincipalName),
  );
}

function parse<T>(schema: z.ZodType<T>, text: unknown) {
  return z
    .string()
    .transform((value, context) => {
      try {
        return JSON.parse(value) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(text);
}

function orderView(state: State, order: Order): OrderView {
  return {
    id: order.id,
    alternateId: order.alternateId,
    customerId: order.customerId,
    createdAt: order.createdAt.toISOString(),
    billingCycle: order.billingCycle,
    visibleStatus: orderBody(state, order, false).status,
    lines: order.lines.map((line) => ({
      lineItemNumber: line.number,
      catalogItemId: line.catalogItemId,
      productTitle: line.product.title,
      subscriptionId: line.subscriptionId,
      friendlyName: line.friendlyName,
      quantity: line.quantity,
      unitPrice: amount(line.unitPrice, order.market),
      visibleQuantity: state.isCancelled(line) ? 0 : line.quantity,
      deadline: state.window(order, line).deadline.toISOString(),
      cancellation: line.cancellation === null ? "none" : state.isPending(line) ? "pending" : "visible",
      acceptedAt: line.cancellation?.acceptedAt.toISOString() ?? null,
      visibleAt: line.cancellation?.visibleAt.toISOString() ?? null,
    })),
  };
}

function stateView(state: State, control: Control) {
  const seen = Map.groupBy(state.requests, ({ method, path }) => `${method} ${path.split("?")[0]}`);
  const generated = new Set<SeedCustomer>(state.history?.customers);
  return {
    now: state.now(),
    settings: state.settings,
    faults: control.faults(),
    population: state.population,
    customers: [...state.customers.values()]
      .filter((customer) => !generated.has(customer))
      .map(({ id, companyName, domain, country, agreementAccepted, review }) => ({
        id,
        companyName,
        domain,
        country,
        agreementAccepted,
        review,
      })),
    carts: [...state.carts.values()].map(({ id, customerId, createdAt, lines, result }) => ({
      id,
      customerId,
      createdAt,
      lines,
      orderIds: result?.orderIds ?? [],
    })),
    orders: control.orders(),
    serviceRequests: [...state.serviceRequests.values()],
    auditRecords: state.auditRecords,
    keys: [...state.issuedKeys].map(([orderLine, key]) => ({ orderLine, key })),
    requests: [...seen].map(([path, requests]) => ({ path, count: requests.length })),
  };
}
