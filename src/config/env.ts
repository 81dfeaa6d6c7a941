import { readFileSync } from "node:fs";
import { z } from "zod";
import { readApprovalPolicy } from "./approval-policy.ts";
import { marketWindowsFile } from "./market-windows.ts";
import { Secret } from "./secret.ts";
import { developmentPrefix, parseVaultKeys } from "./vault-keys.ts";

/** Our own prefix: a variable that carries it and is not in the schema is a mistake, not somebody else's. */
const PREFIX = "CSP_DESK_";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const secret = (shape = z.string()) => shape.transform((value) => new Secret(value));

const whole = (least: number, most: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, "is not a whole number")
    .transform(Number)
    .refine((n) => n >= least && n <= most, `is not between ${least} and ${most}`)
    .prefault(String(fallback));

const isUrl = (value: string, protocols: string[]) =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

const webUrl = z
  .string()
  .refine((value) => isUrl(value, ["http:", "https:"]), { error: "is not an https URL", abort: true })
  .refine(
    (value) => new URL(value).protocol === "https:" || LOOPBACK.test(new URL(value).hostname),
    "is plain http to another machine: use https (http is for loopback only)",
  )
  .transform((value) => value.replace(/\/+$/, ""));

const oneOf = <const T extends string>(...options: T[]) =>
  z.enum(options, `is not one of ${options.join(", ")}`);

const guid = z.guid("is not a GUID");

const addresses = (what: string) =>
  z
    .string()
    .regex(
      /^[\w.-]+:\d{1,5}(,[\w.-]+:\d{1,5})*$/,
      `is not a list of ${what} such as redis-1:26379,redis-2:26379`,
    )
    .transform((value) =>
      value.split(",").map((address) => {
        const [host = "", port] = address.split(":");
        return { host, port: Number(port) };
      }),
    )
    .optional();

/** Prints a new key for the vault, wherever Node.js is. */
const makeVaultKey = `node -p "'vault-' + new Date().toISOString().slice(0, 10) + ':' + crypto.randomBytes(32).toString('base64')"`;

