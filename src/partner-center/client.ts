import { auditRecordCalls } from "./audit-records.ts";
import { cartCalls } from "./carts.ts";
import { catalogCalls } from "./catalog.ts";
import { customerCalls } from "./customers.ts";
import { invoiceCalls } from "./invoices.ts";
import { orderCalls } from "./orders.ts";
import type { PartnerCenter } from "./port.ts";
import { roleCalls } from "./roles.ts";
import { serviceRequestCalls } from "./service-requests.ts";
import { subscriptionCalls } from "./subscriptions.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

export interface PartnerCenterOptions extends TransportOptions {
  /**
   * True for an indirect provider who attests, with every cart, to the reseller on record (page create-a-cart); Partner
   * Center says 900206 where it is missing.
   */
  partnerOnRecordAttestation?: boolean;
}

/** Partner Center behind HTTP (C13). Stateless but for the tokens in `tokens`; share one per process. */
export function createPartnerCenter(options: PartnerCenterOptions): PartnerCenter {
  const transport = createTransport(options);
  return {
    ...customerCalls(transport),
    ...catalogCalls(transport),
    ...cartCalls(
      transport,
      options.partnerOnRecordAttestation ? { partnerOnRecordAttestationAccepted: true } : {},
    ),
    ...orderCalls(transport),
    ...subscriptionCalls(transport),
    ...roleCalls(transport),
    ...serviceRequestCalls(transport),
    ...invoiceCalls(transport),
    ...auditRecordCalls(transport),
  };
}
