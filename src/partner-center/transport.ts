import type { z } from "zod";
import type { Secret } from "#src/config/secret.ts";
import type { Clock } from "#src/desk/clock.ts";
import { measure } from "#src/desk/measure.ts";
import { annotate, traced } from "#src/desk/trace.ts";
import { TokenFailure, type TokenSource } from "./auth.ts";
import { BudgetSpent, type CallBudget } from "./budget.ts";
import { classify, type Outcome } from "./classify.ts";
import { jsonOf, readErrorBody } from "./error-body.ts";
import {
  before,
  deadline,
  exchange,
  type HttpAnswer,
  type HttpRequest,
  NoAnswer,
  retryAfter,
} from "./exchange.ts";
import { isGuid, newGuid } from "./guid.ts";
import type { Operation } from "./modes.ts";
import { type FailureKind, PartnerCenterFailure, type ReadCall, type WriteCall } from "./port.ts";
import { type Link, page } from "./wire.ts";

/** What is logged of a call: names, codes and ids. No URL, because searches carry names of customers. */
export interface CallEvent {
  operation: Operation;
  /** 0 where nothing was answered. */
  status: number;
  /** Null where it went well. */
  failure: FailureKind | null;
  /** Partner Center's error code; 0 where there is none. */
  code: number;
  durationMs: number;
  requestId: string;
  correlationId: string;
}

export interface TransportOptions {
  /** Such as https://api.partnercenter.microsoft.com; the paths below it start with /v1. */
  baseUrl: string;
  tokens: TokenSource;
  /** For one request with its answer, and its repeat after a renewed token. Default: 20 seconds. */
  timeoutMs?: number;
  clock: Clock;
  /** Default: as many calls as one likes. */
  budget?: CallBudget;
  log?: (event: CallEvent) => void;
  userAgent?: string;
}

interface Read<T extends z.ZodType> {
  operation: Operation;
  /** Segments below /v1; they are escaped here. */
  path: string[];
  query?: Record<string, string>;
  /** Makes it a POST: some questions are asked that way. */
  body?: unknown;
  schema: T;
}

/**
 * How a collection goes on after a page. `link`: where links.next leads. `token`: the same address with seekOperation and
 * MS-ContinuationToken, for collections whose printed link is broken. `offset`: at the next item, for as long as pages
 * are full or link to another.
 */
type Paging = { by: "link" } | { by: "token" } | { by: "offset"; size: number };

interface ReadAll<T extends z.ZodType> extends Read<T> {
  paging?: Paging;
}

interface ReadPage<T extends z.ZodType> extends Read<T> {
  /** What the page before gave as `next`; null for the first. */
  continuation: string | null;
}

interface Write<T extends z.ZodType> extends Read<T> {
  method: "POST" | "PATCH";
  etag?: string | null;
}

/** Partner Center over HTTP, each answer checked. Throws PartnerCenterFailure and nothing else. */
export interface Transport {
  read<T extends z.ZodType>(read: Read<T>, call?: ReadCall): Promise<z.output<T>>;
  /** All items of a collection, page by page; `schema` is that of one item. */
  readAll<T extends z.ZodType>(read: ReadAll<T>, call?: ReadCall): Promise<z.output<T>[]>;
  /** One page of a collection that goes on by token, for who keeps the token; `next` is null after the last page. */
  readPage<T extends z.ZodType>(
    read: ReadPage<T>,
    call?: ReadCall,
  ): Promise<{ items: z.output<T>[]; next: string | null }>;
  write<T extends z.ZodType>(write: Write<T>, call: WriteCall): Promise<z.output<T>>;
}

/** The names under which one request is known, here and there. */
interface Ids {
  operation: Operation;
  requestId: string;
  correlationId: string;
}

const mostPages = 200;

