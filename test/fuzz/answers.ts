import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "../ground/fast-check.ts";
import { type Change, changed, changes } from "./hostile.ts";

/** An answer of Partner Center's as it went over the wire. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** What happens to an answer on its way. */
export type Tampering =
  | { how: "json"; list: Change[] }
  | { how: "numbers as text" }
  | { how: "cut"; at: number }
  | { how: "status"; status: number }
  | { how: "body"; body: Buffer; type: string }
  | { how: "broken off" };

const bodies = [
  "",
  "null",
  "[]",
  "{}",
  "0",
  '"an answer"',
  '{"items":null}',
  '{"items":[null]}',
  '{"items":{"length":1}}',
  "1e999",
  "NaN",
  '{"id":1e999}',
  "<!doctype html><title>Sign in</title>",
  "\ufeff\ufeff{}",
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"items":'.repeat(5_000)}1${"}".repeat(5_000)}`,
].map((text) => Buffer.from(text));

export const tamperings: fc.Arbitrary<Tampering> = fc.oneof(
  { weight: 8, arbitrary: changes.map((list): Tampering => ({ how: "json", list })) },
  { weight: 1, arbitrary: fc.constant<Tampering>({ how: "numbers as text" }) },
  {
    weight: 1,
    arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((at): Tampering => ({ how: "cut", at })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        201,
        202,
        204,
        206,
        299,
        302,
        304,
        400,
        401,
        403,
        404,
        408,
        409,
        410,
        412,
        418,
        429,
        500,
        501,
        503,
        504,
        599,
      )
      .map((status): Tampering => ({ how: "status", status })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        body: fc.oneof(
          fc.constantFrom(...bodies),
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        ),
        type: fc.constantFrom(
          "application/json",
          "text/html",
          "application/octet-stream",
          "application/json; charset=utf-16",
        ),
      })
      .map((given): Tampering => ({ how: "body", ...given })),
  },
  { weight: 1, arbitrary: fc.constant<Tampering>({ how: "broken off" }) },
);

/** The answer as it arrives; null: the connection breaks in the middle of it. */
export function tampered(answer: WireAnswer, tampering: Tampering): WireAnswer | null {
  switch (tampering.how) {
    case "json":
      return {
        ...answer,
        body: Buffer.from(JSON.stringify(changed(jsonIn(answer.body), tampering.list)) ?? ""),
      };
    case "numbers as text":
      return {
        ...answer,
        body: Buffer.from(
          JSON.stringify(jsonIn(answer.body), (_name, value) =>
            typeof value === "number" ? String(value) : value,
          ) ?? "",
        ),
      };
    case "cut":
      return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length * tampering.at)) };
    case "status":
      return { ...answer, status: tampering.status };
    case "body":
      return {
        ...answer,
        body: tampering.body,
        headers: { ...answer.headers, "content-type": tampering.type },
      };
    case "broken off":
      return null;
  }
}

/** The JSON of a body with its byte order mark; what is none, as text. */
export function jsonIn(body: Buffer): unknown {
  const text = body.toString().replace(/^\ufeff+/, "");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Sends the answer, or breaks off in the middle of it. */
export function send(response: ServerResponse, answer: WireAnswer | null): void {
  if (answer === null) {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write("{");
    setTimeout(() => response.destroy(), 1);
    return;
  }
  const bodyless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, answer.headers);
  response.end(bodyless ? undefined : answer.body);
}

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** A server on loopback; `answer` is given the whole body. */
export async function serve(
  answer: (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void> | void,
): Promise<Listening> {
  // Whoever was busy for some seconds does not find its connection closed at the moment at which it asks again.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await answer(request, Buffer.concat(chunks), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A wire between client and simulator on which every answer can be heard and changed. A "no" comes from somebody in between, who
 * passes nothing on: Partner Center does not say no to what it does.
 */
export async function startWire(
  target: () => string,
  options: {
    plan?: (request: { url: string }) => Tampering | null;
    hear?: (answer: WireAnswer, request: { url: string }) => void;
  },
): Promise<Listening> {
  return serve(async (request, body, response) => {
    const { method = "GET", url = "/" } = request;
    const tampering = options.plan?.({ url }) ?? null;
    if (tampering?.how === "status" && saysNo(tampering.status) && method !== "GET") {
      send(response, { status: tampering.status, headers: {}, body: Buffer.alloc(0) });
      return;
    }
    const answer = await fetch(`${target()}${url}`, {
      method,
      headers: forwarded(request.headers),
      body: body.length > 0 ? body : null,
      redirect: "manual",
    });
    const type = answer.headers.get("content-type");
    const wire: WireAnswer = {
      status: answer.status,
      headers: type === null ? {} : { "content-type": type },
      body: Buffer.from(await answer.arrayBuffer()),
    };
    options.hear?.(wire, { url });
    send(response, tampering ? tampered(wire, tampering) : wire);
  });
}

const saysNo = (status: number) => status >= 400 && status < 500 && status !== 408;

const hopByHop = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

function forwarded(headers: IncomingHttpHeaders): Headers {
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name));
  return new Headers(kept.map(([name, value]): [string, string] => [name, String(value)]));
}
