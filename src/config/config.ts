import { type Env, readEnv } from "./env.ts";
import { type Secrets, secretsOf } from "./secrets.ts";

/** What the app is told about its surroundings; safe to print. Null means that a feature is off. */
export interface Config {
  role: Env["ROLE"];
  /** Port 0 picks a free one. */
  http: { host: string; port: number };
  logLevel: Env["LOG_LEVEL"];
  /** Where Redis is more than one server. Null: it is the one at REDIS_URL, or there is none. */
  redisNodes: { kind: "sentinel" | "cluster"; nodes: readonly { host: string; port: number }[] } | null;
  operations: {
    /** Null: this process tells operators nothing. Port 0 picks a free one. */
    listen: { host: string; port: number } | null;
    /** Where traces are sent, without a slash at the end. Null: none are made. */
    tracesTo: string | null;
  };
  slack: {
    /** Ends with a slash. */
    apiUrl: string;
    /** How the app is installed in several workspaces. Null: it is in one, whose token is configured. */
    installing: { clientId: string; publicUrl: string; allowed: readonly string[] } | null;
  };
  partnerCenter: {
    /** No slash at the end, nor at that of any URL below. */
    url: string;
    authority: string;
    audience: string;
    tenantId: string;
    clientId: string;
    /** What Partner Center takes from one partner tenant, in all processes together. */
    callsPerMinute: number;
    /** Whether every cart carries the attestation of the partner on record. */
    partnerOnRecordAttestation: boolean;
  };
  /** Where browsers reach us, for agents who sign in themselves. Null: everything is done with the service account. */
  connecting: { publicUrl: string } | null;
  /** The Partner Center web portal. */
  portalUrl: string;
  /** Base URL of the fulfilment service. Null: keys and links are fetched from the portal by an agent. */
  fulfilment: { url: string } | null;
  /** Null: support requests are filed in the portal by an agent. */
  supportDesk: { topicId: string } | null;
  /** Null: the edition in force on the day of purchase. */
  policyEdition: NonNullable<Env["POLICY_EDITION"]> | null;
  /** Markets whose law gives longer windows, beside those that are known. */
  marketWindows: NonNullable<Env["POLICY_OVERRIDES_FILE"]>;
  /** Which purchases a second person has to approve. Null: none. */
  approvalPolicy: NonNullable<Env["APPROVAL_POLICY_FILE"]> | null;
  /** The morning message about windows that close: the hour where the person is, and how many days before. 0 days: none. */
  digest: { hour: number; days: number };
  /** The Slack channel in which the head of the activity's chain is published every day. Null: it is not. */
  activityChannel: string | null;
  /** Where people who are stuck find help: an address, an e-mail address, or words. Null: nothing is said about it. */
  helpContact: string | null;
  limits: { revealsPerHour: number };
  timings: {
    /** How long a stopping bot still takes requests, so that balancers look elsewhere. */
    drainSeconds: number;
    shutdownSeconds: number;
    sweepSeconds: number;
    leaseSeconds: number;
    patienceSeconds: number;
    rolesRefreshSeconds: number;
    rolesMaxAgeSeconds: number;
    /** 0: a cancellation leaves at once. */
    graceSeconds: number;
    followSeconds: readonly number[];
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
    redisNodes: redisNodesOf(env),
    operations: {
      listen: env.OPERATIONS_PORT === null ? null : { host: env.OPERATIONS_HOST, port: env.OPERATIONS_PORT },
      tracesTo: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    },
    slack: { apiUrl: env.SLACK_API_URL, installing: installingOf(env) },
    partnerCenter: {
      url: env.PARTNER_CENTER_URL,
      authority: env.PARTNER_CENTER_AUTHORITY,
      audience: env.PARTNER_CENTER_AUDIENCE,
      tenantId: env.PARTNER_TENANT_ID,
      clientId: env.PARTNER_CENTER_CLIENT_ID,
      callsPerMinute: env.CALLS_PER_MINUTE,
      partnerOnRecordAttestation: env.PARTNER_ON_RECORD_ATTESTATION === "accepted",
    },
    connecting: env.AGENT_TOKENS === "own" && env.PUBLIC_URL ? { publicUrl: env.PUBLIC_URL } : null,
    portalUrl: env.PORTAL_URL,
    fulfilment: env.FULFILMENT === "http" && env.FULFILMENT_URL ? { url: env.FULFILMENT_URL } : null,
    supportDesk:
      env.SUPPORT_DESK === "api" && env.SUPPORT_TOPIC_ID ? { topicId: env.SUPPORT_TOPIC_ID } : null,
    policyEdition: env.POLICY_EDITION ?? null,
    marketWindows: env.POLICY_OVERRIDES_FILE ?? [],
    approvalPolicy: env.APPROVAL_POLICY_FILE ?? null,
    digest: { hour: env.DIGEST_HOUR, days: env.DIGEST_DAYS },
    activityChannel: env.ACTIVITY_CHANNEL ?? null,
    helpContact: env.HELP_CONTACT ?? null,
    limits: { revealsPerHour: env.REVEALS_PER_HOUR },
    timings: {
      drainSeconds: env.DRAIN_SECONDS,
      shutdownSeconds: env.SHUTDOWN_SECONDS,
      sweepSeconds: env.SWEEP_SECONDS,
      leaseSeconds: env.LEASE_SECONDS,
      patienceSeconds: env.PATIENCE_SECONDS,
      rolesRefreshSeconds: env.ROLES_REFRESH_SECONDS,
      rolesMaxAgeSeconds: env.ROLES_MAX_AGE_SECONDS,
      graceSeconds: env.GRACE_SECONDS,
      followSeconds: env.FOLLOW_SECONDS,
    },
  };
}

function installingOf(env: Env): Config["slack"]["installing"] {
  const { SLACK_CLIENT_ID: clientId, PUBLIC_URL: publicUrl, SLACK_ALLOWED_WORKSPACES: allowed } = env;
  return clientId && publicUrl && allowed ? { clientId, publicUrl, allowed } : null;
}

function redisNodesOf({ REDIS_SENTINELS: sentinels, REDIS_CLUSTER: cluster }: Env): Config["redisNodes"] {
  if (sentinels) return { kind: "sentinel", nodes: sentinels };
  return cluster ? { kind: "cluster", nodes: cluster } : null;
}
