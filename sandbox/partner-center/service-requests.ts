import { extname } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { customerOf } from "./customers.ts";
import { problem, refusal } from "./errors.ts";
import { type RoleName, seedServiceRequest, seedSupportTopics } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { ServiceRequest, State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { collection, filterOf, link, never, offsetPage, wireDate } from "./wire.ts";

const supportRoles: readonly RoleName[] = ["Admin agent", "Helpdesk agent"];
const severities = ["unknown", "critical", "moderate", "minimal"] as const;
const statuses = ["none", "open", "closed", "attention_needed"] as const;
const hourMs = 3_600_000;

const draftSchema = z.object({
  title: z.string().min(1).max(255),
  description: z.string().min(1),
  severity: z.string().toLowerCase().pipe(z.enum(severities)),
  supportTopicId: z.union([z.string().min(1), z.int().transform(String)]),
});

const patchSchema = z.object({
  title: z.string().max(255).optional(),
  description: z.string().optional(),
  severity: z.string().toLowerCase().pipe(z.enum(severities)).optional(),
  status: z.string().toLowerCase().pipe(z.enum(statuses)).optional(),
  newNote: z.object({ text: z.string().min(1) }).optional(),
});

/** What the support team does with a service request. */
export const serviceRequestUpdateSchema = z.strictObject({
  id: z.string(),
  status: z.enum(["open", "closed", "attention_needed"]).optional(),
  note: z.string().min(1).optional(),
  /** A file that the support team adds. */
  file: z.strictObject({ name: z.string().min(1), size: z.int().nonnegative() }).optional(),
});
export type ServiceRequestUpdate = z.output<typeof serviceRequestUpdateSchema>;

/** The one service request that was there before the simulator started. */
export function plantServiceRequest(state: State): void {
  const { id, title, description, severity, ageHours } = seedServiceRequest;
  const createdAt = new Date(state.now().getTime() - ageHours * hourMs);
  state.serviceRequests.set(id, {
    id,
    title,
    description,
    severity,
    status: "open",
    supportTopicId: String(seedSupportTopics[0]?.id),
    createdAt,
    modifiedAt: createdAt,
    closedAt: null,
    createdBy: "admin.agent@partner.example",
    notes: [],
    files: [],
  });
}

/** Service requests: list, one, change, and in archived mode topics and creation (page service-request-resources). */
export function serveServiceRequests(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: supportRoles, userOnly: true });

  serve(app, state, {
    method: "GET",
    path: "/v1/servicerequests",
    admit,
    handle: (call) => ({
      status: 200,
      body: listed(call, [...state.serviceRequests.values()]),
    }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/servicerequests",
    admit,
    handle: (call) => {
      const { id, domain } = customerOf(state, call);
      const about = [...state.serviceRequests.values()].filter(
        ({ description }) => description.includes(id) || description.includes(domain),
      );
      return { status: 200, body: listed(call, about) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/servicerequests/supporttopics",
    admit,
    handle: () => {
      refuseWhenWithdrawn(state);
      const topics = seedSupportTopics.map((topic) => ({
        ...topic,
        attributes: { objectType: "SupportTopic" },
      }));
      return { status: 200, body: collection(topics, "/servicerequests/supporttopics") };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/servicerequests/:serviceRequestId",
    admit,
    handle: (call) => ({ status: 200, body: serviceRequestBody(requestOf(state, call)) }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/customers/:customerId/servicerequests/:serviceRequestId",
    admit,
    handle: (call) => {
      customerOf(state, call);
      return { status: 200, body: serviceRequestBody(requestOf(state, call)) };
    },
  });
  serve(app, state, {
    method: "PATCH",
    path: "/v1/servicerequests/:serviceRequestId",
    admit,
    handle: (call) => ({ status: 200, body: patched(state, call) }),
  });
  serve(app, state, {
    method: "POST",
    path: "/v1/servicerequests/:agentLocale",
    admit,
    handle: (call) => ({ status: 201, body: created(state, call) }),
  });
}

/** The support team's side: answers or closes a request. Throws when there is none with this id. */
export function updateServiceRequest(state: State, update: ServiceRequestUpdate): void {
  const request = state.serviceRequests.get(update.id);
  if (request === undefined) throw refusal(404, 1000, "The service request was not found.");
  if (update.note !== undefined) addNote(state, request, update.note, "Microsoft Support");
  if (update.file !== undefined) {
    request.files.push({ id: state.guid("file"), ...update.file });
    request.modifiedAt = state.now();
  }
  if (update.status !== undefined) setStatus(state, request, update.status);
}

function refuseWhenWithdrawn(state: State): void {
  if (state.settings.serviceRequests === "archived") return;
  throw refusal(404, 1000, "The resource was not found.");
}

function requestOf(state: State, call: Call): ServiceRequest {
  const request = state.serviceRequests.get(call.params.serviceRequestId ?? "");
  if (request === undefined) throw problem(404, "Not Found", "The service request was not found.", call.path);
  return request;
}

function listed(call: Call, requests: readonly ServiceRequest[]) {
  const matches = filterFor(call);
  const newest = requests
    .filter((request) => matches(request))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  return offsetPage(call, newest.map(serviceRequestBody));
}

/** The filter of the SDKs, or the newer `Field` and `Value`; by status, severity, title or id, nothing else. */
function filterFor(call: Call): (request: ServiceRequest) => boolean {
  const [Field, Value] = [call.query.get("Field"), call.query.get("Value")];
  const filter =
    filterOf(call) ?? (Field && Value ? { field: Field, value: Value, operator: "equals" } : null);
  if (filter === null) return () => true;
  const value = filter.value.toLowerCase().replaceAll("_", "");
  const read = filterFields.get(filter.field.toLowerCase());
  if (read === undefined) throw problem(400, "Bad Request", "The filter field is not supported.", call.path);
  const textOf = (request: ServiceRequest) => read(request).toLowerCase().replaceAll("_", "");
  switch (filter.operator) {
    case "equals":
      return (request) => textOf(request) === value;
    case "not_equals":
      return (request) => textOf(request) !== value;
    case "starts_with":
      return (request) => textOf(request).startsWith(value);
    case "substring":
      return (request) => textOf(request).includes(value);
    default:
      throw problem(400, "Bad Request", "The filter operator is not supported.", call.path);
  }
}

const filterFields = new Map<string, (request: ServiceRequest) => string>([
  ["status", ({ status }) => status],
  ["severity", ({ severity }) => severity],
  ["title", ({ title }) => title],
  ["id", ({ id }) => id],
]);

function created(state: State, call: Call) {
  refuseWhenWithdrawn(state);
  if (!/^[a-z]{2}-[a-z]{2}$/i.test(call.params.agentLocale ?? "")) {
    throw problem(400, "Bad Request", "The agent locale is not valid.", call.path);
  }
  const draft = call.read(draftSchema);
  const id = `6${BigInt(`0x${state.bytes("service-request").toString("hex", 0, 8)}`) % 10n ** 15n}`.padEnd(
    16,
    "0",
  );
  const request: ServiceRequest = {
    ...draft,
    id,
    status: "open",
    createdAt: state.now(),
    modifiedAt: state.now(),
    closedAt: null,
    createdBy: call.caller.user?.userPrincipalName ?? "",
    notes: [],
    files: [],
  };
  state.serviceRequests.set(id, request);
  return serviceRequestBody(request);
}

function patched(state: State, call: Call) {
  const request = requestOf(state, call);
  const patch = call.read(patchSchema);
  if (patch.title) request.title = patch.title;
  if (patch.description) request.description = patch.description;
  if (patch.severity && patch.severity !== "unknown") request.severity = patch.severity;
  if (patch.newNote) {
    addNote(state, request, patch.newNote.text, call.caller.user?.displayName ?? "");
  }
  if (patch.status && patch.status !== "none") setStatus(state, request, patch.status);
  request.modifiedAt = state.now();
  return serviceRequestBody(request);
}

function addNote(state: State, request: ServiceRequest, text: string, createdByName: string): void {
  request.notes.push({ text, createdByName, createdAt: state.now() });
  request.modifiedAt = state.now();
}

function setStatus(state: State, request: ServiceRequest, status: ServiceRequest["status"]): void {
  request.status = status;
  request.closedAt = status === "closed" ? state.now() : null;
  request.modifiedAt = state.now();
}

function serviceRequestBody(request: ServiceRequest) {
  const topic = seedSupportTopics.find(({ id }) => String(id) === request.supportTopicId);
  const contact = { lastName: "", firstName: "", email: request.createdBy, phoneNumber: "" };
  return {
    id: request.id,
    title: request.title,
    description: request.description,
    severity: request.severity,
    supportTopicId: request.supportTopicId,
    supportTopicName: topic?.name ?? "",
    supportTopicDescription: topic?.description ?? "",
    status: request.status,
    primaryContact: contact,
    lastUpdatedBy: contact,
    createdDate: wireDate(request.createdAt),
    lastModifiedDate: wireDate(request.modifiedAt),
    lastClosedDate: request.closedAt === null ? never : wireDate(request.closedAt),
    notes: request.notes.map(({ text, createdByName, createdAt }) => ({
      createdByName,
      createdDate: wireDate(createdAt),
      text,
    })),
    fileLinks: request.files.map(({ id, name, size }) => ({
      id,
      fileNameWithoutExtension: name.replace(/\.[^.]*$/, ""),
      extensionType: extname(name).slice(1),
      fileSize: size,
      location: `/servicerequests/${request.id}/files/${id}`,
      comment: "",
    })),
    countryCode: "US",
    links: { self: link(`/servicerequests/${request.id}`) },
    attributes: { objectType: "ServiceRequest" },
  };
}
