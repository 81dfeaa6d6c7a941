import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { connectPostgresBackend, connectRedisBackend } from "#jobs/queues.ts";
import { redisMissing, startRedis } from "#sandbox/redis/start.ts";
import { openDatabase } from "#src/db/database.ts";
import { createDatabase } from "../ground/database.ts";
import { until } from "../ground/until.ts";

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

describe("PostgreSQL as the queue", () => {
  test("invariant 1: more than a thousand jobs that end on two workers at once meet no deadlock, and what is done is gone", async () => {
    const { url } = await createDatabase();
    const trouble: string[] = [];
    const processes = await Promise.all(
      [1, 2].map(async (n) => {
        const onError = (error: Error) => trouble.push(error.message);
        const opened = openDatabase({ url, applicationName: `test ${n}`, maxConnections: 12, onError });
        return { opened, backend: await connectPostgresBackend({ pool: opened.pool, onError }) };
      }),
    );
    let done = 0;
    const work = async ({ data }: { data: { id: string } }) => {
      if (data.id === "broken") throw new Error("a fault of ours");
      done += 1;
    };
    const settings = { concurrency: 8, lockDuration: 30_000, stalledInterval: 30_000 };
    const queue = await processes[0]?.backend.createQueue("message");
    const workers = await Promise.all(
      processes.map(({ backend }) => backend.createWorker("message", work, settings)),
    );
    try {
      const ids = Array.from({ length: 1_600 }, (_, n) => (n % 8 === 7 ? "broken" : `msg_${n}`));
      for (let from = 0; from < ids.length; from += 300)
        await queue?.addBulk(
          ids
            .slice(from, from + 300)
            .map((id) => ({ name: "message", data: { id, v: 1 as const }, opts: { attempts: 1 } })),
        );
      const counts = () => queue?.getJobCounts("waiting", "active", "completed", "failed");
      await until(
        "all have ended",
        async () => (await counts())?.waiting === 0 && (await counts())?.active === 0,
      );
      expect(trouble).toEqual([]);
      expect(done).toBe(1_400);
      expect(await counts()).toEqual({ waiting: 0, active: 0, completed: 0, failed: 200 });
    } finally {
      for (const worker of workers) await worker.close();
      await queue?.close();
      for (const { opened } of processes) {
        await opened.pool.end();
        await opened.close();
      }
    }
  });
});
