import { z } from "zod";
import type { PartnerCenter, ServiceRequest } from "./port.ts";
import type { Transport } from "./transport.ts";
import { id, instantOrNull, list, or, word } from "./wire.ts";

const note = z
  .object({ text: or(z.string(), ""), createdByName: or(z.string(), ""), createdDate: instantOrNull })
  .transform(({ text, createdByName, createdDate }) => ({
    text,
    createdBy: createdByName,
    createdAt: createdDate,
  }));

const serviceRequest = z
  .object({
    id,
    title: or(z.string(), ""),
    description: or(z.string(), ""),
    status: or(word, "none"),
    severity: or(word, "unknown"),
    createdDate: instantOrNull,
    lastModifiedDate: instantOrNull,
    notes: list(note),
  })
  .transform(
    ({ createdDate, lastModifiedDate, notes, ...rest }): ServiceRequest => ({
      ...rest,
      createdAt: createdDate,
      lastModifiedAt: lastModifiedDate,
      notes: notes.toSorted((a, b) => (a.createdAt ?? "").localeCompare(b.createdAt ?? "")),
    }),
  );

type ServiceRequestCalls = Pick<
  PartnerCenter,
  "createServiceRequest" | "listServiceRequests" | "getServiceRequest" | "updateServiceRequest"
>;

/**
 * Service requests. Creating them was withdrawn on 31 August 2020 and is refused with 404 where that holds; reading
 * and updating go on (pages get-service-request-details-by-id, update-a-service-request, announcements of July 2020).
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

    async updateServiceRequest({ id: requestId, note: text, close }, call) {
      await transport.write(
        {
          operation: "updateServiceRequest",
          method: "PATCH",
          path: ["servicerequests", requestId],
          body: {
            ...(text === undefined ? {} : { newNote: { text } }),
            ...(close === undefined ? {} : { status: "closed" }),
          },
          // 200 with the service request, or 204
          schema: z.looseObject({}).optional(),
        },
        call,
      );
    },
  };
}
