import { afterAll, beforeAll, describe } from "vitest";
import { type RunningRedis, redisMissing, startRedis } from "#sandbox/redis/start.ts";

export interface QueueBackend {
  name: "postgres" | "redis";
  /** URL of a Redis that belongs to this suite alone; null where the queue lives in PostgreSQL. For hooks and tests. */
  redisUrl(): string | null;
}

/** Another database of one Redis: workers of two worlds must not answer each other's bells. */
export function redisDatabase(url: string | null, index: number): string | null {
  return url && `${url}/${index}`;
}

/**
 * Runs the same suite once for each place the queue can live. Without a redis-server on this machine the second is
 * skipped, and says so; with TEST_REQUIRE_ALL=1 it fails instead.
 */
export function describeOnBackends(title: string, suite: (backend: QueueBackend) => void): void {
  describe(`${title} [queue on postgres]`, () => suite({ name: "postgres", redisUrl: () => null }));

  const missing = redisMissing();
  const skip = missing !== null && process.env.TEST_REQUIRE_ALL !== "1";
  if (skip) process.stdout.write(`Skipped: ${title} [queue on redis], because ${missing}\n`);
  describe.skipIf(skip)(`${title} [queue on redis]`, () => {
    let redis: RunningRedis | null = null;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis?.stop());
    suite({ name: "redis", redisUrl: () => redis?.url ?? null });
  });
}
