import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { App, HTTPReceiver } from "@slack/bolt";
import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { Secret } from "#src/config/secret.ts";
import { systemClock } from "#src/desk/clock.ts";
import type { Desk } from "#src/desk/context.ts";
import { registerActivity } from "./activity/command.ts";
import { registerApprovals } from "./approve/answers.ts";
import { registerBuyForm } from "./buy/command.ts";
import { registerBuySubmissions } from "./buy/submission.ts";
import { registerCancelForm } from "./cancel/command.ts";
import { registerDuties } from "./cancel/duties.ts";
import { registerCancelSubmissions } from "./cancel/submission.ts";
import { registerTakeBack } from "./cancel/take-back.ts";
import { createInteractiveClient, createSlackLogger } from "./client.ts";
import { serveConnect } from "./connect/routes.ts";
import { registerConnect } from "./connect/view.ts";
import { registerDigest } from "./digest/decide.ts";
import { nameOf } from "./explain.ts";
import { eventsPath, passGate, type SignedRequest } from "./gate.ts";
import { createHandlers, type Handlers } from "./handlers.ts";
import { registerHelp } from "./help/command.ts";
import { registerHomeApproval } from "./home/approval.ts";
import { registerHome } from "./home/home.ts";
import { registerHomeSettings } from "./home/settings.ts";
import { registerKeysForm } from "./keys/command.ts";
import { registerCustomerText } from "./keys/customer-text.ts";
import { registerDeposit } from "./keys/deposit.ts";
import { registerKeysSubmission } from "./keys/submission.ts";
import type { Language } from "./locales/texts.ts";
import { OnScreen } from "./on-screen.ts";
import { registerPasteWarning } from "./paste/warning.ts";
import { createSlackSocket } from "./socket.ts";
import { patienceMs, standBy } from "./stand-by.ts";
import { registerSupportForm } from "./support/command.ts";
import { registerSupportSubmissions } from "./support/submission.ts";

/** How long a word to a person through their response address may take. */
const tellMs = 5_000;

export interface SlackEdgeOptions {
  desk: Desk;
  token: Secret;
  /** Requests come in over HTTP, signed with a secret; or over a socket that we open with an app token. */
  transport: { kind: "http"; signingSecret: Secret } | { kind: "socket"; appToken: Secret };
  /** Ends with a slash. */
  slackApiUrl: string;
  /** The Partner Center web portal, without a slash at the end. */
  portalUrl: string;
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** How long `stop` waits for what is under way, in ms. */
  drainMs: number;
}

export interface SlackEdge {
  /**
   * Checks the token and listens. Throws when Slack does not accept the token; a Slack that can't be reached is only
   * logged, since it may come back.
   */
  start(): Promise<{ url: string; port: number }>;
  /** Takes nothing new, finishes what is under way, and lets go of everything. */
  stop(): Promise<void>;
}

/** All flows and their handlers. */
export function registerFlows(on: Handlers): void {
  registerHelp(on);
  registerHome(on);
  registerHomeApproval(on);
  registerHomeSettings(on);
  registerPasteWarning(on);
  registerConnect(on);
  registerBuyForm(on);
  registerBuySubmissions(on);
  registerApprovals(on);
  registerKeysForm(on);
  registerKeysSubmission(on);
  registerCustomerText(on);
  registerDeposit(on);
  registerCancelForm(on);
  registerCancelSubmissions(on);
  registerTakeBack(on);
  registerDuties(on);
  registerDigest(on);
  registerSupportForm(on);
  registerSupportSubmissions(on);
  registerActivity(on);
}

