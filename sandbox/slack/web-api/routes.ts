import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Faults } from "../faults.ts";
import { type Call, SlackError, type Wire } from "../model.ts";
import type { Installs, Tenant } from "../oauth/installs.ts";
import type { SocketMode } from "../socket-mode.ts";
import type { Workspace } from "../workspace.ts";
import { blocks } from "./blocks.ts";
import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import { files } from "./files.ts";
import { invalidArguments, type Method } from "./method.ts";
import { oauthMethods } from "./oauth.ts";
import type { RateLimits } from "./rate-limits.ts";
import { users } from "./users.ts";
import { views } from "./views.ts";

/** Arguments that a form carries as JSON text, and the error when it is none. */
const jsonArguments: Record<string, string> = {
  view: "invalid_arguments",
  blocks: "invalid_blocks_format",
  attachments: "invalid_attachments",
  metadata: "invalid_metadata_format",
  files: "invalid_arguments",
};

const auth: Record<string, Method> = {
  "auth.test": {
    run: (workspace) => ({
      url: `${workspace.baseUrl}/`,
      team: workspace.team.name,
      user: workspace.app.name,
      team_id: workspace.team.id,
      user_id: workspace.app.botUserId,
      bot_id: workspace.app.botId,
      is_enterprise_install: workspace.organisation !== null,
      ...(workspace.organisation ? { enterprise_id: workspace.organisation.id } : {}),
    }),
  },
};

const shared: Record<string, Method> = {
  ...auth,
  ...blocks,
  ...chat,
  ...conversations,
  ...files,
  ...users,
  ...views,
};

/** One workspace behind the Web API. */
export interface WebApiTenant extends Tenant {
  faults: Faults;
  socketMode: SocketMode;
  /** Null: nothing is limited. */
  rateLimits: RateLimits | null;
  appToken: string;
  /** Ends every injected delay. */
  closing: AbortSignal;
}