/** The transport of Partner Center's headers, errors, paging and throttling pages. */
export function createTransport(options: TransportOptions): Transport {
  const { tokens, clock, budget, timeoutMs = 20_000, userAgent = "csp-desk" } = options;
  const root = new URL(options.baseUrl).href.replace(/\/+$/, "");

  async function send<T extends z.ZodType>(
    ids: Ids,
    request: HttpRequest,
    schema: T,
    signal: AbortSignal | undefined,
  ): Promise<z.output<T>> {
    const startedAt = performance.now();
    const report = (status: number, failure: PartnerCenterFailure | null) => {
      const took = performance.now() - startedAt;
      const { operation } = ids;
      measure("partnerCenterCall", { operation, result: failure?.kind ?? "ok", seconds: took / 1_000 });
      annotate({ status, failure: failure?.kind ?? null, code: failure?.code ?? null });
      options.log?.({
        ...ids,
        status,
        failure: failure?.kind ?? null,
        code: failure?.code ?? 0,
        durationMs: Math.round(took),
      });
    };
    const { requestId, correlationId } = ids;
    return traced(`partner center ${ids.operation}`, "client", { requestId, correlationId }, answered);

    async function answered(): Promise<z.output<T>> {
      try {
        const answer = await authorised(ids, request, deadline(timeoutMs, signal));
        const value = readAnswer(ids, answer, schema, clock.now());
        report(answer.status, null);
        return value;
      } catch (error) {
        const failure = asFailure(ids, error);
        report(failure.status, failure);
        throw failure;
      }
    }
  }

  /** Sends with a token; once more, under the same ids, with a new one when the first was not accepted. */
  async function authorised(ids: Ids, request: HttpRequest, until: AbortSignal): Promise<HttpAnswer> {
    const attempt = async (token: Secret): Promise<HttpAnswer> => {
      if (budget) await before(until, budget.take(until));
      const answer = await exchange(
        { ...request, headers: headersOf(ids, request, token, userAgent) },
        until,
      );
      if (answer.status === 429) await budget?.block(throttledFor(answer, clock.now()));
      return answer;
    };

    const token = await before(until, tokens.token(ids.operation));
    const answer = await attempt(token);
    if (answer.status !== 401) return answer;
    const renewed = await before(until, tokens.token(ids.operation, token));
    const second = await attempt(renewed);
    if (second.status === 401) await tokens.rejected?.(renewed, readRejection(second));
    return second;
  }

  return {
    async read({ operation, path, query, body, schema }, call) {
      const ids = idsOfRead(operation);
      const method = body === undefined ? "GET" : "POST";
      return send(ids, requestOf(method, urlOf(root, ids, path, query), body), schema, call?.signal);
    },

    async readAll({ operation, path, query, schema, paging = { by: "link" } }, call) {
      const pageSchema = page(schema);
      const items: z.output<typeof schema>[] = [];
      let ids = idsOfRead(operation);
      const first = urlOf(root, ids, path, {
        ...query,
        ...(paging.by === "offset" ? { size: String(paging.size), offset: "0" } : {}),
      });
      let request: HttpRequest | null = { method: "GET", url: first, headers: {} };
      const asked = new Set<string>();
      for (let pages = 1; pages <= mostPages; pages += 1) {
        const answer = await send(ids, request, pageSchema, call?.signal);
        // One by one: so many arguments as a page may have items no call takes.
        for (const item of answer.items) items.push(item);
        request = nextPage(ids, root, paging, { first, answer, read: items.length });
        if (request === null) return items;
        const place = JSON.stringify([request.url, request.headers]);
        if (asked.has(place))
          throw failed(ids, { type: "unreadable", status: 200 }, "the pages lead in a circle");
        asked.add(place);
        ids = idsOfRead(operation);
      }
      throw failed(ids, { type: "unreadable", status: 200 }, `more than ${mostPages} pages`);
    },

    async readPage({ operation, path, query, schema, continuation }, call) {
      const ids = idsOfRead(operation);
      const seek = continuation === null ? {} : { seekOperation: "Next" };
      const request = requestOf("GET", urlOf(root, ids, path, { ...query, ...seek }), undefined);
      if (continuation !== null) request.headers = { "ms-continuationtoken": continuation };
      const { items, links, continuationToken } = await send(ids, request, page(schema), call?.signal);
      const next = links?.next
        ? (headersOfLink(links.next)["ms-continuationtoken"] ?? continuationToken)
        : null;
      if (links?.next && next === null)
        throw failed(ids, { type: "unreadable", status: 200 }, "a next page without a continuation token");
      return { items, next };
    },

    async write({ operation, method, path, query, body, etag, schema }, call) {
      const ids = { operation, requestId: call.requestId, correlationId: call.correlationId };
      if (!isGuid(call.requestId)) throw failed(ids, { type: "not_sent" }, "the request id is not a GUID");
      const request = requestOf(method, urlOf(root, ids, path, query), body);
      if (etag) request.headers = { "If-Match": etag };
      return send(ids, request, schema, call.signal);
    },
  };
}

const idsOfRead = (operation: Operation): Ids => ({
  operation,
  requestId: newGuid(),
  correlationId: newGuid(),
});

