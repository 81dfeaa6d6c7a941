import { channel } from "node:diagnostics_channel";

/** What Slack's requests are counted by. */
export const slackRequestKinds = [
  "command",
  "action",
  "submission",
  "closed",
  "options",
  "shortcut",
  "event",
  "other",
] as const;

export type SlackRequestKind = (typeof slackRequestKinds)[number];

/** What is counted while the app works. Names of ours and numbers; nothing about people or customers. */
export interface Measured {
  /** One exchange with Partner Center; `result` is "ok" or the kind of its failure. */
  partnerCenterCall: { operation: string; result: string; seconds: number };
  /** One call of Slack's Web API. */
  slackCall: { method: string; result: "ok" | "limited" | "refused" | "unanswered"; seconds: number };
  /** How long a request of Slack's waited for its answer. */
  slackAnswer: { kind: SlackRequestKind; seconds: number };
  /** A request of Slack's had no answer when Slack would have given up, and got a stand-by one. */
  slackStoodBy: { kind: SlackRequestKind };
  /** One job of the queue. */
  job: { queue: string; result: "ok" | "failed"; seconds: number };
  /** A cancellation showed so long after it was accepted (C9). */
  shown: { seconds: number };
}

export type MeasuredKind = keyof Measured;

const kinds = [
  "partnerCenterCall",
  "slackCall",
  "slackAnswer",
  "slackStoodBy",
  "job",
  "shown",
] as const satisfies MeasuredKind[];

const channels = new Map(kinds.map((kind) => [kind, channel(`csp-desk:${kind}`)]));

/** Tells whoever counts; nobody by default. */
export function measure<K extends MeasuredKind>(kind: K, measured: Measured[K]): void {
  channels.get(kind)?.publish(measured);
}

/** Calls these from now on, until the function that comes back is called. */
export function onMeasured(listeners: { [K in MeasuredKind]: (measured: Measured[K]) => void }): () => void {
  const heard = kinds.map((kind) => {
    const listener = (measured: unknown) => (listeners[kind] as (one: unknown) => void)(measured);
    channels.get(kind)?.subscribe(listener);
    return () => channels.get(kind)?.unsubscribe(listener);
  });
  return () => {
    for (const stop of heard) stop();
  };
}