/** The bot's side of Slack: an HTTP server for Slack's requests and a health check, and every flow behind it. */
export function createSlackEdge(options: SlackEdgeOptions): SlackEdge {
  const { desk } = options;
  const client = createInteractiveClient(options, desk.log);
  const underWay = new Set<Promise<void>>();
  const languages = new Map<string, Language>();
  const onScreen = new OnScreen(client, desk);
  let installed: Installation | null = null;
  const installation = async () => {
    installed ??= await checkToken(client, desk);
    return installed;
  };

  const { transport } = options;
  const http = transport.kind === "http" ? createHttpReceiver(transport.signingSecret) : null;
  const socket =
    transport.kind === "socket"
      ? createSlackSocket({
          appToken: transport.appToken,
          slackApiUrl: options.slackApiUrl,
          log: desk.log,
        })
      : null;
  const app = new App({
    ...(http ? { receiver: http } : {}),
    ...(socket ? { receiver: socket.receiver } : {}),
    logger: createSlackLogger(desk.log),
    // Handlers use our own client: one token, no call to Slack before the first answer.
    authorize: async () => ({ botToken: options.token.reveal() }),
    convoStore: false,
    ignoreSelf: false,
  });
  app.error(async (error) => desk.log.error({ error: nameOf(error) }, "a handler failed"));

  const track = (work: Promise<void>) => {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };
  registerFlows(
    createHandlers({
      app,
      client,
      desk,
      portalUrl: options.portalUrl,
      teamId: async () => (await installation())?.teamId ?? null,
      hearsChannels: async () => {
        const scopes = (await installation())?.scopes ?? [];
        return ["channels:history", "groups:history"].some((scope) => scopes.includes(scope));
      },
      languages,
      onScreen,
      track,
    }),
  );

  function createHttpReceiver(signingSecret: Secret): HTTPReceiver {
    return new HTTPReceiver({
      signingSecret: signingSecret.reveal(),
      endpoints: eventsPath,
      logger: createSlackLogger(desk.log),
      unhandledRequestTimeoutMillis: patienceMs,
      unhandledRequestHandler: ({ request, response }) => {
        desk.log.warn({ path: eventsPath }, "a request from Slack had no answer in time");
        standBy(request as SignedRequest, response, { languages, tell });
      },
    });
  }

  function tell(responseUrl: string, text: string): void {
    const body = JSON.stringify({ response_type: "ephemeral", replace_original: false, text });
    const told = fetch(responseUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(tellMs),
    });
    track(
      told
        .then((response) => response.body?.cancel())
        .catch((error: unknown) => desk.log.warn({ error: nameOf(error) }, "a person could not be told")),
    );
  }

  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    void serve(request, response);
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (await serveConnect(desk, request, response)) return;
      // Real time on purpose: the sender's stamp is real, whatever clock the desk goes by.
      const passed = await passGate(request, response, {
        signingSecret: transport.kind === "http" ? transport.signingSecret : null,
        clock: systemClock,
      });
      if (passed) http?.requestListener(passed, response);
    } catch (error) {
      desk.log.warn({ error: nameOf(error) }, "a request broke off");
      if (!response.headersSent) response.writeHead(400);
      response.end();
    }
  }

  return {
    async start() {
      await installation();
      await listen(server, options);
      await socket?.start();
      const { port } = server.address() as AddressInfo;
      const host = options.host.includes(":") ? `[${options.host}]` : options.host;
      return { url: `http://${host}:${port}`, port };
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const deadline = AbortSignal.timeout(options.drainMs);
      const tooLong = new Promise<void>((resolve) =>
        deadline.addEventListener("abort", () => resolve(), { once: true }),
      );
      await Promise.race([
        Promise.all([onScreen.stop(), socket?.stop(), closed, settled(underWay)]),
        tooLong,
      ]);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Resolves when nothing is under way any more, what starts meanwhile included. */
async function settled(work: Set<Promise<void>>): Promise<void> {
  while (work.size > 0) await Promise.allSettled(work);
}

function listen(server: Server, options: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Where the app is installed, and what its token may do. */
interface Installation {
  teamId: string;
  scopes: readonly string[];
}

async function checkToken(client: WebClient, desk: Desk): Promise<Installation | null> {
  try {
    const { team_id: teamId, response_metadata: about } = await client.auth.test();
    return teamId ? { teamId, scopes: about?.scopes ?? [] } : null;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) {
      throw new Error(
        `Slack does not accept SLACK_BOT_TOKEN (${error.data.error}). Copy the Bot User OAuth Token from the app's OAuth & Permissions page.`,
      );
    }
    desk.log.warn({ error: nameOf(error) }, "Slack could not be asked whose token this is");
    return null;
  }
}
