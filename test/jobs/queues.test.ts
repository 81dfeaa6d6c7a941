import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { connectRedisBackend } from "#jobs/queues.ts";
import { redisMissing, startRedis } from "#sandbox/redis/start.ts";

const missing = redisMissing();
const skip = missing !== null && process.env.TEST_REQUIRE_ALL !== "1";
if (skip) process.stdout.write(`Skipped: the check of Redis at start, because ${missing}\n`);

describe.skipIf(skip)("Redis at start", () => {
  test("a Redis that evicts is refused with the setting that mends it, and one that does not is taken", async () => {
    const server = await startRedis();
    const client = new Redis(server.url);
    try {
      await client.config("SET", "maxmemory-policy", "allkeys-lru");
      await expect(connectRedisBackend({ url: server.url, onError: () => {} })).rejects.toThrow(
        /allkeys-lru.*noeviction/,
      );
      await client.config("SET", "maxmemory-policy", "noeviction");
      const backend = await connectRedisBackend({ url: server.url, onError: () => {} });
      expect(backend.kind).toBe("redis");
      await backend.close();
    } finally {
      client.disconnect();
      await server.stop();
    }
  });

  test("a Redis that is not there is an error at once, not a hang", async () => {
    await expect(connectRedisBackend({ url: "redis://127.0.0.1:1", onError: () => {} })).rejects.toThrow();
  });
});
