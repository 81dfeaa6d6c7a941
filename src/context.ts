import { setTimeout as pause } from "node:timers/promises";
import type { QueueBackend } from "#jobs/queues.ts";
import type { RunningWorker } from "#jobs/worker.ts";
import { holdPartnerTenant } from "./access/partner-tenant.ts";
import { knownMarketWindows } from "./cancellations/editions.ts";
import type { Config } from "./config/config.ts";
import type { Secret } from "./config/secret.ts";
import type { Secrets } from "./config/secrets.ts";
import type { Connecting } from "./connections/port.ts";
import { keepServiceToken } from "./connections/service-account.ts";
import { blockCalls, takeCall } from "./db/call-budget.ts";
import { type OpenDatabase, openDatabase } from "./db/database.ts";
import { migrateToLatest } from "./db/migrate.ts";
import { poolSize } from "./db/pool-size.ts";
import { systemClock } from "./desk/clock.ts";
import type { Desk } from "./desk/context.ts";
import { noFailpoints } from "./desk/failpoints.ts";
import { createLog } from "./desk/log.ts";
import { createHttpFulfilment } from "./fulfilment/http-adapter.ts";
import { createPortalFulfilment } from "./fulfilment/portal-adapter.ts";
import type { Workspaces } from "./installations/port.ts";
import { installedWorkspaces } from "./installations/workspaces.ts";
import type { OperationsListener } from "./operations/listener.ts";
import {
  createReadiness,
  databasePart,
  migrationsPart,
  partnerCenterPart,
  queuePart,
  type Readiness,
} from "./operations/ready.ts";
import { startOperations } from "./operations/start.ts";
import type { Tracing } from "./operations/tracing.ts";
import { readVersion } from "./operations/version.ts";
import type { TokenSource } from "./partner-center/auth.ts";
import { allowance, type BudgetStore, createCallBudget, type Priority } from "./partner-center/budget.ts";
import { createPartnerCenter } from "./partner-center/client.ts";
import type { PartnerCenter } from "./partner-center/port.ts";
import { createChat } from "./slack/chat.ts";
import { createDrawMessage, drawPost } from "./slack/draw-message.ts";
import type { SlackEdge, SlackEdgeOptions } from "./slack/edge.ts";
import { createDrawHome } from "./slack/home/home.ts";
import { createSlackGrants, type SlackApp } from "./slack/install/grants.ts";
import { createInstall } from "./slack/install/routes.ts";
import { oneWorkspace } from "./slack/one-workspace.ts";
import { createApiDesk } from "./support-requests/api-desk.ts";
import { createPortalDesk } from "./support-requests/portal-desk.ts";
import { remembered, wireTokens } from "./tokens.ts";
import { checkVault } from "./vault/check.ts";
import { localKey } from "./vault/local-key.ts";
import { createVault } from "./vault/vault.ts";

/** The whole app in one process, as far as its role goes. */
export interface RunningApp {
  desk: Desk;
  /** Where Slack's requests are taken; null for a worker alone. */
  url: string | null;
  /** Where operators ask how it is; null where they can't. */
  operationsUrl: string | null;
  queue: QueueBackend["kind"] | null;
  /** First stage: takes nothing new, finishes what is in hand, closes everything. */
  stop(): Promise<void>;
}

function transportOf(secrets: Secrets): SlackEdgeOptions["transport"] {
  if (secrets.slackAppToken) return { kind: "socket", appToken: secrets.slackAppToken };
  if (secrets.slackSigningSecret) return { kind: "http", signingSecret: secrets.slackSigningSecret };
  throw new Error("Neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is set.");
}

/** What the app is known by at Slack's OAuth; null where it is in one workspace. */
function slackAppOf(config: Config, secrets: Secrets): SlackApp | null {
  const { installing, apiUrl: slackApiUrl } = config.slack;
  const { slackClientSecret: clientSecret } = secrets;
  return installing && clientSecret ? { clientId: installing.clientId, clientSecret, slackApiUrl } : null;
}

function workspacesOf(
  ground: Pick<Desk, "db" | "vault" | "clock" | "log">,
  app: SlackApp | null,
  one: { token: Secret | null; slackApiUrl: string },
): Workspaces {
  if (app) return installedWorkspaces(ground, createSlackGrants(app, ground.log));
  const { token, slackApiUrl } = one;
  if (!token) throw new Error("Neither SLACK_BOT_TOKEN nor SLACK_CLIENT_ID is set.");
  return oneWorkspace({ token, slackApiUrl, log: ground.log });
}

