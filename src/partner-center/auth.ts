import * as entra from "openid-client";
import { Secret } from "#src/config/secret.ts";
import type { Clock } from "#src/desk/clock.ts";
import { retryAfter } from "./exchange.ts";
import type { Grant, GrantStore, SignInTrouble } from "./grants.ts";
import { type Operation, operationModes } from "./modes.ts";

/** Access tokens for Partner Center, for whoever a client acts as. */
export interface TokenSource {
  /**
   * A token to send now with this operation. `refused` is one that was just answered with 401: it is not given again.
   * Throws TokenFailure.
   */
  token(operation: Operation, refused?: Secret): Promise<Secret>;
  /** Partner Center refused this token although it was new; `code` is its own. */
  rejected?(token: Secret, answer: { code: number; lacksMfa: boolean }): Promise<void>;
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
  /** The API that the tokens are for; default: the worldwide Partner Center. */
  audience?: string;
  timeoutMs?: number;
  clock: Clock;
}

/** The app registration at Entra's v2 endpoints. */
export interface Entra {
  config: entra.Configuration;
  /** The scope for acting on behalf of a user. */
  userScope: string;
  clock: Clock;
  /** Tokens of the app alone. */
  app: KeptToken;
}

type KeptToken = (refused?: Secret) => Promise<Secret>;

const renewalMarginMs = 60_000;
const shortLifeSeconds = 300;
/** Whoever waits for a person to sign in again asks no more often; the sign-in itself rings. */
const signInWaitMs = 60 * 60_000;
/** Whose token is borrowed may turn out to be of no use; then the next one's is, so often. */
const mostBorrowed = 3;

/**
 * Entra as this app registration. Tokens are kept in memory until a minute before they expire; callers that ask at the same
 * time share one request.
 */
export function connectEntra(options: EntraOptions): Entra {
  const config = configure(options);
  const audience = options.audience ?? "https://api.partnercenter.microsoft.com";
  const { clock } = options;
  return {
    config,
    userScope: `${audience}/user_impersonation`,
    clock,
    app: keepToken(clock, async () =>
      toToken(clock, await granted(entra.clientCredentialsGrant(config, { scope: `${audience}/.default` }))),
    ),
  };
}

/** The tokens of one partner user. */
export interface UserTokens {
  token(refused?: Secret): Promise<Secret>;
  rejected: NonNullable<TokenSource["rejected"]>;
}

/**
 * Access tokens by a refresh token that `grants` keeps. What is kept in memory ends with the sign-in that it goes back to, so
 * a person who disconnected, in whatever process, has no token here either. A newer refresh token is stored before its
 * access token is given.
 */
export function userTokens(connected: Entra, grants: GrantStore): UserTokens {
  const { config, clock, userScope } = connected;
  let current: { signedInAt: number; get: KeptToken } | null = null;
  let given: { token: Secret; grant: Grant } | null = null;

  /** Another process may have replaced what is kept since it was found: then the newer one is opened. */
  async function open(found: Grant): Promise<{ grant: Grant; refreshToken: Secret }> {
    try {
      return { grant: found, refreshToken: await found.open() };
    } catch (error) {
      const newer = await grants.read();
      if (!newer || newer.id === found.id) throw error;
      return open(newer);
    }
  }

  async function renew(found: Grant): Promise<Token> {
    const { grant, refreshToken } = await open(found);
    const issuedAt = clock.now();
    try {
      const scope = `${userScope} offline_access`;
      const answer = await granted(entra.refreshTokenGrant(config, refreshToken.reveal(), { scope }));
      if (answer.refresh_token)
        await grants.keep(grant, { token: new Secret(answer.refresh_token), issuedAt });
      const token = toToken(clock, answer);
      given = { token: token.token, grant };
      return token;
    } catch (error) {
      if (!(error instanceof Refusal) || error.trouble === null) throw error;
      const newer = await grants.read();
      // Another process renewed it, and Entra takes the old one no more.
      if (newer && newer.id !== grant.id && newer.trouble === null) return renew(newer);
      await grants.lose(grant, error.trouble, error.message);
      throw signInNeeded(error.message);
    }
  }

  async function usable(): Promise<Grant> {
    const grant = await stored(grants.read());
    if (!grant) throw signInNeeded("no partner user has signed in");
    if (grant.trouble) throw signInNeeded(`the sign-in is of no use any more: ${grant.trouble}`);
    return grant;
  }

  return {
    async token(refused) {
      const grant = await usable();
      const signedInAt = grant.signedInAt.getTime();
      if (current?.signedInAt !== signedInAt) {
        current = { signedInAt, get: keepToken(clock, async () => stored(renew(await usable()))) };
      }
      return current.get(refused);
    },
    async rejected(token, { code, lacksMfa }) {
      if (given?.token === token)
        await grants.lose(given.grant, lacksMfa ? "mfa" : "revoked", `HTTP 401 ${code}`);
    },
  };
}

/**
 * For what nobody's click stands behind, and for everything where agents do not act as themselves: the service account's
 * token where there is one, so that Microsoft's audit records name it, else the app's own. Roles, which no app may read, are
 * read with a token that `borrow` finds.
 */
