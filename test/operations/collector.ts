import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  /** Every text among its attributes and its status. */
  texts: string[];
}

export interface Collector {
  url: string;
  spans: CollectedSpan[];
  /** All that was sent, as it came. */
  bytes(): Buffer;
  close(): Promise<void>;
}

/** Takes traces by OTLP over HTTP, as a collector does. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: Buffer[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    if (request.url === "/v1/traces") {
      bodies.push(body);
      spans.push(...readSpans(body));
    }
    response.writeHead(request.url === "/v1/traces" ? 200 : 404, {
      "content-type": "application/x-protobuf",
    });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bytes: () => Buffer.concat(bodies),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Field {
  number: number;
  value: Buffer;
}

/** The length-delimited fields of a Protocol Buffers message; the others are passed over. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      fields.push({ number: Math.floor(tag / 8), value: message.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}

const inside = (message: Buffer, number: number) =>
  fieldsOf(message)
    .filter((field) => field.number === number)
    .map(({ value }) => value);

/** ExportTraceServiceRequest > resource_spans > scope_spans > spans, by the numbers of opentelemetry.proto.trace.v1. */
function readSpans(body: Buffer): CollectedSpan[] {
  const found = inside(body, 1).flatMap((resource) =>
    inside(resource, 2).flatMap((scope) => inside(scope, 2)),
  );
  return found.map((span) => {
    const first = (number: number) => inside(span, number)[0] ?? Buffer.alloc(0);
    const attributes = inside(span, 9).flatMap((pair) =>
      inside(pair, 2).flatMap((value) => inside(value, 1)),
    );
    return {
      traceId: first(1).toString("hex"),
      spanId: first(2).toString("hex"),
      parentSpanId: first(4).toString("hex"),
      name: first(5).toString(),
      texts: [...attributes, ...inside(first(15), 2)].map(String),
    };
  });
}
