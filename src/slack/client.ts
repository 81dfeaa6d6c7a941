import { type Logger, LogLevel, WebClient } from "@slack/web-api";
import type { Secret } from "#src/config/secret.ts";
import type { Log } from "#src/desk/context.ts";

/** Where and as whom to call Slack. `slackApiUrl` ends with a slash. */
export interface SlackAccess {
  token: Secret;
  slackApiUrl: string;
}

/** For the seconds that a person waits: short, never repeated by itself, so that nothing is shown twice. */
export function createInteractiveClient(access: SlackAccess, log: Log): WebClient {
  return createClient(access, 2_500, createSlackLogger(log));
}

/** For workers: a call that may have landed is theirs to judge, and "not now" is theirs to wait for. */
export function createWorkerClient(access: SlackAccess): WebClient {
  return createClient(access, 10_000, silent);
}

function createClient(access: SlackAccess, timeout: number, logger: Logger): WebClient {
  return new WebClient(access.token.reveal(), {
    slackApiUrl: access.slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
    logger,
  });
}

/**
 * What Slack's libraries have to say, without what they say it about: a message of theirs may end with a piece of a
 * request's body.
 */
export function createSlackLogger(log: Log): Logger {
  const head = (parts: unknown[]) =>
    (typeof parts[0] === "string" ? (parts[0].split(":")[0] ?? "") : "").slice(0, 200);
  return {
    ...silent,
    warn: (...parts) => log.warn({ from: "slack library" }, head(parts)),
    error: (...parts) => log.error({ from: "slack library" }, head(parts)),
  };
}

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.WARN,
  setName: () => {},
};
