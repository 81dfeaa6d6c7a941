import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { PolicyEditionName } from "#src/cancellations/editions.ts";
import { loadConfig } from "#src/config/config.ts";
import { type RunningApp, startApp } from "#src/context.ts";
import { createLog } from "#src/desk/log.ts";
import { freePort } from "./free-port.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  FULFILMENT_TOKEN,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
  seedSupportTopics,
} from "./partner-center/seed.ts";
import { type PartnerCenterSimulator, startPartnerCenterSimulator } from "./partner-center/start.ts";
import { acceptManifest, inSocketMode } from "./slack/manifest.ts";
import { type SlackStandIn, startSlackStandIn } from "./slack/start.ts";
import { serveWeb } from "./web/serve.ts";

/** In everybody's hands: the app refuses it beside a real Slack or Partner Center. The same at every start, for what was kept. */
const DEVELOPMENT_VAULT_KEY = `development:${Buffer.from("csp-desk sandbox, not a real key").toString("base64")}`;

export interface SandboxOptions {
  databaseUrl: string;
  /** Null: the queue lives in the same database. */
  redisUrl?: string | null;
  edition?: PolicyEditionName;
  /** How long a cancellation takes to show, in ms. */
  cancellationLagMs?: number;
  /** Fixes every id that Partner Center gives. */
  seed?: string;
  /** Folder in which Slack's and Partner Center's state live from one start to the next; without it, each is the first. */
  keep?: string;
  /** How long Slack waits for an answer, in ms; three seconds unless told. */
  ackDeadlineMs?: number;
  /** Slack reaches the bot over a connection that the bot opens, instead of by signed requests. */
  socketMode?: boolean;
  /** Agents sign in to Partner Center themselves, and there is no service account. */
  ownTokens?: boolean;
  /** The app is not installed yet: people install it themselves, in the workspaces and organisations with these ids. */
  installableIn?: string[];
  /** Slack's tokens expire and are renewed. */
  rotateTokens?: boolean;
  /** 0 picks free ones. */
  ports?: { bot?: number; slack?: number; partnerCenter?: number };
  /** Further settings of the app, as environment variables. */
  env?: Record<string, string>;
  /** Where the app's log goes instead of standard output. */
  logTo?: { write(line: string): void };
}

export interface Sandbox {
  app: RunningApp;
  slack: SlackStandIn;
  partnerCenter: PartnerCenterSimulator;
  /** Bot and worker first, then what they talk to. The database stays. */
  stop(): Promise<void>;
}