/**
 * Builds the desk by hand from configuration, once for those who wait in Slack and once for jobs: the two share everything
 * but their place in the call budget. `override` replaces any part.
 */
export function buildDesks(
  config: Config,
  secrets: Secrets,
  opened: OpenDatabase,
  override: Partial<Desk>,
): Record<Priority, Desk> & {
  workspaces: Workspaces;
  slackApp: SlackApp | null;
  token: () => Promise<unknown>;
} {
  const clock = override.clock ?? systemClock;
  const log = override.log ?? createLog(config.logLevel);
  const { tenantId: partnerTenantId, callsPerMinute } = config.partnerCenter;
  const calls: BudgetStore = {
    take: (asked) => takeCall(opened.db, { ...asked, partnerTenantId, now: clock.now() }),
    block: (ms) => blockCalls(opened.db, { partnerTenantId, until: new Date(clock.now().getTime() + ms) }),
  };
  const vault = override.vault ?? createVault(secrets.vaultKeys.map(localKey));
  const tokens = wireTokens(
    { db: opened.db, vault, clock, log },
    {
      authority: config.partnerCenter.authority,
      audience: config.partnerCenter.audience,
      tenantId: partnerTenantId,
      clientId: config.partnerCenter.clientId,
      clientSecret: secrets.partnerCenterClientSecret,
      serviceAccount: secrets.partnerCenterRefreshToken !== null,
      publicUrl: config.connecting?.publicUrl ?? null,
    },
  );
  const clientFor = (priority: Priority, source: TokenSource): PartnerCenter =>
    override.partnerCenter ??
    createPartnerCenter({
      baseUrl: config.partnerCenter.url,
      partnerOnRecordAttestation: config.partnerCenter.partnerOnRecordAttestation,
      tokens: source,
      clock,
      budget: createCallBudget(calls, { callsPerMinute, priority }),
      log: ({ operation, status, failure, code, durationMs, requestId, correlationId }) =>
        log.debug(
          { operation, status, kind: failure, code, durationMs, requestId, correlationId },
          "partner center",
        ),
    });
  const servicesBy = (priority: Priority, source: TokenSource) => {
    const partnerCenter = clientFor(priority, source);
    const supportDesk = config.supportDesk
      ? createApiDesk(partnerCenter, config.supportDesk.topicId)
      : createPortalDesk();
    return { partnerCenter, supportDesk };
  };
  const connectingFor = (priority: Priority): Connecting | null => {
    const { agents } = tokens;
    if (!agents || !config.connecting) return null;
    return {
      publicUrl: config.connecting.publicUrl,
      partnerTenantId,
      signIn: agents.signIn,
      as: remembered((personId) => servicesBy(priority, agents.of(personId))),
    };
  };
  const { apiUrl: slackApiUrl } = config.slack;
  const slackApp = slackAppOf(config, secrets);
  const workspaces = workspacesOf({ db: opened.db, vault, clock, log }, slackApp, {
    token: secrets.slackBotToken,
    slackApiUrl,
  });
  const shared = {
    db: opened.db,
    clock,
    log,
    fulfilment:
      config.fulfilment && secrets.fulfilmentToken
        ? createHttpFulfilment({ baseUrl: config.fulfilment.url, token: secrets.fulfilmentToken, clock })
        : createPortalFulfilment({ portalUrl: config.portalUrl }),
    vault,
    installing: config.slack.installing,
    chat: createChat({ workspaces, slackApiUrl }),
    drawMessage: createDrawMessage({ portalUrl: config.portalUrl, agentsSignIn: config.connecting !== null }),
    drawPost,
    drawHome: createDrawHome({ portalUrl: config.portalUrl }),
    policyEdition: config.policyEdition,
    approvalPolicy: config.approvalPolicy,
    marketWindows: [...knownMarketWindows, ...config.marketWindows],
    digest: config.digest,
    activityChannel: config.activityChannel,
    helpContact: config.helpContact,
    limits: config.limits,
    timings: config.timings,
    failpoint: noFailpoints,
  };
  /** One that any process can do its reading with. */
  const token = () => tokens.service.token("getCustomer");
  const deskFor = (priority: Priority): Desk => ({
    ...shared,
    ...servicesBy(priority, tokens.service),
    connecting: connectingFor(priority),
    ...override,
  });
  return {
    interactive: deskFor("interactive"),
    background: deskFor("background"),
    workspaces,
    slackApp,
    token,
  };
}

