import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { amount } from "./catalog.ts";
import { editionNames } from "./editions.ts";
import { type Fault, faultSchema } from "./faults.ts";
import { orderBody } from "./orders.ts";
import {
  type ServiceRequestUpdate,
  serviceRequestUpdateSchema,
  updateServiceRequest,
} from "./service-requests.ts";
import type { LoggedRequest, Order, Settings, State } from "./state.ts";

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
  orders(): OrderView[];
  requests(): readonly LoggedRequest[];
  /** Keys handed out, by `orderId:line`. */
  keys(): ReadonlyMap<string, string>;
  /** Makes every refresh token worthless, as a password change does. */
  revokeRefreshTokens(): void;
  /** The support team answers or closes a service request. */
  updateServiceRequest(update: ServiceRequestUpdate): void;
}

export function controlOf(state: State): Control {
  return {
    now: () => state.now(),
    advance: (ms) => state.advance(ms),
    setNow: (instant) => state.setNow(instant),
    settings: () => state.settings,
    configure: (change) => void Object.assign(state.settings, change),
    addFault: (fault) => state.faults.add(fault),
    faults: () => state.faults.list(),
    clearFaults: () => state.faults.clear(),
    orders: () => [...state.orders.values()].map((order) => orderView(state, order)),
    requests: () => state.requests,
    keys: () => state.issuedKeys,
    revokeRefreshTokens: () => state.revokeRefreshTokens(),
    updateServiceRequest: (update) => updateServiceRequest(state, update),
  };
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
  checkout: z.strictObject({ idempotency: z.enum(["cart", "request-id-only"]) }),
  catalogue: z.strictObject({ epoch: z.int().nonnegative() }),
};

/** The control API: JSON in, the settings or the state out; 400 with what is wrong. It is not logged and meets no fault. */
export function serveControl(app: FastifyInstance, state: State): void {
  const control = controlOf(state);
  const { settings } = state;

  const post = <T>(path: string, schema: z.ZodType<T>, act: (body: T) => void) =>
    app.post(`/_sim/control/${path}`, async (request, reply) => {
      const body = parse(schema, request.body);
      if (!body.success) return reply.code(400).send({ description: z.prettifyError(body.error) });
      act(body.data);
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
  post("refresh-tokens/revoke", z.strictObject({}), () => control.revokeRefreshTokens());
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
  return {
    now: state.now(),
    settings: state.settings,
    faults: control.faults(),
    customers: [...state.customers.values()].map(
      ({ id, companyName, domain, country, agreementAccepted }) => ({
        id,
        companyName,
        domain,
        country,
        agreementAccepted,
      }),
    ),
    carts: [...state.carts.values()].map(({ id, customerId, createdAt, lines, result }) => ({
      id,
      customerId,
      createdAt,
      lines,
      orderIds: result?.orderIds ?? [],
    })),
    orders: control.orders(),
    serviceRequests: [...state.serviceRequests.values()],
    auditRecords: state.auditRecords.map(({ customer, ...record }) => ({
      ...record,
      customerId: customer.id,
    })),
    keys: [...state.issuedKeys].map(([orderLine, key]) => ({ orderLine, key })),
    requests: [...seen].map(([path, requests]) => ({ path, count: requests.length })),
  };
}
