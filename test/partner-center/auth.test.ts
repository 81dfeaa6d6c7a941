import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret } from "#src/config/secret.ts";
import { createTokenSource, type EntraOptions, TokenFailure } from "#src/partner-center/auth.ts";
import { clientOf, failureOf, type Handler, inTurn, json, startServer, testNow } from "./server.ts";

const tenantId = "9f1d2c3b-4a5e-4f60-8a71-0b1c2d3e4f50";
const clientSecret = "canary-client-secret";
const refreshToken = "canary-refresh-0";

const options = (authority: string): EntraOptions => ({
  authority,
  tenantId,
  clientId: "csp-desk",
  clientSecret: new Secret(clientSecret),
  refreshToken: new Secret(refreshToken),
  clock: { now: () => testNow },
});

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
    const tokens = createTokenSource({ ...options(`${server.url}/`), refreshToken: null });
    expect((await tokens.token("app")).reveal()).toBe("access-1");
    expect(tokens.hasUser).toBe(false);
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
    const tokens = createTokenSource({ ...options(server.url), audience: "https://partner.example" });
    expect((await tokens.token("user")).reveal()).toBe("access-1");
    expect(tokens.hasUser).toBe(true);
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
    const tokens = createTokenSource(options(server.url));
    const first = await tokens.token("user");
    await tokens.token("user", first);
    expect(server.seen.map((seen) => formOf(seen).refresh_token)).toEqual([refreshToken, "canary-refresh-1"]);
  });

  test("without a user there is no user token, and nothing is asked", async () => {
    const server = await startServer(numbered());
    const tokens = createTokenSource({ ...options(server.url), refreshToken: null });
    await expect(tokens.token("user")).rejects.toMatchObject({ authority: "refused" });
    expect(server.seen).toHaveLength(0);
  });

  test("an authority over plain http is refused, save on loopback", () => {
    expect(() => createTokenSource(options("http://login.example"))).toThrow(/https/);
    expect(() => createTokenSource(options("http://localhost:1"))).not.toThrow();
    expect(() => createTokenSource(options("http://[::1]:1"))).not.toThrow();
  });
});

describe("keeping", () => {
  test("callers at the same time share one request", async () => {
    const server = await startServer(numbered());
    const tokens = createTokenSource(options(server.url));
    const given = await Promise.all(Array.from({ length: 20 }, () => tokens.token("user")));
    expect(new Set(given.map((token) => token.reveal()))).toEqual(new Set(["access-1"]));
    expect(server.seen).toHaveLength(1);
  });

  test("the two modes have tokens of their own", async () => {
    const server = await startServer(numbered());
    const tokens = createTokenSource(options(server.url));
    await Promise.all([tokens.token("user"), tokens.token("app")]);
    expect(server.seen.map((seen) => formOf(seen).grant_type).sort()).toEqual([
      "client_credentials",
      "refresh_token",
    ]);
  });

  test("a token is renewed a minute before it expires, not earlier", async () => {
    const server = await startServer(numbered());
    let now = testNow;
    const tokens = createTokenSource({ ...options(server.url), clock: { now: () => now } });
    await tokens.token("user");
    now = new Date(testNow.getTime() + (3599 - 60) * 1000 - 1);
    expect((await tokens.token("user")).reveal()).toBe("access-1");
    now = new Date(now.getTime() + 1);
    expect((await tokens.token("user")).reveal()).toBe("access-2");
  });

  test("a refused token is not given again, and its refusal renews it once", async () => {
    const server = await startServer(numbered());
    const tokens = createTokenSource(options(server.url));
    const first = await tokens.token("user");
    const given = await Promise.all(Array.from({ length: 5 }, () => tokens.token("user", first)));
    expect(new Set(given.map((token) => token.reveal()))).toEqual(new Set(["access-2"]));
    expect((await tokens.token("user", first)).reveal()).toBe("access-2");
    expect(server.seen).toHaveLength(2);
  });

  test("a failure is not kept", async () => {
    const server = await startServer(inTurn(json(503, ""), numbered()));
    const tokens = createTokenSource(options(server.url));
    await expect(tokens.token("user")).rejects.toMatchObject({ authority: "unreachable" });
    expect((await tokens.token("user")).reveal()).toBe("access-1");
  });
});

describe("failures", () => {
  const entraError = {
    error: "invalid_client",
    error_description: `AADSTS7000215: Invalid client secret provided: ${clientSecret}.`,
    error_codes: [7000215],
  };
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
      () => {},
      { kind: "retry_same_id", description: "the token authority did not answer" },
    ],
  ];

  test.each(cases)(
    "%s reaches the caller by kind, without a secret, and nothing is sent",
    async (_name, handler, expected) => {
      const authority = await startServer(handler);
      const service = await startServer(json(200, {}));
      const tokens = createTokenSource({ ...options(authority.url), timeoutMs: 1_000 });
      const failure = await failureOf(clientOf(service.url, { tokens }).getCustomer({ customerId: "c" }));
      expect(failure).toMatchObject({ status: 0, code: 0, ...expected });
      expect(inspect(failure, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain("canary");
      expect(service.seen).toHaveLength(0);

      const own = await failureOf(tokens.token("user"));
      expect(own).toBeInstanceOf(TokenFailure);
      expect(inspect(own, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain("canary");
    },
  );

  test("neither options nor source print a secret", async () => {
    const server = await startServer(numbered({ refresh_token: "canary-refresh-1" }));
    const tokens = createTokenSource(options(server.url));
    const token = await tokens.token("user");
    const printed = inspect([tokens, token, options(server.url)], {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
    });
    expect(printed).not.toMatch(/canary|access-1/);
  });
});
