import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Telemetry } from "bullmq";
import { BullMQOtel } from "bullmq-otel";
import { within } from "./within.ts";

/** How long the last spans may take to leave. */
const lastMs = 2_000;

export interface Tracing {
  /** For BullMQ's queues and workers. */
  telemetry: Telemetry;
  /** Sends what is still here, and stops tracing. */
  stop(): Promise<void>;
}

const carried = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** W3C Trace Context, as far as we hand it on to ourselves: one `traceparent`. */
const propagator: TextMapPropagator = {
  fields: () => ["traceparent"],
  inject(place, carrier, setter) {
    const span = trace.getSpanContext(place);
    if (!span || !isSpanContextValid(span)) return;
    const flags = (span.traceFlags & 255).toString(16).padStart(2, "0");
    setter.set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-${flags}`);
  },
  extract(place, carrier, getter): Context {
    const [, traceId, spanId, flags] = carried.exec(String(getter.get(carrier, "traceparent") ?? "")) ?? [];
    if (!traceId || !spanId || !flags) return place;
    return trace.setSpanContext(place, {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16),
      isRemote: true,
    });
  },
};

/** A trace begins with a request of Slack's or with a job; BullMQ's own looking about is none. */
const beginnings: Sampler = {
  shouldSample: (_place, _traceId, _name, kind) => ({
    decision:
      kind === SpanKind.SERVER || kind === SpanKind.CONSUMER
        ? SamplingDecision.RECORD_AND_SAMPLED
        : SamplingDecision.NOT_RECORD,
  }),
  toString: () => "beginnings",
};

/**
 * Collects spans and sends them by OTLP (HTTP, protobuf) to `endpoint`/v1/traces; OTEL_EXPORTER_OTLP_HEADERS holds what the
 * collector wants to see. A collector that is away costs spans and nothing else.
 */
export function startTracing(options: { endpoint: string; role: string; version: string }): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": "csp-desk",
      "service.version": options.version,
      "csp_desk.role": options.role,
    }),
    sampler: new ParentBasedSampler({ root: beginnings }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${options.endpoint}/v1/traces` }) }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagator);
  trace.setGlobalTracerProvider(provider);
  return {
    telemetry: new BullMQOtel({ tracerName: "csp-desk" }),
    async stop() {
      trace.disable();
      propagation.disable();
      context.disable();
      // A collector that is away must not keep a process from stopping.
      await within(lastMs, provider.shutdown()).catch(() => {});
    },
  };
}