/** Every variable the app reads. The description says how an operator gets a value. */
export const envSchema = z.object({
  DATABASE_URL: secret(
    z
      .string()
      .refine((value) => isUrl(value, ["postgres:", "postgresql:"]), "is not a postgres:// connection URL"),
  ).describe("postgres://user:password@host:5432/database of a PostgreSQL 15 or later"),
  REDIS_URL: secret(
    z.string().refine((value) => isUrl(value, ["redis:", "rediss:"]), "is not a redis:// or rediss:// URL"),
  )
    .optional()
    .describe(
      "redis://host:6379 of a Redis with maxmemory-policy noeviction; without it the queue lives in PostgreSQL",
    ),

  REDIS_SENTINELS: addresses("Sentinels").describe(
    "host:port of the Redis Sentinels, separated by commas, with the password of REDIS_URL or none; then the host in REDIS_URL is the name of the master, as in redis://:password@mymaster",
  ),
  REDIS_CLUSTER: addresses("nodes").describe(
    "host:port of some nodes of a Redis Cluster, separated by commas; then REDIS_URL gives user, password and, as rediss://, TLS",
  ),

  ROLE: oneOf("bot", "worker", "all")
    .default("all")
    .describe("what this process does: bot answers Slack, worker runs the jobs, all does both"),
  HOST: z.string().default("0.0.0.0").describe("the address to listen on"),
  PORT: whole(0, 65_535, 3000).describe("the port to listen on; 0 picks a free one"),
  LOG_LEVEL: oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent")
    .default("info")
    .describe("how much is logged"),

  OPERATIONS_HOST: z
    .string()
    .default("127.0.0.1")
    .describe(
      "the address on which this process tells operators how it is (docs/operations.md); never one that the internet reaches",
    ),
  OPERATIONS_PORT: z
    .union([z.literal("off").transform(() => null), whole(0, 65_535, 9464)], {
      error: "is neither a port from 0 to 65535 nor off",
    })
    .describe(
      "the port for operators: /healthz, /readyz, /metrics, /queues; 0 picks a free one, off opens none; each process on a machine needs its own",
    ),
  BULL_BOARD_PASSWORD: secret(z.string().min(16, "is shorter than 16 characters"))
    .optional()
    .describe("opens /queues on the port for operators, for looking only; without it there is no such page"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine((value) => isUrl(value, ["http:", "https:"]), "is not an http:// or https:// URL")
    .transform((value) => value.replace(/\/+$/, ""))
    .optional()
    .describe(
      "where traces are sent, such as http://localhost:4318 (OTLP over HTTP); they hold ids and statuses; without it none are made",
    ),

  SLACK_BOT_TOKEN: secret(z.string().startsWith("xoxb-", "does not start with xoxb-"))
    .optional()
    .describe(
      "api.slack.com/apps > your app > OAuth & Permissions > Bot User OAuth Token, after Install to Workspace",
    ),
  SLACK_SIGNING_SECRET: secret(z.string().min(16, "is too short to be a signing secret"))
    .optional()
    .describe("api.slack.com/apps > your app > Basic Information > App Credentials > Signing Secret"),
  SLACK_APP_TOKEN: secret(z.string().startsWith("xapp-", "does not start with xapp-"))
    .optional()
    .describe(
      "instead of the signing secret, for Socket Mode: Basic Information > App-Level Tokens > Generate, with connections:write",
    ),
  SLACK_CLIENT_ID: z
    .string()
    .regex(/^\d+\.\d+$/, "is not two numbers with a point between")
    .optional()
    .describe(
      "instead of SLACK_BOT_TOKEN, where people install the app themselves in several workspaces: Basic Information > App Credentials > Client ID",
    ),
  SLACK_CLIENT_SECRET: secret(z.string().min(16, "is too short to be a client secret"))
    .optional()
    .describe("Basic Information > App Credentials > Client Secret; needed with SLACK_CLIENT_ID"),
  SLACK_ALLOWED_WORKSPACES: z
    .string()
    .transform((value) => value.split(",").map((id) => id.trim()))
    .refine(
      (ids) => ids.every((id) => /^[TE][A-Z0-9]{2,}$/.test(id)),
      "is not a list of ids of workspaces (T…) or organisations (E…), separated by commas",
    )
    .optional()
    .describe(
      "the workspaces and organisations that may install the app, by their ids, separated by commas; needed with SLACK_CLIENT_ID",
    ),
  SLACK_API_URL: webUrl
    .transform((url) => `${url}/`)
    .prefault("https://slack.com/api/")
    .describe("Slack's Web API"),

  PARTNER_TENANT_ID: guid.describe(
    "entra.microsoft.com, signed in to the partner's tenant > Overview > Tenant ID",
  ),
  PARTNER_CENTER_CLIENT_ID: guid.describe(
    "entra.microsoft.com > App registrations > your app > Application (client) ID",
  ),
  PARTNER_CENTER_CLIENT_SECRET: secret().describe(
    "entra.microsoft.com > App registrations > your app > Certificates & secrets > New client secret: the Value column, shown once",
  ),
  AGENT_TOKENS: oneOf("own", "service")
    .default("service")
    .describe(
      "whose token calls to Partner Center carry: own (each agent signs in from Slack, and Microsoft's audit log names them) or service (one account for all)",
    ),
  PUBLIC_URL: webUrl
    .optional()
    .describe(
      "where browsers reach this app, such as https://desk.contoso.com; needed with AGENT_TOKENS=own, and PUBLIC_URL/connect/callback is registered as redirect URI of the app registration; needed with SLACK_CLIENT_ID, and PUBLIC_URL/slack/oauth_redirect is a redirect URL of the Slack app",
    ),
  PARTNER_CENTER_REFRESH_TOKEN: secret()
    .optional()
    .describe(
      "Secure Application Model consent: an Admin agent of the partner signs in once, with MFA, to the app registration; the refresh token that comes back. The app keeps what it is renewed to; it ends after 90 days without use or with the person's password, and then a new one goes here. Needed with AGENT_TOKENS=service",
    ),
  PARTNER_CENTER_URL: webUrl
    .prefault("https://api.partnercenter.microsoft.com")
    .describe("Partner Center's API; another host only for a national cloud"),
  PARTNER_CENTER_AUTHORITY: webUrl
    .prefault("https://login.microsoftonline.com")
    .describe("where Entra issues tokens; another host only for a national cloud"),
  PARTNER_CENTER_AUDIENCE: webUrl
    .prefault("https://api.partnercenter.microsoft.com")
    .describe("the API that the tokens are for; another one only for a national cloud"),
  CALLS_PER_MINUTE: whole(20, 100_000, 500).describe(
    "how many calls a minute Partner Center takes from your tenant; less than its limit of 500 where other programs call it too",
  ),
  PORTAL_URL: webUrl
    .prefault("https://partner.microsoft.com/dashboard")
    .describe("the Partner Center web portal that agents are sent to"),
  PARTNER_ON_RECORD_ATTESTATION: oneOf("omit", "accepted")
    .default("omit")
    .describe(
      "accepted if your company is an indirect provider and attests, with every cart, to the reseller on record; omit otherwise",
    ),

  FULFILMENT: oneOf("portal", "http")
    .default("portal")
    .describe("where keys and links come from: portal (an agent fetches them) or http (your own service)"),
  FULFILMENT_URL: webUrl
    .optional()
    .describe("base URL of the service that returns keys and links; needed with FULFILMENT=http"),
  FULFILMENT_TOKEN: secret()
    .optional()
    .describe("bearer token issued by that service; needed with FULFILMENT=http"),

  VAULT_KEYS: z
    .string()
    .transform((text, context) => {
      const { keys, problem } = parseVaultKeys(text);
      if (problem === null) return keys;
      context.addIssue({ code: "custom", message: problem });
      return z.NEVER;
    })
    .describe(
      `the keys of the vault as id:base64 of 32 bytes, newest first, separated by commas; make one with: ${makeVaultKey}`,
    ),
  VAULT_KEYS_FILE: z
    .string()
    .optional()
    .describe(
      "instead of VAULT_KEYS, a file that holds them, one a line, newest first; readable by the app alone",
    ),
  REVEALS_PER_HOUR: whole(1, 1_000, 20).describe(
    "how many times an hour one person may be shown keys or links",
  ),

  SUPPORT_DESK: oneOf("portal", "api")
    .default("portal")
    .describe("how support requests are filed: portal (an agent files the prepared text) or api"),
  SUPPORT_TOPIC_ID: z
    .string()
    .regex(/^\d+$/, "is not a number")
    .optional()
    .describe(
      "id of the support topic for CSP purchases and refunds, as Microsoft gave it to you; needed with SUPPORT_DESK=api",
    ),

  POLICY_EDITION: oneOf("2019-12", "2021-06", "2022-07")
    .optional()
    .describe(
      "pins one edition of the rules, 2019-12, 2021-06 or 2022-07; without it, the edition in force on the day of purchase",
    ),

  APPROVAL_POLICY_FILE: z
    .string()
    .transform((path, context) => {
      const read = readApprovalPolicy(path);
      if ("policy" in read) return read.policy;
      for (const message of read.problems) context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .optional()
    .describe(
      "a JSON file that says which purchases a second person has to approve, as in docs/approvals.md; without it, none",
    ),

  POLICY_OVERRIDES_FILE: marketWindowsFile.describe(
    "a JSON file of markets whose law gives longer cancellation windows: market (two letters), from (a date), days and source of each",
  ),
  FOLLOW_SECONDS: z
    .string()
    .regex(/^\d{1,3}(,\d{1,3})*$/, "is not a list of seconds such as 20,180")
    .transform((value) => value.split(",").map(Number))
    .refine(
      (seconds) =>
        seconds.length <= 6 && seconds.every((one, index) => one > (seconds[index - 1] ?? 0) && one < 900),
      "is not up to six numbers below 900 that grow",
    )
    .prefault("20,180")
    .describe(
      "how many seconds after Partner Center accepted a cancellation it is asked whether it shows, before it is asked at its own limit of 15 minutes; each costs a call",
    ),
  GRACE_SECONDS: whole(0, 600, 0).describe(
    "how long a cancellation can be taken back before it is sent; 0 sends it at once",
  ),

  DIGEST_HOUR: whole(0, 23, 9).describe(
    "the hour, where the person is, of the morning message about cancellation windows that close",
  ),
  DIGEST_DAYS: whole(0, 60, 3).describe(
    "how many days before a window closes the morning message begins to tell of it; 0 for no such message",
  ),

  ACTIVITY_CHANNEL: z
    .string()
    .regex(/^[CG][A-Z0-9]{2,}$/, "is not the id of a channel")
    .optional()
    .describe(
      "id of the Slack channel into which the head of the activity's chain is published every day, where the database's owner can't change it (channel name > About > Channel ID); invite the app into it; without it nothing is published",
    ),

  HELP_CONTACT: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe(
      "where people who are stuck find help: an address (https:// or mailto:), an e-mail address, or words such as '#it-help' (a .env needs these quotes); it stands in help, in the Home tab and beside every refusal",
    ),

  DRAIN_SECONDS: whole(0, 300, 0).describe(
    "how long a stopping bot still takes requests while /readyz says stopping, so that a balancer sends no more; 0 without a balancer",
  ),
  SHUTDOWN_SECONDS: whole(1, 600, 10).describe("how long work in flight may take to finish when stopping"),
  SWEEP_SECONDS: whole(1, 3600, 15).describe("how often the sweeper looks for rows that should have moved"),
  LEASE_SECONDS: whole(1, 3600, 60).describe(
    "how long one worker may hold a request before another takes it",
  ),
  PATIENCE_SECONDS: whole(1, 3600, 30).describe(
    "how long something that was asked for may stay away before it is asked for again",
  ),
  ROLES_REFRESH_SECONDS: whole(1, 86_400, 300).describe(
    "how often the roles of agents are read from Partner Center",
  ),
  ROLES_MAX_AGE_SECONDS: whole(1, 86_400, 900).describe(
    "how old a role may be and still allow anything; not less than ROLES_REFRESH_SECONDS",
  ),
});

export type Env = z.output<typeof envSchema>;

type Variable = keyof typeof envSchema.shape;

const neededWith: { variable: Variable; other: Variable; is: string }[] = [
  { variable: "PUBLIC_URL", other: "AGENT_TOKENS", is: "own" },
  { variable: "PARTNER_CENTER_REFRESH_TOKEN", other: "AGENT_TOKENS", is: "service" },
  { variable: "FULFILMENT_URL", other: "FULFILMENT", is: "http" },
  { variable: "FULFILMENT_TOKEN", other: "FULFILMENT", is: "http" },
  { variable: "SUPPORT_TOPIC_ID", other: "SUPPORT_DESK", is: "api" },
];

/** What is needed with a setting is needed with its default. */
const defaults: Partial<Record<Variable, string>> = { AGENT_TOKENS: "service" };

/** One thing wrong with one variable. Never holds the value. */
export interface ConfigProblem {
  variable: string;
  what: string;
  /** How an operator gets a good value. */
  how: string;
}

/** Thrown when the environment will not do; the message lists every problem at once. */
export class ConfigProblems extends Error {
  override readonly name = "ConfigProblems";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, what, how }) => `  ${variable} ${what}\n      ${how}`);
    super(
      [
        `The environment has ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}:`,
        ...lines,
        ".env.example lists every variable. To try the app with none of them: npm run demo",
      ].join("\n"),
    );
    this.problems = problems;
  }
}

