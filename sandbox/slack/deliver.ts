import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Clock } from "#src/desk/clock.ts";
import type { Fault, Faults } from "./faults.ts";
import { type Delivery, type DeliveryKind, type DeliveryResult, NotPossible, type Wire } from "./model.ts";
import type { SocketMode } from "./socket-mode.ts";
import type { Workspace } from "./workspace.ts";

/** Slack's first retry of an event comes at once, the others after one and five minutes. */
const retryDelaysMs = [0, 60_000, 300_000];

export interface DelivererOptions {
  signingSecret: string;
  /** Real milliseconds in which the bot has to answer. */
  ackDeadlineMs: number;
  /** Stamps and signs; separate from the workspace clock, because receivers compare it with real time. */
  signatureClock: Clock;
}

interface Outgoing {
  kind: DeliveryKind;
  person: string | null;
  payload: Wire;
  /** How HTTP carries the payload: as form fields, as one JSON field of a form, or as JSON. */
  encoding: "fields" | "payload" | "json";
  /** Set when an event comes again. */
  retry?: { attempt: number; after: Exclude<DeliveryResult["outcome"], "answered"> };
}

const contentTypes = {
  fields: "application/x-www-form-urlencoded",
  payload: "application/x-www-form-urlencoded",
  json: "application/json",
};
const retryReasons = {
  http: { late: "http_timeout", refused: "http_error", failed: "connection_failed" },
  socket: { late: "timeout", refused: "unknown_error", failed: "connection_failed" },
};
const envelopeTypes: Partial<Record<DeliveryKind, string>> = {
  command: "slash_commands",
  event_callback: "events_api",
};

type Letter = Omit<Delivery, "id" | "at" | "result" | "refusal">;
type Answer = Pick<DeliveryResult, "status" | "body" | "noRetry">;

/** What of a delivery was sent, without what came of it. */
function letterOf({ id: _id, at: _at, result: _result, refusal: _refusal, ...letter }: Delivery): Letter {
  return letter;
}

/** Brings what happens to the bot, as signed requests or in Socket Mode, and keeps what came of it. */
export class Deliverer {
  readonly #workspace: Workspace;
  readonly #faults: Faults;
  readonly #options: DelivererOptions;
  readonly #agent = new Agent({ pipelining: 0 });
  readonly #closing = new AbortController();
  readonly #socketMode: SocketMode;
  /** Envelopes that nobody acknowledged; they come once more. */
  #unacknowledged: Delivery[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #retries = new Set<{ due: number; timer: NodeJS.Timeout; run: () => Promise<void> }>();
  #botUrl: string | undefined;

  constructor(workspace: Workspace, faults: Faults, socketMode: SocketMode, options: DelivererOptions) {
    this.#workspace = workspace;
    this.#faults = faults;
    this.#socketMode = socketMode;
    this.#options = options;
    socketMode.onConnected(() => this.#sendUnacknowledged());
  }

  setBotUrl(url: string): void {
    this.#botUrl = url;
  }

  /** Sends a form with one JSON `payload`, as Slack does with every interaction. */
  interaction(kind: DeliveryKind, person: string, payload: Wire): Promise<Delivery> {
    this.#requireInstallation();
    return this.#send({ kind, person, payload, encoding: "payload" });
  }

  form(kind: DeliveryKind, person: string | null, payload: Record<string, string>): Promise<Delivery> {
    if (kind === "command") this.#requireInstallation();
    return this.#send({ kind, person, payload, encoding: "fields" });
  }

  json(kind: DeliveryKind, person: string | null, payload: Wire): Promise<Delivery> {
    return this.#send({ kind, person, payload, encoding: "json" });
  }

  /**
   * Sends an event and, while it is not taken, up to three more times: at once, then one and five minutes later on
   * the workspace clock. Resolves after the last attempt that is due now.
   */
  async event(person: string | null, body: Wire): Promise<Delivery> {
    this.#requireInstallation();
    return this.#attempt({ kind: "event_callback", person, payload: body, encoding: "json" }, 0);
  }

  #requireInstallation(): void {
    if (this.#workspace.installed === null)
      throw new NotPossible(`The app is not installed in ${this.#workspace.team.name}`);
  }

  async #attempt(outgoing: Outgoing, attempt: number): Promise<Delivery> {
    const delivery = await this.#send(outgoing);
    const delayMs = retryDelaysMs[attempt];
    const result = delivery.result;
    if (!result || result.outcome === "answered" || result.noRetry || delayMs === undefined) return delivery;
    const next: Outgoing = { ...outgoing, retry: { attempt: attempt + 1, after: result.outcome } };
    if (delayMs === 0) return this.#attempt(next, attempt + 1);
    const retry = {
      due: this.#workspace.clock.now().getTime() + delayMs,
      timer: setTimeout(() => void this.runDue(), delayMs).unref(),
      run: async () => {
        await this.#attempt(next, attempt + 1);
      },
    };
    this.#retries.add(retry);
    return delivery;
  }

