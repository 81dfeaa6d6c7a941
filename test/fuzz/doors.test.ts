import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { freePort } from "#sandbox/free-port.ts";
import { CLIENT_SECRET, REFRESH_TOKEN } from "#sandbox/partner-center/seed.ts";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { Secret } from "#src/config/secret.ts";
import { startConnection } from "#src/connections/start.ts";
import { installedWorkspaces } from "#src/installations/workspaces.ts";
import { createBoard } from "#src/operations/board.ts";
import { listenForOperators, type OperationsListener } from "#src/operations/listener.ts";
import { createMetrics, type Metrics } from "#src/operations/metrics.ts";
import { withPassword } from "#src/operations/password.ts";
import { createReadiness } from "#src/operations/ready.ts";
import { createSlackEdge, type SlackEdge } from "#src/slack/edge.ts";
import { createSlackGrants } from "#src/slack/install/grants.ts";
import { createInstall } from "#src/slack/install/routes.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import fc from "../ground/fast-check.ts";
import { bounded, patience, Tally, within } from "./bounded.ts";
import { hostile } from "./hostile.ts";

/** Every address that answers somebody other than Slack: browsers on their way, balancers, operators, and whoever finds it. */

const boardPassword = "sandbox-board-password";
const tally = new Tally();

let under: DeskUnderTest;
let slack: SlackStandIn;
let edge: SlackEdge;
let operations: OperationsListener;
let metrics: Metrics;
let ports: { edge: number; operations: number };
let link: string;

beforeAll(async () => {
  slack = await startSlackStandIn({
    manifest: parse(await readFile("manifest.yml", "utf8")),
    installed: false,
  });
  const port = await freePort();
  under = await openDesk({
    own: { service: true },
    override: () => ({ installing: { publicUrl: `http://127.0.0.1:${port}`, allowed: [] } }),
  });
  const { desk } = under;
  const app = {
    clientId: slack.clientId,
    clientSecret: new Secret(slack.clientSecret),
    slackApiUrl: slack.apiUrl,
  };
  edge = createSlackEdge({
    desk,
    workspaces: installedWorkspaces(desk, createSlackGrants(app, desk.log)),
    install: createInstall(desk, app),
    transport: { kind: "http", signingSecret: new Secret(slack.signingSecret) },
    slackApiUrl: slack.apiUrl,
    portalUrl: "https://portal.example/dashboard",
    host: "127.0.0.1",
    port,
    drainMs: 2_000,
    readiness: async () => "ready",
  });
  await edge.start();
  metrics = createMetrics({
    role: "worker",
    version: "1.2.3",
    callsPerMinute: 500,
    readings: () => Promise.reject(new Error("away")),
  });
  const away = {
    name: "queue" as const,
    check: () => Promise.reject(new Error(boardPassword)),
    todo: "look",
    serves: true,
  };
  operations = await listenForOperators({
    host: "127.0.0.1",
    port: 0,
    readiness: createReadiness([away]),
    metrics,
    queues: withPassword(new Secret(boardPassword), createBoard([])),
  });
  ports = { edge: port, operations: Number(new URL(operations.url).port) };
  const agent = await under.agent();
  link = await startConnection(desk, agent);
}, 240_000);

afterAll(async () => {
  await operations.stop();
  metrics.stop();
  await edge.stop();
  await slack.close();
  await under.close();
  tally.print("Fuzzing the other doors");
});

interface Request {
  door: "edge" | "operations";
  method: string;
  path: string;
  query: string;
  headers: [string, string][];
  body: string;
}

const plain: Omit<Request, "door"> = { method: "GET", path: "/healthz", query: "", headers: [], body: "" };

const paths = [
  "/connect/start",
  "/connect/callback",
  "/slack/install",
  "/slack/oauth_redirect",
  "/slack/events",
  "/healthz",
  "/readyz",
  "/metrics",
  "/queues",
  "/queues/",
  "/queues/api/queues",
  "/queues/static/../../../etc/passwd",
  "/queues/%2e%2e/%2e%2e/etc/passwd",
  "/queues/%",
  "/queues/%c0%ae",
  "//queues",
  "/",
  "*",
  "http://127.0.0.1/readyz",
  "constructor",
  "/__proto__",
];

