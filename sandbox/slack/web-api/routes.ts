import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Faults } from "../faults.ts";
import { type Call, SlackError, type Wire } from "../model.ts";
import type { Workspace } from "../workspace.ts";
import { chat } from "./chat.ts";
import { conversations } from "./conversations.ts";
import { files } from "./files.ts";
import { invalidArguments, type Method, requireScope } from "./method.ts";
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
      is_enterprise_install: false,
    }),
  },
};

const methods: Record<string, Method> = { ...auth, ...chat, ...conversations, ...files, ...users, ...views };

export interface WebApiOptions {
  workspace: Workspace;
  faults: Faults;
  botToken: string;
  /** Ends every injected delay. */
  closing: AbortSignal;
}

/** Serves `/api/<method>`, the upload addresses and the downloads. */
export function webApiRoutes(server: FastifyInstance, options: WebApiOptions): void {
  const { workspace, botToken } = options;

  server.route<{ Params: { method: string } }>({
    method: ["GET", "POST"],
    url: "/api/:method",
    handler: (request, reply) => answer(request, reply, request.params.method, options),
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
    if (request.headers.authorization !== `Bearer ${botToken}`) {
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
  method: string,
  options: WebApiOptions,
): Promise<unknown> {
  const { workspace, faults } = options;
  const fault = faults.strike({ method });
  const call: Call = {
    id: workspace.nextId("call-", 6),
    at: workspace.clock.now().toISOString(),
    method,
    args: {},
    ok: false,
    ...(fault ? { fault: fault.fault } : {}),
  };
  workspace.calls.push(call);
  const finish = (result: Wire): Wire => {
    call.ok = result.ok === true;
    if (typeof result.error === "string") call.error = result.error;
    if (typeof result.warning === "string") call.warning = result.warning;
    workspace.changes.emit("call", call.id);
    return result;
  };
  const fail = (error: unknown): Wire => {
    if (!(error instanceof SlackError)) throw error;
    return { ok: false, error: error.error, ...error.extra };
  };
  const reset = (): FastifyReply => {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  };

  let args: Wire;
  try {
    const { token, ...rest } = await argumentsOf(request);
    args = rest;
    call.args = args;
    authenticate(request, token, options.botToken);
  } catch (error) {
    return finish(fail(error));
  }
  if (fault?.fault === "slow") await pause(fault.delayMs ?? 0, undefined, { signal: options.closing });
  if (fault?.fault === "429") {
    finish({ ok: false, error: "ratelimited" });
    reply.code(429).header("retry-after", String(fault.retryAfterSeconds ?? 1));
    return { ok: false, error: "ratelimited" };
  }
  if (fault?.fault === "500") {
    finish({ ok: false, error: "internal_error" });
    return reply.code(500).send("internal error");
  }
  if (fault?.fault === "reset-before") {
    finish({ ok: false, error: "connection reset" });
    return reset();
  }
  if (fault?.fault.startsWith("error:")) {
    return finish({ ok: false, error: fault.fault.slice("error:".length) });
  }
  let result: Wire;
  try {
    result = { ok: true, ...run(workspace, method, args) };
  } catch (error) {
    result = fail(error);
  }
  finish(result);
  return fault?.fault === "reset-after-commit" ? reset() : result;
}

function run(workspace: Workspace, name: string, args: Wire): Wire {
  const method = methods[name];
  if (!method) throw new SlackError("unknown_method", { req_method: name });
  if (method.scope !== undefined) requireScope(workspace, method.scope);
  const missing = (method.required ?? []).filter((field) => args[field] === undefined || args[field] === "");
  if (missing.length > 0)
    throw invalidArguments(missing.map((field) => `missing required field: ${field}`).join("; "));
  return method.run(workspace, args);
}

function authenticate(request: FastifyRequest, field: unknown, botToken: string): void {
  const header = request.headers.authorization;
  const token = header?.startsWith("Bearer ") ? header.slice("Bearer ".length) : field;
  if (token === undefined || token === "") throw new SlackError("not_authed");
  if (token !== botToken) throw new SlackError("invalid_auth");
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
