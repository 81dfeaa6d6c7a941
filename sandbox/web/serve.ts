import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { NotPossible } from "#sandbox/slack/model.ts";
import type { SlackStandIn } from "#sandbox/slack/start.ts";
import { guards, libraries, page, styles } from "./page.ts";
import { seenBy, suggestions } from "./seen.ts";
import { change, changeSurroundings, surroundings } from "./surroundings.ts";
import type { Setting } from "./wire.ts";

export interface WebOptions {
  /** The stand-in that will serve the page. Only asked for when a request comes in, so it may still be starting. */
  standIn: () => SlackStandIn;
  /** The parsed `manifest.yml`, for the app's name and its shortcuts. */
  manifest?: unknown;
  /** Address of the Partner Center simulator, without a slash at the end. The browser itself never talks to it. */
  partnerCenterUrl?: string;
  /** In the browser's title bar; `Sandbox` unless given. */
  title?: string;
  /** Shown in the banner, for instance to the documentation. */
  links?: { label: string; url: string }[];
}

const manifestParts = z.looseObject({
  display_information: z.looseObject({ name: z.string() }).optional(),
  features: z
    .looseObject({
      shortcuts: z
        .array(
          z.looseObject({
            name: z.string(),
            description: z.string(),
            type: z.enum(["global", "message"]),
            callback_id: z.string(),
          }),
        )
        .optional(),
    })
    .optional(),
});
const suggestBody = z.object({
  id: z.string(),
  query: z.string(),
  message: z.object({ ts: z.string() }).optional(),
  home: z.boolean().optional(),
});

/**
 * The page on which a person uses the stand-in as they would use Slack: `GET /`, its modules, and under `/web/` what it
 * reads and changes besides the control API. For the option `serve` of startSlackStandIn:
 *
 *     const slack = await startSlackStandIn({ manifest, serve: serveWeb({ standIn: () => slack, manifest }) });
 *
 * Everything is for this machine only: a request for another host, or from a page elsewhere, gets 403.
 */
export function serveWeb(options: WebOptions): (app: FastifyInstance) => void {
  const { partnerCenterUrl } = options;
  const manifest = manifestParts.parse(options.manifest ?? {});
  const modules = readdirSync(new URL("client/", import.meta.url)).filter((name) => name.endsWith(".ts"));
  const sources = new Map(
    Object.entries(libraries).map(([name, path]) => [path, fileURLToPath(import.meta.resolve(name))]),
  );

  return (app) => {
    app.register(async (web) => {
      web.addHook("onRequest", async (request, reply) => {
        reply.headers(guards);
        if (![request.headers.host, request.headers.origin].every(isLocal)) {
          return reply.code(403).send({ error: "The sandbox is for this machine only" });
        }
        return undefined;
      });
      web.setErrorHandler((error, _request, reply) => {
        const status = error instanceof NotPossible ? 409 : error instanceof z.ZodError ? 400 : 502;
        const message = error instanceof Error ? error.message : String(error);
        return reply.code(status).send({ error: message });
      });

      web.get("/", async (_request, reply) => {
        const { html, headers } = page(options.title ?? "Sandbox");
        return reply.headers(headers).type("text/html; charset=utf-8").send(html);
      });
      for (const [path, file] of sources) {
        web.get(path, async (_request, reply) => reply.type(javascript).send(await readFile(file, "utf8")));
      }
      for (const [name, type] of Object.entries(statics)) {
        web.get(`/web/${name}`, async (_request, reply) => reply.type(type).send(await own(name)));
      }
      for (const name of modules) {
        web.get(`/web/client/${name}`, async (_request, reply) =>
          reply.type(javascript).send(stripTypeScriptTypes(await own(`client/${name}`))),
        );
      }

      web.get("/web/setting", async () => setting(options, manifest));
      web.get<{ Params: { key: string } }>("/web/people/:key", async (request) =>
        seenBy(options.standIn(), request.params.key),
      );
      web.post<{ Params: { key: string } }>("/web/people/:key/reload", async (request) => {
        options.standIn().as(request.params.key).reload();
        return {};
      });
      web.post<{ Params: { key: string } }>("/web/people/:key/suggestions", async (request) => {
        const { id, query, message, home } = suggestBody.parse(json(request.body));
        const where = { ...(message ? { message } : {}), ...(home ? { home } : {}) };
        return suggestions(options.standIn(), request.params.key, id, query, where);
      });
      web.get<{ Params: { id: string } }>("/web/files/:id", async (request, reply) => {
        const standIn = options.standIn();
        const file = standIn.state().files.find((candidate) => candidate.id === request.params.id);
        if (!file) return reply.code(404).send({ error: "not found" });
        const { rawPayload } = await app.inject({
          url: new URL(String(file.url_private)).pathname,
          headers: { authorization: `Bearer ${standIn.botToken}` },
        });
        return reply
          .type("application/octet-stream")
          .header(
            "content-disposition",
            `attachment; filename*=UTF-8''${encodeURIComponent(String(file.name))}`,
          )
          .send(rawPayload);
      });

      web.get("/web/surroundings", async () => surroundings(options.standIn(), partnerCenterUrl));
      web.post("/web/surroundings", async (request) => {
        await changeSurroundings(options.standIn(), partnerCenterUrl, change.parse(json(request.body)));
        return surroundings(options.standIn(), partnerCenterUrl);
      });
    });
  };
}

const javascript = "text/javascript; charset=utf-8";
const statics: Record<string, string> = {
  ...Object.fromEntries(styles.map((name) => [`style/${name}`, "text/css; charset=utf-8"])),
  "icon.svg": "image/svg+xml",
};

function own(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), "utf8");
}

function json(body: unknown): unknown {
  return Buffer.isBuffer(body) && body.length > 0 ? JSON.parse(body.toString("utf8")) : {};
}

function isLocal(address: string | undefined): boolean {
  return address === undefined || /^(https?:\/\/)?(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(address);
}

function setting(options: WebOptions, manifest: z.infer<typeof manifestParts>): Setting {
  const { people, app, commands, tabs } = options.standIn().state();
  return {
    title: options.title ?? "Sandbox",
    links: options.links ?? [],
    people,
    app: { name: manifest.display_information?.name ?? app.name, botUserId: app.botUserId },
    commands: commands.map(({ command, description = "", usage_hint = "" }) => ({
      command,
      description,
      usageHint: usage_hint,
    })),
    shortcuts: (manifest.features?.shortcuts ?? []).map(({ callback_id, name, description, type }) => ({
      callbackId: callback_id,
      name,
      description,
      type,
    })),
    tabs,
  };
}
