import { type Logger, LogLevel, WebClient } from "@slack/web-api";
import { LRUCache } from "lru-cache";
import type { Secret } from "#src/config/secret.ts";
import type { Log } from "#src/desk/context.ts";
import type { Workspaces } from "#src/installations/port.ts";
import { watchedFetch } from "./watched-fetch.ts";

/** Where and as whom to call Slack. `slackApiUrl` ends with a slash. */
export interface SlackAccess {
  workspaces: Workspaces;
  slackApiUrl: string;
}

/** The client that speaks for the app in one workspace, and its token. Throws `ChatFailure` where it is not installed. */
export type SlackClients = (workspaceId: string) => Promise<{ client: WebClient; token: Secret }>;

/** For the seconds that a person waits: short, never repeated by itself, so that nothing is shown twice. */
export function createInteractiveClients(access: SlackAccess, log: Log): SlackClients {
  return createClients(access, 2_500, createSlackLogger(log));
}

/** For workers: a call that may have landed is theirs to judge, and "not now" is theirs to wait for. */
export function createWorkerClients(access: SlackAccess): SlackClients {
  return createClients(access, 10_000, silent);
}

const mostClients = 500;

function createClients(access: SlackAccess, timeout: number, logger: Logger): SlackClients {
  const kept = new LRUCache<string, WebClient>({ max: mostClients });
  return async (workspaceId) => {
    const token = await access.workspaces.tokenOf(workspaceId);
    const known = kept.get(token.reveal());
    const client = known ?? createClient(access.slackApiUrl, token, { timeout, logger });
    if (!known) kept.set(token.reveal(), client);
    return { client, token };
  };
}

/** A client with one token, or with none. Nothing is repeated by itself. */
export function createClient(
  slackApiUrl: string,
  token: Secret | null,
  options: { timeout: number; logger: Logger },
): WebClient {
  return new WebClient(token?.reveal(), {
    slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: watchedFetch,
    ...options,
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

/** For a library that throws what it has to say anyway. */
export const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.WARN,
  setName: () => {},
};
