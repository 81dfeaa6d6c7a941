import { WebAPIPlatformError } from "@slack/web-api";
import { Secret } from "#src/config/secret.ts";
import type { Log } from "#src/desk/context.ts";
import { RenewalFailure, type SlackGrants } from "#src/installations/port.ts";
import { createClient, createSlackLogger } from "../client.ts";
import { nameOf } from "../explain.ts";

/** What an app is known by at Slack's OAuth, and where that is. */
export interface SlackApp {
  clientId: string;
  clientSecret: Secret;
  /** Ends with a slash. */
  slackApiUrl: string;
}

/** With these answers a token is not good any more; with any other Slack may only be out of order. */
const notGood = new Set(["account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed"]);

/** How long Slack may take: a row is held meanwhile. */
const patienceMs = 10_000;

/** Renews tokens and asks about them, over Slack's Web API. */
export function createSlackGrants(app: SlackApp, log: Log): SlackGrants {
  const options = { timeout: patienceMs, logger: createSlackLogger(log) };
  const nobody = createClient(app.slackApiUrl, null, options);
  return {
    async renew(refreshToken) {
      const answer = await nobody.oauth.v2
        .access({
          client_id: app.clientId,
          client_secret: app.clientSecret.reveal(),
          grant_type: "refresh_token",
          refresh_token: refreshToken.reveal(),
        })
        .catch((error: unknown) => {
          const refused = error instanceof WebAPIPlatformError && !passing.has(error.data.error);
          throw new RenewalFailure(refused ? "refused" : "unanswered", nameOf(error));
        });
      const { access_token: token, refresh_token: next, expires_in: seconds } = answer;
      if (!token || !next || !seconds) throw new RenewalFailure("refused", "oauth.v2.access: no new pair");
      return { token: new Secret(token), refreshToken: new Secret(next), lifeMs: seconds * 1_000 };
    },
    async isGood(token) {
      const client = createClient(app.slackApiUrl, token, options);
      try {
        await client.auth.test();
        return true;
      } catch (error) {
        if (error instanceof WebAPIPlatformError && notGood.has(error.data.error)) return false;
        throw error;
      }
    },
  };
}

/** Slack broke off, or wants us to wait: nothing is said about the token. */
const passing = new Set([
  "ratelimited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
]);
