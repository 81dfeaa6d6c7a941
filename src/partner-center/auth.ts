import * as entra from "openid-client";
import { Secret } from "#src/config/secret.ts";
import type { Clock } from "#src/desk/clock.ts";
import { retryAfter } from "./exchange.ts";
import type { AuthMode } from "./modes.ts";

/** Access tokens for Partner Center. */
export interface TokenSource {
  /** Whether a partner user has consented, so that `user` tokens can be had. */
  readonly hasUser: boolean;
  /** A token to send now. `refused` is one that was just answered with 401: it is not given again. Throws TokenFailure. */
  token(mode: AuthMode, refused?: Secret): Promise<Secret>;
}

/** Why there is no token. Carries Entra's error name and AADSTS code, never a token or a secret. */
export class TokenFailure extends Error {
  override readonly name = "TokenFailure";
  readonly authority: "unreachable" | "busy" | "refused";
  readonly retryAfterMs: number | null;

  constructor(authority: TokenFailure["authority"], message: string, retryAfterMs: number | null = null) {
    super(message);
    this.authority = authority;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface EntraOptions {
  /** Such as https://login.microsoftonline.com. Plain http is taken on loopback only. */
  authority: string;
  tenantId: string;
  clientId: string;
  clientSecret: Secret;
  /** Of the partner user who consented (secure application model); null: app-only. */
  refreshToken: Secret | null;
  /** The API that the tokens are for; default: the worldwide Partner Center. */
  audience?: string;
  timeoutMs?: number;
  clock: Clock;
}

const renewalMarginMs = 60_000;
const shortLifeSeconds = 300;

/**
 * Tokens from Entra's v2 endpoint, kept in memory until a minute before they expire; callers that ask at the same time
 * share one request. When Entra renews the refresh token, the newest one is used from then on.
 */
export function createTokenSource(options: EntraOptions): TokenSource {
  const config = configure(options);
  const audience = options.audience ?? "https://api.partnercenter.microsoft.com";
  let refreshToken = options.refreshToken;

  const app = keepToken(options.clock, () =>
    entra.clientCredentialsGrant(config, { scope: `${audience}/.default` }),
  );
  const user = keepToken(options.clock, async () => {
    if (!refreshToken)
      throw new TokenFailure("refused", "no partner user has consented: a refresh token is needed");
    const scope = `${audience}/user_impersonation offline_access`;
    const answer = await entra.refreshTokenGrant(config, refreshToken.reveal(), { scope });
    if (answer.refresh_token) refreshToken = new Secret(answer.refresh_token);
    return answer;
  });

  return {
    hasUser: options.refreshToken !== null,
    token: (mode, refused) => (mode === "user" ? user(refused) : app(refused)),
  };
}

function configure(options: EntraOptions): entra.Configuration {
  const tenant = new URL(`${options.authority.replace(/\/+$/, "")}/${encodeURIComponent(options.tenantId)}`);
  const config = new entra.Configuration(
    { issuer: `${tenant.href}/v2.0`, token_endpoint: `${tenant.href}/oauth2/v2.0/token` },
    options.clientId,
    {},
    entra.ClientSecretPost(options.clientSecret.reveal()),
  );
  config.timeout = (options.timeoutMs ?? 10_000) / 1000;
  if (tenant.protocol === "http:") {
    if (!/^(localhost|127\.0\.0\.1|\[::1\])$/.test(tenant.hostname)) {
      throw new Error(`the token authority must be https: ${tenant.origin}`);
    }
    entra.allowInsecureRequests(config);
  }
  config[entra.customFetch] = async (url, init) => {
    const response = await fetch(url, { ...init, body: init.body ?? null, signal: init.signal ?? null });
    if (response.status === 429 || response.status >= 500) {
      const text = await response.text();
      const busy = response.status === 429;
      const wait = retryAfter(response.headers, text, options.clock.now());
      throw new TokenFailure(
        busy ? "busy" : "unreachable",
        `the authority answered ${response.status}`,
        wait,
      );
    }
    return response;
  };
  return config;
}

type Grant = () => Promise<{ access_token: string; expires_in?: number }>;

function keepToken(clock: Clock, grant: Grant): (refused?: Secret) => Promise<Secret> {
  let kept: { token: Secret; renewAt: number } | null = null;
  let pending: Promise<Secret> | null = null;

  async function renew(): Promise<Secret> {
    try {
      const answer = await grant();
      const token = new Secret(answer.access_token);
      const lifeMs = (answer.expires_in ?? shortLifeSeconds) * 1000;
      kept = { token, renewAt: clock.now().getTime() + lifeMs - renewalMarginMs };
      return token;
    } catch (error) {
      throw tokenFailure(error);
    } finally {
      pending = null;
    }
  }

  return async (refused) => {
    if (refused && kept?.token === refused) kept = null;
    if (kept && clock.now().getTime() < kept.renewAt) return kept.token;
    pending ??= renew();
    return pending;
  };
}

function tokenFailure(error: unknown): TokenFailure {
  const own = error instanceof entra.ClientError ? error.cause : error;
  if (own instanceof TokenFailure) return own;
  if (error instanceof entra.ResponseBodyError) {
    const reason = /AADSTS\d+/.exec(error.error_description ?? "")?.[0];
    return new TokenFailure("refused", reason ? `${error.error} (${reason})` : error.error);
  }
  const unreachable =
    error instanceof TypeError || (error instanceof entra.ClientError && error.code === "OAUTH_TIMEOUT");
  return unreachable
    ? new TokenFailure("unreachable", "the token authority did not answer")
    : new TokenFailure("refused", "the token authority's answer was not a token");
}
