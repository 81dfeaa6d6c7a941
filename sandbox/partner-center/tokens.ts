import { createHmac, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Refusal, refusal, unauthorised } from "./errors.ts";
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

/** Entra's token endpoints, v1 (every value a string) and v2 (numbers), for client credentials and refresh tokens. */
export function serveTokens(app: FastifyInstance, state: State): void {
  const admit = (): Caller => ({ applicationId: CLIENT_ID, user: null });
  serve(app, state, {
    method: "POST",
    path: "/:tenant/oauth2/token",
    admit,
    handle: (call) => grant(state, call, (form) => form.get("resource"), true),
  });
  serve(app, state, {
    method: "POST",
    path: "/:tenant/oauth2/v2.0/token",
    admit,
    handle: (call) => grant(state, call, (form) => resourceOfScope(form.get("scope")), false),
  });
}

function grant(
  state: State,
  call: Call,
  resourceOf: (form: URLSearchParams) => string | null,
  asStrings: boolean,
): Answer {
  const form = new URLSearchParams(call.text);
  if (call.params.tenant !== PARTNER_TENANT_ID && call.params.tenant !== "partner.example") {
    throw entraError(state, 400, "invalid_request", 90002, "Tenant not found.");
  }
  authenticateClient(state, call, form);
  const resource = resourceOf(form);
  if (resource === null)
    throw entraError(state, 400, "invalid_request", 900144, "The request names no resource.");

  switch (form.get("grant_type")) {
    case "client_credentials":
      return { status: 200, body: tokenBody(state, { resource, user: null, asStrings }), headers: uncached };
    case "refresh_token": {
      const user = userOf(state, form.get("refresh_token") ?? "");
      return { status: 200, body: tokenBody(state, { resource, user, asStrings }), headers: uncached };
    }
    default:
      throw entraError(state, 400, "unsupported_grant_type", 70003, "The grant type is not supported.");
  }
}

const uncached = { "cache-control": "no-store, no-cache", pragma: "no-cache" };

function authenticateClient(state: State, call: Call, form: URLSearchParams): void {
  const basic = /^Basic (.+)$/i.exec(call.header("authorization") ?? "")?.[1];
  const [basicId, basicSecret] = basic
    ? Buffer.from(basic, "base64").toString("utf8").split(":").map(decodeURIComponent)
    : [];
  if ((form.get("client_id") ?? basicId) !== CLIENT_ID) {
    throw entraError(
      state,
      400,
      "unauthorized_client",
      700016,
      "The application was not found in the directory.",
    );
  }
  if ((form.get("client_secret") ?? basicSecret) !== CLIENT_SECRET) {
    throw entraError(state, 401, "invalid_client", 7000215, "Invalid client secret provided.");
  }
}

function userOf(state: State, refreshToken: string): SeedPartnerUser {
  const known = state.refreshTokens.get(refreshToken);
  const user = seedPartnerUsers.find(({ id }) => id === known?.userId);
  if (known === undefined || user === undefined) {
    throw entraError(state, 400, "invalid_grant", 9002313, "The refresh token is malformed or not valid.");
  }
  if (known.revoked) {
    throw entraError(state, 400, "invalid_grant", 50173, "The grant was revoked: a fresh sign-in is needed.");
  }
  if (state.now().getTime() - known.usedAt.getTime() > refreshTokenLifeMs) {
    throw entraError(state, 400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.");
  }
  known.usedAt = state.now();
  return user;
}

function resourceOfScope(scope: string | null): string | null {
  const named = scope?.split(" ").find((part) => part.includes("://"));
  return named === undefined ? null : named.slice(0, named.lastIndexOf("/"));
}

function tokenBody(
  state: State,
  input: { resource: string; user: SeedPartnerUser | null; asStrings: boolean },
): Record<string, unknown> {
  const { resource, user, asStrings } = input;
  const now = Math.floor(state.now().getTime() / 1000);
  const times = {
    expires_in: lifeSeconds,
    ext_expires_in: lifeSeconds,
    ...(asStrings ? { expires_on: now + lifeSeconds, not_before: now } : {}),
  };
  const printed = asStrings
    ? Object.fromEntries(Object.entries(times).map(([name, value]) => [name, String(value)]))
    : times;
  const delegated = user === null ? {} : { refresh_token: rotated(state, user) };
  const scope =
    user === null ? {} : { scope: asStrings ? "user_impersonation" : `${resource}/user_impersonation` };
  return {
    token_type: "Bearer",
    ...scope,
    ...printed,
    ...(asStrings ? { resource } : {}),
    access_token: sign(state, claimsFor(state, resource, user, now)),
    ...delegated,
  };
}

function rotated(state: State, user: SeedPartnerUser): string {
  const token = `0.${state.bytes("refresh-token").toString("base64url")}`;
  state.refreshTokens.set(token, { userId: user.id, usedAt: state.now(), revoked: false });
  return token;
}

function claimsFor(state: State, aud: string, user: SeedPartnerUser | null, now: number) {
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
  if (user === null) return { ...common, oid: appOid };
  return {
    ...common,
    oid: user.id,
    scp: "user_impersonation",
    upn: user.userPrincipalName,
    unique_name: user.userPrincipalName,
    name: user.displayName,
    acr: "1",
    amr: state.settings.mfa.claim ? ["pwd", "mfa"] : ["pwd"],
  };
}

function sign(state: State, claims: object): string {
  const [header, payload] = [{ typ: "JWT", alg: "HS256" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const content = `${header}.${payload}`;
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

function entraError(state: State, status: number, error: string, code: number, text: string): Refusal {
  const traceId = state.guid("trace");
  const correlationId = state.guid("correlation");
  const timestamp = state.now().toISOString().replace("T", " ").replace(/\..*/, "Z");
  return new Refusal(status, {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
  });
}

export interface Access {
  /** App+User only: the application alone meets 403:900329. */
  userOnly?: true;
  /** A user without any of these meets 403:900150. */
  roles?: readonly RoleName[];
}

/** Checks the access token of a Partner Center operation (reference 1.4 to 1.6) and says who calls. */
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
