import { type Env, readEnv } from "./env.ts";
import { type Secrets, secretsOf } from "./secrets.ts";

/** What the app is told about its surroundings; safe to print. Null means that a feature is off. */
export interface Config {
  role: Env["ROLE"];
  /** Port 0 picks a free one. */
  http: { host: string; port: number };
  logLevel: Env["LOG_LEVEL"];
  slack: {
    /** Ends with a slash. */
    apiUrl: string;
  };
  partnerCenter: {
    /** No slash at the end, nor at that of any URL below. */
    url: string;
    authority: string;
    audience: string;
    tenantId: string;
    clientId: string;
  };
  /** The Partner Center web portal. */
  portalUrl: string;
  /** Base URL of the fulfilment service. Null: keys and links are fetched from the portal by an agent. */
  fulfilment: { url: string } | null;
  /** Null: support requests are filed in the portal by an agent. */
  supportDesk: { topicId: string } | null;
  /** Null: the edition in force on the day of purchase. */
  policyEdition: NonNullable<Env["POLICY_EDITION"]> | null;
  timings: {
    shutdownSeconds: number;
    sweepSeconds: number;
    leaseSeconds: number;
    patienceSeconds: number;
    rolesRefreshSeconds: number;
    rolesMaxAgeSeconds: number;
  };
}

/**
 * The configuration and, apart from it, the secrets in these environment variables.
 * Throws ConfigProblems that names every variable that is missing or wrong.
 */
export function loadConfig(source: Record<string, string | undefined>): { config: Config; secrets: Secrets } {
  const env = readEnv(source);
  return { config: configOf(env), secrets: secretsOf(env) };
}

function configOf(env: Env): Config {
  return {
    role: env.ROLE,
    http: { host: env.HOST, port: env.PORT },
    logLevel: env.LOG_LEVEL,
    slack: { apiUrl: env.SLACK_API_URL },
    partnerCenter: {
      url: env.PARTNER_CENTER_URL,
      authority: env.PARTNER_CENTER_AUTHORITY,
      audience: env.PARTNER_CENTER_AUDIENCE,
      tenantId: env.PARTNER_TENANT_ID,
      clientId: env.PARTNER_CENTER_CLIENT_ID,
    },
    portalUrl: env.PORTAL_URL,
    fulfilment: env.FULFILMENT === "http" && env.FULFILMENT_URL ? { url: env.FULFILMENT_URL } : null,
    supportDesk:
      env.SUPPORT_DESK === "api" && env.SUPPORT_TOPIC_ID ? { topicId: env.SUPPORT_TOPIC_ID } : null,
    policyEdition: env.POLICY_EDITION ?? null,
    timings: {
      shutdownSeconds: env.SHUTDOWN_SECONDS,
      sweepSeconds: env.SWEEP_SECONDS,
      leaseSeconds: env.LEASE_SECONDS,
      patienceSeconds: env.PATIENCE_SECONDS,
      rolesRefreshSeconds: env.ROLES_REFRESH_SECONDS,
      rolesMaxAgeSeconds: env.ROLES_MAX_AGE_SECONDS,
    },
  };
}