export function serviceTokens(
  connected: Entra,
  account: UserTokens | null,
  borrow: () => Promise<UserTokens | null> = async () => null,
): TokenSource {
  let borrowed: UserTokens | null = null;
  return {
    async token(operation, refused) {
      const { takes, as } = operationModes[operation];
      if (account) return account.token(refused);
      if (takes === "app_or_user") return connected.app(refused);
      for (let tries = 0; as === "roles" && tries < mostBorrowed; tries += 1) {
        borrowed = await stored(borrow());
        if (!borrowed) break;
        try {
          return await borrowed.token(refused);
        } catch (error) {
          if (!(error instanceof TokenFailure) || error.authority !== "refused") throw error;
        }
      }
      throw signInNeeded("no partner user has signed in");
    },
    async rejected(token, answer) {
      await account?.rejected(token, answer);
      await borrowed?.rejected(token, answer);
    },
  };
}

/** For one agent: their own token, and where it can't be had, for reading, what `service` has. */
export function agentTokens(own: UserTokens, service: TokenSource): TokenSource {
  return {
    async token(operation, refused) {
      try {
        return await own.token(refused);
      } catch (error) {
        const lost = error instanceof TokenFailure && error.authority === "refused";
        if (operationModes[operation].as === "act" || !lost) throw error;
        return service.token(operation, refused);
      }
    },
    async rejected(token, answer) {
      await own.rejected(token, answer);
      await service.rejected?.(token, answer);
    },
  };
}

function signInNeeded(message: string): TokenFailure {
  return new TokenFailure("refused", message, signInWaitMs);
}

/** What storage did not answer was not sent either. */
async function stored<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TokenFailure) throw error;
    throw new TokenFailure("unreachable", "what is kept of the sign-in can't be read");
  }
}

function configure(options: EntraOptions): entra.Configuration {
  const tenant = new URL(`${options.authority.replace(/\/+$/, "")}/${encodeURIComponent(options.tenantId)}`);
  const config = new entra.Configuration(
    {
      issuer: `${tenant.href}/v2.0`,
      authorization_endpoint: `${tenant.href}/oauth2/v2.0/authorize`,
      token_endpoint: `${tenant.href}/oauth2/v2.0/token`,
      jwks_uri: `${tenant.href}/discovery/v2.0/keys`,
    },
    options.clientId,
    { [entra.clockSkew]: Math.round((options.clock.now().getTime() - Date.now()) / 1_000) },
    entra.ClientSecretPost(options.clientSecret.reveal()),
  );
  config.timeout = (options.timeoutMs ?? 10_000) / 1000;
  entra.enableNonRepudiationChecks(config);
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

interface Token {
  token: Secret;
  /** In ms, by the clock. */
  renewAt: number;
}

function toToken(clock: Clock, answer: { access_token: string; expires_in?: number }): Token {
  const lifeMs = (answer.expires_in ?? shortLifeSeconds) * 1000;
  return {
    token: new Secret(answer.access_token),
    renewAt: clock.now().getTime() + lifeMs - renewalMarginMs,
  };
}

function keepToken(clock: Clock, fetchToken: () => Promise<Token>): KeptToken {
  let kept: Token | null = null;
  let pending: Promise<Token> | null = null;
  const renew = async () => {
    try {
      kept = await fetchToken();
      return kept;
    } finally {
      pending = null;
    }
  };
  return async (refused) => {
    if (refused && kept?.token === refused) kept = null;
    if (kept && clock.now().getTime() < kept.renewAt) return kept.token;
    pending ??= renew();
    return (await pending).token;
  };
}

/** Entra said no, for a reason that lies with the user's sign-in where `trouble` is not null. */
export class Refusal extends TokenFailure {
  readonly trouble: SignInTrouble | null;

  constructor(message: string, trouble: SignInTrouble | null) {
    super("refused", message);
    this.trouble = trouble;
  }
}

/** The answer to a grant; everything that it can throw as a TokenFailure. */
export async function granted<T>(grant: Promise<T>): Promise<T> {
  try {
    return await grant;
  } catch (error) {
    throw tokenFailure(error);
  }
}

function tokenFailure(error: unknown): TokenFailure {
  const own = error instanceof entra.ClientError ? error.cause : error;
  if (own instanceof TokenFailure) return own;
  if (error instanceof entra.ResponseBodyError || error instanceof entra.AuthorizationResponseError) {
    const code = /AADSTS(\d+)/.exec(error.error_description ?? "")?.[1];
    return new Refusal(
      code ? `${error.error} (AADSTS${code})` : error.error,
      troubleOf(error.error, Number(code ?? 0)),
    );
  }
  const unreachable =
    error instanceof TypeError || (error instanceof entra.ClientError && error.code === "OAUTH_TIMEOUT");
  return unreachable
    ? new TokenFailure("unreachable", "the token authority did not answer")
    : new Refusal("the token authority's answer was not a token", null);
}

/** Entra's codes that say more than the name of the error does (Microsoft, "Microsoft Entra authentication and authorization error codes"). */
const troubles: Record<number, SignInTrouble> = {
  70008: "expired",
  70043: "expired",
  700082: "expired",
  50173: "revoked",
  50074: "mfa",
  50076: "mfa",
  50078: "mfa",
  50079: "mfa",
  53003: "mfa",
  65001: "consent",
};

function troubleOf(error: string, code: number): SignInTrouble | null {
  const known = troubles[code];
  if (known) return known;
  if (error === "invalid_grant") return "revoked";
  if (error === "interaction_required" || error === "login_required") return "mfa";
  return error === "consent_required" ? "consent" : null;
}
