import { setTimeout as pause } from "node:timers/promises";
import { SocketModeReceiver } from "@slack/bolt";
import { WebAPIPlatformError } from "@slack/web-api";
import type { Secret } from "#src/config/secret.ts";
import type { Log } from "#src/desk/context.ts";
import { createSlackLogger } from "./client.ts";
import { nameOf } from "./explain.ts";

/** A connection that lasted this long was a good one: the next attempt comes at once. */
const goodForMs = 30_000;
const longestPauseMs = 30_000;

export interface SlackSocket {
  receiver: SocketModeReceiver;
  /**
   * Connects, and connects anew whenever the connection ends. Throws when Slack does not accept the token; a Slack that
   * can't be reached is tried again in the background.
   */
  start(): Promise<void>;
  /** Closes the connection, or ends the attempt to open one. */
  stop(): Promise<void>;
}

/**
 * Socket Mode. We reconnect ourselves: the library waits five seconds whenever Slack asks for a new connection, longer
 * than a trigger lives, and leaves a promise rejected when that fails, which would end the process.
 */
export function createSlackSocket(options: { appToken: Secret; slackApiUrl: string; log: Log }): SlackSocket {
  const { log } = options;
  const receiver = new SocketModeReceiver({
    appToken: options.appToken.reveal(),
    autoReconnectEnabled: false,
    logger: createSlackLogger(log),
    installerOptions: {
      clientOptions: { slackApiUrl: options.slackApiUrl, retryConfig: { retries: 0 }, timeout: 5_000 },
    },
  });
  const { client } = receiver;
  const stopping = new AbortController();
  const { signal } = stopping;
  let connectedAt: number | null = null;
  let failures = 0;
  let trying: Promise<void> = Promise.resolve();

  client.on("connected", () => {
    connectedAt = performance.now();
  });
  client.on("disconnected", () => {
    if (connectedAt === null) return;
    failures = performance.now() - connectedAt < goodForMs ? failures + 1 : 0;
    connectedAt = null;
    trying = keepTrying();
  });

  async function keepTrying(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (failures > 1) await pause(Math.min(250 * 2 ** failures, longestPauseMs), undefined, { signal });
        await client.start();
        return;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        log.warn({ error: nameOf(error) }, "no connection to Slack");
      }
    }
  }

  return {
    receiver,
    async start() {
      try {
        await client.start();
      } catch (error) {
        if (error instanceof WebAPIPlatformError) {
          throw new Error(
            `Slack does not accept SLACK_APP_TOKEN (${error.data.error}). Generate one with connections:write under Basic Information > App-Level Tokens.`,
          );
        }
        log.warn({ error: nameOf(error) }, "no connection to Slack at start");
        failures = 1;
        trying = keepTrying();
      }
    },
    async stop() {
      stopping.abort();
      if (connectedAt === null) void client.disconnect();
      await trying;
      await client.disconnect();
    },
  };
}