function headersOf(ids: Ids, request: HttpRequest, token: Secret, userAgent: string): Headers {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${token.reveal()}`);
  headers.set("Accept", "application/json");
  headers.set("MS-RequestId", ids.requestId);
  headers.set("MS-CorrelationId", ids.correlationId);
  headers.set("X-Locale", "en-US");
  headers.set("User-Agent", userAgent);
  if (request.body !== undefined) headers.set("Content-Type", "application/json");
  return headers;
}

function urlOf(root: string, ids: Ids, path: string[], query: Record<string, string> = {}): URL {
  if (path.some((segment) => /^\.{0,2}$/.test(segment) || !segment.isWellFormed()))
    throw failed(ids, { type: "not_sent" }, "an id is missing");
  const url = new URL(`${root}/v1/${path.map(encodeURIComponent).join("/")}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

const requestOf = (method: HttpRequest["method"], url: URL, body: unknown): HttpRequest => ({
  method,
  url,
  headers: {},
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/** The request for the page after this one; null after the last. */
function nextPage(
  ids: Ids,
  root: string,
  paging: Paging,
  {
    first,
    answer: { items, links, continuationToken },
    read,
  }: { first: URL; answer: z.output<ReturnType<typeof page>>; read: number },
): HttpRequest | null {
  const next = links?.next;
  const url = new URL(first);
  switch (paging.by) {
    case "link":
      return next ? { method: "GET", url: urlOfLink(root, ids, next), headers: headersOfLink(next) } : null;
    case "token": {
      if (!next) return null;
      url.searchParams.set("seekOperation", "Next");
      const token = continuationToken === null ? {} : { "ms-continuationtoken": continuationToken };
      return { method: "GET", url, headers: { ...token, ...headersOfLink(next) } };
    }
    case "offset":
      if (items.length === 0 || (!next && items.length < paging.size)) return null;
      url.searchParams.set("offset", String(read));
      return { method: "GET", url, headers: {} };
  }
}

/** Links are relative to the base, with or without /v1; one that leads elsewhere must not get our token. */
function urlOfLink(root: string, ids: Ids, link: Link): URL {
  const address = /^https?:/i.test(link.uri)
    ? link.uri
    : `${root}${/^\/?v1\//i.test(link.uri) ? "/" : "/v1/"}${link.uri.replace(/^\/+/, "")}`;
  if (!URL.canParse(address) || new URL(address).origin !== new URL(root).origin) {
    throw failed(
      ids,
      { type: "unreadable", status: 200 },
      "the link to the next page leads to another server",
    );
  }
  return new URL(address);
}

/** A link's own headers, such as MS-ContinuationToken; the standard ones are set by us. */
function headersOfLink(link: Link): Record<string, string> {
  return Object.fromEntries(
    link.headers
      .filter(({ key }) => /^ms-[a-z-]+$/i.test(key))
      .map(({ key, value }) => [key.toLowerCase(), value]),
  );
}

const mfaClaimMissing = 900421;

/** Before April 2026 a missing MFA claim was answered without a body (page partner-security-requirements-mandating-mfa). */
function readRejection({ status, headers, text }: HttpAnswer): { code: number; lacksMfa: boolean } {
  const { code } = readErrorBody(status, text);
  const asBefore = text === "" && /\binvalid_token\b/.test(headers.get("www-authenticate") ?? "");
  return { code, lacksMfa: code === mfaClaimMissing || asBefore };
}

/** What a 429 without a number of seconds is taken to mean; the number in Microsoft's example. */
const usualThrottleMs = 30_000;

function throttledFor({ status, headers, text }: HttpAnswer, now: Date): number {
  return retryAfter(headers, readErrorBody(status, text).description, now) ?? usualThrottleMs;
}

function readAnswer<T extends z.ZodType>(ids: Ids, answer: HttpAnswer, schema: T, now: Date): z.output<T> {
  const { status, text } = answer;
  if (status < 200 || status > 299) {
    const { code, description } = readErrorBody(status, text);
    throw failed(
      ids,
      { type: "answer", status, code },
      description,
      retryAfter(answer.headers, description, now),
    );
  }
  if (text === null)
    throw failed(ids, { type: "unreadable", status }, "the answer is too large or not UTF-8");
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.code}`);
  throw failed(
    ids,
    { type: "unreadable", status },
    `not the JSON we know (${places.slice(0, 5).join(", ")})`,
  );
}

function asFailure(ids: Ids, error: unknown): PartnerCenterFailure {
  if (error instanceof PartnerCenterFailure) return error;
  if (error instanceof NoAnswer) return failed(ids, { type: "no_answer" }, error.message);
  if (error instanceof BudgetSpent) {
    return failed(ids, { type: "no_budget" }, error.message, error.retryAfterMs);
  }
  if (error instanceof TokenFailure) {
    return failed(ids, { type: "no_token", authority: error.authority }, error.message, error.retryAfterMs);
  }
  // Whatever else broke may have broken after the request was sent: its effect is unknown.
  return failed(ids, { type: "no_answer" }, "the call broke off");
}

function failed(
  ids: Ids,
  outcome: Outcome,
  description: string,
  retryAfterMs: number | null = null,
): PartnerCenterFailure {
  return new PartnerCenterFailure({
    ...ids,
    kind: classify(outcome),
    status: "status" in outcome ? outcome.status : 0,
    code: "code" in outcome ? outcome.code : 0,
    description,
    retryAfterMs,
  });
}
