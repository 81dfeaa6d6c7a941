import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

/** Ids, statuses and codes; never a payload. */
export type SpanAttributes = Record<string, string | number | boolean | null>;

/** A place in a trace as it is handed from process to process (W3C Trace Context). */
export type TraceParent = string;

const tracer = () => trace.getTracer("csp-desk");

/** Whether somebody collects traces; without that nothing here costs anything. */
export function isTracing(): boolean {
  return propagation.fields().length > 0;
}

function known(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== null,
    ),
  );
}

/** Runs `work` as a span below the one under way. What it throws marks the span by its name alone, and goes on. */
export async function traced<T>(
  name: string,
  kind: "server" | "client" | "internal",
  attributes: SpanAttributes,
  work: () => Promise<T>,
): Promise<T> {
  if (!isTracing()) return work();
  const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
  return tracer().startActiveSpan(
    name,
    { kind: kinds[kind], attributes: known(attributes) },
    async (span) => {
      try {
        return await work();
      } catch (error) {
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.name : "unknown",
        });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}

/** Adds to the span under way, if there is one. */
export function annotate(attributes: SpanAttributes): void {
  trace.getActiveSpan()?.setAttributes(known(attributes));
}

/** Where we are, for whoever goes on elsewhere; null where nothing is traced. */
export function traceParent(): TraceParent | null {
  return parentOf(context.active());
}

function parentOf(place: Context): TraceParent | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(place, carrier);
  return carrier.traceparent ?? null;
}

/** Records that something waited since `since` and went on just now, and says where its trace goes on. */
export function waited(
  name: string,
  from: TraceParent,
  since: Date,
  attributes: SpanAttributes,
): TraceParent {
  const place = propagation.extract(ROOT_CONTEXT, { traceparent: from });
  const span = tracer().startSpan(name, { startTime: since, attributes: known(attributes) }, place);
  span.end();
  return parentOf(trace.setSpan(place, span)) ?? from;
}
