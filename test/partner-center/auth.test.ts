import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret } from "#src/config/secret.ts";
import {
  agentTokens,
  connectEntra,
  type EntraOptions,
  serviceTokens,
  TokenFailure,
  userTokens,
} from "#src/partner-center/auth.ts";
import type { SignInTrouble } from "#src/partner-center/grants.ts";
import { heldInMemory, tokensBy } from "../ground/grants.ts";
import { clientOf, failureOf, type Handler, inTurn, json, startServer, testNow } from "./server.ts";

const tenantId = "9f1d2c3b-4a5e-4f60-8a71-0b1c2d3e4f50";
const clientSecret = "canary-client-secret";
const refreshToken = "canary-refresh-0";

const options = (authority: string): EntraOptions => ({
  authority,
  tenantId,
  clientId: "csp-desk",
  clientSecret: new Secret(clientSecret),
  clock: { now: () => testNow },
});
const ofUser = new Secret(refreshToken);

/** Tokens numbered in the order of the requests. */
function numbered(more: Record<string, unknown> = {}): Handler {
  let number = 0;
  return (seen, response) => {
    number += 1;
    const body = { token_type: "Bearer", expires_in: 3599, access_token: `access-${number}`, ...more };
    json(200, body)(seen, response);
  };
}

const formOf = (seen: { body: string }) => Object.fromEntries(new URLSearchParams(seen.body));

describe("grants", () => {
  test("app-only is client credentials for the Partner Center audience", async () => {
    const server = await startServer(numbered());
    const tokens = tokensBy(options(`${server.url}/`), null);
    expect((await tokens.token("getCustomer")).reveal()).toBe("access-1");
    expect(server.seen[0]?.url).toBe(`/${tenantId}/oauth2/v2.0/token`);
    expect(formOf(server.seen[0] ?? { body: "" })).toEqual({
      grant_type: "client_credentials",
      client_id: "csp-desk",
      client_secret: clientSecret,
      scope: "https://api.partnercenter.microsoft.com/.default",
    });
  });

  test("App+User is the refresh token of the consenting user", async () => {
    const server = await startServer(numbered());
    const tokens = tokensBy({ ...options(server.url), audience: "https://partner.example" }, ofUser);
    expect((await tokens.token("getCustomer")).reveal()).toBe("access-1");
    expect(formOf(server.seen[0] ?? { body: "" })).toEqual({
      grant_type: "refresh_token",
      client_id: "csp-desk",
      client_secret: clientSecret,
      refresh_token: refreshToken,
      scope: "https://partner.example/user_impersonation offline_access",
    });
  });

  test("the newest refresh token is used from then on", async () => {
    const server = await startServer(
      inTurn(numbered({ refresh_token: "canary-refresh-1" }), numbered(), numbered()),
    );
    const tokens = tokensBy(options(server.url), ofUser);
    const first = await tokens.token("getCustomer");
    await tokens.token("getCustomer", first);
    expect(server.seen.map((seen) => formOf(seen).refresh_token)).toEqual([refreshToken, "canary-refresh-1"]);
  });

  test("without a user there is no user token, and nothing is asked", async () => {
    const server = await startServer(numbered());
    const tokens = tokensBy(options(server.url), null);
    await expect(tokens.token("listServiceRequests")).rejects.toMatchObject({ authority: "refused" });
    expect(server.seen).toHaveLength(0);
  });

  test("an authority over plain http is refused, save on loopback", () => {
    expect(() => connectEntra(options("http://login.example"))).toThrow(/https/);
    expect(() => connectEntra(options("http://localhost:1"))).not.toThrow();
    expect(() => connectEntra(options("http://[::1]:1"))).not.toThrow();
  });
});

