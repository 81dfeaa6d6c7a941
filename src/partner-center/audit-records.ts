import { createHash } from "node:crypto";
import { z } from "zod";
import { jsonOf } from "./error-body.ts";
import type { AuditRecord, PartnerCenter } from "./port.ts";
import type { Transport } from "./transport.ts";
import { instant, list, or, orNull, word } from "./wire.ts";

const text = orNull(z.string());

const record = z
  .object({
    id: text,
    customerId: text,
    customerName: text,
    userPrincipalName: text,
    applicationId: text,
    resourceType: or(word, "undefined"),
    operationType: or(word, "undefined"),
    operationDate: instant,
    operationStatus: or(word, "undefined"),
    resourceNewValue: text,
    originalCorrelationId: text,
    customizedData: list(z.object({ key: z.string(), value: text })),
  })
  .transform(({ resourceNewValue, customizedData, ...rest }): AuditRecord => {
    const named = namedIn(resourceNewValue, customizedData);
    const person = rest.userPrincipalName?.trim().toLowerCase() ?? "";
    const productId = named("ProductId");
    const skuId = named("SkuId");
    return {
      // The older shape has no id: the same content is the same record.
      id: rest.id || createHash("sha256").update(JSON.stringify(rest)).digest("hex"),
      at: rest.operationDate,
      operationType: rest.operationType,
      resourceType: rest.resourceType,
      status: rest.operationStatus,
      // A call of the application alone names the application here.
      userPrincipalName: person.includes("@") ? person : null,
      applicationId: rest.applicationId || (person.includes("@") ? null : person || null),
      customerId: rest.customerId || null,
      customerName: rest.customerName || null,
      orderId: named("OrderId"),
      productId: productId !== null && skuId !== null ? `${productId}:${skuId}` : productId,
      correlationId: rest.originalCorrelationId || null,
    };
  });

/** A property that holds an id, in the new value or beside it. Whatever else is in there stays there. */
function namedIn(value: string | null, data: { key: string; value: string | null }[]) {
  const parsed = value === null ? undefined : jsonOf(value);
  const pairs = [
    ...(typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : []),
    ...data.map((one): [string, unknown] => [one.key, one.value]),
  ];
  return (name: string): string | null => {
    for (const [key, held] of pairs) {
      const written = typeof held === "number" ? String(held) : held;
      const isId = typeof written === "string" && /^[\w-]{1,64}$/.test(written);
      if (isId && key.toLowerCase() === name.toLowerCase()) return written;
    }
    return null;
  };
}

/** Partner Center's own log of who did what (page get-a-record-of-partner-center-activity-by-user); kept for 90 days. */
export function auditRecordCalls(transport: Transport): Pick<PartnerCenter, "listAuditRecords"> {
  return {
    async listAuditRecords({ from, to, continuation }, call) {
      const { items, next } = await transport.readPage(
        {
          operation: "listAuditRecords",
          path: ["auditrecords"],
          query: { startDate: from, endDate: to, size: "500" },
          schema: record,
          continuation,
        },
        call,
      );
      return { records: items, continuation: next };
    },
  };
}
