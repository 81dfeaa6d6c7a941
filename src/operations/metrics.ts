import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { onMeasured, slackRequestKinds } from "../desk/measure.ts";
import { queueStates, type Readings, troubledKinds } from "./readings.ts";

export interface Metrics {
  /** The text that Prometheus reads, and its content type. */
  expose(): Promise<{ contentType: string; text: string }>;
  /** What is exposed, for documentation and its tests. */
  describe(): { name: string; type: string; help: string; labels: readonly string[] }[];
  stop(): void;
}

export interface MetricsOptions {
  role: string;
  version: string;
  /** Throws where the database or the queue did not answer. */
  readings: () => Promise<Readings>;
  callsPerMinute: number;
}

/** A label never takes more values than this, whatever happens: what comes later is counted as "other". */
const mostValues = 80;

const inFractions = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5];
const inSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60];
const inMinutes = [5, 15, 30, 60, 180, 300, 600, 900, 1_800, 3_600, 14_400, 86_400];

/**
 * What is told of the desk, in a registry of its own. Labels are names of ours (operations, methods, kinds, states), never those
 * of people, customers or requests. What the database says is the same from every process: dashboards take `max()` of it.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const gauge = (name: string, help: string) => new Gauge({ name: `csp_desk_${name}`, help, registers });
  const labelled = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Gauge({ name: `csp_desk_${name}`, help, labelNames, registers });

  const built = labelled("build_info", "Always 1; which version runs in which role.", ["version", "role"]);
  built.set({ version: options.version, role: options.role }, 1);
  const readable = gauge(
    "readings_ok",
    "1 while database and queue say how they are; 0 when they don't, and then what they said is NaN.",
  );
  const shared: { set: (readings: Readings | null) => void }[] = [];
  const reads = (name: string, help: string, value: (readings: Readings) => number) => {
    const one = gauge(name, help);
    shared.push({ set: (readings) => one.set(readings ? value(readings) : Number.NaN) });
  };
  reads(
    "outbox_unsent_rows",
    "Outbox rows that no queue was given yet, 10000 counted at most.",
    (r) => r.outbox.unsent,
  );
  reads(
    "outbox_unsent_oldest_seconds",
    "Age of the oldest of them; 0 where there is none.",
    (r) => r.outbox.oldest,
  );
  const troubled = [
    {
      gauge: labelled("requests_unknown", "Requests of which it is not known what Partner Center did.", [
        "kind",
      ]),
      of: "unknown",
    },
    {
      gauge: labelled(
        "requests_needing_person",
        "Requests that were left to a person within the last seven days.",
        ["kind"],
      ),
      of: "needsPerson",
    },
  ] as const;
  shared.push({
    set: (readings) => {
      for (const { gauge: one, of } of troubled)
        for (const kind of troubledKinds) one.set({ kind }, readings?.requests[kind][of] ?? Number.NaN);
    },
  });
  reads(
    "confirmations_awaited",
    "Cancellations that were accepted and don't show yet.",
    (r) => r.confirmations.awaited,
  );
  reads("confirmations_late", "Those accepted more than 15 minutes ago.", (r) => r.confirmations.late);
  reads(
    "confirmations_late_oldest_seconds",
    "How long ago the oldest of those was accepted.",
    (r) => r.confirmations.latest,
  );
  reads("reminders_overdue", "Reminders more than two minutes past their time.", (r) => r.reminders.overdue);
  reads(
    "reminders_overdue_oldest_seconds",
    "How far the oldest of them is past its time.",
    (r) => r.reminders.oldest,
  );
  reads(
    "messages_overdue",
    "Messages to people more than two minutes past their time.",
    (r) => r.messages.overdue,
  );
  reads(
    "messages_overdue_oldest_seconds",
    "How far the oldest of them is past its time.",
    (r) => r.messages.oldest,
  );
  reads(
    "messages_given_up",
    "Messages to people that were given up within the last seven days.",
    (r) => r.messages.givenUp,
  );
  reads("call_budget_left", "Calls that Partner Center takes at this moment.", (r) => r.budget.left);
  reads(
    "call_budget_blocked_seconds",
    "For how long Partner Center has asked for silence (429).",
    (r) => r.budget.blocked,
  );
  gauge("call_budget_limit", "Calls a minute that are ours.").set(options.callsPerMinute);
  const depth = labelled("queue_jobs", "Jobs in the queue, told by workers.", ["queue", "state"]);
  shared.push({
    set: (readings) => {
      depth.reset();
      for (const { topic, counts } of readings?.queues ?? [])
        for (const state of queueStates) depth.set({ queue: topic, state }, counts[state]);
    },
  });

  const calls = new Counter({
    name: "csp_desk_partner_center_calls_total",
    help: "Exchanges with Partner Center; result is ok or the kind of failure.",
    labelNames: ["operation", "result"],
    registers,
  });
  const callSeconds = new Histogram({
    name: "csp_desk_partner_center_call_seconds",
    help: "How long Partner Center took, waiting for the budget included.",
    labelNames: ["operation"],
    buckets: inSeconds,
    registers,
  });
  const slackCalls = new Counter({
    name: "csp_desk_slack_calls_total",
    help: "Calls of Slack's Web API by what became of the exchange; limited: Slack said 429.",
    labelNames: ["method", "result"],
    registers,
  });
  const slackCallSeconds = new Histogram({
    name: "csp_desk_slack_call_seconds",
    help: "How long Slack's Web API took.",
    labelNames: ["method"],
    buckets: inSeconds,
    registers,
  });
  const answerSeconds = new Histogram({
    name: "csp_desk_slack_answer_seconds",
    help: "How long a request of Slack's waited for its answer; Slack gives up after 3.",
    labelNames: ["kind"],
    buckets: inFractions,
    registers,
  });
  const stoodBy = new Counter({
    name: "csp_desk_slack_stood_by_total",
    help: "Requests of Slack's that got a stand-by answer because theirs was late.",
    labelNames: ["kind"],
    registers,
  });
  // One that appears with its first stand-by has not grown, and nothing would ring.
  for (const kind of slackRequestKinds) stoodBy.inc({ kind }, 0);
  const jobSeconds = new Histogram({
    name: "csp_desk_job_seconds",
    help: "How long jobs took.",
    labelNames: ["queue", "result"],
    buckets: inSeconds,
    registers,
  });
  const confirmationSeconds = new Histogram({
    name: "csp_desk_confirmation_seconds",
    help: "From the moment a cancellation was accepted until it showed (C9).",
    buckets: inMinutes,
    registers,
  });

  const operation = bounded();
  const method = bounded();
  const stop = onMeasured({
    partnerCenterCall: ({ result, seconds, ...call }) => {
      calls.inc({ operation: operation(call.operation), result });
      callSeconds.observe({ operation: operation(call.operation) }, seconds);
    },
    slackCall: ({ result, seconds, ...call }) => {
      slackCalls.inc({ method: method(call.method), result });
      slackCallSeconds.observe({ method: method(call.method) }, seconds);
    },
    slackAnswer: ({ kind, seconds }) => answerSeconds.observe({ kind }, seconds),
    slackStoodBy: ({ kind }) => stoodBy.inc({ kind }),
    job: ({ queue, result, seconds }) => jobSeconds.observe({ queue, result }, seconds),
    shown: ({ seconds }) => confirmationSeconds.observe(seconds),
  });

  return {
    async expose() {
      const readings = await options.readings().catch(() => null);
      readable.set(readings ? 1 : 0);
      for (const one of shared) one.set(readings);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
    describe: () =>
      registry.getMetricsAsArray().map((metric) => ({
        name: metric.name,
        help: metric.help,
        type: String(metric.type),
        labels: "labelNames" in metric ? (metric.labelNames as string[]) : [],
      })),
    stop() {
      stop();
      registry.clear();
    },
  };
}

/** The first so many values as they are, later ones as "other"; and nothing that does not look like a name of ours. */
function bounded(): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= mostValues || !/^[a-z][A-Za-z_.]{1,40}$/.test(value)) return "other";
    known.add(value);
    return value;
  };
}