/** Reads the environment; an empty value counts as not set. Throws ConfigProblems with everything wrong. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  const file = readVaultKeysFile(given);
  const parsed = envSchema.safeParse({ ...given, ...file.given });
  const problems = [
    ...file.problems,
    ...(parsed.error?.issues ?? []).flatMap((issue) => {
      const variable = String(issue.path[0]);
      if (variable !== "VAULT_KEYS" || !given.VAULT_KEYS_FILE || given.VAULT_KEYS)
        return problem(variable, variable in given ? issue.message : "is not set");
      return file.given.VAULT_KEYS === undefined ? [] : problem("VAULT_KEYS_FILE", issue.message);
    }),
    ...neededWith
      .filter(({ variable, other, is }) => (given[other] ?? defaults[other]) === is && !(variable in given))
      .map(({ variable, other, is }) => problem(variable, `is not set, and ${other}=${is} needs it`)),
    ...installationProblems(given),
    ...redisProblems(given),
    ...("SLACK_SIGNING_SECRET" in given || "SLACK_APP_TOKEN" in given
      ? []
      : [
          problem(
            "SLACK_SIGNING_SECRET",
            "is not set, and there is no SLACK_APP_TOKEN for Socket Mode either",
          ),
        ]),
    ...Object.keys(given)
      .filter((variable) => variable.startsWith(PREFIX))
      .map((variable) => problem(variable, "is not a variable of this app")),
  ];
  if (parsed.data && parsed.data.ROLES_MAX_AGE_SECONDS < parsed.data.ROLES_REFRESH_SECONDS) {
    problems.push(problem("ROLES_MAX_AGE_SECONDS", "is less than ROLES_REFRESH_SECONDS"));
  }
  if (parsed.data) problems.push(...developmentKeyProblems(parsed.data));
  if (!parsed.success || problems.length > 0) throw new ConfigProblems(inSchemaOrder(problems));
  return parsed.data;
}

/** One token for one workspace, or what it takes to be installed in several: one of the two, and whole. */
function installationProblems(given: Record<string, string | undefined>): ConfigProblem[] {
  const several = ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_ALLOWED_WORKSPACES"] as const;
  const found = several.filter((variable) => variable in given);
  const [first] = found;
  if (first === undefined) {
    return "SLACK_BOT_TOKEN" in given
      ? []
      : [
          problem(
            "SLACK_BOT_TOKEN",
            "is not set, and there is no SLACK_CLIENT_ID for several workspaces either",
          ),
        ];
  }
  return [
    ...("SLACK_BOT_TOKEN" in given
      ? [
          problem(
            "SLACK_BOT_TOKEN",
            `is set beside ${first}: keep it for one workspace, or remove it for several`,
          ),
        ]
      : []),
    ...[...several, "PUBLIC_URL" as const]
      .filter((variable) => !(variable in given))
      .map((variable) => problem(variable, `is not set, and ${first} needs it`)),
  ];
}

