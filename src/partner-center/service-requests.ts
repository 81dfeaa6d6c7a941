import { z } from "zod";
import type { PartnerCenter, ServiceRequest } from "./port.ts";
import type { Transport } from "./transport.ts";
import { id, instantOrNull, or, word } from "./wire.ts";

const serviceRequest = z
  .object({
    id,
    title: or(z.string(), ""),
    description: or(z.string(), ""),
    status: or(word, "none"),
    severity: or(word, "unknown"),
    createdDate: instantOrNull,
    lastModifiedDate: instantOrNull,
  })
  .transform(
    ({ createdDate, lastModifiedDate, ...rest }): ServiceRequest => ({
      ...rest,
      createdAt: createdDate,
      lastModifiedAt: lastModifiedDate,
    }),
  );

type ServiceRequestCalls = Pick<
  PartnerCenter,
  "createServiceRequest" | "listServiceRequests" | "getServiceRequest"
>;

/**
 * Service requests. Creating them was withdrawn on 31 August 2020 and is refused with 404 where that holds; reading
 * goes on (pages get-service-request-details-by-id, announcements of July 2020).
 */
export function serviceRequestCalls(transport: Transport): ServiceRequestCalls {
  return {
    createServiceRequest: ({ locale, ...draft }, call) =>
      transport.write(
        {
          operation: "createServiceRequest",
          method: "POST",
          path: ["servicerequests", locale],
          body: draft,
          schema: serviceRequest,
        },
        call,
      ),

    listServiceRequests: ({ customerId }, call) =>
      transport.readAll(
        {
          operation: "listServiceRequests",
          path: [...(customerId === undefined ? [] : ["customers", customerId]), "servicerequests"],
          schema: serviceRequest,
        },
        call,
      ),

    getServiceRequest: ({ id: requestId }, call) =>
      transport.read(
        { operation: "getServiceRequest", path: ["servicerequests", requestId], schema: serviceRequest },
        call,
      ),
  };
}