describe("keeping", () => {
  test("callers at the same time share one request", async () => {
    const server = await startServer(numbered());
    const tokens = tokensBy(options(server.url), ofUser);
    const given = await Promise.all(Array.from({ length: 20 }, () => tokens.token("getCustomer")));
    expect(new Set(given.map((token) => token.reveal()))).toEqual(new Set(["access-1"]));
    expect(server.seen).toHaveLength(1);
  });

  test("a token is renewed a minute before it expires, not earlier", async () => {
    const server = await startServer(numbered());
    let now = testNow;
    const tokens = tokensBy({ ...options(server.url), clock: { now: () => now } }, ofUser);
    await tokens.token("getCustomer");
    now = new Date(testNow.getTime() + (3599 - 60) * 1000 - 1);
    expect((await tokens.token("getCustomer")).reveal()).toBe("access-1");
    now = new Date(now.getTime() + 1);
    expect((await tokens.token("getCustomer")).reveal()).toBe("access-2");
  });

  test("a refused token is not given again, and its refusal renews it once", async () => {
    const server = await startServer(numbered());
    const tokens = tokensBy(options(server.url), ofUser);
    const first = await tokens.token("getCustomer");
    const given = await Promise.all(Array.from({ length: 5 }, () => tokens.token("getCustomer", first)));
    expect(new Set(given.map((token) => token.reveal()))).toEqual(new Set(["access-2"]));
    expect((await tokens.token("getCustomer", first)).reveal()).toBe("access-2");
    expect(server.seen).toHaveLength(2);
  });

  test("a failure is not kept", async () => {
    const server = await startServer(inTurn(json(503, ""), numbered()));
    const tokens = tokensBy(options(server.url), ofUser);
    await expect(tokens.token("getCustomer")).rejects.toMatchObject({ authority: "unreachable" });
    expect((await tokens.token("getCustomer")).reveal()).toBe("access-1");
  });
});

