import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { freePort } from "#sandbox/free-port.ts";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { Secret } from "#src/config/secret.ts";
import type { Desk } from "#src/desk/context.ts";
import type { Workspaces } from "#src/installations/port.ts";
import { installedWorkspaces } from "#src/installations/workspaces.ts";
import { createChat } from "#src/slack/chat.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { createSlackEdge } from "#src/slack/edge.ts";
import { createDrawHome } from "#src/slack/home/home.ts";
import { createSlackGrants } from "#src/slack/install/grants.ts";
import { createInstall } from "#src/slack/install/routes.ts";
import { manualClock } from "../ground/clock.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";

const portalUrl = "https://portal.example/dashboard";

/** A desk that people install themselves, with Slack's time and its own moved together. */
export interface InstallableDesk {
  under: DeskUnderTest;
  slack: SlackStandIn;
  url: string;
  /** As another process sees them, with nothing remembered. */
  anotherProcess(): Workspaces;
  close(): Promise<void>;
}

export async function openInstallableDesk(allowed: readonly string[]): Promise<InstallableDesk> {
  const manifest = parse(await readFile("manifest.yml", "utf8"));
  manifest.settings.token_rotation_enabled = true;
  const clock = manualClock();
  const slack = await startSlackStandIn({ manifest, installed: false, clock });
  const slackApp = {
    clientId: slack.clientId,
    clientSecret: new Secret(slack.clientSecret),
    slackApiUrl: slack.apiUrl,
  };
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const workspacesOf = (ground: Desk) => installedWorkspaces(ground, createSlackGrants(slackApp, ground.log));
  const under = await openDesk({
    clock,
    override: (desk) => ({
      installing: { publicUrl, allowed },
      chat: createChat({ workspaces: workspacesOf(desk), slackApiUrl: slack.apiUrl }),
      drawMessage: createDrawMessage({ portalUrl, agentsSignIn: false }),
      drawHome: createDrawHome({ portalUrl }),
    }),
  });
  const edge = createSlackEdge({
    desk: under.desk,
    workspaces: workspacesOf(under.desk),
    install: createInstall(under.desk, slackApp),
    transport: { kind: "http", signingSecret: new Secret(slack.signingSecret) },
    slackApiUrl: slack.apiUrl,
    portalUrl,
    host: "127.0.0.1",
    port,
    drainMs: 2_000,
    readiness: async () => "ready",
  });
  const { url } = await edge.start();
  slack.setBotUrl(`${url}/slack/events`);
  return {
    under,
    slack,
    url,
    anotherProcess: () => workspacesOf(under.desk),
    async close() {
      await edge.stop();
      await slack.close();
      await under.close();
    },
  };
}