/** What says where the servers are says nothing about how to get in. */
function redisProblems(given: Record<string, string | undefined>): ConfigProblem[] {
  const both = "REDIS_SENTINELS" in given && "REDIS_CLUSTER" in given;
  return [
    ...(["REDIS_SENTINELS", "REDIS_CLUSTER"] as const)
      .filter((variable) => variable in given && !("REDIS_URL" in given))
      .map((variable) => problem("REDIS_URL", `is not set, and ${variable} needs it`)),
    ...(both ? [problem("REDIS_CLUSTER", "is set beside REDIS_SENTINELS: keep one of them")] : []),
  ];
}

/** The keys in the file that the environment names, in place of `VAULT_KEYS`. */
function readVaultKeysFile(given: Record<string, string | undefined>): {
  given: { VAULT_KEYS?: string };
  problems: ConfigProblem[];
} {
  const path = given.VAULT_KEYS_FILE;
  if (!path) return { given: {}, problems: [] };
  if (given.VAULT_KEYS)
    return {
      given: {},
      problems: [problem("VAULT_KEYS_FILE", "is set beside VAULT_KEYS: keep one of them")],
    };
  try {
    return { given: { VAULT_KEYS: readFileSync(path, "utf8") }, problems: [] };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return { given: {}, problems: [problem("VAULT_KEYS_FILE", `can't be read (${code})`)] };
  }
}

/** A development key is in everybody's hands: with a real Slack or Partner Center it is refused. */
function developmentKeyProblems(env: Env): ConfigProblem[] {
  const real = (["SLACK_API_URL", "PARTNER_CENTER_URL"] as const).filter(
    (variable) => !LOOPBACK.test(new URL(env[variable]).hostname),
  );
  const development = env.VAULT_KEYS.find(({ id }) => id.startsWith(developmentPrefix));
  if (!development || real.length === 0) return [];
  return [
    problem(
      "VAULT_KEYS",
      `holds the development key ${development.id}, and ${real.join(" and ")} ${real.length === 1 ? "is" : "are"} not on this machine`,
    ),
  ];
}

/** In the order of .env.example, strangers last. */
function inSchemaOrder(problems: ConfigProblem[]): ConfigProblem[] {
  const order = Object.keys(envSchema.shape);
  const place = ({ variable }: ConfigProblem) =>
    (order.indexOf(variable) + order.length + 1) % (order.length + 1);
  return problems.toSorted((a, b) => place(a) - place(b));
}

function problem(variable: string, what: string): ConfigProblem {
  const how = envSchema.shape[variable as Variable]?.description;
  return { variable, what, how: how ?? "remove it, or correct its name" };
}
