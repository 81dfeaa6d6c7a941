import {
  createHash,
  createHmac,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import type { FastifyInstance } from "fastify";
import { entraError, Refusal, refusal, unauthorised } from "./errors.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  PARTNER_CENTER_AUDIENCE,
  PARTNER_TENANT_ID,
  type RoleName,
  type SeedPartnerUser,
  seedPartnerUsers,
} from "./seed.ts";
import { type Answer, type Call, type Caller, serve } from "./service.ts";
import { signInPage } from "./sign-in-page.ts";
import type { State } from "./state.ts";

const lifeSeconds = 3599;
const refreshTokenLifeMs = 90 * 86_400_000;
const appOid = "00000000-0000-4000-8000-00000000a990";

interface Claims {
  aud: string;
  exp: number;
  appid: string;
  oid: string;
  scp?: string;
  amr?: string[];
}

/** Who signed in, and whether with a second factor. */
interface SignedIn {
  user: SeedPartnerUser;
  mfa: boolean;
}

/** What an authorization code stands for; it is worth something once, for ten minutes. */
interface Consent extends SignedIn {
  nonce: string | null;
  redirectUri: string;
  codeChallenge: string | null;
  expiresAt: number;
}

const consentLifeMs = 10 * 60_000;

/**
 * Entra's token endpoints, v1 (every value a string) and v2 (numbers), for client credentials, refresh tokens and
 * authorization codes; its sign-in page, where one picks who signs in, and whether with MFA; and the keys of its id tokens.
 */
export function serveTokens(app: FastifyInstance, state: State): void {
  const admit = (): Caller => ({ applicationId: CLIENT_ID, user: null });
  const consents = new Map<string, Consent>();
  for (const path of ["/:tenant/oauth2/authorize", "/:tenant/oauth2/v2.0/authorize"]) {
    serve(app, state, {
      method: "GET",
      path,
      admit,
      handle: (call) => {
        redirectOf(state, call.query);
        return { status: 200, body: signInPage(call.query), headers: htmlHeaders };
      },
    });
    serve(app, state, { method: "POST", path, admit, handle: (call) => consent(state, consents, call) });
  }
  serve(app, state, {
    method: "GET",
    path: "/:tenant/discovery/v2.0/keys",
    admit,
    handle: () => ({ status: 200, body: { keys: [publicKey(state)] } }),
  });
  serve(app, state, {
    method: "POST",
    path: "/:tenant/oauth2/token",
    admit,
    handle: (call) => grant(state, consents, call, (form) => form.get("resource"), true),
  });
  serve(app, state, {
    method: "POST",
    path: "/:tenant/oauth2/v2.0/token",
    admit,
    handle: (call) => grant(state, consents, call, (form) => resourceOfScope(form.get("scope")), false),
  });
}

const htmlHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** Where the browser is sent back to. Refuses another application, and an address that is none. */
function redirectOf(state: State, asked: URLSearchParams): URL {
  const redirectUri = asked.get("redirect_uri");
  if (asked.get("client_id") !== CLIENT_ID || redirectUri === null || !URL.canParse(redirectUri)) {
    throw entraRefusal(
      state,
      400,
      "invalid_request",
      900144,
      "The application or the redirect URI is not valid.",
    );
  }
  return new URL(redirectUri);
}

/** The form of the sign-in page: back to the application, with a code or with a refusal. */
function consent(state: State, consents: Map<string, Consent>, call: Call): Answer {
  const form = new URLSearchParams(call.text);
  const asked = new URLSearchParams(form.get("asked") ?? "");
  const target = redirectOf(state, asked);
  const redirectUri = target.href;
  const returned = asked.get("state");
  if (returned !== null) target.searchParams.set("state", returned);
  const user = seedPartnerUsers.find((one) => one.userPrincipalName === form.get("user"));
  if (user === undefined || form.get("accept") === "no") {
    target.searchParams.set("error", "access_denied");
    target.searchParams.set("error_description", "AADSTS65004: The user declined.");
  } else {
    const code = `0.${state.bytes("code").toString("base64url")}`;
    consents.set(code, {
      user,
      mfa: form.get("mfa") === "yes",
      nonce: asked.get("nonce"),
      redirectUri,
      codeChallenge: asked.get("code_challenge"),
      expiresAt: state.now().getTime() + consentLifeMs,
    });
    target.searchParams.set("code", code);
  }
  return { status: 302, headers: { location: target.href } };
}

