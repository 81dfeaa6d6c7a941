import type { App, ReceiverEvent } from "@slack/bolt";
import { correlated } from "#src/desk/correlation.ts";
import { measure, type SlackRequestKind } from "#src/desk/measure.ts";
import { makeStorable } from "#src/desk/storable.ts";
import { annotate, traced } from "#src/desk/trace.ts";

const kinds: Record<string, SlackRequestKind> = {
  command: "command",
  block_actions: "action",
  view_submission: "submission",
  view_closed: "closed",
  block_suggestion: "options",
  shortcut: "shortcut",
  message_action: "shortcut",
  event_callback: "event",
};

/** One of few words, whatever Slack calls the type of a request. */
export function countedAs(type: string): SlackRequestKind {
  return kinds[type] ?? "other";
}

/**
 * From here on each of Slack's requests is a piece of work of its own, by HTTP or socket alike: with a correlation id, a span,
 * and the time that Slack waited for its answer. What it says can be kept.
 */
export function attend(app: App): void {
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    makeStorable(event.body);
    const kind = countedAs("command" in event.body ? "command" : String(event.body.type));
    const arrivedAt = performance.now();
    const answer = async (answered: unknown): Promise<void> => {
      await event.ack(answered);
      const seconds = (performance.now() - arrivedAt) / 1_000;
      measure("slackAnswer", { kind, seconds });
      annotate({ "csp_desk.answered_ms": Math.round(seconds * 1_000) });
    };
    return correlated(() =>
      traced(`slack ${kind}`, "server", {}, () => process({ ...event, ack: answer as ReceiverEvent["ack"] })),
    );
  };
}
