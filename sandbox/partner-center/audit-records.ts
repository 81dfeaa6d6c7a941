import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { malformed, refusal } from "./errors.ts";
import { CLIENT_ID, PARTNER_TENANT_ID, type RoleName, type SeedCustomer, seedPartnerUsers } from "./seed.ts";
import { type Call, type Caller, serve } from "./service.ts";
import type { AuditRecord, State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { filterOf, seekPage, wireDate } from "./wire.ts";

const dayMs = 86_400_000;
const oldestDays = 90;
const longestWindowDays = 30;
/** The audience of the portal's activity log (page csp-software-subscriptions): an Admin agent alone is not in it. */
const auditRoles: readonly RoleName[] = [
  "Global admin",
  "Account admin",
  "Referral admin",
  "Marketing content admin",
];

/** Writes down what was done. A call of the application alone is recorded under the application's id. */
export function recordAudit(
  state: State,
  input: {
    caller: Caller;
    correlationId: string;
    customer: SeedCustomer;
    resourceType: string;
    operationType: string;
    resourceNewValue: Record<string, unknown>;
    /** Absent for something new. */
    resourceOldValue?: Record<string, unknown>;
    customizedData?: Record<string, string>;
  },
): void {
  const { caller, customer, resourceType, operationType } = input;
  const now = state.now();
  const ticks = BigInt(now.getTime()) * 10_000n + BigInt(state.bytes("audit").readUInt16BE(0) % 10_000);
  state.addAuditRecord({
    id: `${PARTNER_TENANT_ID}_${customer.id}_${resourceType}_${operationType}_${ticks}`,
    customerId: customer.id,
    customerName: customer.companyName,
    userPrincipalName: caller.user?.userPrincipalName ?? caller.applicationId,
    applicationId: caller.applicationId,
    resourceType,
    resourceOldValue: input.resourceOldValue ?? null,
    resourceNewValue: input.resourceNewValue,
    operationType,
    operationDate: now,
    correlationId: input.correlationId,
    customizedData: Object.entries(input.customizedData ?? {}).map(([key, value]) => ({ key, value })),
  });
}

const accesses = {
  key: ["software_key", "get_software_key"],
  link: ["software_download_link", "get_software_download_link"],
  // Microsoft lists no operation for opening the page.
  page: ["software_page", "undefined"],
} as const;

export const accessSchema = z.strictObject({
  userPrincipalName: z.string(),
  /** `key` and `link` are of a line of an order, `page` is the customer's software page. */
  what: z.enum(["key", "link", "page"]),
  customerId: z.string(),
  orderId: z.string().optional(),
});
/** What a partner user does by hand in the web portal. */
export type PortalAccess = z.output<typeof accessSchema>;

/** Writes down an access in the web portal. Throws where there is no such user, customer or order. */
export function recordPortalAccess(state: State, access: PortalAccess): void {
  const user = seedPartnerUsers.find(
    ({ userPrincipalName }) => userPrincipalName === access.userPrincipalName,
  );
  const customer = state.customers.get(access.customerId);
  if (user === undefined || customer === undefined) throw malformed("There is no such user or customer.");
  const order = access.orderId === undefined ? null : state.orders.find(customer.id, access.orderId);
  if (order === undefined) throw malformed("There is no such order.");
  const [resourceType, operationType] = accesses[access.what];
  const data = order === null ? {} : { OrderId: order.id };
  recordAudit(state, {
    caller: { applicationId: CLIENT_ID, user },
    correlationId: randomUUID(),
    customer,
    resourceType,
    operationType,
    resourceNewValue: data,
    customizedData: data,
  });
}

/**
 * Audit records by dates and one filter (page auditing-resources), oldest first; at the newer address also one by id.
 */
export function serveAuditRecords(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: auditRoles });
  const visible = () => {
    const newest = new Date(state.now().getTime() - state.settings.auditLagMs);
    return state.auditRecords.filter(({ operationDate }) => operationDate <= newest);
  };
  for (const path of ["/v1/auditrecords", "/auditactivity/v1/auditrecords"]) {
    serve(app, state, {
      method: "GET",
      path,
      admit,
      handle: (call) => {
        const { from, to } = range(state, call);
        const matches = filterFor(call);
        const records = visible()
          .filter((record) => record.operationDate >= from && record.operationDate < to && matches(record))
          .map(auditRecordBody);
        return { status: 200, body: seekPage(call, records, state.settings.largestPage) };
      },
    });
  }
  serve(app, state, {
    method: "GET",
    path: "/auditactivity/v1/auditrecords/:auditRecordId",
    admit,
    handle: (call) => {
      const record = visible().find(({ id }) => id === call.params.auditRecordId);
      if (record === undefined) throw refusal(404, 1000, "The audit record was not found.");
      return { status: 200, body: auditRecordBody(record) };
    },
  });
}

/** Whole UTC days, the end day included. */
function range(state: State, call: Call): { from: Date; to: Date } {
  const today = startOfDay(state.now());
  const end = dateOf(call, "endDate");
  const start = dateOf(call, "startDate") ?? new Date((end ?? today).getTime() - longestWindowDays * dayMs);
  const last = end ?? new Date(Math.min(today.getTime(), start.getTime() + longestWindowDays * dayMs));
  if (start.getTime() < today.getTime() - oldestDays * dayMs) {
    throw malformed(`The start date is more than ${oldestDays} days ago.`);
  }
  if (last < start) throw malformed("The end date is before the start date.");
  if (last.getTime() - start.getTime() > longestWindowDays * dayMs) {
    throw malformed(`The dates are more than ${longestWindowDays} days apart.`);
  }
  return { from: start, to: new Date(last.getTime() + dayMs) };
}

function dateOf(call: Call, name: string): Date | null {
  const text = call.query.get(name);
  if (text === null) return null;
  const instant = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : `${text} UTC`);
  const read = Number.isNaN(instant.getTime()) ? new Date(text) : instant;
  if (Number.isNaN(read.getTime())) throw malformed(`${name} is not a date.`);
  return startOfDay(read);
}

function startOfDay(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / dayMs) * dayMs);
}

function filterFor(call: Call): (record: AuditRecord) => boolean {
  const filter = filterOf(call);
  if (filter === null) return () => true;
  const value = filter.value.toLowerCase();
  switch (`${filter.field.toLowerCase()} ${filter.operator}`) {
    case "companyname substring":
      return ({ customerName }) => customerName.toLowerCase().includes(value);
    case "customerid equals":
      return ({ customerId }) => customerId === value;
    case "resourcetype equals":
      return ({ resourceType }) => resourceType.replaceAll("_", "") === value.replaceAll("_", "");
    default:
      throw malformed("The filter is not supported.");
  }
}

function auditRecordBody(record: AuditRecord) {
  return {
    id: record.id,
    partnerId: PARTNER_TENANT_ID,
    participants: [PARTNER_TENANT_ID, record.customerId],
    customerId: record.customerId,
    customerName: record.customerName,
    userPrincipalName: record.userPrincipalName,
    applicationId: record.applicationId,
    resourceType: record.resourceType,
    ...(record.resourceOldValue === null
      ? {}
      : { resourceOldValue: JSON.stringify(record.resourceOldValue) }),
    resourceNewValue: JSON.stringify(record.resourceNewValue),
    operationType: record.operationType,
    operationDate: wireDate(record.operationDate),
    operationStatus: "succeeded",
    originalCorrelationId: record.correlationId,
    customizedData: record.customizedData,
    attributes: { objectType: "AuditRecord" },
  };
}