function redeem(state: State, consents: Map<string, Consent>, form: URLSearchParams): Consent {
  const code = form.get("code") ?? "";
  const known = consents.get(code);
  consents.delete(code);
  const verifier = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  if (
    known === undefined ||
    known.expiresAt < state.now().getTime() ||
    known.redirectUri !== form.get("redirect_uri") ||
    (known.codeChallenge !== null && known.codeChallenge !== verifier)
  ) {
    throw entraRefusal(
      state,
      400,
      "invalid_grant",
      70008,
      "The authorization code is not valid or has expired.",
    );
  }
  return known;
}

function grant(
  state: State,
  consents: Map<string, Consent>,
  call: Call,
  resourceOf: (form: URLSearchParams) => string | null,
  asStrings: boolean,
): Answer {
  const form = new URLSearchParams(call.text);
  if (call.params.tenant !== PARTNER_TENANT_ID && call.params.tenant !== "partner.example") {
    throw entraRefusal(state, 400, "invalid_request", 90002, "Tenant not found.");
  }
  authenticateClient(state, call, form);
  const resource = resourceOf(form);
  if (resource === null)
    throw entraRefusal(state, 400, "invalid_request", 900144, "The request names no resource.");

  switch (form.get("grant_type")) {
    case "client_credentials":
      return { status: 200, body: tokenBody(state, { resource, who: null, asStrings }), headers: uncached };
    case "refresh_token":
    case "authorization_code": {
      const code = form.get("grant_type") === "authorization_code";
      const consented = code ? redeem(state, consents, form) : null;
      const who = consented ?? signedInBy(state, form.get("refresh_token") ?? "");
      const body = tokenBody(state, { resource, who, asStrings });
      const openid = form.get("scope")?.split(" ").includes("openid") ?? false;
      const idToken = openid
        ? { id_token: idTokenOf(state, call, who.user, consented?.nonce ?? null, asStrings) }
        : {};
      state.issued({ ...body, ...idToken });
      return { status: 200, body: { ...body, ...idToken }, headers: uncached };
    }
    default:
      throw entraRefusal(state, 400, "unsupported_grant_type", 70003, "The grant type is not supported.");
  }
}

const uncached = { "cache-control": "no-store, no-cache", pragma: "no-cache" };

function authenticateClient(state: State, call: Call, form: URLSearchParams): void {
  const basic = /^Basic (.+)$/i.exec(call.header("authorization") ?? "")?.[1];
  const [basicId, basicSecret] = basic
    ? Buffer.from(basic, "base64").toString("utf8").split(":").map(decodeURIComponent)
    : [];
  if ((form.get("client_id") ?? basicId) !== CLIENT_ID) {
    throw entraRefusal(
      state,
      400,
      "unauthorized_client",
      700016,
      "The application was not found in the directory.",
    );
  }
  if ((form.get("client_secret") ?? basicSecret) !== CLIENT_SECRET) {
    throw entraRefusal(state, 401, "invalid_client", 7000215, "Invalid client secret provided.");
  }
}

function signedInBy(state: State, refreshToken: string): SignedIn {
  const known = state.refreshTokens.get(refreshToken);
  const user = seedPartnerUsers.find(({ id }) => id === known?.userId);
  if (known === undefined || user === undefined) {
    throw entraRefusal(state, 400, "invalid_grant", 9002313, "The refresh token is malformed or not valid.");
  }
  if (known.revoked) {
    throw entraRefusal(
      state,
      400,
      "invalid_grant",
      50173,
      "The grant was revoked: a fresh sign-in is needed.",
    );
  }
  if (state.now().getTime() - known.usedAt.getTime() > refreshTokenLifeMs) {
    throw entraRefusal(
      state,
      400,
      "invalid_grant",
      700082,
      "The refresh token has expired due to inactivity.",
    );
  }
  known.usedAt = state.now();
  return { user, mfa: known.mfa };
}

