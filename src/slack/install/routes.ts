import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type CodedError,
  ErrorCode,
  type Installation,
  type InstallationStore,
  InstallProvider,
  type OrgInstallation,
} from "@slack/oauth";
import { WebAPIPlatformError, WebAPIRequestError } from "@slack/web-api";
import { Secret } from "#src/config/secret.ts";
import type { Desk } from "#src/desk/context.ts";
import { mayInstall } from "#src/installations/allowed.ts";
import { newState, stateLifeSeconds, takeState } from "#src/installations/states.ts";
import { type NewInstallation, storeInstallation } from "#src/installations/store.ts";
import { welcomeInstaller } from "#src/onboarding/welcome-installer.ts";
import { createClient, silent } from "../client.ts";
import { nameOf } from "../explain.ts";
import { createTexts } from "../locales/texts.ts";
import { htmlPage, pageHeaders } from "../page.ts";
import type { SlackApp } from "./grants.ts";
import { botScopes } from "./scopes.ts";

/** Where a browser begins, and where Slack sends it back to; both below the public URL. */
export const installPath = "/slack/install";
export const redirectPath = "/slack/oauth_redirect";

/** How an installation ended, as the browser is told. */
export type InstallPage = "installed" | "declined" | "not_allowed" | "over" | "unavailable" | "fault";

const statuses: Record<InstallPage, number> = {
  installed: 200,
  declined: 403,
  not_allowed: 403,
  over: 410,
  unavailable: 503,
  fault: 500,
};

const slackPatienceMs = 10_000;

/** Serves the addresses at which the app is installed; true when the request was for one of them, and is answered. */
export type ServeInstall = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Installs the app in further workspaces through OAuth. Who begins is tied to their browser by a state that comes back
 * once; what a workspace that may not install the app has granted is revoked, and not kept.
 */
export function createInstall(desk: Desk, app: SlackApp): ServeInstall {
  const { installing } = desk;
  if (!installing) throw new Error("the app is in one workspace");
  const { publicUrl } = installing;
  const store: InstallationStore = {
    storeInstallation: (installation) => storeInstallation(desk, asNew(desk, installation)),
    fetchInstallation: () => Promise.reject(new Error("tokens are had through Workspaces")),
  };
  const asked = { scopes: [...botScopes], redirectUri: `${publicUrl}${redirectPath}` };
  const provider = new InstallProvider({
    clientId: app.clientId,
    clientSecret: app.clientSecret.reveal(),
    authorizationUrl: new URL("/oauth/v2/authorize", app.slackApiUrl).href,
    installUrlOptions: asked,
    directInstall: true,
    stateStore: {
      generateStateParam: () => newState(desk),
      async verifyStateParam(_now, state) {
        if (!(await takeState(desk, state))) throw new StateOver();
        return asked;
      },
    },
    // With https the browser itself keeps the cookie to this host.
    stateCookieName: publicUrl.startsWith("https:") ? "__Host-csp-desk-install" : "csp-desk-install",
    stateCookieExpirationSeconds: stateLifeSeconds,
    installationStore: store,
    logger: silent,
    clientOptions: {
      slackApiUrl: app.slackApiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: slackPatienceMs,
    },
  });

  const callBack = (request: IncomingMessage, response: ServerResponse) =>
    provider.handleCallback(request, response, {
      async afterInstallation(installation) {
        const granted = asNew(desk, installation);
        if (mayInstall(installing, granted)) return true;
        const { workspaceId: id } = granted;
        desk.log.warn(
          { id },
          "a workspace that SLACK_ALLOWED_WORKSPACES does not name tried to install the app",
        );
        await revoke(granted.tokens.token);
        show(request, response, "not_allowed");
        return false;
      },
      async successAsync(installation) {
        const { workspaceId, installedBy: slackUserId, appId } = asNew(desk, installation);
        desk.log.info({ id: workspaceId }, "the app was installed");
        await welcomeInstaller(desk, { workspaceId, slackUserId, ...(appId === null ? {} : { appId }) });
        show(request, response, "installed");
      },
      failure(error) {
        desk.log.warn({ error: nameOf(error) }, "an installation came to nothing");
        show(request, response, pageOf(error));
      },
    });

  async function revoke(token: Secret): Promise<void> {
    const client = createClient(app.slackApiUrl, token, { timeout: slackPatienceMs, logger: silent });
    try {
      await client.auth.revoke();
    } catch (error) {
      desk.log.error({ error: nameOf(error) }, "a token that nobody needs could not be revoked");
    }
  }

  return async (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    if (path !== installPath && path !== redirectPath) return false;
    if (request.method !== "GET") {
      response.writeHead(405, { ...pageHeaders, allow: "GET" }).end();
      return true;
    }
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    // The library makes an address of it: whatever a request calls us, that is who we are.
    request.headers.host = new URL(publicUrl).host;
    try {
      await (path === installPath
        ? provider.handleInstallPath(request, response)
        : callBack(request, response));
    } catch (error) {
      desk.log.error({ path, error: nameOf(error) }, "an installation could not be served");
      if (response.headersSent) response.destroy();
      else show(request, response, "fault");
    }
    return true;
  };
}

/** Not ours, too old, or back for the second time. */
class StateOver extends Error {
  override readonly name = "StateOver";
  readonly code = ErrorCode.InvalidStateError;
}

function pageOf(error: CodedError): InstallPage {
  if (error.code === ErrorCode.AuthorizationError) return "declined";
  const over: string[] = [
    ErrorCode.InvalidStateError,
    ErrorCode.MissingStateError,
    ErrorCode.MissingCodeError,
  ];
  // A code is good for ten minutes, and once.
  if (over.includes(error.code)) return "over";
  if (error instanceof WebAPIPlatformError)
    return ["invalid_code", "code_already_used"].includes(error.data.error) ? "over" : "fault";
  return error instanceof WebAPIRequestError ? "unavailable" : "fault";
}

/** What Slack granted, as we keep it. Throws where there is no bot in it. */
function asNew(desk: Pick<Desk, "clock">, granted: Installation | OrgInstallation): NewInstallation {
  const { bot, team, enterprise } = granted;
  const place = granted.isEnterpriseInstall ? enterprise : team;
  if (!bot || !place) throw new Error("an installation without a bot or a workspace");
  return {
    workspaceId: place.id,
    enterpriseId: enterprise?.id ?? null,
    name: place.name ?? place.id,
    appId: granted.appId ?? null,
    botUserId: bot.userId,
    scopes: bot.scopes,
    installedBy: granted.user.id,
    tokens: {
      token: new Secret(bot.token),
      refreshToken: bot.refreshToken === undefined ? null : new Secret(bot.refreshToken),
      // The library reckons with the machine's clock.
      expiresAt:
        bot.expiresAt === undefined
          ? null
          : new Date(desk.clock.now().getTime() + bot.expiresAt * 1_000 - Date.now()),
    },
  };
}

/** In the browser's language: who it is nobody knows. */
function show(request: IncomingMessage, response: ServerResponse, page: InstallPage): void {
  const texts = createTexts(request.headers["accept-language"] ?? "en", "UTC");
  response.writeHead(statuses[page], { "content-type": "text/html; charset=utf-8" }).end(
    htmlPage(texts, {
      title: texts.plain(`install.page.${page}.title`),
      text: texts.plain(`install.page.${page}.text`),
      good: page === "installed",
    }),
  );
}
