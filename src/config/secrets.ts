import type { Env } from "./env.ts";
import type { Secret } from "./secret.ts";
import type { VaultKey } from "./vault-keys.ts";

/** What must never be printed. Handed only to the part that needs it; null where a feature is off. */
export interface Secrets {
  databaseUrl: Secret;
  /** Null: the queue lives in PostgreSQL. */
  redisUrl: Secret | null;
  /** Null: the app is installed in several workspaces, each of which has its own. */
  slackBotToken: Secret | null;
  /** Null: the app is in one workspace. */
  slackClientSecret: Secret | null;
  /** Null in Socket Mode, where nothing comes in over HTTP. */
  slackSigningSecret: Secret | null;
  /** Null: Slack sends its requests over HTTP. */
  slackAppToken: Secret | null;
  partnerCenterClientSecret: Secret;
  /** Null: there is no service account. */
  partnerCenterRefreshToken: Secret | null;
  /** The vault's wrapping keys, newest first; each is the base64 of 32 bytes. */
  vaultKeys: readonly VaultKey[];
  /** Null: the queues are shown to nobody. */
  bullBoardPassword: Secret | null;
  /** Null: fulfilment goes through the portal. */
  fulfilmentToken: Secret | null;
}

/** The secrets of a checked environment. */
export function secretsOf(env: Env): Secrets {
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL ?? null,
    slackBotToken: env.SLACK_BOT_TOKEN ?? null,
    slackClientSecret: env.SLACK_CLIENT_SECRET ?? null,
    slackSigningSecret: env.SLACK_SIGNING_SECRET ?? null,
    slackAppToken: env.SLACK_APP_TOKEN ?? null,
    partnerCenterClientSecret: env.PARTNER_CENTER_CLIENT_SECRET,
    partnerCenterRefreshToken: env.PARTNER_CENTER_REFRESH_TOKEN ?? null,
    vaultKeys: env.VAULT_KEYS,
    bullBoardPassword: env.BULL_BOARD_PASSWORD ?? null,
    fulfilmentToken: env.FULFILMENT === "http" ? (env.FULFILMENT_TOKEN ?? null) : null,
  };
}