const piece = fc.oneof(hostile.map(String), fc.string({ unit: "binary", maxLength: 60 }));
const parameter = fc.tuple(
  fc.constantFrom("attempt", "state", "code", "error", "error_description", "iss", "a", ""),
  piece,
);
const query = fc.oneof(
  fc.array(parameter, { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString()),
  fc.constantFrom("%", "%ff%fe", "state=%00", "a".repeat(17_000), "state&state=&=&&;", "?".repeat(100)),
);
/** Without what would end the line: everything else may stand in a header. */
const headerValue = piece.map((text) =>
  Buffer.from(text.replaceAll(/[\r\n\0]/g, " "))
    .toString("latin1")
    .slice(0, 2_000),
);
const basic = (password: string) => `Basic ${Buffer.from(`x:${password}`).toString("base64")}`;
const headers = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constantFrom(
        "cookie",
        "host",
        "accept-language",
        "content-type",
        "authorization",
        "x-forwarded-host",
      ),
      headerValue,
    ),
    fc.tuple(
      fc.constant("cookie"),
      piece.map((text) => `csp-desk-connect=${encodeURIComponent(text.toWellFormed())}`),
    ),
    fc.tuple(
      fc.constant("cookie"),
      piece.map((text) => `csp-desk-install=${encodeURIComponent(text.toWellFormed())}`),
    ),
    fc.tuple(
      fc.constant("authorization"),
      fc.constantFrom("Basic", "Basic !", "Basic Og==", basic("wrong"), basic(boardPassword)),
    ),
  ),
  { maxLength: 4 },
);
const requests: fc.Arbitrary<Request> = fc.record({
  door: fc.constantFrom("edge", "operations"),
  method: fc.constantFrom(
    "GET",
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "PATCH",
  ),
  path: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: fc.webPath() }),
  query,
  headers,
  body: fc.oneof(fc.constant(""), piece),
});

test(
  "invariants 6 and 7: any request to any other address gets its answer, with nothing in it that is ours alone",
  patience,
  async () => {
    const secrets = [slack.signingSecret, slack.clientSecret, CLIENT_SECRET, REFRESH_TOKEN, boardPassword];
    await fc.assert(
      fc.asyncProperty(
        requests,
        within(10, async (request) => {
          const { status, text } = await answerTo(request);
          tally.add(`${request.door} ${Math.floor(status / 100)}xx`);
          const expected = request.path.endsWith("/readyz") ? 503 : 499;
          expect(status, text).toBeLessThanOrEqual(expected);
          for (const secret of secrets) expect(text).not.toContain(secret);
          expect(text).not.toMatch(/\bat .*\.[jt]s:\d+|node_modules/);
        }),
      ),
      {
        ...bounded(1_500),
        examples: [[{ ...plain, door: "edge", path: "/slack/oauth_redirect", headers: [["host", ""]] }]],
      },
    );
    expect(under.logged.filter((line) => /"level":"error"/.test(line))).toEqual([]);
    for (const door of ["edge", "operations"] as const)
      expect(await answerTo({ ...plain, door })).toMatchObject({ status: 200 });
    // The way in still stands for whom it is meant for.
    const opened = await fetch(link.replace(/^http:\/\/[^/]+/, `http://127.0.0.1:${ports.edge}`), {
      redirect: "manual",
    });
    await opened.body?.cancel();
    expect(opened.status).toBe(302);
  },
);

/** What is answered to these very bytes; 0 where the connection is just closed. */
function answerTo({
  door,
  method,
  path,
  query: asked,
  headers: given,
  body,
}: Request): Promise<{ status: number; text: string }> {
  const bytes = Buffer.from(body);
  const lines = [
    `${method} ${path}${asked === "" ? "" : `?${asked}`} HTTP/1.1`,
    ...(given.some(([name]) => name === "host") ? [] : ["host: 127.0.0.1"]),
    ...given.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${bytes.length}`,
    "connection: close",
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(ports[door], "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.setTimeout(30_000, () => socket.destroy(new Error(`no answer to ${lines[0]?.slice(0, 200)}`)));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET" || error.code === "EPIPE") socket.destroy();
      else reject(error);
    });
    socket.on("close", () => {
      const text = Buffer.concat(chunks).toString();
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
    });
    socket.end(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bytes]));
  });
}
