import pg from "pg";
import {
  type PartnerCenterSimulator,
  type PartnerCenterSimulatorOptions,
  startPartnerCenterSimulator,
} from "#sandbox/partner-center/start.ts";
import { type RunningPostgres, startPostgres } from "#sandbox/postgres/start.ts";
import { redisMissing, startRedis } from "#sandbox/redis/start.ts";
import { environmentOf } from "#sandbox/start.ts";
import { type BenchProcess, startProcess } from "./process.ts";

export const workspaceId = "T0BENCH";
export const slackUserId = "U0BENCH";
/** May read the activity. */
export const readerSlackId = "U0READER";
export const signingSecret = "bench-signing-secret";

/** What a bench runs between: a PostgreSQL of its own, a Slack that costs nothing, and a Partner Center without a limit. */
export interface Ground {
  postgres: RunningPostgres;
  slack: BenchProcess;
  partnerCenter: PartnerCenterSimulator;
  /** The environment of the app on this database, without a role; what it may call is not limited. */
  env(databaseUrl: string, redisUrl?: string | null): Record<string, string>;
  /** An empty database. */
  createDatabase(): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openGround(simulator: PartnerCenterSimulatorOptions = {}): Promise<Ground> {
  await using open = new AsyncDisposableStack();
  const postgres = open.adopt(await startPostgres(), (one) => one.stop());
  const slack = open.adopt(await startProcess("slack", {}), (one) => one.stop());
  const partnerCenter = open.adopt(
    await startPartnerCenterSimulator({ edition: "2019-12", requestsPerMinute: null, ...simulator }),
    (one) => one.close(),
  );
  let databases = 0;
  const all = open.move();
  return {
    postgres,
    slack,
    partnerCenter,
    env: (databaseUrl, redisUrl = null) => ({
      ...environmentOf({
        databaseUrl,
        redisUrl,
        slack: { apiUrl: slack.url, botToken: "xoxb-bench", appToken: "xapp-bench", signingSecret },
        partnerCenter,
      }),
      POLICY_EDITION: "2019-12",
      CALLS_PER_MINUTE: "100000",
      FOLLOW_SECONDS: "20,180",
      LOG_LEVEL: "info",
    }),
    async createDatabase() {
      databases += 1;
      const name = `bench_${databases}`;
      const client = new pg.Client(postgres.url);
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return postgres.url.replace(/\/postgres$/, `/${name}`);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The machine's Redis, or null, said once, where it has none. */
export async function openRedis(): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> } | null> {
  const missing = redisMissing();
  if (missing) {
    process.stderr.write(`Without Redis: ${missing}. Only PostgreSQL is measured.\n`);
    return null;
  }
  const redis = await startRedis();
  return { url: redis.url, [Symbol.asyncDispose]: () => redis.stop() };
}