describe("failures", () => {
  const entraError = {
    error: "invalid_client",
    error_description: `AADSTS7000215: Invalid client secret provided: ${clientSecret}.`,
    error_codes: [7000215],
  };
  const silent: Handler = () => {};
  const cases: [string, Handler, { kind: string; description: string; retryAfterMs?: number }][] = [
    [
      "a refused secret",
      json(401, entraError),
      { kind: "reauthorise", description: "invalid_client (AADSTS7000215)" },
    ],
    [
      "a refused secret with a challenge",
      json(401, entraError, { "www-authenticate": `Bearer realm="${clientSecret}"` }),
      { kind: "reauthorise", description: "the token authority's answer was not a token" },
    ],
    [
      "a dead refresh token",
      json(400, { error: "invalid_grant", error_description: `AADSTS700082: ${refreshToken} expired` }),
      { kind: "reauthorise", description: "invalid_grant (AADSTS700082)" },
    ],
    [
      "an answer that is no token",
      json(200, { access: clientSecret }),
      { kind: "reauthorise", description: "the token authority's answer was not a token" },
    ],
    [
      "an authority that is down",
      json(503, clientSecret),
      { kind: "retry_same_id", description: "the authority answered 503" },
    ],
    [
      "an authority that is busy",
      json(429, "", { "retry-after": "5" }),
      { kind: "wait", description: "the authority answered 429", retryAfterMs: 5_000 },
    ],
    [
      "an authority that hangs up",
      (_seen, response) => response.socket?.resetAndDestroy(),
      { kind: "retry_same_id", description: "the token authority did not answer" },
    ],
    [
      "an authority that is silent",
      silent,
      { kind: "retry_same_id", description: "the token authority did not answer" },
    ],
  ];

  test.each(cases)(
    "%s reaches the caller by kind, without a secret, and nothing is sent",
    async (_name, handler, expected) => {
      const authority = await startServer(handler);
      const service = await startServer(json(200, {}));
      const tokens = tokensBy(
        { ...options(authority.url), timeoutMs: handler === silent ? 1_000 : 60_000 },
        ofUser,
      );
      const failure = await failureOf(clientOf(service.url, { tokens }).getCustomer({ customerId: "c" }));
      expect(failure).toMatchObject({ status: 0, code: 0, ...expected });
      expect(inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain("canary");
      expect(service.seen).toHaveLength(0);

      const own = await failureOf(tokens.token("getCustomer"));
      expect(own).toBeInstanceOf(TokenFailure);
      expect(inspect(own, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain("canary");
    },
  );

  test("neither options nor source print a secret", async () => {
    const server = await startServer(numbered({ refresh_token: "canary-refresh-1" }));
    const tokens = tokensBy(options(server.url), ofUser);
    const token = await tokens.token("getCustomer");
    const printed = inspect([tokens, token, options(server.url)], {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
    });
    expect(printed).not.toMatch(/canary|access-1/);
  });
});

describe("whose token", () => {
  /** What was asked of the authority, as the refresh token or the grant. */
  const asked = (server: { seen: { body: string }[] }) =>
    server.seen.map((seen) => formOf(seen).refresh_token ?? formOf(seen).grant_type);

  /** An agent with or without a sign-in, beside a service account or none. */
  function people(
    url: string,
    of: { agent: string | null; trouble?: SignInTrouble; service: string | null },
  ) {
    const entra = connectEntra(options(url));
    const lost: [SignInTrouble, string][] = [];
    const grants = heldInMemory(new Secret(of.agent ?? ""));
    const own = userTokens(entra, {
      ...grants,
      async read() {
        const grant = of.agent === null ? null : await grants.read();
        return grant && { ...grant, trouble: of.trouble ?? null };
      },
      lose: async (_grant, trouble, code) => void lost.push([trouble, code]),
    });
    const account = of.service === null ? null : userTokens(entra, heldInMemory(new Secret(of.service)));
    return { lost, own, tokens: agentTokens(own, serviceTokens(entra, account)) };
  }

  test("an agent who signed in reads and acts with a token of their own", async () => {
    const server = await startServer(numbered());
    const { tokens } = people(server.url, { agent: "agent", service: "service" });
    await tokens.token("checkoutCart");
    await tokens.token("listOrders");
    expect(asked(server)).toEqual(["agent"]);
  });

  test.each([
    ["the app's", null, "client_credentials"],
    ["the service account's", "service", "service"],
  ])(
    "whose sign-in is of no use reads with %s token, and does not act with it",
    async (_, service, expected) => {
      const server = await startServer(numbered());
      const { tokens } = people(server.url, { agent: "agent", trouble: "revoked", service });
      await tokens.token("listOrders");
      await expect(tokens.token("checkoutCart")).rejects.toMatchObject({
        authority: "refused",
        retryAfterMs: 3_600_000,
      });
      await expect(tokens.token("createServiceRequest")).rejects.toMatchObject({ authority: "refused" });
      expect(asked(server)).toEqual([expected]);
    },
  );

  test("who never signed in does not act either", async () => {
    const server = await startServer(numbered());
    const { tokens } = people(server.url, { agent: null, service: "service" });
    await expect(tokens.token("cancelOrderLines")).rejects.toMatchObject({ authority: "refused" });
    expect(server.seen).toHaveLength(0);
  });

  test.each([
    ["invalid_grant", 700082, "expired"],
    ["invalid_grant", 50173, "revoked"],
    ["invalid_grant", 0, "revoked"],
    ["interaction_required", 50076, "mfa"],
    ["interaction_required", 50079, "mfa"],
    ["interaction_required", 53003, "mfa"],
    ["invalid_grant", 65001, "consent"],
  ] as const)("%s AADSTS%i is a sign-in that is %s", async (error, code, trouble) => {
    const server = await startServer(
      json(400, { error, error_description: code ? `AADSTS${code}: no` : "no" }),
    );
    const { tokens, lost } = people(server.url, { agent: "agent", service: null });
    await expect(tokens.token("checkoutCart")).rejects.toMatchObject({ authority: "refused" });
    expect(lost.map(([what]) => what)).toEqual([trouble]);
  });

  test("an app secret that is refused is nobody's sign-in", async () => {
    const server = await startServer(
      json(401, { error: "invalid_client", error_description: "AADSTS7000215: no" }),
    );
    const { tokens, lost } = people(server.url, { agent: "agent", service: null });
    await expect(tokens.token("checkoutCart")).rejects.toMatchObject({ authority: "refused" });
    expect(lost).toEqual([]);
  });

  test("a token that Partner Center refuses although it is new ends the sign-in that it is of", async () => {
    const server = await startServer(numbered());
    const { tokens, lost } = people(server.url, { agent: "agent", service: null });
    const service = await startServer(json(401, { code: 900421, description: "no MFA" }));
    await failureOf(clientOf(service.url, { tokens }).getCustomer({ customerId: "c" }));
    expect(lost).toEqual([["mfa", "HTTP 401 900421"]]);
  });

  test("roles are read with a borrowed token, the next one's where the first is of no use", async () => {
    const server = await startServer(
      inTurn(json(400, { error: "invalid_grant", error_description: "AADSTS50173" }), numbered()),
    );
    const entra = connectEntra(options(server.url));
    const stewards = ["one", "two"].map((name) => userTokens(entra, heldInMemory(new Secret(name))));
    const service = serviceTokens(entra, null, async () => stewards.shift() ?? null);
    await service.token("listRoles");
    expect(asked(server)).toEqual(["one", "two"]);
    await expect(service.token("hasCustomerAgreement")).rejects.toMatchObject({ authority: "refused" });
  });
});
