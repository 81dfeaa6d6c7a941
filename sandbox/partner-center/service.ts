import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { entraError, malformed, Refusal, refusal, throttled, unauthorised } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { guidPattern } from "./guid.ts";
import type { SeedPartnerUser } from "./seed.ts";
import type { State } from "./state.ts";

/** Who calls. `user` is null for the application alone. */
export interface Caller {
  applicationId: string;
  user: SeedPartnerUser | null;
  /** Whether the user's token has the MFA claim. */
  mfaCompliant?: boolean;
  /** Headers that the answer carries because of who calls. */
  headers?: Record<string, string>;
}

export interface Call {
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  text: string;
  caller: Caller;
  correlationId: string;
  header(name: string): string | undefined;
  /** The JSON body by this schema; names match without regard to case, null is absent. Refuses with 400. */
  read<T>(schema: z.ZodType<T>): T;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  /** Who this is, or a Refusal. */
  admit(call: Omit<Call, "caller">): Caller;
  handle(call: Call): Answer | Promise<Answer>;
  /** How this operation words an answer that says no, where it is not as Partner Center does. */
  reword?(answer: Answer): Answer;
}

/**
 * Serves one operation the way every operation is served: log, fault, admission, rate limit, replay of a known
 * MS-RequestId, effect, answer. A write whose MS-RequestId is known gets the first answer again (page headers).
 */
export function serve(app: FastifyInstance, state: State, route: Route): void {
  app.route({
    method: route.method,
    url: route.path,
    handler: (request, reply) => exchange(state, route, request, reply),
  });
}

/** Every other path: logged and refused with 404:1000 like any call. */
export function serveNowhere(app: FastifyInstance, state: State): void {
  const handle = (): Answer => {
    throw refusal(404, 1000, "The resource was not found.");
  };
  const admit = (): Caller => ({ applicationId: "anyone", user: null });
  app.setNotFoundHandler((request, reply) => exchange(state, { admit, handle }, request, reply));
}

async function exchange(
  state: State,
  route: Pick<Route, "admit" | "handle" | "reword">,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const url = new URL(request.url, "http://simulator");
  const sentId = headerOf(request, "ms-requestid");
  const requestId = sentId ?? state.guid("request");
  const correlationId = headerOf(request, "ms-correlationid") ?? state.guid("correlation");
  const fault = state.faults.take(request.method, url.pathname);

  const call: Omit<Call, "caller"> = {
    method: request.method,
    path: url.pathname,
    params: request.params as Record<string, string>,
    query: url.searchParams,
    text: typeof request.body === "string" ? request.body : "",
    correlationId,
    header: (name) => headerOf(request, name),
    read: (schema) => {
      if (!/^application\/json\b/i.test(headerOf(request, "content-type") ?? "")) {
        throw malformed("The content type is not application/json.");
      }
      return readJson(call.text, schema);
    },
  };

  let caller: Caller | null = null;
  const admit = (admitted: Omit<Call, "caller">): Caller => {
    caller = route.admit(admitted);
    return caller;
  };
  const log = (status: number) =>
    state.log({
      at: state.now().toISOString(),
      method: request.method,
      path: request.url,
      requestId,
      correlationId,
      status,
      fault: fault?.fault ?? null,
      user: userOf(caller),
    });

  if (fault?.fault === "reset-before") {
    log(0);
    return drop(request, reply);
  }
  let answer: Answer;
  try {
    answer = await produce(state, { ...route, admit }, call, fault, sentId);
  } catch (error) {
    if (state.closing.signal.aborted) return drop(request, reply);
    if (!(error instanceof Refusal)) throw error;
    answer = error;
  }
  if (fault?.fault === "reset-after-commit") {
    log(0);
    return drop(request, reply);
  }
  if (fault?.fault === "hang") {
    log(0);
    reply.hijack();
    return;
  }

  if (answer.status >= 400) answer = route.reword?.(answer) ?? answer;
  log(answer.status);
  const echoed = (value: string) => (fault?.fault === "duplicate-headers" ? `${value},${value}` : value);
  reply.code(answer.status).headers({
    "ms-requestid": echoed(requestId),
    "ms-correlationid": echoed(correlationId),
    "ms-cv": `${correlationId.slice(0, 8)}.0`,
    "ms-serverid": "simulator",
    "x-locale": echoed(headerOf(request, "x-locale") ?? "en-US"),
    ...(answer.body === undefined ? {} : { "content-type": contentTypeOf(fault) }),
    ...answer.headers,
  });
  await reply.send(answer.body === undefined ? "" : spoil(textOf(answer.body), fault));
}

