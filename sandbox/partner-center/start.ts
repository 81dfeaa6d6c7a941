import { isDeepStrictEqual } from "node:util";
import fastify from "fastify";
import { type Clock, systemClock } from "#src/desk/clock.ts";
import { serveAuditRecords } from "./audit-records.ts";
import { serveCarts } from "./carts.ts";
import { serveCatalog } from "./catalog.ts";
import { type Control, controlOf, serveControl } from "./control.ts";
import { serveCountries } from "./countries.ts";
import { serveCustomers } from "./customers.ts";
import { serveEntitlements } from "./entitlements.ts";
import { Refusal, refusal } from "./errors.ts";
import { serveFulfilment } from "./fulfilment.ts";
import { type Population, populationSchema } from "./generated-history.ts";
import { serveInvoices } from "./invoices.ts";
import { plantOrders, serveOrders } from "./orders.ts";
import { servePartnerRequests } from "./partner-requests.ts";
import { serveProfiles } from "./profiles.ts";
import { serveRoles } from "./roles.ts";
import { serveNowhere } from "./service.ts";
import { plantServiceRequest, serveServiceRequests } from "./service-requests.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { readSnapshot, restore } from "./snapshot.ts";
import { State } from "./state.ts";
import { serveSubscriptions } from "./subscriptions.ts";
import { serveTokens } from "./tokens.ts";

export interface PartnerCenterSimulatorOptions extends Partial<Settings> {
  /** 0, the default, picks a free one. */
  port?: number;
  /** Loopback unless said otherwise. */
  host?: string;
  /**
   * The simulator's time is this clock's plus what `advance` added. With one, calls are not limited unless asked for.
   */
  clock?: Clock;
  /** Fixes every id, every drawn fault and every generated purchase. */
  seed?: string;
  /** Customers with a history of purchases, besides the seeded ones; made when somebody looks. */
  generate?: Population;
  /** A file that holds the state between runs: read at the start if there is one, written at the end and by `save`. */
  keep?: string;
}

export interface PartnerCenterSimulator extends Control {
  /** Base of the API, of the token authority and of the fulfilment contract, without a slash at the end. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts a Partner Center of its own: tokens, the `/v1/` operations around customers, purchases, support and billing,
 * the fulfilment contract under `/_sim/v1/` (ours, not Microsoft's) and the control API under `/_sim/control/`. Any
 * number run in one process.
 */
export async function startPartnerCenterSimulator(
  options: PartnerCenterSimulatorOptions = {},
): Promise<PartnerCenterSimulator> {
  const { port = 0, host = "127.0.0.1", keep = null } = options;
  const state = await stateFor(options);
  const control = controlOf(state, keep);

  const app = fastify({
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.setErrorHandler(async (error, _request, reply) => {
    const { status, body } =
      error instanceof Refusal
        ? error
        : refusal(500, 800003, `An unexpected error occurred: ${String(error)}`);
    return reply.code(status).send(body);
  });

  for (const mount of [
    serveTokens,
    serveCustomers,
    serveCountries,
    serveCatalog,
    serveCarts,
    serveOrders,
    serveSubscriptions,
    serveEntitlements,
    serveInvoices,
    serveProfiles,
    serveRoles,
    servePartnerRequests,
    serveServiceRequests,
    serveAuditRecords,
    serveFulfilment,
    serveNowhere,
  ]) {
    mount(app, state);
  }
  serveControl(app, state, control);
  const url = await app.listen({ port, host });
  return {
    url,
    ...control,
    close: async () => {
      const first = !state.closing.signal.aborted;
      state.closing.abort();
      await app.close();
      if (first && keep !== null) await control.save();
    },
  };
}

/** A new state, or the one kept in the file; what the options name wins over what was saved. */
async function stateFor(options: PartnerCenterSimulatorOptions): Promise<State> {
  const { port, host, clock, seed, generate, keep, ...given } = options;
  const saved = keep === undefined ? null : await readSnapshot(keep);
  if (saved) {
    const population = generate === undefined ? saved.population : populationSchema.parse(generate);
    if ((seed ?? saved.seed) !== saved.seed || !isDeepStrictEqual(population, saved.population)) {
      throw new Error(`${keep} was made with another seed or another generated history.`);
    }
  }
  const unlimited = clock === undefined ? {} : { requestsPerMinute: null };
  const state = new State({
    seed: saved?.seed ?? seed ?? "csp-desk",
    clock: clock ?? systemClock,
    settings: { ...defaultSettings, ...unlimited, ...saved?.settings, ...given },
    population: saved ? saved.population : generate === undefined ? null : populationSchema.parse(generate),
    ...(saved ? { position: saved.position } : {}),
  });
  if (saved) {
    restore(state, saved);
  } else {
    plantOrders(state);
    plantServiceRequest(state);
  }
  return state;
}
