import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Wire } from "./model.ts";
import type { Workspace } from "./workspace.ts";

const path = "/link";
/** Why Slack asks an app to connect anew. */
export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled";

const acknowledgement = z.looseObject({
  envelope_id: z.string(),
  payload: z.record(z.string(), z.unknown()).optional(),
});

interface Waiting {
  envelopeId: string;
  connection: WebSocket;
  acknowledge: (payload: Wire) => void;
  lose: (error: Error) => void;
}

/** The connections an app keeps open in Socket Mode: envelopes go out, acknowledgements come in. */
export class SocketMode {
  readonly #workspace: Workspace;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  /** Envelopes under way, oldest first; one that was sent twice is in here twice. */
  readonly #waiting = new Set<Waiting>();
  #connections: WebSocket[] = [];
  #onConnected: () => void = () => {};

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** How many connections the app has open. */
  get connections(): number {
    return this.#connections.length;
  }

  /** Called each time a connection has been greeted. */
  onConnected(listener: () => void): void {
    this.#onConnected = listener;
  }

  /** An address at which the app may connect once. */
  issueUrl(): string {
    const ticket = this.#workspace.nextId("ticket-", 6);
    this.#tickets.add(ticket);
    const { app, baseUrl } = this.#workspace;
    return `${baseUrl.replace(/^http/, "ws")}${path}?ticket=${ticket}&app_id=${app.id}`;
  }

  /** Takes the WebSocket handshakes of this server. */
  attach(server: Server): void {
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const url = new URL(request.url ?? "", "http://localhost");
      if (url.pathname !== path || !this.#tickets.delete(url.searchParams.get("ticket") ?? "")) {
        socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (connection) => this.#greet(connection));
    });
  }

  #greet(connection: WebSocket): void {
    connection.on("error", () => connection.terminate());
    if (this.#workspace.grants.socketMode === false) {
      connection.send(JSON.stringify({ type: "disconnect", reason: "link_disabled" }));
      connection.close();
      return;
    }
    this.#connections.push(connection);
    connection.on("message", (data) => this.#take(String(data)));
    connection.on("close", () => {
      this.#connections = this.#connections.filter((other) => other !== connection);
      for (const waiting of [...this.#waiting]) {
        if (waiting.connection === connection) waiting.lose(new Error("the connection was closed"));
      }
      this.#changed();
    });
    connection.send(
      JSON.stringify({
        type: "hello",
        num_connections: this.#connections.length,
        connection_info: { app_id: this.#workspace.app.id },
        debug_info: { host: "sandbox", approximate_connection_time: 18_060 },
      }),
    );
    this.#changed();
    this.#onConnected();
  }

  #changed(): void {
    this.#workspace.changes.emit("connection", String(this.#connections.length));
  }

  #take(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    const answer = acknowledgement.safeParse(message);
    if (!answer.success) return;
    const { envelope_id: id, payload } = answer.data;
    const waiting = [...this.#waiting].find((candidate) => candidate.envelopeId === id);
    if (!waiting) return;
    this.#waiting.delete(waiting);
    waiting.acknowledge(payload ?? {});
  }

  /**
   * Sends an envelope over one of the connections, each in its turn. Resolves with the payload of the first
   * acknowledgement; rejects when there is no connection, when it closes, or when the signal aborts.
   */
  async send(envelopeId: string, envelope: string, signal: AbortSignal): Promise<Wire> {
    signal.throwIfAborted();
    const connection = this.#connections.shift();
    if (!connection) throw new Error("the app has no connection open");
    this.#connections.push(connection);
    const { promise, resolve, reject } = Promise.withResolvers<Wire>();
    const waiting: Waiting = { envelopeId, connection, acknowledge: resolve, lose: reject };
    this.#waiting.add(waiting);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    connection.send(envelope);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /** Tells every connection to connect anew, as Slack does now and then. */
  disconnect(reason: DisconnectReason): void {
    for (const connection of this.#connections) {
      connection.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "sandbox" } }));
    }
  }

  /** Cuts every connection without a word. */
  close(): void {
    for (const connection of this.#connections) connection.terminate();
    this.#server.close();
  }
}
