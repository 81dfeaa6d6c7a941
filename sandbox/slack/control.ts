import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { faultSchema } from "./faults.ts";
import type { Inspector } from "./inspector.ts";
import { NotPossible } from "./model.ts";
import type { SlackStandIn } from "./start.ts";

const person = z.string();
const place = {
  message: z.object({ ts: z.string() }).optional(),
  home: z.boolean().optional(),
  confirm: z.boolean().optional(),
};
const choice = z.union([z.string(), z.number(), z.array(z.string()), z.null()]);
const commandBody = z.object({
  person,
  command: z.string(),
  text: z.string().default(""),
  channel: z.string().optional(),
});
/** With a message: one of its own shortcuts, else a global one. */
const shortcutBody = z.object({ person, callbackId: z.string(), message: place.message });
const messageBody = z.object({
  person,
  text: z.string(),
  channel: z.string().optional(),
  threadTs: z.string().optional(),
});
/** `value` chooses, `text` types, `files` attaches; none of them presses a button. */
const actionBody = z.object({
  person,
  id: z.string(),
  value: choice.optional(),
  text: z.string().optional(),
  enter: z.boolean().optional(),
  files: z
    .array(
      z.object({
        name: z.string(),
        base64: z.string(),
        mimetype: z.string().optional(),
        externalUrl: z.string().optional(),
      }),
    )
    .optional(),
  ...place,
});
const optionsBody = z.object({ person, id: z.string(), query: z.string(), ...place });
const personBody = z.object({ person });
const closeBody = z.object({ all: z.boolean().default(false) });
const clockBody = z.object({ advanceMs: z.number().nonnegative() });
const redeliverBody = z.object({ deliveryId: z.string(), fresh: z.boolean().default(false) });

const exchangesQuery = z.object({ after: z.coerce.number().int().nonnegative().default(0) });
const disconnectBody = z.object({
  reason: z.enum(["warning", "refresh_requested", "link_disabled"]).default("refresh_requested"),
});

/** Leaves out what was not given, for exact optional properties. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function json(body: unknown): unknown {
  return Buffer.isBuffer(body) && body.length > 0 ? JSON.parse(body.toString("utf8")) : {};
}

/** False for the Host or Origin of a page from elsewhere that a browser on this machine has open. */
function isLocal(address: string | undefined): boolean {
  return address === undefined || /^(https?:\/\/)?(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(address);
}

/** Serves `/control/`: everything the stand-in can do, over HTTP. Returns what ends the open event streams. */
export function controlRoutes(
  server: FastifyInstance,
  standIn: SlackStandIn,
  inspector: Inspector,
): () => void {
  const streams = new Set<FastifyReply>();

  server.register(
    async (control) => {
      control.setErrorHandler((error, _request, reply) => {
        const impossible = error instanceof NotPossible;
        const malformed = error instanceof z.ZodError || error instanceof SyntaxError;
        const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
        return reply.code(impossible ? 409 : malformed ? 400 : 500).send({ error: message });
      });

      control.addHook("onRequest", async (request, reply) => {
        if (![request.headers.host, request.headers.origin].every(isLocal)) {
          return reply.code(403).send({ error: "The control API is for this machine only" });
        }
        return undefined;
      });

      control.post("/commands", async (request) => {
        const { person, command, text, channel } = commandBody.parse(json(request.body));
        return standIn.as(person).command(command, text, channel === undefined ? {} : { channel });
      });
      control.post("/shortcuts", async (request) => {
        const { person, callbackId, message } = shortcutBody.parse(json(request.body));
        const actor = standIn.as(person);
        return message ? actor.messageShortcut(callbackId, message) : actor.shortcut(callbackId);
      });
      control.post("/messages", async (request) => {
        const { person, text, ...where } = messageBody.parse(json(request.body));
        return (await standIn.as(person).say(text, given(where))) ?? {};
      });
      control.post("/actions", async (request) => {
        const { person, id, value, text, enter, files, ...rest } = actionBody.parse(json(request.body));
        const actor = standIn.as(person);
        const where = given(rest);
        if (value !== undefined) return (await actor.select(id, value, where)) ?? {};
        if (text !== undefined)
          return (await actor.type(id, text, { ...where, enter: enter ?? false })) ?? {};
        if (files === undefined) return (await actor.click(id, where)) ?? {};
        actor.attach(
          id,
          files.map(({ base64, ...file }) => given({ ...file, content: Buffer.from(base64, "base64") })),
        );
        return {};
      });
      control.post("/options", async (request) => {
        const { person, id, query, ...where } = optionsBody.parse(json(request.body));
        return { options: await standIn.as(person).suggest(id, query, given(where)) };
      });
      control.post("/home", async (request) => {
        const { person } = personBody.parse(json(request.body));
        return (await standIn.as(person).openHome()) ?? {};
      });
      control.post("/reload", async (request) => {
        standIn.as(personBody.parse(json(request.body)).person).reload();
        return {};
      });
      control.post<{ Params: { id: string } }>("/views/:id/submit", async (request) =>
        standIn.viewer(request.params.id).submit(),
      );
      control.post<{ Params: { id: string } }>("/views/:id/close", async (request) => {
        await standIn.viewer(request.params.id).close(closeBody.parse(json(request.body)));
        return {};
      });

      control.get("/state", async () => standIn.state());
      control.post("/faults", async (request) => {
        standIn.addFault(faultSchema.parse(json(request.body)));
        return { faults: standIn.state().faults };
      });
      control.delete("/faults", async () => {
        standIn.clearFaults();
        return { faults: [] };
      });
      control.post("/clock", async (request) => {
        await standIn.advance(clockBody.parse(json(request.body)).advanceMs);
        return { now: standIn.clock.now().toISOString() };
      });
      control.post("/redeliver", async (request) => {
        const { deliveryId, fresh } = redeliverBody.parse(json(request.body));
        return standIn.redeliver(deliveryId, { fresh });
      });
      control.post("/verify", async () => ({
        urlVerification: await standIn.verifyUrl(),
        sslCheck: await standIn.sslCheck(),
      }));

      control.post("/uninstall", async () => {
        await standIn.uninstall();
        return { installed: standIn.state().installed };
      });
      control.post("/revoke-tokens", async () => {
        await standIn.revokeTokens();
        return { installed: standIn.state().installed };
      });

      control.get("/exchanges", async (request) => ({
        exchanges: inspector.list(exchangesQuery.parse(request.query).after),
      }));
      control.post("/disconnect", async (request) => {
        standIn.disconnect(disconnectBody.parse(json(request.body)).reason);
        return {};
      });

      control.get("/events", (request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
        reply.raw.write(": connected\n\n");
        streams.add(reply);
        const off = standIn.onChange((change) => {
          const exchange =
            change.kind === "call" || change.kind === "delivery" ? inspector.find(change.id) : undefined;
          const data = JSON.stringify({ ...change, ...(exchange ? { exchange } : {}) });
          reply.raw.write(`id: ${change.seq}\nevent: ${change.kind}\ndata: ${data}\n\n`);
        });
        request.raw.on("close", () => {
          off();
          streams.delete(reply);
        });
      });
    },
    { prefix: "/control" },
  );

  return () => {
    for (const reply of streams) reply.raw.end();
  };
}
