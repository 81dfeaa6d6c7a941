import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import {
  type PartnerCenterSimulator,
  type PartnerCenterSimulatorOptions,
  startPartnerCenterSimulator,
} from "#sandbox/partner-center/start.ts";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { environmentOf } from "#sandbox/start.ts";

/** What stands around processes of the app: it goes on while they come and go. */
export interface Services {
  slack: SlackStandIn;
  partnerCenter: PartnerCenterSimulator;
  /** The environment of a process that talks to them, without a role. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export async function startServices(options: {
  databaseUrl: string;
  redisUrl?: string | null;
  simulator?: PartnerCenterSimulatorOptions;
  /** False: Slack takes as many calls as one likes. */
  slackLimits?: boolean;
}): Promise<Services> {
  const manifest: unknown = parse(await readFile("manifest.yml", "utf8"));
  const [partnerCenter, slack] = await Promise.all([
    startPartnerCenterSimulator({ edition: "2019-12", ...options.simulator }),
    startSlackStandIn({ manifest, rateLimits: options.slackLimits ?? true }),
  ]);
  return {
    slack,
    partnerCenter,
    env: {
      ...environmentOf({ ...options, slack, partnerCenter }),
      POLICY_EDITION: "2019-12",
      LEASE_SECONDS: "2",
      PATIENCE_SECONDS: "1",
      SWEEP_SECONDS: "1",
      LOG_LEVEL: "error",
      // Nobody waits for their turn at Partner Center, or for the next hour, unless a test is about that.
      CALLS_PER_MINUTE: "100000",
      REVEALS_PER_HOUR: "1000",
    },
    async close() {
      await Promise.all([slack.close(), partnerCenter.close()]);
    },
  };
}
