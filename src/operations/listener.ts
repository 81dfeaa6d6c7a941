import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./ready.ts";

export interface OperationsListener {
  url: string;
  stop(): Promise<void>;
}

/** Answers a request below its path by itself. */
export type Page = (request: IncomingMessage, response: ServerResponse) => void;

export interface ListenerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  readiness: Readiness;
  metrics: Metrics;
  /** The pages of the queues; null where they are not shown. */
  queues: Page | null;
}

export const queuesPath = "/queues";

interface Answer {
  status: number;
  type: string;
  text: string;
}

const plain = (status: number, text: string): Answer => ({ status, type: "text/plain; charset=utf-8", text });

/**
 * What those who run the desk may ask of this process, on an address of its own, so that nothing of it is reachable where Slack
 * reaches us. Throws with words for an operator when the port is taken.
 */
export async function listenForOperators(options: ListenerOptions): Promise<OperationsListener> {
  const routes: Record<string, () => Promise<Answer>> = {
    "/": async () => plain(200, `${["/healthz", "/readyz", "/metrics", queuesPath].join("\n")}\n`),
    // Touches nothing: a process that answers is alive, whatever became of the others.
    "/healthz": async () => plain(200, "ok\n"),
    "/readyz": async () => {
      const verdict = await options.readiness.all();
      const text = `${JSON.stringify(verdict, null, 2)}\n`;
      return { status: verdict.status === "ready" ? 200 : 503, type: "application/json", text };
    },
    "/metrics": async () => {
      const { contentType, text } = await options.metrics.expose();
      return { status: 200, type: contentType, text };
    },
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (request.method !== "GET" && request.method !== "HEAD")
      return plain(405, "Here one can only look: GET.\n");
    const route = routes[path];
    if (route) return route();
    return path === queuesPath || path.startsWith(`${queuesPath}/`)
      ? plain(
          404,
          "The queues are shown by processes that run jobs (ROLE=worker or all), with BULL_BOARD_PASSWORD.\n",
        )
      : plain(404, "There is nothing here. / lists what there is.\n");
  };

  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("cache-control", "no-store");
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (options.queues && (path === queuesPath || path.startsWith(`${queuesPath}/`))) {
      options.queues(request, response);
      return;
    }
    answer(request)
      .catch(() => plain(500, "This could not be answered; see the log.\n"))
      .then(({ status, type, text }) => {
        response.writeHead(status, { "content-type": type });
        response.end(request.method === "HEAD" ? undefined : text);
      });
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `port ${options.port} of ${options.host} is taken: give this process an OPERATIONS_PORT of its own, or off`,
            )
          : error,
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
