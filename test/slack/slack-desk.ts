import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { parse } from "yaml";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { Secret } from "#src/config/secret.ts";
import type { Desk, Log } from "#src/desk/context.ts";
import { createChat } from "#src/slack/chat.ts";
import type { SlackAccess } from "#src/slack/client.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { createSlackEdge, type SlackEdge } from "#src/slack/edge.ts";
import { createDrawHome } from "#src/slack/home/home.ts";
import { oneWorkspace } from "#src/slack/one-workspace.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { brokenModal, unclear } from "./slack-limits.ts";

const portalUrl = "https://portal.example/dashboard";

export interface SlackDesk {
  under: DeskUnderTest;
  slack: SlackStandIn;
  edge: SlackEdge;
  /** Where the edge listens. */
  url: string;
  /** Delivers an event as Slack would, signed; the status of the answer. */
  sendEvent(body: unknown): Promise<number>;
  close(): Promise<void>;
}

/** The whole desk behind its Slack edge: a stand-in workspace on one side, a simulated Partner Center on the other. */
export async function openSlackDesk(
  override: (desk: Desk) => Partial<Desk> = () => ({}),
  changeManifest: (text: string) => string = (text) => text,
): Promise<SlackDesk> {
  const manifest = parse(changeManifest(await readFile("manifest.yml", "utf8")));
  const slack = await startSlackStandIn({ manifest });
  const access = accessTo(slack);
  const under = await openDesk({
    override: (desk) => ({
      chat: createChat(access),
      drawMessage: createDrawMessage({ portalUrl, agentsSignIn: false }),
      drawHome: createDrawHome({ portalUrl }),
      ...override(desk),
    }),
  });
  const edge = createSlackEdge({
    desk: under.desk,
    ...access,
    install: null,
    transport: { kind: "http", signingSecret: new Secret(slack.signingSecret) },
    portalUrl,
    host: "127.0.0.1",
    port: 0,
    drainMs: 60_000,
    readiness: async () => "ready",
  });
  const { url } = await edge.start();
  slack.setBotUrl(`${url}/slack/events`);
  return {
    under,
    slack,
    edge,
    url,
    async sendEvent(body) {
      const text = JSON.stringify(body);
      const at = Math.floor(Date.now() / 1_000);
      const digest = createHmac("sha256", slack.signingSecret).update(`v0:${at}:${text}`).digest("hex");
      const response = await fetch(`${url}/slack/events`, {
        method: "POST",
        body: text,
        headers: {
          "content-type": "application/json",
          "x-slack-request-timestamp": String(at),
          "x-slack-signature": `v0=${digest}`,
        },
      });
      return response.status;
    },
    async close() {
      await edge.stop();
      await slack.close();
      await under.close();
    },
  };
}

/** To the one workspace of this stand-in. */
export function accessTo(
  slack: { botToken: string; apiUrl: string },
  { log = noLog, token = slack.botToken } = {},
): SlackAccess {
  const { apiUrl: slackApiUrl } = slack;
  return { workspaces: oneWorkspace({ token: new Secret(token), slackApiUrl, log }), slackApiUrl };
}

const noLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Every view that the bot ever showed or tried to show keeps Slack's limits, and Slack took every call. */
export function expectNothingRefused(slack: SlackStandIn): void {
  const shown = slack.calls.filter(({ method }) => method.startsWith("views."));
  for (const { args } of shown)
    expect(brokenModal(typeof args.view === "string" ? JSON.parse(args.view) : args.view)).toEqual([]);
  const sent = slack.calls.filter(({ method }) => method.startsWith("chat.") && method !== "chat.delete");
  for (const { args } of sent) {
    expect(String(args.text ?? "").trim()).not.toBe("");
    const blocks = typeof args.blocks === "string" ? JSON.parse(args.blocks) : (args.blocks ?? []);
    expect(unclear(blocks)).toEqual([]);
  }
  const refused = slack.calls.filter(
    ({ ok, error }) => !ok && error !== "not_found" && error !== "file_not_found",
  );
  expect(refused.map(({ method, error }) => `${method} ${error}`)).toEqual([]);
}
