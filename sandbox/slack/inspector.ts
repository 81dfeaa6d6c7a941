import type { Call, Delivery, Wire } from "./model.ts";
import type { Workspace } from "./workspace.ts";

/** One request and its answer between Slack and the bot, for people to read. */
export interface Exchange {
  /** Grows with every change: what is newer than a given number has changed since. */
  seq: number;
  id: string;
  at: string;
  to: "bot" | "slack";
  /** The method called, or what was delivered: the command, the action, the callback id or the event. */
  name: string;
  kind: string;
  transport: "http" | "socket";
  /** Id of the person who caused a delivery. */
  person: string | null;
  /** `pending` until an answer is there. */
  outcome: "pending" | "ok" | "error";
  /** What went wrong, or what was injected. */
  note: string;
  status: number | null;
  latencyMs: number | null;
  request: unknown;
  answer: unknown;
}

const keys = /\b[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}\b/gi;
const downloads = /https?:\/\/[^\s"'<>|]*download[^\s"'<>|]*/gi;

/** The content with product keys and download links made unreadable, wherever they stand. */
export function masked(content: unknown): unknown {
  if (typeof content === "string") {
    return content
      .replaceAll(keys, "•••••-•••••-•••••-•••••-•••••")
      .replaceAll(downloads, (url) => `${URL.parse(url)?.origin ?? "https://•••••"}/•••••`);
  }
  if (Array.isArray(content)) return content.map(masked);
  if (typeof content !== "object" || content === null) return content;
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, masked(value)]));
}

/** Follows everything that goes between Slack and the bot. */
export class Inspector {
  readonly #workspace: Workspace;
  /** The number of the last change of each exchange, by id. */
  readonly #changed = new Map<string, number>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    workspace.changes.on((change) => {
      if (change.kind === "call" || change.kind === "delivery") this.#changed.set(change.id, change.seq);
    });
  }

  /** Exchanges that changed after `after`, the latest change last. */
  list(after = 0): Exchange[] {
    return [
      ...this.#workspace.calls.map((call) => this.#ofCall(call)),
      ...this.#workspace.deliveries.map((delivery) => this.#ofDelivery(delivery)),
    ]
      .filter((exchange) => exchange.seq > after)
      .sort((a, b) => a.seq - b.seq);
  }

  find(id: string): Exchange | undefined {
    const call = this.#workspace.calls.findLast((candidate) => candidate.id === id);
    if (call) return this.#ofCall(call);
    const delivery = this.#workspace.deliveries.findLast((candidate) => candidate.id === id);
    return delivery && this.#ofDelivery(delivery);
  }

  #ofCall(call: Call): Exchange {
    const seq = this.#changed.get(call.id) ?? 0;
    const injected = call.fault === undefined ? [] : [`injected: ${call.fault}`];
    return {
      seq,
      id: call.id,
      at: call.at,
      to: "slack",
      name: call.method,
      kind: call.method === "response_url" ? "response_url" : "web_api",
      transport: "http",
      person: null,
      outcome: seq === 0 ? "pending" : call.ok ? "ok" : "error",
      note: [call.error ?? call.warning ?? [], injected].flat().join("; "),
      status: call.status,
      latencyMs: call.latencyMs,
      request: masked(call.args),
      answer: masked(call.answer),
    };
  }

  #ofDelivery(delivery: Delivery): Exchange {
    const { result } = delivery;
    const request = requestOf(delivery);
    const failure = result && result.outcome !== "answered" ? [result.outcome] : [];
    const again = delivery.redeliveryOf === undefined ? [] : [`again: ${delivery.redeliveryOf}`];
    return {
      seq: this.#changed.get(delivery.id) ?? 0,
      id: delivery.id,
      at: delivery.at,
      to: "bot",
      name: nameOf(delivery.kind, request),
      kind: delivery.kind,
      transport: delivery.transport,
      person: delivery.person,
      outcome: result === null ? "pending" : failure.length > 0 || delivery.refusal ? "error" : "ok",
      note: [failure, delivery.refusal ?? [], again].flat().join("; "),
      status: result?.status ?? null,
      latencyMs: result?.latencyMs ?? null,
      request: masked(request),
      answer: masked(parsed(result?.body ?? "")),
    };
  }
}

/** What a delivery said, whichever way it was wrapped. */
function requestOf({ body, transport, headers }: Delivery): Wire {
  if (transport === "socket") return (JSON.parse(body) as { payload: Wire }).payload;
  if (headers["content-type"] === "application/json") return JSON.parse(body) as Wire;
  const fields = Object.fromEntries(new URLSearchParams(body));
  return fields.payload === undefined ? fields : (JSON.parse(fields.payload) as Wire);
}

function nameOf(kind: string, request: Wire): string {
  const { actions, view, event } = request as {
    actions?: { action_id: string }[];
    view?: { callback_id: string };
    event?: { type: string };
  };
  const name =
    request.command ??
    request.action_id ??
    actions?.[0]?.action_id ??
    request.callback_id ??
    event?.type ??
    view?.callback_id;
  return typeof name === "string" && name !== "" ? name : kind;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
