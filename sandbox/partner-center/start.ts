import fastify from "fastify";
import { type Clock, systemClock } from "#src/desk/clock.ts";
import { serveAuditRecords } from "./audit-records.ts";
import { serveCarts } from "./carts.ts";
import { serveCatalog } from "./catalog.ts";
import { type Control, controlOf, serveControl } from "./control.ts";
import { serveCustomers } from "./customers.ts";
import { Refusal, refusal } from "./errors.ts";
import { serveFulfilment } from "./fulfilment.ts";
import { plantOrders, serveOrders } from "./orders.ts";
import { serveRoles } from "./roles.ts";
import { serveNowhere } from "./service.ts";
import { plantServiceRequest, serveServiceRequests } from "./service-requests.ts";
import { type Settings, State } from "./state.ts";
import { serveSubscriptions } from "./subscriptions.ts";
import { serveTokens } from "./tokens.ts";

export interface PartnerCenterSimulatorOptions extends Partial<Settings> {
  /** 0, the default, picks a free one. */
  port?: number;
  /** Loopback unless said otherwise. */
  host?: string;
  /** The simulator's time is this clock's plus what `advance` added. */
  clock?: Clock;
  /** Fixes every id and every drawn fault. */
  seed?: string;
}

export interface PartnerCenterSimulator extends Control {
  /** Base of the API, of the token authority and of the fulfilment contract, without a slash at the end. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts a Partner Center of its own: tokens, the `/v1/` operations that CSP Desk uses, the fulfilment contract under
 * `/_sim/v1/` (ours, not Microsoft's) and the control API under `/_sim/control/`. Any number run in one process.
 */
export async function startPartnerCenterSimulator(
  options: PartnerCenterSimulatorOptions = {},
): Promise<PartnerCenterSimulator> {
  const { port = 0, host = "127.0.0.1", clock = systemClock, seed = "csp-desk", ...settings } = options;
  const state = new State({ seed, clock, settings: { ...defaults, ...settings } });
  plantOrders(state);
  plantServiceRequest(state);

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
    serveCatalog,
    serveCarts,
    serveOrders,
    serveSubscriptions,
    serveRoles,
    serveServiceRequests,
    serveAuditRecords,
    serveFulfilment,
    serveControl,
    serveNowhere,
  ]) {
    mount(app, state);
  }
  const url = await app.listen({ port, host });
  return {
    url,
    ...controlOf(state),
    close: async () => {
      state.closing.abort();
      await app.close();
    },
  };
}

const defaults: Settings = {
  edition: "by-date",
  cancellationLagMs: 0,
  orderListLagMs: 0,
  checkoutIdempotency: "cart",
  serviceRequests: "archived",
  mfa: { enforcement: "since-2026", claim: true },
  largestPage: 500,
  catalogueEpoch: 0,
};
