import { openRedis, type RedisNodes, readInfo } from "#jobs/redis.ts";
import { type Config, loadConfig } from "./config/config.ts";
import type { Secret } from "./config/secret.ts";
import type { Secrets } from "./config/secrets.ts";
import { buildDesks } from "./context.ts";
import type { OpenDatabase } from "./db/database.ts";
import { runCommand, say, withDatabase } from "./operations/command.ts";
import {
  type Check,
  databaseCheck,
  examine,
  type Finding,
  partnerCenterCheck,
  redisCheck,
  slackCheck,
} from "./operations/doctor.ts";
import { botScopes } from "./slack/install/scopes.ts";

const marks = { fine: "ok   ", look: "look ", wrong: "WRONG" };

function tell({ what, state, says, todo }: Finding): void {
  say(`${marks[state]} ${what}: ${says}`);
  if (todo) say(`      ${todo}`);
}

async function askSlack(token: Secret, apiUrl: string) {
  const response = await fetch(`${apiUrl}auth.test`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.reveal()}` },
    signal: AbortSignal.timeout(5_000),
  });
  const answer = (await response.json()) as { ok?: boolean; error?: string; team_id?: string };
  const date = response.headers.get("date");
  return {
    error: answer.ok ? null : (answer.error ?? `HTTP ${response.status}`),
    team: answer.team_id ?? null,
    scopes: (response.headers.get("x-oauth-scopes") ?? "").split(",").map((scope) => scope.trim()),
    date: date === null ? null : new Date(date),
  };
}

/** What each server says. */
async function askRedis(
  url: Secret,
  nodes: RedisNodes | null,
  section: "memory" | "persistence",
): Promise<string[]> {
  const redis = openRedis({ url: url.reveal(), nodes, forWorker: false });
  let trouble: Error | null = null;
  redis.on("error", (error) => {
    trouble ??= error;
  });
  try {
    await redis.connect();
    return await readInfo(redis, section);
  } catch (error) {
    // What is thrown says that the connection is closed, and not why.
    throw trouble ?? error;
  } finally {
    redis.disconnect();
  }
}

function checksOf(config: Config, secrets: Secrets, opened: OpenDatabase): Check[] {
  const { redisUrl, slackBotToken } = secrets;
  return [
    databaseCheck(opened.db),
    ...(redisUrl ? [redisCheck((section) => askRedis(redisUrl, config.redisNodes, section))] : []),
    ...(slackBotToken ? [slackCheck(botScopes, () => askSlack(slackBotToken, config.slack.apiUrl))] : []),
    partnerCenterCheck(buildDesks(config, secrets, opened, {}).interactive.partnerCenter),
  ];
}

await runCommand({
  name: "doctor",
  failed: "Not examined",
  usage: `npm run doctor

Looks at everything that the desk needs, with the environment of this process, and says what is to be done: configuration, database
and migrations, Redis, Slack's token and scopes, Partner Center's sign-in and roles, clocks. It changes nothing and takes two calls.

Exit code: 0 nothing is wrong, 1 something is, 2 not possible, as with an environment that is not complete.`,
  options: {},
  async run() {
    const { config, secrets } = loadConfig(process.env);
    tell({ what: "configuration", state: "fine", says: `complete, for the role ${config.role}` });
    return withDatabase(secrets.databaseUrl, "doctor", async (opened) => {
      const findings = await examine(checksOf(config, secrets, opened), tell);
      return findings.every(({ state }) => state !== "wrong");
    });
  },
});
