import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Clock } from "#src/desk/clock.ts";
import type { Faults } from "./faults.ts";
import { type Delivery, type DeliveryKind, type DeliveryResult, NotPossible, type Wire } from "./model.ts";
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
  body: string;
  contentType: string;
  headers?: Record<string, string>;
}

/** Brings signed requests to the bot and keeps what came of them. */
export class Deliverer {
  readonly #workspace: Workspace;
  readonly #faults: Faults;
  readonly #options: DelivererOptions;
  readonly #agent = new Agent({ pipelining: 0 });
  readonly #closing = new AbortController();
  readonly #retries = new Set<{ due: number; timer: NodeJS.Timeout; run: () => Promise<void> }>();
  #botUrl: string | undefined;

  constructor(workspace: Workspace, faults: Faults, options: DelivererOptions) {
    this.#workspace = workspace;
    this.#faults = faults;
    this.#options = options;
  }

  setBotUrl(url: string): void {
    this.#botUrl = url;
  }

  /** Sends a form with one JSON `payload`, as Slack does with every interaction. */
  interaction(kind: DeliveryKind, person: string, payload: Wire): Promise<Delivery> {
    return this.form(kind, person, { payload: JSON.stringify(payload) });
  }

  form(kind: DeliveryKind, person: string | null, fields: Record<string, string>): Promise<Delivery> {
    return this.#send({
      kind,
      person,
      body: new URLSearchParams(fields).toString(),
      contentType: "application/x-www-form-urlencoded",
    });
  }

  json(
    kind: DeliveryKind,
    person: string | null,
    body: Wire,
    headers?: Record<string, string>,
  ): Promise<Delivery> {
    return this.#send({
      kind,
      person,
      body: JSON.stringify(body),
      contentType: "application/json",
      ...(headers ? { headers } : {}),
    });
  }

  /**
   * Sends an event and, while it is not taken, up to three more times: at once, then one and five minutes later on
   * the workspace clock. Resolves after the last attempt that is due now.
   */
  async event(person: string | null, body: Wire): Promise<Delivery> {
    return this.#attempt(person, body, 0, undefined);
  }

  async #attempt(
    person: string | null,
    body: Wire,
    attempt: number,
    reason: string | undefined,
  ): Promise<Delivery> {
    const headers =
      reason === undefined
        ? undefined
        : { "x-slack-retry-num": String(attempt), "x-slack-retry-reason": reason };
    const delivery = await this.json("event_callback", person, body, headers);
    const delayMs = retryDelaysMs[attempt];
    const result = delivery.result;
    if (!result || result.outcome === "answered" || result.noRetry || delayMs === undefined) return delivery;
    const nextReason = { late: "http_timeout", refused: "http_error", failed: "connection_failed" }[
      result.outcome
    ];
    if (delayMs === 0) return this.#attempt(person, body, attempt + 1, nextReason);
    const retry = {
      due: this.#workspace.clock.now().getTime() + delayMs,
      timer: setTimeout(() => void this.runDue(), delayMs).unref(),
      run: async () => {
        await this.#attempt(person, body, attempt + 1, nextReason);
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
    const headers = fresh ? { ...original.headers, ...this.#signature(original.body) } : original.headers;
    return this.#transmit({ ...original, headers, redeliveryOf: original.id });
  }

  #send(outgoing: Outgoing): Promise<Delivery> {
    return this.#transmit({
      kind: outgoing.kind,
      person: outgoing.person,
      body: outgoing.body,
      headers: {
        "content-type": outgoing.contentType,
        "user-agent": "Slackbot 1.0 (sandbox)",
        ...outgoing.headers,
        ...this.#signature(outgoing.body),
      },
    });
  }

  #signature(body: string): Record<string, string> {
    const timestamp = String(Math.floor(this.#options.signatureClock.now().getTime() / 1000));
    const digest = createHmac("sha256", this.#options.signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest("hex");
    return { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${digest}` };
  }

  async #transmit(letter: Omit<Delivery, "id" | "at" | "result">): Promise<Delivery> {
    const workspace = this.#workspace;
    const delivery: Delivery = {
      ...letter,
      id: workspace.nextId("delivery-", 6),
      at: workspace.clock.now().toISOString(),
      result: null,
    };
    workspace.deliveries.push(delivery);
    workspace.changes.emit("delivery", delivery.id);
    delivery.result = await this.#exchange(delivery);
    workspace.changes.emit("delivery", delivery.id);
    return delivery;
  }

  async #exchange(delivery: Delivery): Promise<DeliveryResult> {
    const started = performance.now();
    const end = (outcome: DeliveryResult["outcome"], rest: Partial<DeliveryResult> = {}): DeliveryResult => ({
      outcome,
      status: null,
      body: "",
      noRetry: false,
      latencyMs: Math.round(performance.now() - started),
      ...rest,
    });
    if (this.#botUrl === undefined) return end("failed", { body: "no bot address is set" });
    const fault = this.#faults.strike({ delivery: delivery.kind });
    if (fault?.fault === "reset-before") return end("failed", { body: "connection reset (injected)" });

    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.#options.ackDeadlineMs);
    const signal = AbortSignal.any([deadline.signal, this.#closing.signal]);
    try {
      if (fault?.fault === "slow") await pause(fault.delayMs ?? 0, undefined, { signal });
      const response = await request(this.#botUrl, {
        method: "POST",
        headers: delivery.headers,
        body: delivery.body,
        dispatcher: this.#agent,
        signal,
      });
      const body = await response.body.text();
      if (fault?.fault === "reset-after-commit")
        return end("failed", { body: "connection reset (injected)" });
      const taken = response.statusCode >= 200 && response.statusCode < 300;
      return end(taken ? "answered" : "refused", {
        status: response.statusCode,
        body,
        noRetry: response.headers["x-slack-no-retry"] === "1",
      });
    } catch (error) {
      if (deadline.signal.aborted) return end("late");
      return end("failed", { body: error instanceof Error ? error.message : String(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const retry of this.#retries) clearTimeout(retry.timer);
    this.#retries.clear();
    await this.#agent.destroy();
  }
}
