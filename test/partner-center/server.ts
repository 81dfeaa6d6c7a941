import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { Secret } from "#src/config/secret.ts";
import type { TokenSource } from "#src/partner-center/auth.ts";
import { createPartnerCenter, type PartnerCenterOptions } from "#src/partner-center/client.ts";
import { newGuid } from "#src/partner-center/guid.ts";
import type { PartnerCenter, WriteCall } from "#src/partner-center/port.ts";

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Handler = (seen: Seen, response: ServerResponse) => void;

/** A server on loopback for one test, with what it was asked. */
export async function startServer(
  handler: Handler,
): Promise<{ url: string; seen: Seen[]; close: () => Promise<void> }> {
  const seen: Seen[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const one = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
    seen.push(one);
    handler(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `http://127.0.0.1:${address.port}`, seen, close };
}

/** Answers with JSON. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_seen, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

/** Answers in turn; the last handler answers the rest. */
export const inTurn = (...handlers: Handler[]): Handler => {
  let turn = 0;
  return (seen, response) => {
    const handler = handlers[Math.min(turn, handlers.length - 1)];
    turn += 1;
    handler?.(seen, response);
  };
};

export const testNow = new Date("2026-11-23T10:00:00Z");
export const testClock = { now: () => testNow };

/** A token source that gives `tokens` one after the other as each is refused. */
export function testTokens(
  tokens = ["token-1", "token-2"],
): TokenSource & { asked: string[]; rejections: { code: number; lacksMfa: boolean }[] } {
  const secrets = tokens.map((token) => new Secret(token));
  const asked: string[] = [];
  const rejections: { code: number; lacksMfa: boolean }[] = [];
  return {
    asked,
    rejections,
    async rejected(_token, answer) {
      rejections.push(answer);
    },
    async token(operation, refused) {
      asked.push(operation);
      const next = secrets[refused ? secrets.indexOf(refused) + 1 : 0];
      if (!next) throw new Error("no more tokens");
      return next;
    },
  };
}

export function clientOf(baseUrl: string, options: Partial<PartnerCenterOptions> = {}): PartnerCenter {
  return createPartnerCenter({ baseUrl, tokens: testTokens(), clock: testClock, ...options });
}

export const writeCall = (signal?: AbortSignal): WriteCall => ({
  requestId: newGuid(),
  correlationId: newGuid(),
  ...(signal ? { signal } : {}),
});

/** What a call threw. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("the call should have failed");
}