  /** Runs the event retries whose time has come on the workspace clock. */
  async runDue(): Promise<void> {
    const now = this.#workspace.clock.now().getTime();
    for (const retry of [...this.#retries].filter((entry) => entry.due <= now)) {
      clearTimeout(retry.timer);
      this.#retries.delete(retry);
      await retry.run();
    }
  }

  /** Sends a recorded delivery once more, byte for byte; with `fresh`, stamped and signed anew. */
  async redeliver(id: string, fresh: boolean): Promise<Delivery> {
    const original = this.#workspace.deliveries.find((delivery) => delivery.id === id);
    if (!original) throw new NotPossible(`There is no delivery ${id}`);
    const resigned = fresh && original.transport === "http";
    const headers = resigned ? { ...original.headers, ...this.#signature(original.body) } : original.headers;
    return this.#transmit({ ...letterOf(original), headers, redeliveryOf: original.id });
  }

  async #send(outgoing: Outgoing): Promise<Delivery> {
    const socket = this.#workspace.grants.socketMode ?? this.#socketMode.connections > 0;
    const delivery = await this.#transmit(socket ? this.#envelope(outgoing) : this.#request(outgoing));
    const outcome = delivery.result?.outcome;
    if (socket && outgoing.kind !== "event_callback" && (outcome === "late" || outcome === "failed")) {
      this.#unacknowledged.push(delivery);
      if (this.#socketMode.connections > 0) this.#sendUnacknowledged();
    }
    return delivery;
  }

  #sendUnacknowledged(): void {
    const due = this.#unacknowledged;
    this.#unacknowledged = [];
    for (const original of due) {
      this.#inBackground(this.#transmit({ ...letterOf(original), redeliveryOf: original.id }));
    }
  }

  #inBackground(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  #request({ kind, person, payload, encoding, retry }: Outgoing): Letter {
    const body =
      encoding === "json"
        ? JSON.stringify(payload)
        : new URLSearchParams(
            encoding === "payload"
              ? { payload: JSON.stringify(payload) }
              : (payload as Record<string, string>),
          ).toString();
    return {
      kind,
      person,
      transport: "http",
      body,
      headers: {
        "content-type": contentTypes[encoding],
        "user-agent": "Slackbot 1.0 (sandbox)",
        ...(retry
          ? {
              "x-slack-retry-num": String(retry.attempt),
              "x-slack-retry-reason": retryReasons.http[retry.after],
            }
          : {}),
        ...this.#signature(body),
      },
    };
  }

  #envelope({ kind, person, payload, retry }: Outgoing): Letter {
    const event = kind === "event_callback";
    const envelope = {
      envelope_id: this.#workspace.nextId("envelope-", 6),
      type: envelopeTypes[kind] ?? "interactive",
      payload,
      accepts_response_payload: !event,
      ...(event
        ? {
            retry_attempt: retry?.attempt ?? 0,
            retry_reason: retry ? retryReasons.socket[retry.after] : "",
          }
        : {}),
    };
    return { kind, person, transport: "socket", body: JSON.stringify(envelope), headers: {} };
  }

  #signature(body: string): Record<string, string> {
    const timestamp = String(Math.floor(this.#options.signatureClock.now().getTime() / 1000));
    const digest = createHmac("sha256", this.#options.signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest("hex");
    return { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${digest}` };
  }

  async #transmit(
    letter: Letter,
    fault = this.#faults.strike({ delivery: letter.kind }) ?? null,
  ): Promise<Delivery> {
    const workspace = this.#workspace;
    const delivery: Delivery = {
      ...letter,
      id: workspace.nextId("delivery-", 6),
      at: workspace.clock.now().toISOString(),
      result: null,
    };
    workspace.deliveries.push(delivery);
    workspace.changes.emit("delivery", delivery.id);
    if (fault?.fault === "twice") {
      this.#inBackground(this.#transmit({ ...letter, redeliveryOf: delivery.id }, null));
    }
    delivery.result = await this.#exchange(delivery, fault);
    workspace.changes.emit("delivery", delivery.id);
    return delivery;
  }

  async #exchange(delivery: Delivery, fault: Fault | null): Promise<DeliveryResult> {
    const started = performance.now();
    const end = (outcome: DeliveryResult["outcome"], rest: Partial<DeliveryResult> = {}): DeliveryResult => ({
      outcome,
      status: null,
      body: "",
      noRetry: false,
      latencyMs: Math.round(performance.now() - started),
      ...rest,
    });
    if (fault?.fault === "reset-before") return end("failed", { body: "connection reset (injected)" });

    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#options.ackDeadlineMs);
    const signal = AbortSignal.any([deadline.signal, this.#closing.signal]);
    try {
      if (fault?.fault === "slow") await pause(fault.delayMs ?? 0, undefined, { signal });
      const answer =
        delivery.transport === "http"
          ? await this.#overHttp(delivery, signal)
          : await this.#overSocket(delivery, signal);
      if (fault?.fault === "reset-after-commit")
        return end("failed", { body: "connection reset (injected)" });
      return end(answer.status === null || /^2/.test(String(answer.status)) ? "answered" : "refused", answer);
    } catch (error) {
      if (deadline.signal.aborted) return end("late");
      return end("failed", { body: error instanceof Error ? error.message : String(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  async #overHttp(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    if (this.#botUrl === undefined) throw new Error("no bot address is set");
    const response = await request(this.#botUrl, {
      method: "POST",
      headers: delivery.headers,
      body: delivery.body,
      dispatcher: this.#agent,
      signal,
    });
    return {
      status: response.statusCode,
      body: await response.body.text(),
      noRetry: response.headers["x-slack-no-retry"] === "1",
    };
  }

  async #overSocket(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    const { envelope_id: id } = JSON.parse(delivery.body) as { envelope_id: string };
    const payload = await this.#socketMode.send(id, delivery.body, signal);
    const body = Object.keys(payload).length === 0 ? "" : JSON.stringify(payload);
    return { status: null, body, noRetry: false };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const retry of this.#retries) clearTimeout(retry.timer);
    this.#retries.clear();
    await Promise.allSettled(this.#underWay);
    await this.#agent.destroy();
  }
}