/**
 * The app, as `npm start` runs it, between a Slack and a Partner Center that stand in for the real ones: for the app they
 * are nothing but addresses and tokens in its configuration.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { keep, socketMode = false } = options;
  const declared = acceptManifest(parse(await readFile(new URL("../manifest.yml", import.meta.url), "utf8")));
  const { settings } = declared;
  const rotating = { ...declared, settings: { ...settings, token_rotation_enabled: true } };
  const chosen = options.rotateTokens ? rotating : declared;
  const manifest = socketMode ? inSocketMode(chosen) : chosen;
  const partnerCenterFile = keep === undefined ? null : join(keep, "partner-center.json");
  // What was kept goes on as it was, unless an option says otherwise.
  const goesOn = partnerCenterFile !== null && existsSync(partnerCenterFile);
  const edition = options.edition ?? (goesOn ? undefined : "2019-12");
  const lag = options.cancellationLagMs ?? (goesOn ? undefined : 0);
  if (keep !== undefined) await mkdir(keep, { recursive: true });
  await using running = new AsyncDisposableStack();
  const partnerCenter = running.adopt(
    await startPartnerCenterSimulator({
      port: options.ports?.partnerCenter ?? 0,
      ...(edition === undefined ? {} : { edition }),
      ...(lag === undefined ? {} : { cancellationLagMs: lag }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(partnerCenterFile === null ? {} : { keep: partnerCenterFile }),
    }),
    (simulator) => simulator.close(),
  );
  const slack: SlackStandIn = running.use(
    await startSlackStandIn({
      port: options.ports?.slack ?? 0,
      manifest,
      installed: options.installableIn === undefined,
      ...(options.ackDeadlineMs === undefined ? {} : { ackDeadlineMs: options.ackDeadlineMs }),
      serve: serveWeb({
        standIn: () => slack,
        manifest,
        partnerCenterUrl: partnerCenter.url,
        title: "CSP Desk sandbox",
      }),
      ...(keep === undefined ? {} : { keep: join(keep, "slack.json") }),
    }),
  );
  const inForce = partnerCenter.settings().edition;
  // Where browsers come back to has to be known before the bot listens.
  const botPort = options.ports?.bot || (options.ownTokens || options.installableIn ? await freePort() : 0);
  const { config, secrets } = loadConfig({
    ...environmentOf({ ...options, slack, partnerCenter }),
    PORT: String(botPort),
    ...(options.ownTokens
      ? {
          AGENT_TOKENS: "own",
          PUBLIC_URL: `http://127.0.0.1:${botPort}`,
          PARTNER_CENTER_REFRESH_TOKEN: "",
        }
      : {}),
    ...(options.installableIn
      ? {
          SLACK_BOT_TOKEN: "",
          SLACK_CLIENT_ID: slack.clientId,
          SLACK_CLIENT_SECRET: slack.clientSecret,
          SLACK_ALLOWED_WORKSPACES: options.installableIn.join(","),
          PUBLIC_URL: `http://127.0.0.1:${botPort}`,
        }
      : {}),
    ...(inForce === "by-date" ? {} : { POLICY_EDITION: inForce }),
    ...options.env,
  });
  const log = createLog(config.logLevel, options.logTo);
  const app = running.adopt(await startApp(config, secrets, { log }), (one) => one.stop());
  slack.setBotUrl(`${app.url}/slack/events`);
  const started = running.move();
  return { app, slack, partnerCenter, stop: () => started.disposeAsync() };
}

/** The environment in which the app finds these two instead of the real ones: nothing but addresses and tokens. */
export function environmentOf(
  options: Pick<SandboxOptions, "databaseUrl" | "redisUrl" | "socketMode"> & {
    slack: Pick<SlackStandIn, "apiUrl" | "botToken" | "appToken" | "signingSecret">;
    partnerCenter: Pick<PartnerCenterSimulator, "url">;
  },
): Record<string, string> {
  const { slack, partnerCenter } = options;
  return {
    ROLE: "all",
    HOST: "127.0.0.1",
    // Here a cancellation shows after seconds, and calls cost nothing.
    FOLLOW_SECONDS: "2,4,8,21,60",
    PORT: "0",
    OPERATIONS_PORT: "0",
    DATABASE_URL: options.databaseUrl,
    ...(options.redisUrl ? { REDIS_URL: options.redisUrl } : {}),
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(options.socketMode
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    PARTNER_CENTER_URL: partnerCenter.url,
    PARTNER_CENTER_AUTHORITY: partnerCenter.url,
    PARTNER_TENANT_ID,
    PARTNER_CENTER_CLIENT_ID: CLIENT_ID,
    PARTNER_CENTER_CLIENT_SECRET: CLIENT_SECRET,
    PARTNER_CENTER_REFRESH_TOKEN: REFRESH_TOKEN,
    FULFILMENT: "http",
    FULFILMENT_URL: `${partnerCenter.url}/_sim`,
    FULFILMENT_TOKEN,
    VAULT_KEYS: DEVELOPMENT_VAULT_KEY,
    SUPPORT_DESK: "api",
    SUPPORT_TOPIC_ID: String(seedSupportTopics[0]?.id),
    HELP_CONTACT: "#csp",
    LOG_LEVEL: "warn",
  };
}
