import { readFile } from "node:fs/promises";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { loadConfig } from "#src/config/config.ts";
import { ConfigProblems, envSchema } from "#src/config/env.ts";
import { Secret } from "#src/config/secret.ts";

const least = {
  DATABASE_URL: "postgres://desk:pa55word@db.contoso.com:5432/desk",
  SLACK_BOT_TOKEN: "xoxb-canary-token",
  SLACK_SIGNING_SECRET: "canary-signing-secret",
  PARTNER_TENANT_ID: "4b3a1c52-8c1c-4d0f-9a51-6f2f8c6f0001",
  PARTNER_CENTER_CLIENT_ID: "4b3a1c52-8c1c-4d0f-9a51-6f2f8c6f0002",
  PARTNER_CENTER_CLIENT_SECRET: "canary-client-secret",
  PARTNER_CENTER_REFRESH_TOKEN: "canary-refresh-token",
};

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigProblems)
      return error.problems.map(({ variable, what }) => `${variable} ${what}`);
    throw error;
  }
  return [];
}

describe("configuration", () => {
  it("needs seven variables and has a default, or null, for the rest", () => {
    const { config, secrets } = loadConfig(least);
    expect(config).toEqual({
      role: "all",
      http: { host: "0.0.0.0", port: 3000 },
      logLevel: "info",
      slack: { apiUrl: "https://slack.com/api/" },
      partnerCenter: {
        url: "https://api.partnercenter.microsoft.com",
        authority: "https://login.microsoftonline.com",
        audience: "https://api.partnercenter.microsoft.com",
        tenantId: least.PARTNER_TENANT_ID,
        clientId: least.PARTNER_CENTER_CLIENT_ID,
      },
      portalUrl: "https://partner.microsoft.com/dashboard",
      fulfilment: null,
      supportDesk: null,
      policyEdition: null,
      timings: {
        shutdownSeconds: 10,
        sweepSeconds: 15,
        leaseSeconds: 60,
        patienceSeconds: 30,
        rolesRefreshSeconds: 300,
        rolesMaxAgeSeconds: 900,
      },
    });
    expect(secrets).toMatchObject({ redisUrl: null, fulfilmentToken: null });
    expect(secrets.databaseUrl.reveal()).toBe(least.DATABASE_URL);
    expect(secrets.partnerCenterRefreshToken.reveal()).toBe("canary-refresh-token");
  });

  it("turns features on", () => {
    const { config, secrets } = loadConfig({
      ...least,
      FULFILMENT: "http",
      FULFILMENT_URL: "http://127.0.0.1:4010/_sim/",
      FULFILMENT_TOKEN: "canary-fulfilment",
      SUPPORT_DESK: "api",
      SUPPORT_TOPIC_ID: "32444671",
      POLICY_EDITION: "2019-12",
      REDIS_URL: "redis://cache:6379",
      SLACK_API_URL: "http://localhost:4020/api",
      PORT: "0",
    });
    expect(config.fulfilment).toEqual({ url: "http://127.0.0.1:4010/_sim" });
    expect(config.supportDesk).toEqual({ topicId: "32444671" });
    expect(config.policyEdition).toBe("2019-12");
    expect(config.slack.apiUrl).toBe("http://localhost:4020/api/");
    expect(config.http.port).toBe(0);
    expect(secrets.redisUrl?.reveal()).toBe("redis://cache:6379");
    expect(secrets.fulfilmentToken?.reveal()).toBe("canary-fulfilment");
  });

  it("names every problem at once, and how to get each value", () => {
    const wrong = {
      DATABASE_URL: "mysql://db",
      SLACK_BOT_TOKEN: "xoxp-user",
      PARTNER_TENANT_ID: "contoso",
      PARTNER_CENTER_CLIENT_SECRET: "   ",
      PARTNER_CENTER_URL: "http://api.contoso.com",
      ROLE: "boss",
      PORT: "70000",
      SWEEP_SECONDS: "soon",
      FULFILMENT: "http",
      SUPPORT_DESK: "api",
      CSP_DESK_ROLE: "bot",
    };
    expect(problemsOf(wrong).sort()).toEqual([
      "CSP_DESK_ROLE is not a variable of this app",
      "DATABASE_URL is not a postgres:// connection URL",
      "FULFILMENT_TOKEN is not set, and FULFILMENT=http needs it",
      "FULFILMENT_URL is not set, and FULFILMENT=http needs it",
      "PARTNER_CENTER_CLIENT_ID is not set",
      "PARTNER_CENTER_CLIENT_SECRET is not set",
      "PARTNER_CENTER_REFRESH_TOKEN is not set",
      "PARTNER_CENTER_URL is plain http to another machine: use https (http is for loopback only)",
      "PARTNER_TENANT_ID is not a GUID",
      "PORT is not between 0 and 65535",
      "ROLE is not one of bot, worker, all",
      "SLACK_BOT_TOKEN does not start with xoxb-",
      "SLACK_SIGNING_SECRET is not set, and there is no SLACK_APP_TOKEN for Socket Mode either",
      "SUPPORT_TOPIC_ID is not set, and SUPPORT_DESK=api needs it",
      "SWEEP_SECONDS is not a whole number",
    ]);
    expect(() => loadConfig(wrong)).toThrow(/Signing Secret[\s\S]*entra\.microsoft\.com[\s\S]*npm run demo$/);
  });

  it.each([
    "http://localhost.contoso.com",
    "http://127.0.0.1.contoso.com",
    "http://10.0.0.1",
    "ftp://127.0.0.1",
    "contoso",
  ])("refuses %s as an address to send tokens to", (url) => {
    expect(problemsOf({ ...least, PARTNER_CENTER_AUTHORITY: url })).toHaveLength(1);
  });

  it.each(["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "https://login.microsoftonline.us"])(
    "accepts %s",
    (url) => {
      expect(loadConfig({ ...least, PARTNER_CENTER_AUTHORITY: url }).config.partnerCenter.authority).toBe(
        url,
      );
    },
  );

  it("refuses roles that would be too old before they are read again", () => {
    expect(problemsOf({ ...least, ROLES_REFRESH_SECONDS: "600", ROLES_MAX_AGE_SECONDS: "300" })).toEqual([
      "ROLES_MAX_AGE_SECONDS is less than ROLES_REFRESH_SECONDS",
    ]);
  });

  it("keeps wrong values out of its message", () => {
    const env = { ...least, SLACK_BOT_TOKEN: "canary-1", DATABASE_URL: "canary-2", REDIS_URL: "canary-3" };
    expect(() => loadConfig(env)).toThrow(/^(?![\s\S]*canary)[\s\S]*3 problems/);
  });

  it(".env.example shows every variable with its description and default", async () => {
    const shown = (await readFile(".env.example", "utf8")).split("\n\n").slice(1);
    const described = Object.entries(envSchema.shape).map(([name, variable]) => {
      const missing = variable.safeParse(undefined);
      const fallback = "defaultValue" in variable.def ? String(variable.def.defaultValue) : "";
      return `# ${variable.description}\n${missing.success ? "# " : ""}${name}=${fallback}`;
    });
    expect(shown.map((entry) => entry.trim())).toEqual(described);
  });
});

describe("a secret", () => {
  const secret = new Secret("canary");
  const holder = { secret, list: [secret], map: new Map([["token", secret]]) };
  const logged: string[] = [];
  const logger = pino({}, { write: (line: string) => logged.push(line) });

  it.each<[string, () => string]>([
    ["a template", () => `${secret}`],
    ["a joined list", () => [secret, secret].join()],
    ["String", () => String(secret)],
    ["JSON", () => JSON.stringify(holder)],
    ["inspect", () => inspect(holder, { showHidden: true, depth: null, getters: true })],
    [
      "inspect without customs",
      () => inspect(holder, { showHidden: true, customInspect: false, depth: null }),
    ],
    ["console formats", () => format("%s %o %O %j %i", secret, secret, holder, holder, secret)],
    ["spread", () => JSON.stringify({ ...secret })],
    ["keys and symbols", () => Reflect.ownKeys(secret).join()],
    ["a clone", () => inspect(structuredClone({ ...holder }), { showHidden: true, depth: null })],
    ["serialisation", () => serialize(holder).toString("latin1")],
    ["an error", () => inspect(new Error(`no ${secret}`, { cause: holder }), { depth: null })],
    ["a thrown secret", () => inspect(new Error("no", { cause: secret }), { showHidden: true })],
    [
      "a structured log",
      () => {
        logger.error(
          { ...holder, err: new Error("no", { cause: secret }) },
          "failed with %s %o",
          secret,
          holder,
        );
        return logged.join();
      },
    ],
  ])("does not show in %s", (_, show) => {
    expect(show()).not.toContain("canary");
  });

  it("reads [secret] where it is printed, and is given out by reveal alone", () => {
    expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual([
      "[secret]",
      '"[secret]"',
      "[secret]",
    ]);
    expect(secret.reveal()).toBe("canary");
  });

  it("none is in the printed configuration", () => {
    const printed = inspect(loadConfig(least), { showHidden: true, depth: null });
    expect(printed).not.toMatch(/canary|pa55word/);
    expect(printed.match(/\[secret\]/g)).toHaveLength(5);
  });
});
