import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  PARTNER_CENTER_AUDIENCE,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
  seedPartnerUsers,
} from "#sandbox/partner-center/seed.ts";
import { as, client, customerIn, day, form, send, simulate, tokenFor } from "./simulator.ts";

const v1 = (url: string) => `${url}/${PARTNER_TENANT_ID}/oauth2/token`;
const v2 = (url: string) => `${url}/${PARTNER_TENANT_ID}/oauth2/v2.0/token`;
const appScope = { grant_type: "client_credentials", scope: `${PARTNER_CENTER_AUDIENCE}/.default` };
const refresh = { grant_type: "refresh_token", scope: `${PARTNER_CENTER_AUDIENCE}/user_impersonation` };

function claims(token: string) {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

test("v1 answers strings, v2 answers numbers", async () => {
  const { url } = await simulate();
  const old = await form(v1(url), {
    ...client,
    grant_type: "client_credentials",
    resource: PARTNER_CENTER_AUDIENCE,
  });
  expect(old.body).toMatchObject({
    token_type: "Bearer",
    expires_in: "3599",
    resource: PARTNER_CENTER_AUDIENCE,
  });
  expect(old.body.expires_on).toMatch(/^\d+$/);
  expect(old.body.refresh_token).toBeUndefined();

  const current = await form(v2(url), { ...client, ...appScope });
  expect(current.body.expires_in).toBe(3599);
  expect(claims(current.body.access_token)).toMatchObject({
    aud: PARTNER_CENTER_AUDIENCE,
    tid: PARTNER_TENANT_ID,
  });
  expect(claims(current.body.access_token).scp).toBeUndefined();
});

test("a refresh token gives a delegated token and a newer refresh token that works", async () => {
  const { url } = await simulate();
  const first = await form(v2(url), { ...client, ...refresh, refresh_token: REFRESH_TOKEN });
  expect(claims(first.body.access_token)).toMatchObject({
    upn: "admin.agent.and.global.admin@partner.example",
    scp: "user_impersonation",
    amr: ["pwd", "mfa"],
  });
  expect(first.body.refresh_token).not.toBe(REFRESH_TOKEN);
  const second = await form(v2(url), { ...client, ...refresh, refresh_token: first.body.refresh_token });
  expect(second.status).toBe(200);
});

test("v1 gives an id token with openid, and takes both kinds of grants", async () => {
  const { url } = await simulate();
  const answer = await form(v1(url), {
    ...client,
    grant_type: "refresh_token",
    refresh_token: REFRESH_TOKEN,
    resource: PARTNER_CENTER_AUDIENCE,
    scope: "openid",
  });
  expect(answer.body).toMatchObject({ scope: "user_impersonation", expires_in: "3599" });
  expect(claims(answer.body.id_token)).toMatchObject({
    aud: client.client_id,
    upn: "admin.agent.and.global.admin@partner.example",
  });
});

test("after a revocation a person consents again, and the code is good for one refresh token", async () => {
  const simulator = await simulate();
  simulator.revokeRefreshTokens();
  const redirect_uri = "http://127.0.0.1/consented";
  const codeVerifier = "a-verifier-of-at-least-forty-three-characters";
  const query = new URLSearchParams({
    client_id: client.client_id,
    response_type: "code",
    redirect_uri,
    state: "xyz",
    login_hint: "admin.agent@partner.example",
    code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const consent = async (fields: Record<string, string> = {}) => {
    const page = `${simulator.url}/${PARTNER_TENANT_ID}/oauth2/v2.0/authorize`;
    const shown = await fetch(`${page}?${query}`);
    expect(await shown.text()).toContain('value="admin.agent@partner.example" required checked');
    const answer = await fetch(page, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({
        asked: String(query),
        user: "admin.agent@partner.example",
        mfa: "yes",
        accept: "yes",
        ...fields,
      }),
    });
    expect(answer.status).toBe(302);
    return new URL(answer.headers.get("location") ?? "").searchParams;
  };
  const given = await consent();
  expect(given.get("state")).toBe("xyz");
  const code = given.get("code") ?? "";
  const redeem = (fields: Record<string, string>) =>
    form(v2(simulator.url), {
      ...client,
      grant_type: "authorization_code",
      scope: `${PARTNER_CENTER_AUDIENCE}/user_impersonation offline_access`,
      redirect_uri,
      code,
      code_verifier: codeVerifier,
      ...fields,
    });
  const tokens = await redeem({});
  expect(claims(tokens.body.access_token).upn).toBe("admin.agent@partner.example");
  const next = await form(v2(simulator.url), {
    ...client,
    ...refresh,
    refresh_token: tokens.body.refresh_token,
  });
  expect(next.status).toBe(200);
  expect((await redeem({})).body.error_codes).toEqual([70008]);
  const second = (await consent()).get("code") ?? "";
  expect((await redeem({ code: second, code_verifier: "another" })).body.error_codes).toEqual([70008]);
  expect((await consent({ accept: "no" })).get("error")).toBe("access_denied");
  const third = (await consent({ mfa: "no" })).get("code") ?? "";
  const weak = await redeem({ code: third, scope: `${PARTNER_CENTER_AUDIENCE}/user_impersonation openid` });
  expect(claims(weak.body.access_token).amr).toEqual(["pwd"]);
  expect(claims(weak.body.id_token)).toMatchObject({
    iss: `${simulator.url}/${PARTNER_TENANT_ID}/v2.0`,
    preferred_username: "admin.agent@partner.example",
  });
});

test("the exported refresh token is the one of the user who is both admin agent and global admin", () => {
  expect(seedPartnerUsers.find(({ refreshToken }) => refreshToken === REFRESH_TOKEN)?.roles).toEqual([
    "Admin agent",
    "Global admin",
  ]);
});

test.each([
  ["a bad secret", { ...client, client_secret: "wrong", ...appScope }, 401, "invalid_client", 7000215],
  ["an unknown application", { ...client, client_id: "x", ...appScope }, 400, "unauthorized_client", 700016],
  ["a bad refresh token", { ...client, ...refresh, refresh_token: "x" }, 400, "invalid_grant", 9002313],
])("Entra's error shape for %s", async (_what, fields, status, error, code) => {
  const { url } = await simulate();
  const answer = await form(v2(url), fields);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ error, error_codes: [code] });
  expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}:`));
});

test("a refresh token dies of 90 days without use, and of revocation", async () => {
  const simulator = await simulate();
  simulator.advance(91 * day);
  const idle = await form(v2(simulator.url), { ...client, ...refresh, refresh_token: REFRESH_TOKEN });
  expect(idle.body.error_codes).toEqual([700082]);
  simulator.advance(-91 * day);
  simulator.revokeRefreshTokens();
  const revoked = await form(v2(simulator.url), { ...client, ...refresh, refresh_token: REFRESH_TOKEN });
  expect(revoked.body.error_codes).toEqual([50173]);
});

test("the API refuses a missing, a forged, an expired and a misdirected token", async () => {
  const simulator = await simulate();
  const ask = async (token?: string) => {
    const answer = await send(
      `${simulator.url}/v1/customers?size=1`,
      "GET",
      token === undefined ? {} : { token },
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^OAuth realm=urn:cpsvc:cpid:/);
    return answer.body.code;
  };
  expect(await ask()).toBe(800001);
  const token = await tokenFor(simulator, "admin.agent");
  expect(await ask(`${token.slice(0, -3)}abc`)).toBe(400);
  const graph = await form(v1(simulator.url), {
    ...client,
    grant_type: "client_credentials",
    resource: "https://graph.windows.net",
  });
  expect(await ask(graph.body.access_token)).toBe(900420);
  simulator.advance(3_600_000);
  expect(await ask(token)).toBe(400);
});

test("app-only meets 403:900329 where a user is needed, a lesser role meets 403:900150", async () => {
  const simulator = await simulate();
  const app = await as(simulator, null);
  expect((await app("GET", "/v1/customers?size=1")).status).toBe(200);
  expect((await app("GET", "/v1/servicerequests")).body.code).toBe(900329);
  expect((await app("GET", "/v1/roles")).body.code).toBe(900329);
  expect((await app("GET", `/v1/customers/${customerIn("US")}/profiles/company`)).body.code).toBe(900329);
  const referrals = await as(simulator, "referral.admin");
  const refused = await referrals("GET", "/v1/customers?size=1");
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ code: 900150, data: [] });
});

test("a user token without the MFA claim meets the answer of its era", async () => {
  const simulator = await simulate({ mfa: { enforcement: "since-2026", claim: false } });
  const call = await as(simulator, "admin.agent");
  expect((await call("GET", "/v1/customers?size=1")).body.code).toBe(900421);
  simulator.configure({ mfa: { enforcement: "until-2026", claim: false } });
  const older = await call("GET", "/v1/customers?size=1");
  expect([older.status, older.text, older.headers.get("www-authenticate")]).toEqual([
    401,
    "",
    'Bearer error="invalid_token"',
  ]);
  simulator.configure({ mfa: { enforcement: "off", claim: false } });
  const told = await call("GET", "/v1/customers?size=1", { headers: { ValidateMfa: "true" } });
  expect([told.status, told.headers.get("ismfacompliant")]).toEqual([200, "false"]);
  const app = await as(simulator, null);
  simulator.configure({ mfa: { enforcement: "since-2026", claim: false } });
  expect((await app("GET", "/v1/customers?size=1")).status).toBe(200);
});
