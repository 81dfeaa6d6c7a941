import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server that a test can close: a TCP proxy on loopback. */
export interface Gate {
  /** The given URL, led through the gate. */
  url: string;
  /** Breaks every connection and takes no more. */
  shut(): void;
  /** Keeps connections and lets nothing through. */
  freeze(): void;
  /** Leaves every connection half open for good: neither end hears of the other again. New ones pass. */
  abandon(): void;
  open(): void;
  close(): Promise<void>;
}

export async function openGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const abandoned = new WeakSet<Socket>();
  let state: "open" | "shut" | "frozen" = "open";
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {
      // Who hears nothing does not hear of the end either.
      if (!abandoned.has(socket)) other.destroy();
    });
    socket.pipe(other);
    if (state === "frozen") socket.pause();
  };
  const server = createServer((socket) => {
    if (state === "shut") {
      socket.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    keep(socket, upstream);
    keep(upstream, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const shut = () => {
    state = "shut";
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: url.href,
    shut,
    freeze() {
      state = "frozen";
      for (const socket of sockets) socket.pause();
    },
    abandon() {
      for (const socket of sockets) {
        abandoned.add(socket);
        socket.unpipe();
        socket.pause();
      }
    },
    open() {
      state = "open";
      for (const socket of sockets) if (!abandoned.has(socket)) socket.resume();
    },
    async close() {
      shut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
