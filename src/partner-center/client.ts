import { cartCalls } from "./carts.ts";
import { catalogCalls } from "./catalog.ts";
import { customerCalls } from "./customers.ts";
import { orderCalls } from "./orders.ts";
import type { PartnerCenter } from "./port.ts";
import { roleCalls } from "./roles.ts";
import { serviceRequestCalls } from "./service-requests.ts";
import { subscriptionCalls } from "./subscriptions.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

/** Partner Center behind HTTP (C13). Stateless but for the tokens in `tokens`; share one per process. */
export function createPartnerCenter(options: TransportOptions): PartnerCenter {
  const transport = createTransport(options);
  return {
    ...customerCalls(transport),
    ...catalogCalls(transport),
    ...cartCalls(transport),
    ...orderCalls(transport),
    ...subscriptionCalls(transport),
    ...roleCalls(transport),
    ...serviceRequestCalls(transport),
  };
}
