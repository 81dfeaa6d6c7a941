import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Secret } from "#src/config/secret.ts";
import type { Clock } from "#src/desk/clock.ts";
import { isCommand, isEvent, isInteraction } from "./request-shape.ts";

export const eventsPath = "/slack/events";
const healthPath = "/healthz";
const readyPath = "/readyz";
const mostBytes = 1_000_000;
const mostSkewSeconds = 5 * 60;

/** What has passed: an object that Slack signed, read once for all who deal with it. */
export interface Signed {
  /** Commands and interactions come in forms. What people write stands in an event, and may look like a form. */
  from: "form" | "event";
  /** The fields of a command, the payload of an interaction, or the event. */
  body: Record<string, unknown>;
}

interface Refusal {
  status: number;
  text: string;
  headers?: Record<string, string>;
}

/**
 * Lets through only what Slack signed within the last five minutes, in either direction of the clock; everything else is
 * answered here, in words for whoever is setting the app up. Without a signing secret (Socket Mode) nothing passes but the
 * questions of balancers. Returns null when it answered.
 */
export async function passGate(
  request: IncomingMessage,
  response: ServerResponse,
  options: { signingSecret: Secret | null; clock: Clock; readiness: () => Promise<string> },
): Promise<Signed | null> {
  const path = (request.url ?? "").split("?")[0];
  if (path === healthPath) return refuse(response, { status: 200, text: "ok\n" });
  if (path === readyPath) {
    const text = await options.readiness();
    return refuse(response, { status: text === "ready" ? 200 : 503, text: `${text}\n` });
  }
  if (path !== eventsPath || options.signingSecret === null)
    return refuse(response, {
      status: 404,
      text: `There is nothing here. Slack's request URL ends with ${eventsPath}\n`,
    });
  if (request.method !== "POST") {
    return refuse(response, {
      status: 405,
      text: "Slack sends POST requests to this address.\n",
      headers: { allow: "POST" },
    });
  }
  const stale = checkTime(request, options.clock);
  if (stale) return refuse(response, stale);
  const body = await readBody(request);
  if (body === null) {
    return refuse(response, {
      status: 413,
      text: "The request is too large.\n",
      headers: { connection: "close" },
    });
  }
  const wrong = checkSignature(request, body, options.signingSecret);
  if (wrong) return refuse(response, wrong);
  return readSigned(request, body.toString()) ?? refuse(response, unknownBody);
}

function refuse(response: ServerResponse, refusal: Refusal): null {
  response.writeHead(refusal.status, { "content-type": "text/plain; charset=utf-8", ...refusal.headers });
  response.end(refusal.text);
  return null;
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

function checkTime(request: IncomingMessage, clock: Clock): Refusal | null {
  const seconds = header(request, "x-slack-request-timestamp");
  if (!/^\d{1,12}$/.test(seconds)) {
    return {
      status: 401,
      text: "The header x-slack-request-timestamp is missing or no number: this did not come from Slack.\n",
    };
  }
  const skew = Math.abs(clock.now().getTime() / 1_000 - Number(seconds));
  if (skew <= mostSkewSeconds) return null;
  return {
    status: 401,
    text: "The request's time is more than five minutes from ours. Check the clock of this machine (NTP) and that of the sender.\n",
  };
}

/** The whole body, or null when there is more of it than Slack ever sends. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= mostBytes) chunks.push(chunk as Buffer);
  }
  return size <= mostBytes ? Buffer.concat(chunks) : null;
}

/** Over the bytes that came (reference: Slack, "Verifying requests from Slack", version v0). */
function checkSignature(request: IncomingMessage, body: Buffer, signingSecret: Secret): Refusal | null {
  const digest = createHmac("sha256", signingSecret.reveal())
    .update(`v0:${header(request, "x-slack-request-timestamp")}:`)
    .update(body)
    .digest("hex");
  const right = Buffer.from(`v0=${digest}`);
  const given = Buffer.from(header(request, "x-slack-signature"));
  if (given.length === right.length && timingSafeEqual(given, right)) return null;
  return {
    status: 401,
    text: "The signature does not match. Compare SLACK_SIGNING_SECRET with the app's Basic Information page.\n",
  };
}

const formType = "application/x-www-form-urlencoded";

/** What Slack never sends is not ours to answer any further. */
const unknownBody: Refusal = {
  status: 400,
  text: "The body is no command, interaction or event as Slack sends them.\n",
};

/** Commands and interactions come in forms, events as JSON; null for what is none of them. */
function readSigned(request: IncomingMessage, text: string): Signed | null {
  const [type = ""] = header(request, "content-type").split(";");
  if (type.trim().toLowerCase() !== formType) {
    const body = parsed(text);
    return isEvent(body) ? { from: "event", body } : null;
  }
  const form = new URLSearchParams(text);
  const payload = form.get("payload");
  const body = payload === null ? Object.fromEntries(form) : parsed(payload);
  const isWhole = payload === null ? isCommand : isInteraction;
  return isWhole(body) ? { from: "form", body } : null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