function resourceOfScope(scope: string | null): string | null {
  const named = scope?.split(" ").find((part) => part.includes("://"));
  return named === undefined ? null : named.slice(0, named.lastIndexOf("/"));
}

function tokenBody(
  state: State,
  input: { resource: string; who: SignedIn | null; asStrings: boolean },
): Record<string, unknown> {
  const { resource, who, asStrings } = input;
  const now = Math.floor(state.now().getTime() / 1000);
  const times = {
    expires_in: lifeSeconds,
    ext_expires_in: lifeSeconds,
    ...(asStrings ? { expires_on: now + lifeSeconds, not_before: now } : {}),
  };
  const printed = asStrings
    ? Object.fromEntries(Object.entries(times).map(([name, value]) => [name, String(value)]))
    : times;
  const delegated = who === null ? {} : { refresh_token: rotated(state, who) };
  const scope =
    who === null ? {} : { scope: asStrings ? "user_impersonation" : `${resource}/user_impersonation` };
  return {
    token_type: "Bearer",
    ...scope,
    ...printed,
    ...(asStrings ? { resource } : {}),
    access_token: sign(state, claimsFor(state, resource, who, now)),
    ...delegated,
  };
}

function rotated(state: State, { user, mfa }: SignedIn): string {
  const token = `0.${state.bytes("refresh-token").toString("base64url")}`;
  state.refreshTokens.set(token, { userId: user.id, usedAt: state.now(), revoked: false, mfa });
  return token;
}

function claimsFor(state: State, aud: string, who: SignedIn | null, now: number) {
  const common = {
    aud,
    iss: `https://sts.windows.net/${PARTNER_TENANT_ID}/`,
    iat: now,
    nbf: now,
    exp: now + lifeSeconds,
    tid: PARTNER_TENANT_ID,
    appid: CLIENT_ID,
    appidacr: "1",
    ver: "1.0",
  };
  if (who === null) return { ...common, oid: appOid };
  const { user, mfa } = who;
  return {
    ...common,
    oid: user.id,
    scp: "user_impersonation",
    upn: user.userPrincipalName,
    unique_name: user.userPrincipalName,
    name: user.displayName,
    acr: "1",
    amr: state.settings.mfa.claim && mfa ? ["pwd", "mfa"] : ["pwd"],
  };
}

