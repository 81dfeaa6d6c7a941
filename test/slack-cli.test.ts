import { exec, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { startPartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import { acceptManifest, inSocketMode } from "#sandbox/slack/manifest.ts";
import { startSlackStandIn } from "#sandbox/slack/start.ts";
import { environmentOf } from "#sandbox/start.ts";
import { commands } from "#src/slack/ids.ts";
import { createDatabase, type TestDatabase } from "./ground/database.ts";
import { until } from "./ground/until.ts";

const { hooks } = z
  .object({
    hooks: z.strictObject({ "get-hooks": z.string(), "get-manifest": z.string(), start: z.string() }),
  })
  .parse(JSON.parse(await readFile(".slack/hooks.json", "utf8")));

/** As the Slack CLI calls a hook that answers: in a shell, its arguments behind the command. */
async function call(hook: keyof typeof hooks, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(exec)([hooks[hook], ...args].join(" "));
  return stdout.trim();
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

test("the hooks that are not ours come from Slack's package, with the protocol that ours speaks", async () => {
  const theirs = JSON.parse(await call("get-hooks")) as object;
  expect(theirs).toMatchObject({
    hooks: { doctor: expect.any(String), "check-update": expect.any(String) },
    config: { "protocol-version": ["message-boundaries"], "sdk-managed-connection-enabled": true },
  });
});

test("get-manifest gives manifest.yml as JSON in Socket Mode, between boundaries where they are asked for", async () => {
  const manifest = inSocketMode(acceptManifest(parse(await readFile("manifest.yml", "utf8"))));
  const [plain, bounded] = await Promise.all([
    call("get-manifest"),
    call("get-manifest", "--protocol=message-boundaries", "--boundary=6d7f"),
  ]);
  expect(JSON.parse(plain)).toEqual(JSON.parse(JSON.stringify(manifest)));
  expect(bounded).toBe(`6d7f${plain}6d7f`);
  expect(JSON.parse(plain)).toMatchObject({ settings: { socket_mode_enabled: true } });
  expect(plain).not.toContain("example.com");
});

test("start runs the app with the tokens of the CLI, and Slack reaches it over a socket", async () => {
  const manifest: unknown = JSON.parse(await call("get-manifest"));
  await using slack = await startSlackStandIn({ manifest });
  await using around = new AsyncDisposableStack();
  const partnerCenter = around.adopt(await startPartnerCenterSimulator({}), (one) => one.close());
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, ...env } = environmentOf({
    databaseUrl: database.url,
    slack,
    partnerCenter,
    socketMode: true,
  });
  const started = spawn(hooks.start, {
    shell: true,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      ...env,
      LOG_LEVEL: "info",
      SLACK_CLI_XAPP: SLACK_APP_TOKEN,
      SLACK_CLI_XOXB: SLACK_BOT_TOKEN,
    },
  });
  const ended = once(started, "exit");
  let said = "";
  started.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    await until("it runs", async () => said.includes("CSP Desk is running"));
    const agent = slack.as("admin.agent");
    await agent.command(commands.cancel);
    await slack.waitFor(() => agent.currentView()?.title.includes("Cancel"));
    expect(slack.deliveries.every(({ transport }) => transport === "socket")).toBe(true);
  } finally {
    if (started.pid !== undefined) process.kill(-started.pid, "SIGTERM");
    await ended;
  }
});