/**
 * Opens the database, brings it up to date, and starts bot, worker or both. Throws when something it needs is not there,
 * and then nothing is left open.
 */
export async function startApp(
  config: Config,
  secrets: Secrets,
  override: Partial<Desk> = {},
): Promise<RunningApp> {
  const log = override.log ?? createLog(config.logLevel);
  const onError = (error: Error, where: string) =>
    log.warn({ where, error: error.message }, "connection trouble");
  const opened = openDatabase({
    url: secrets.databaseUrl.reveal(),
    applicationName: `csp-desk ${config.role}`,
    maxConnections: poolSize(config.role, secrets.redisUrl ? "redis" : "postgres"),
    onError: (error) => onError(error, "database"),
  });
  let worker: RunningWorker | null = null;
  let edge: SlackEdge | null = null;
  let tracing: Tracing | null = null;
  let readiness: Readiness | null = null;
  let operations: OperationsListener | null = null;
  let queue: QueueBackend["kind"] | null = null;
  let url: string | null = null;
  let backend: QueueBackend | null = null;
  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= letGo();
    return stopping;
  };
  /** Each part is let go of, whatever became of the one before it. */
  const letGo = async (): Promise<void> => {
    readiness?.stop();
    // A balancer that asks sees it, and sends no more, before anything closes.
    if (edge && config.timings.drainSeconds > 0) await pause(config.timings.drainSeconds * 1_000);
    const jobs = worker ?? (backend && { stop: () => backend?.close() });
    const parts = [edge, jobs, tracing, operations, { stop: opened.close }];
    for (const part of parts) {
      try {
        await part?.stop();
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)), "stopping");
      }
    }
  };
  try {
    await migrateToLatest(opened.db);
    const built = buildDesks(config, secrets, opened, { ...override, log });
    const { interactive: desk, background, workspaces, slackApp } = built;
    const { listen, tracesTo } = config.operations;
    if (tracesTo) {
      const { startTracing } = await import("./operations/tracing.ts");
      tracing = startTracing({ endpoint: tracesTo, role: config.role, version: readVersion() });
    }
    await holdPartnerTenant(desk, config.partnerCenter.tenantId);
    await checkVault(desk);
    await keepServiceToken(desk, {
      partnerTenantId: config.partnerCenter.tenantId,
      token: secrets.partnerCenterRefreshToken,
    });
    // What a role does not do is not even loaded: it would take as much memory as what it does.
    if (config.role !== "bot") {
      const { connectPostgresBackend, connectRedisBackend } = await import("#jobs/queues.ts");
      const { startWorker } = await import("#jobs/worker.ts");
      const telemetry = tracing?.telemetry;
      backend = secrets.redisUrl
        ? await connectRedisBackend({
            url: secrets.redisUrl.reveal(),
            nodes: config.redisNodes,
            telemetry,
            onError,
          })
        : await connectPostgresBackend({ pool: opened.pool, telemetry, onError });
      queue = backend.kind;
      worker = await startWorker(background, {
        backend,
        pool: opened.pool,
        sweepSeconds: config.timings.sweepSeconds,
      });
    }
    const ready = createReadiness([
      databasePart(opened.db),
      migrationsPart(opened.db),
      ...(backend ? [queuePart(backend)] : []),
      partnerCenterPart(built.token),
    ]);
    readiness = ready;
    if (config.role !== "worker") {
      const { createSlackEdge } = await import("./slack/edge.ts");
      edge = createSlackEdge({
        desk,
        workspaces,
        install: slackApp && createInstall(desk, slackApp),
        transport: transportOf(secrets),
        slackApiUrl: config.slack.apiUrl,
        portalUrl: config.portalUrl,
        host: config.http.host,
        port: config.http.port,
        drainMs: config.timings.shutdownSeconds * 500,
        readiness: () => ready.serving(),
      });
      url = (await edge.start()).url;
    }
    if (listen) {
      operations = await startOperations({
        config,
        listen,
        desk,
        readiness: ready,
        queues: worker?.queues ?? null,
        password: secrets.bullBoardPassword,
        allowance: allowance(config.partnerCenter.callsPerMinute),
      });
    }
    return { desk, url, operationsUrl: operations?.url ?? null, queue, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