/** As v1 gives it, without a signature; as v2 gives it, signed, with the application's nonce. */
function idTokenOf(
  state: State,
  call: Call,
  user: SeedPartnerUser,
  nonce: string | null,
  v1: boolean,
): string {
  const now = Math.floor(state.now().getTime() / 1000);
  const claims = {
    aud: CLIENT_ID,
    iat: now,
    exp: now + lifeSeconds,
    oid: user.id,
    sub: user.id,
    tid: PARTNER_TENANT_ID,
    name: user.displayName,
    ...(nonce === null ? {} : { nonce }),
  };
  if (v1) {
    const named = { upn: user.userPrincipalName, unique_name: user.userPrincipalName, ver: "1.0" };
    const iss = `https://sts.windows.net/${PARTNER_TENANT_ID}/`;
    return `${encoded({ typ: "JWT", alg: "none" }, { ...claims, ...named, iss, nbf: now })}.`;
  }
  const iss = `http://${call.header("host") ?? ""}/${PARTNER_TENANT_ID}/v2.0`;
  const named = { preferred_username: user.userPrincipalName, ver: "2.0" };
  const { kid, privateKey } = signingKey(state);
  const content = encoded({ typ: "JWT", alg: "RS256", kid }, { ...claims, ...named, iss });
  return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey, "base64url")}`;
}

function encoded(...parts: object[]): string {
  return parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}

const signingKeys = new WeakMap<State, { kid: string; privateKey: KeyObject; publicKey: KeyObject }>();

/** Of this run alone: nobody keeps an id token. */
function signingKey(state: State) {
  const known = signingKeys.get(state);
  if (known) return known;
  const made = { kid: state.guid("signing-key"), ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
  signingKeys.set(state, made);
  return made;
}

function publicKey(state: State): object {
  const { kid, publicKey: key } = signingKey(state);
  return { ...key.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}

function sign(state: State, claims: object): string {
  const content = encoded({ typ: "JWT", alg: "HS256" }, claims);
  return `${content}.${signature(state, content)}`;
}

function signature(state: State, content: string): string {
  return createHmac("sha256", `token:${state.seed}`).update(content).digest("base64url");
}

function claimsOf(state: State, token: string): Claims | null {
  const end = token.lastIndexOf(".");
  const expected = Buffer.from(signature(state, token.slice(0, end)));
  const given = Buffer.from(token.slice(end + 1));
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}

function entraRefusal(state: State, status: number, error: string, code: number, text: string): Refusal {
  const at = { now: state.now(), traceId: state.guid("trace"), correlationId: state.guid("correlation") };
  return entraError({ status, error, code, text }, at);
}

/** The roles that see customers at all. */
export const agentRoles: readonly RoleName[] = [
  "Admin agent",
  "Sales agent",
  "Helpdesk agent",
  "Global admin",
];
export const buyerRoles: readonly RoleName[] = ["Admin agent", "Sales agent", "Global admin"];

export interface Access {
  /** App+User only: the application alone meets 403:900329. */
  userOnly?: true;
  /** A user without any of these meets 403:900150. */
  roles?: readonly RoleName[];
}

/** Checks the access token of a Partner Center operation (page partner-center-authentication) and says who calls. */
export function partnerCenter(state: State, access: Access): (call: Omit<Call, "caller">) => Caller {
  return (call) => {
    const caller = authenticate(state, call);
    if (access.userOnly && caller.user === null) {
      throw refusal(403, 900329, "App-only authentication is not supported for this resource.");
    }
    if (access.roles && caller.user && !caller.user.roles.some((name) => access.roles?.includes(name))) {
      throw refusal(403, 900150, "The role of the signed-in user does not allow this operation.");
    }
    return caller;
  };
}

function authenticate(state: State, call: Omit<Call, "caller">): Caller {
  const token = /^Bearer (.+)$/i.exec(call.header("authorization") ?? "")?.[1];
  if (token === undefined) throw unauthorised(800001, "The partner token is missing.", call.correlationId);
  const claims = claimsOf(state, token);
  if (claims === null) throw unauthorised(400, "Access denied.", call.correlationId);
  if (claims.exp * 1000 <= state.now().getTime()) {
    throw unauthorised(400, "Access denied: the access token has expired.", call.correlationId);
  }
  if (/graph\.windows\.net/.test(claims.aud)) {
    throw unauthorised(900420, "The token audience is not supported any more.", call.correlationId);
  }
  if (claims.aud !== PARTNER_CENTER_AUDIENCE) {
    throw unauthorised(400, "Access denied: the token is for another audience.", call.correlationId);
  }
  if (claims.scp === undefined) return { applicationId: claims.appid, user: null };

  const user = seedPartnerUsers.find(({ id }) => id === claims.oid);
  if (user === undefined) throw unauthorised(400, "Access denied.", call.correlationId);
  const compliant = claims.amr?.includes("mfa") ?? false;
  if (!compliant) refuseWithoutMfa(state, call.correlationId);
  const asked = call.header("validatemfa")?.toLowerCase() === "true";
  return {
    applicationId: claims.appid,
    user,
    mfaCompliant: compliant,
    ...(asked ? { headers: { ismfacompliant: String(compliant) } } : {}),
  };
}

function refuseWithoutMfa(state: State, correlationId: string): void {
  switch (state.settings.mfa.enforcement) {
    case "since-2026":
      throw unauthorised(900421, "The access token lacks the MFA claim.", correlationId);
    case "until-2026":
      throw new Refusal(401, undefined, { "www-authenticate": 'Bearer error="invalid_token"' });
    default:
  }
}
