import type { Env } from "./env.ts";
import type { Secret } from "./secret.ts";
import type { VaultKey } from "./vault-keys.ts";

/** What must never be printed. Handed only to the part that needs it; null where a feature is off. */
export interface Secrets {
  databaseUrl: Secret;
  /** Null: the queue lives in PostgreSQL. */
  redisUrl: Secret | null;
  slackBotToken: Secret;
  /** Null in Socket Mode, where nothing comes in over HTTP. */
  slackSigningSecret: Secret | null;
  /** Null: Slack sends its requests over HTTP. */
  slackAppToken: Secret | null;
  partnerCenterClientSecret: Secret;
  /** Null: there is no service account. */
  partnerCenterRefreshToken: Secret | null;
  /** The vault's wrapping keys, newest first; each is the base64 of 32 bytes. */
  vaultKeys: readonly VaultKey[];
  /** Null: fulfilment goes through the portal. */
  fulfilmentToken: Secret | null;
}

/** The secrets of a checked environment. */
export function secretsOf(env: Env): Secrets {
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL ?? null,
    slackBotToken: env.SLACK_BOT_TOKEN,
    slackSigningSecret: env.SLACK_SIGNING_SECRET ?? null,
    slackAppToken: env.SLACK_APP_TOKEN ?? null,
    partnerCenterClientSecret: env.PARTNER_CENTER_CLIENT_SECRET,
    partnerCenterRefreshToken: env.PARTNER_CENTER_REFRESH_TOKEN ?? null,
    vaultKeys: env.VAULT_KEYS,
    fulfilmentToken: env.FULFILMENT === "http" ? (env.FULFILMENT_TOKEN ?? null) : null,
  };
}