/** Serves `/api/<method>` for every workspace that the app is installed in, and this one's uploads and downloads. */
export function webApiRoutes(
  server: FastifyInstance,
  own: WebApiTenant,
  installs: Installs<WebApiTenant>,
): void {
  const { workspace } = own;
  const methods: Record<string, Method> = {
    ...shared,
    ...oauthMethods(installs),
    "apps.connections.open": {
      token: "app",
      tier: 3,
      run: () => ({ url: own.socketMode.issueUrl() }),
    },
  };

  server.route<{ Params: { method: string } }>({
    method: ["GET", "POST"],
    url: "/api/:method",
    handler: (request, reply) => {
      const name = request.params.method;
      const tenant = installs.tenantOf(bearerOf(request)) ?? own;
      return answer(request, reply, { name, method: methods[name] }, tenant, installs);
    },
  });

  server.post<{ Params: { id: string } }>("/upload/v1/:id", async (request, reply) => {
    const file = workspace.files.get(request.params.id);
    if (!file || file.complete) return reply.code(404).send("not found");
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const contentType = request.headers["content-type"] ?? "";
    const bytes = contentType.startsWith("multipart/") ? await firstPart(body, contentType) : body;
    if (bytes.length !== file.length) return reply.code(400).send("length mismatch");
    file.bytes = bytes;
    workspace.changes.emit("file", file.id);
    return reply.send(`OK - ${bytes.length}`);
  });

  server.get<{ Params: { key: string } }>("/files-pri/:key/*", async (request, reply) => {
    const file = workspace.files.get(request.params.key.slice(workspace.team.id.length + 1));
    const entitled = workspace.grants.has("files:read");
    if (!entitled || !installs.speaksFor(own, bearerOf(request))) {
      return reply
        .type("text/html; charset=utf-8")
        .send("<!doctype html><title>Sign in</title><p>Please sign in.</p>");
    }
    if (!file?.bytes) return reply.code(404).send("not found");
    return reply.type(file.mimetype).send(file.bytes);
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  called: { name: string; method: Method | undefined },
  options: WebApiTenant,
  installs: Installs<WebApiTenant>,
): Promise<unknown> {
  const { workspace, faults } = options;
  const started = performance.now();
  const fault = faults.strike({ method: called.name });
  const call: Call = {
    id: workspace.nextId("call-", 6),
    at: workspace.clock.now().toISOString(),
    method: called.name,
    args: {},
    ok: false,
    status: null,
    answer: {},
    latencyMs: 0,
    ...(fault ? { fault: fault.fault } : {}),
  };
  workspace.calls.push(call);
  const finish = (status: number | null, result: Wire): void => {
    Object.assign(call, { status, ok: result.ok === true, answer: status === null ? {} : result });
    if (typeof result.error === "string") call.error = result.error;
    if (typeof result.warning === "string") call.warning = result.warning;
    call.latencyMs = Math.round(performance.now() - started);
    workspace.changes.emit("call", call.id);
  };
  const say = (status: number, result: Wire): FastifyReply => {
    finish(status, result);
    reply.header("x-oauth-scopes", workspace.grants.scopes.join(","));
    return reply.code(status).send(result);
  };
  const limit = (seconds: number): FastifyReply => {
    reply.header("retry-after", String(seconds));
    return say(429, { ok: false, error: "ratelimited" });
  };
  const reset = (result: Wire): FastifyReply => {
    finish(null, result);
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  };

  let speaking: string;
  try {
    const { token, ...args } = await argumentsOf(request);
    call.args = args;
    speaking = bearerOf(request) || String(token ?? "");
    authenticate(speaking, called.method, options, installs);
  } catch (error) {
    return say(200, refusal(error));
  }
  if (fault?.fault === "slow") await pause(fault.delayMs ?? 0, undefined, { signal: options.closing });
  if (fault?.fault === "429") return limit(fault.retryAfterSeconds ?? 1);
  if (fault?.fault === "500") return say(500, { ok: false, error: "internal_error" });
  if (fault?.fault === "reset-before") return reset({ ok: false, error: "connection reset" });
  if (fault?.fault.startsWith("error:")) {
    return say(200, { ok: false, error: fault.fault.slice("error:".length) });
  }
  const wait = waitFor(called, call.args, options);
  if (wait > 0) return limit(wait);
  let result: Wire;
  try {
    result = { ok: true, ...run(workspace, called, call.args, speaking) };
  } catch (error) {
    result = refusal(error);
  }
  return fault?.fault === "reset-after-commit" ? reset(result) : say(200, result);
}

function refusal(error: unknown): Wire {
  if (!(error instanceof SlackError)) throw error;
  return { ok: false, error: error.error, ...error.extra };
}

/** Seconds until this call is allowed; 0 when it is, which counts it. Messages are counted by channel, else methods. */
function waitFor(
  { name, method }: { name: string; method: Method | undefined },
  args: Wire,
  { rateLimits, workspace }: WebApiTenant,
): number {
  if (!rateLimits || method?.tier === undefined) return 0;
  const channel = String(args.channel);
  const place = workspace.people.has(channel) ? workspace.dmId(channel) : channel;
  return rateLimits.take(method.tier === "posting" ? `${name} ${place}` : name, method.tier);
}

function run(
  workspace: Workspace,
  { name, method }: { name: string; method: Method | undefined },
  args: Wire,
  token: string,
): Wire {
  if (!method) throw new SlackError("unknown_method", { req_method: name });
  if (method.scope !== undefined) workspace.grants.require(method.scope);
  const missing = (method.required ?? []).filter((field) => args[field] === undefined || args[field] === "");
  if (missing.length > 0)
    throw invalidArguments(missing.map((field) => `missing required field: ${field}`).join("; "));
  return method.run(workspace, args, token);
}

function authenticate(
  token: string,
  method: Method | undefined,
  { appToken }: WebApiTenant,
  installs: Installs<WebApiTenant>,
): void {
  const wanted = method?.token ?? "bot";
  if (wanted === "none") return;
  if (token === "") throw new SlackError("not_authed");
  if (token !== appToken) installs.check(token);
  if ((token === appToken) !== (wanted === "app")) throw new SlackError("not_allowed_token_type");
}

/** The token in the header; empty without one. */
function bearerOf(request: FastifyRequest): string {
  const header = request.headers.authorization ?? "";
  return header.startsWith("Bearer ") ? header.slice("Bearer ".length) : "";
}

/** Reads the arguments from the query and from a form, JSON or multipart body. */
async function argumentsOf(request: FastifyRequest): Promise<Wire> {
  const args: Wire = { ...(request.query as Wire) };
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const contentType = request.headers["content-type"] ?? "";
  if (body.length > 0 && contentType.startsWith("application/json")) {
    Object.assign(args, jsonObject(body));
  } else if (body.length > 0) {
    try {
      const form = await new Response(new Uint8Array(body), {
        headers: { "content-type": contentType },
      }).formData();
      for (const [name, value] of form) args[name] = typeof value === "string" ? value : await value.text();
    } catch {
      throw new SlackError("invalid_form_data");
    }
  }
  for (const [name, value] of Object.entries(args)) {
    const error = jsonArguments[name];
    if (error === undefined || typeof value !== "string" || value === "") continue;
    try {
      args[name] = JSON.parse(value);
    } catch {
      throw new SlackError(error, { response_metadata: { messages: [`[ERROR] ${name} is not JSON`] } });
    }
  }
  return args;
}

function jsonObject(body: Buffer): Wire {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Wire;
  } catch {
    throw new SlackError("invalid_json");
  }
  throw new SlackError("json_not_object");
}

async function firstPart(body: Buffer, contentType: string): Promise<Buffer> {
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": contentType },
  }).formData();
  const part = [...form.values()].find((value) => typeof value !== "string");
  return part && typeof part !== "string" ? Buffer.from(await part.arrayBuffer()) : Buffer.alloc(0);
}