async function produce(
  state: State,
  route: Pick<Route, "admit" | "handle">,
  call: Omit<Call, "caller">,
  fault: Fault | null,
  requestId: string | undefined,
): Promise<Answer> {
  refuseByFault(state, fault, call.correlationId);
  const caller = route.admit(call);
  const wait = state.rateLimit.take(call.path, state.now(), state.settings.requestsPerMinute);
  if (wait !== null) throw throttled(wait);
  const slow = fault?.fault === "slow" ? (fault.delayMs ?? 1_000) : 0;
  const act = async (): Promise<Answer> => {
    if (slow > 0) await sleep(slow, undefined, { signal: state.closing.signal });
    const answer = await outcome(() => route.handle({ ...call, caller }));
    return { ...answer, headers: { ...caller.headers, ...answer.headers } };
  };
  if (requestId === undefined) return act();
  if (!guidPattern.test(requestId)) throw malformed("MS-RequestId is not a GUID.");
  if (call.method === "GET" || call.method === "HEAD") return act();
  const key = `${call.method} ${call.path} ${requestId}`;
  const answer = state.replays.once(key, call.text, state.now(), act);
  if (answer === null) throw malformed("This MS-RequestId was used with another request.");
  return answer;
}

async function outcome(handle: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.headers };
    throw error;
  }
}

function userOf(caller: Caller | null) {
  if (!caller?.user) return null;
  const { id, userPrincipalName } = caller.user;
  return { id, userPrincipalName, mfaCompliant: caller.mfaCompliant ?? false };
}

function refuseByFault(state: State, fault: Fault | null, correlationId: string): void {
  switch (fault?.fault) {
    case "429":
      throw throttled(fault.retryAfterSeconds ?? 30);
    case "500":
      throw refusal(500, 800003, "An unexpected error occurred.");
    case "503":
      throw new Refusal(
        503,
        { code: 800003, description: "The service is unavailable.", data: [], source: "PartnerFD" },
        fault.retryAfterSeconds === undefined ? {} : { "retry-after": String(fault.retryAfterSeconds) },
      );
    case "502":
    case "504":
      throw new Refusal(Number(fault.fault), undefined);
    case "revoked-refresh-token":
      throw entraError(
        {
          status: 400,
          error: "invalid_grant",
          code: 50173,
          text: "The grant was revoked: a fresh sign-in is needed.",
        },
        { now: state.now(), traceId: state.guid("trace"), correlationId },
      );
    case "expired-token":
      throw unauthorised(400, "Access denied: the access token has expired.", correlationId);
    case "answer":
      throw refusal(
        fault.answer?.status ?? 400,
        fault.answer?.code ?? 3000,
        fault.answer?.description ?? "The request was refused.",
      );
    default:
  }
}

function spoil(text: string, fault: Fault | null): string {
  switch (fault?.fault) {
    case "invalid-json":
      return text.slice(0, Math.max(1, Math.floor(text.length / 2)));
    case "html":
      return "<!doctype html><title>Service unavailable</title><h1>Our services aren't available right now</h1>";
    case "bom":
      return `\uFEFF${text}`;
    default:
      return text;
  }
}

function contentTypeOf(fault: Fault | null): string {
  if (fault?.fault === "html") return "text/html; charset=utf-8";
  if (fault?.fault === "wrong-content-type") return "text/plain; charset=utf-8";
  return "application/json; charset=utf-8";
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

/** Ends the connection as a network failure would, with a reset and without an answer. */
function drop(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}

/** Every property name that an operation reads from a body. */
const propertyNames = new Map(
  [
    "addressLine1",
    "addressLine2",
    "armRegionName",
    "autoRenewEnabled",
    "azureSubscriptionId",
    "billingCycle",
    "billingProfile",
    "catalogItemId",
    "city",
    "companyName",
    "companyProfile",
    "country",
    "culture",
    "currencyCode",
    "customerId",
    "dateAgreed",
    "defaultAddress",
    "description",
    "domain",
    "duration",
    "email",
    "fileType",
    "firstName",
    "friendlyName",
    "id",
    "inventoryContext",
    "language",
    "lastName",
    "lineItemNumber",
    "lineItems",
    "middleName",
    "newNote",
    "offerId",
    "organizationRegistrationNumber",
    "partnerOnRecordAttestationAccepted",
    "phoneNumber",
    "postalCode",
    "primaryContact",
    "productId",
    "provisioningContext",
    "quantity",
    "referenceCustomerId",
    "region",
    "scope",
    "severity",
    "skuId",
    "state",
    "status",
    "subscriptionId",
    "supportTopicId",
    "targetItems",
    "templateId",
    "termDuration",
    "text",
    "title",
    "type",
    "version",
  ].map((name) => [name.toLowerCase(), name]),
);

function readJson<T>(text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("The request body is not valid JSON.", 800002);
  }
  const parsed = schema.safeParse(renamed(value));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw malformed(`Invalid property ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, 800002);
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [propertyNames.get(name.toLowerCase()) ?? name, renamed(inner)]),
  );
}
