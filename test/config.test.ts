import { exec } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, inspect, promisify } from "node:util";
import { serialize } from "node:v8";
import pino from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
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
  VAULT_KEYS: `first:${Buffer.alloc(32, "canary").toString("base64")}`,
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
  it("needs eight variables and has a default, or null, for the rest", () => {
    const { config, secrets } = loadConfig(least);
    expect(config).toEqual({
      role: "all",
      http: { host: "0.0.0.0", port: 3000 },
      logLevel: "info",
      redisNodes: null,
      operations: { listen: { host: "127.0.0.1", port: 9464 }, tracesTo: null },
      slack: { apiUrl: "https://slack.com/api/", installing: null },
      partnerCenter: {
        url: "https://api.partnercenter.microsoft.com",
        authority: "https://login.microsoftonline.com",
        audience: "https://api.partnercenter.microsoft.com",
        tenantId: least.PARTNER_TENANT_ID,
        clientId: least.PARTNER_CENTER_CLIENT_ID,
        partnerOnRecordAttestation: false,
        callsPerMinute: 500,
      },
      connecting: null,
      portalUrl: "https://partner.microsoft.com/dashboard",
      fulfilment: null,
      supportDesk: null,
      policyEdition: null,
      marketWindows: [],
      approvalPolicy: null,
      digest: { hour: 9, days: 3 },
      activityChannel: null,
      helpContact: null,
      limits: { revealsPerHour: 20 },
      timings: {
        drainSeconds: 0,
        shutdownSeconds: 10,
        sweepSeconds: 15,
        leaseSeconds: 60,
        patienceSeconds: 30,
        rolesRefreshSeconds: 300,
        rolesMaxAgeSeconds: 900,
        graceSeconds: 0,
        followSeconds: [20, 180],
      },
    });
    expect(secrets).toMatchObject({ redisUrl: null, fulfilmentToken: null });
    expect(secrets.databaseUrl.reveal()).toBe(least.DATABASE_URL);
    expect(secrets.partnerCenterRefreshToken?.reveal()).toBe("canary-refresh-token");
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
      PARTNER_ON_RECORD_ATTESTATION: "accepted",
      REDIS_URL: "redis://cache:6379",
      SLACK_API_URL: "http://localhost:4020/api",
      PORT: "0",
    });
    expect(config.fulfilment).toEqual({ url: "http://127.0.0.1:4010/_sim" });
    expect(config.supportDesk).toEqual({ topicId: "32444671" });
    expect(config.policyEdition).toBe("2019-12");
    expect(config.partnerCenter.partnerOnRecordAttestation).toBe(true);
    expect(config.slack.apiUrl).toBe("http://localhost:4020/api/");
    expect(config.http.port).toBe(0);
    expect(secrets.redisUrl?.reveal()).toBe("redis://cache:6379");
    expect(secrets.fulfilmentToken?.reveal()).toBe("canary-fulfilment");
  });

  describe("one workspace or several", () => {
    const { SLACK_BOT_TOKEN, ...without } = least;
    const several = {
      SLACK_CLIENT_ID: "123456789012.234567890123",
      SLACK_CLIENT_SECRET: "canary-slack-client-secret",
      SLACK_ALLOWED_WORKSPACES: "T0CONTOSO, E0FABRIKAM",
      PUBLIC_URL: "https://desk.contoso.com/",
    };

    it("takes what installing needs instead of a token", () => {
      const { config, secrets } = loadConfig({ ...without, ...several });
      expect(config.slack.installing).toEqual({
        clientId: several.SLACK_CLIENT_ID,
        publicUrl: "https://desk.contoso.com",
        allowed: ["T0CONTOSO", "E0FABRIKAM"],
      });
      expect(secrets.slackBotToken).toBeNull();
      expect(secrets.slackClientSecret?.reveal()).toBe(several.SLACK_CLIENT_SECRET);
      // An address for browsers is no wish that agents sign in.
      expect(config.connecting).toBeNull();
    });

    it.each<[string, Record<string, string>, string[]]>([
      [
        "neither",
        without,
        ["SLACK_BOT_TOKEN is not set, and there is no SLACK_CLIENT_ID for several workspaces either"],
      ],
      [
        "both",
        { ...least, ...several },
        [
          "SLACK_BOT_TOKEN is set beside SLACK_CLIENT_ID: keep it for one workspace, or remove it for several",
        ],
      ],
      [
        "half of it, beside a token",
        { ...least, SLACK_CLIENT_SECRET: several.SLACK_CLIENT_SECRET },
        [
          "SLACK_BOT_TOKEN is set beside SLACK_CLIENT_SECRET: keep it for one workspace, or remove it for several",
          "SLACK_CLIENT_ID is not set, and SLACK_CLIENT_SECRET needs it",
          "SLACK_ALLOWED_WORKSPACES is not set, and SLACK_CLIENT_SECRET needs it",
          "PUBLIC_URL is not set, and SLACK_CLIENT_SECRET needs it",
        ],
      ],
      [
        "nobody named who may install it",
        { ...without, ...several, SLACK_ALLOWED_WORKSPACES: "" },
        ["SLACK_ALLOWED_WORKSPACES is not set, and SLACK_CLIENT_ID needs it"],
      ],
      [
        "everybody",
        { ...without, ...several, SLACK_ALLOWED_WORKSPACES: "*" },
        [
          "SLACK_ALLOWED_WORKSPACES is not a list of ids of workspaces (T…) or organisations (E…), separated by commas",
        ],
      ],
    ])("says what is wrong with %s", (_what, env, problems) => {
      expect(problemsOf(env)).toEqual(problems);
    });
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
      "PARTNER_CENTER_REFRESH_TOKEN is not set, and AGENT_TOKENS=service needs it",
      "PARTNER_CENTER_URL is plain http to another machine: use https (http is for loopback only)",
      "PARTNER_TENANT_ID is not a GUID",
      "PORT is not between 0 and 65535",
      "ROLE is not one of bot, worker, all",
      "SLACK_BOT_TOKEN does not start with xoxb-",
      "SLACK_SIGNING_SECRET is not set, and there is no SLACK_APP_TOKEN for Socket Mode either",
      "SUPPORT_TOPIC_ID is not set, and SUPPORT_DESK=api needs it",
      "SWEEP_SECONDS is not a whole number",
      "VAULT_KEYS is not set",
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

  it("needs an address for agents who sign in themselves, and then no service account", () => {
    const { PARTNER_CENTER_REFRESH_TOKEN: _, ...others } = least;
    expect(problemsOf({ ...others, AGENT_TOKENS: "own" })).toEqual([
      "PUBLIC_URL is not set, and AGENT_TOKENS=own needs it",
    ]);
    const own = { ...others, AGENT_TOKENS: "own", PUBLIC_URL: "https://desk.contoso.com/" };
    const { config, secrets } = loadConfig(own);
    expect(config.connecting).toEqual({ publicUrl: "https://desk.contoso.com" });
    expect(secrets.partnerCenterRefreshToken).toBeNull();
    expect(problemsOf({ ...own, PUBLIC_URL: "http://desk.contoso.com" })).toHaveLength(1);
    expect(loadConfig({ ...least, PUBLIC_URL: "https://desk.contoso.com" }).config.connecting).toBeNull();
  });

  it("takes a Redis of several servers, by Sentinels or as a Cluster", () => {
    const nodes = [
      { host: "redis-1", port: 26379 },
      { host: "10.0.0.2", port: 26380 },
    ];
    const two = "redis-1:26379,10.0.0.2:26380";
    const REDIS_URL = "redis://:canary@mymaster";
    expect(loadConfig({ ...least, REDIS_URL, REDIS_SENTINELS: two }).config.redisNodes).toEqual({
      kind: "sentinel",
      nodes,
    });
    expect(loadConfig({ ...least, REDIS_URL, REDIS_CLUSTER: two }).config.redisNodes).toEqual({
      kind: "cluster",
      nodes,
    });
    expect(problemsOf({ ...least, REDIS_SENTINELS: two, REDIS_CLUSTER: "redis-1" })).toEqual([
      "REDIS_URL is not set, and REDIS_SENTINELS needs it",
      "REDIS_URL is not set, and REDIS_CLUSTER needs it",
      "REDIS_CLUSTER is not a list of nodes such as redis-1:26379,redis-2:26379",
      "REDIS_CLUSTER is set beside REDIS_SENTINELS: keep one of them",
    ]);
  });

  it("refuses roles that would be too old before they are read again", () => {
    expect(problemsOf({ ...least, ROLES_REFRESH_SECONDS: "600", ROLES_MAX_AGE_SECONDS: "300" })).toEqual([
      "ROLES_MAX_AGE_SECONDS is less than ROLES_REFRESH_SECONDS",
    ]);
  });

  describe("the vault's keys", () => {
    const base64 = (fill: string) => Buffer.alloc(32, fill).toString("base64");
    const keys = (text: string, more: Record<string, string> = {}) =>
      loadConfig({ ...least, ...more, VAULT_KEYS: text }).secrets.vaultKeys.map(({ id, key }) => [
        id,
        key.reveal(),
      ]);

    it("are several, newest first, on one line or many", () => {
      const expected = [
        ["2026-11", base64("b")],
        ["2026-05", base64("a")],
      ];
      expect(keys(`2026-11:${base64("b")},2026-05:${base64("a")}`)).toEqual(expected);
      expect(keys(`# newest first\n2026-11:${base64("b")}\n\n 2026-05:${base64("a")}\r\n`)).toEqual(expected);
    });

    it.each([
      ["no id", base64("canary"), "key 1 is not an id, a colon and base64"],
      ["a short key", `a:${Buffer.alloc(16, "canary").toString("base64")}`, "key 1 is not 32 bytes long"],
      ["no base64", "a:canary!", "key 1 is not an id, a colon and base64"],
      ["an id twice", `a:${base64("a")},a:${base64("b")}`, "key 2 has the id of another"],
      ["a key twice", `a:${base64("a")},b:${base64("a")}`, "key 2 is another one under a second id"],
      ["only a comment", "# canary", "has no key"],
    ])("with %s are refused without being shown", (_what, text, problem) => {
      expect(problemsOf({ ...least, VAULT_KEYS: text })).toEqual([`VAULT_KEYS ${problem}`]);
    });

    it("may come from a file, which is named when it is wrong", async () => {
      const folder = await mkdtemp(join(tmpdir(), "csp-desk-keys-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      const VAULT_KEYS_FILE = join(folder, "keys");
      const { VAULT_KEYS: _, ...others } = least;
      expect(problemsOf({ ...others, VAULT_KEYS_FILE })).toEqual(["VAULT_KEYS_FILE can't be read (ENOENT)"]);
      await writeFile(VAULT_KEYS_FILE, "a:canary");
      expect(problemsOf({ ...others, VAULT_KEYS_FILE })).toEqual([
        "VAULT_KEYS_FILE key 1 is not 32 bytes long",
      ]);
      await writeFile(VAULT_KEYS_FILE, `b:${base64("b")}\na:${base64("a")}\n`);
      expect(loadConfig({ ...others, VAULT_KEYS_FILE }).secrets.vaultKeys.map(({ id }) => id)).toEqual([
        "b",
        "a",
      ]);
      expect(problemsOf({ ...least, VAULT_KEYS_FILE })).toEqual([
        "VAULT_KEYS_FILE is set beside VAULT_KEYS: keep one of them",
      ]);
    });

    it("of a sandbox are refused beside a real Slack or Partner Center, with the way to a real one", () => {
      const VAULT_KEYS = `2026:${base64("a")},development-2:${base64("b")}`;
      const SLACK_API_URL = "http://127.0.0.1:1/api";
      const PARTNER_CENTER_URL = "http://localhost:2";
      const refused = (where: string) => [
        `VAULT_KEYS holds the development key development-2, and ${where} not on this machine`,
      ];
      expect(problemsOf({ ...least, VAULT_KEYS })).toEqual(
        refused("SLACK_API_URL and PARTNER_CENTER_URL are"),
      );
      expect(problemsOf({ ...least, VAULT_KEYS, SLACK_API_URL })).toEqual(refused("PARTNER_CENTER_URL is"));
      expect(problemsOf({ ...least, VAULT_KEYS, PARTNER_CENTER_URL })).toEqual(refused("SLACK_API_URL is"));
      expect(problemsOf({ ...least, VAULT_KEYS, SLACK_API_URL, PARTNER_CENTER_URL })).toEqual([]);
      expect(() => loadConfig({ ...least, VAULT_KEYS })).toThrow("make one with: node -p");
    });

    it("are made by the command that the description gives", async () => {
      const how = envSchema.shape.VAULT_KEYS.description?.split("make one with: ")[1] ?? "";
      const { stdout } = await promisify(exec)(how.replace(/^node/, JSON.stringify(process.execPath)));
      expect(keys(stdout)).toMatchObject([
        [expect.stringMatching(/^vault-\d{4}-\d\d-\d\d$/), expect.any(String)],
      ]);
    });
  });

  it("keeps wrong values out of its message", () => {
    const env = { ...least, SLACK_BOT_TOKEN: "canary-1", DATABASE_URL: "canary-2", REDIS_URL: "canary-3" };
    expect(() => loadConfig(env)).toThrow(/^(?![\s\S]*canary)[\s\S]*3 problems/);
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
    expect(printed.match(/\[secret\]/g)).toHaveLength(6);
  });
});
