import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  FULFILMENT_TOKEN,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
  seedSupportTopics,
} from "#sandbox/partner-center/seed.ts";
import {
  type PartnerCenterSimulator,
  type PartnerCenterSimulatorOptions,
  startPartnerCenterSimulator,
} from "#sandbox/partner-center/start.ts";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";

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
}): Promise<Services> {
  const manifest: unknown = parse(await readFile("manifest.yml", "utf8"));
  const [partnerCenter, slack] = await Promise.all([
    startPartnerCenterSimulator({ edition: "2019-12", ...options.simulator }),
    startSlackStandIn({ manifest }),
  ]);
  return {
    slack,
    partnerCenter,
    env: {
      HOST: "127.0.0.1",
      PORT: "0",
      DATABASE_URL: options.databaseUrl,
      ...(options.redisUrl ? { REDIS_URL: options.redisUrl } : {}),
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      PARTNER_CENTER_URL: partnerCenter.url,
      PARTNER_CENTER_AUTHORITY: partnerCenter.url,
      PARTNER_TENANT_ID,
      PARTNER_CENTER_CLIENT_ID: CLIENT_ID,
      PARTNER_CENTER_CLIENT_SECRET: CLIENT_SECRET,
      PARTNER_CENTER_REFRESH_TOKEN: REFRESH_TOKEN,
      FULFILMENT: "http",
      FULFILMENT_URL: `${partnerCenter.url}/_sim`,
      FULFILMENT_TOKEN,
      SUPPORT_DESK: "api",
      SUPPORT_TOPIC_ID: String(seedSupportTopics[0]?.id),
      POLICY_EDITION: "2019-12",
      LEASE_SECONDS: "2",
      PATIENCE_SECONDS: "1",
      SWEEP_SECONDS: "1",
      LOG_LEVEL: "error",
    },
    async close() {
      await Promise.all([slack.close(), partnerCenter.close()]);
    },
  };
}
