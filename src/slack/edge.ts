import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { App } from "@slack/bolt";
import type { Secret } from "#src/config/secret.ts";
import { systemClock } from "#src/desk/clock.ts";
import type { Desk } from "#src/desk/context.ts";
import type { Workspaces } from "#src/installations/port.ts";
import { registerActivity } from "./activity/command.ts";
import { registerApprovals } from "./approve/answers.ts";
import { attend } from "./arrivals.ts";
import { registerBuyForm } from "./buy/command.ts";
import { registerBuySubmissions } from "./buy/submission.ts";
import { registerCancelForm } from "./cancel/command.ts";
import { registerDuties } from "./cancel/duties.ts";
import { registerCancelSubmissions } from "./cancel/submission.ts";
import { registerTakeBack } from "./cancel/take-back.ts";
import { createInteractiveClients, createSlackLogger } from "./client.ts";
import { serveConnect } from "./connect/routes.ts";
import { registerConnect } from "./connect/view.ts";
import { registerDigest } from "./digest/decide.ts";
import { nameOf } from "./explain.ts";
import { eventsPath, passGate, type Signed } from "./gate.ts";
import { createHandlers, type Handlers } from "./handlers.ts";
import { registerHelp } from "./help/command.ts";
import { registerWelcome } from "./help/welcome.ts";
import { registerHomeApproval } from "./home/approval.ts";
import { registerHome } from "./home/home.ts";
import { registerHomeSettings } from "./home/settings.ts";
import { registerRemoval } from "./install/removal.ts";
import type { ServeInstall } from "./install/routes.ts";
import { registerKeysForm } from "./keys/command.ts";
import { registerCustomerText } from "./keys/customer-text.ts";
import { registerDeposit } from "./keys/deposit.ts";
import { registerKeysSubmission } from "./keys/submission.ts";
import type { Language } from "./locales/texts.ts";
import { OnScreen } from "./on-screen.ts";
import { registerPasteWarning } from "./paste/warning.ts";
import { SignedReceiver } from "./receive.ts";
import { registerShortcuts } from "./shortcuts/command.ts";
import { createSlackSocket } from "./socket.ts";
import { isOurs, standBy } from "./stand-by.ts";
import { registerSupportForm } from "./support/command.ts";
import { registerSupportSubmissions } from "./support/submission.ts";

/** How long a word to a person through their response address may take. */
const tellMs = 5_000;

export interface SlackEdgeOptions {
  desk: Desk;
  workspaces: Workspaces;
  /** Null: nobody installs the app here. */
  install: ServeInstall | null;
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
  /** What is answered to a balancer that asks whether requests should come here. */
  readiness: () => Promise<"ready" | "not ready" | "stopping">;
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
  registerWelcome(on);
  registerShortcuts(on);
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
  const { desk, workspaces } = options;
  const clients = createInteractiveClients(options, desk.log);
  const underWay = new Set<Promise<void>>();
  const languages = new Map<string, Language>();
  const onScreen = new OnScreen(clients, desk);

  const { transport } = options;
  const http = transport.kind === "http" ? new SignedReceiver() : null;
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
    // Handlers use clients of our own: no token is looked for, and Slack not asked, before the first answer.
    authorize: async () => ({}),
    convoStore: false,
    ignoreSelf: false,
  });
  attend(app);
  app.error(async (error) => desk.log.error({ error: nameOf(causeOf(error)) }, "a handler failed"));

  const track = (work: Promise<void>) => {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };
  registerFlows(
    createHandlers({
      app,
      clients,
      workspaces,
      desk,
      portalUrl: options.portalUrl,
      languages,
      onScreen,
      track,
    }),
  );

  registerRemoval(app, { workspaces, log: desk.log, track });

  function answerLate(signed: Signed, response: ServerResponse): void {
    desk.log.warn({ path: eventsPath }, "a request from Slack had no answer in time");
    standBy(signed, response, { languages, tell });
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
      if (await options.install?.(request, response)) return;
      // Real time on purpose: the sender's stamp is real, whatever clock the desk goes by.
      const passed = await passGate(request, response, {
        signingSecret: transport.kind === "http" ? transport.signingSecret : null,
        clock: systemClock,
        readiness: options.readiness,
      });
      if (passed && isOurs(passed)) await http?.receive(passed, response, () => answerLate(passed, response));
      else if (passed) standBy(passed, response, { languages, tell });
    } catch (error) {
      desk.log.warn({ error: nameOf(error) }, "a request broke off");
      if (!response.headersSent) response.writeHead(400);
      response.end();
    }
  }

  return {
    async start() {
      await workspaces.check();
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

/** Bolt wraps what a handler throws. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && "original" in error ? error.original : error;
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
