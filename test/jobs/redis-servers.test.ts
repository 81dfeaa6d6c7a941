import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, describe, expect, test } from "vitest";
import { connectRedisBackend, type QueueBackend } from "#jobs/queues.ts";
import type { RedisNodes } from "#jobs/redis.ts";
import { freePort } from "#sandbox/free-port.ts";
import { redisMissing } from "#sandbox/redis/start.ts";
import { until } from "../ground/until.ts";

const missing = redisMissing();
const skip = missing !== null && process.env.TEST_REQUIRE_ALL !== "1";
if (skip) process.stdout.write(`Skipped: Redis with Sentinel and as a Cluster, because ${missing}\n`);

const program = "redis-server";
const password = "canary";

/** Everything that was started, in the order in which it is let go of. */
const started: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of started.reverse()) await stop();
});

/** A server of this machine's Redis with these lines of redis.conf, and a client that may say anything to it. */
async function startServer(
  lines: string[],
  args: string[] = [],
): Promise<{ port: number; client: Redis; kill(): void }> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), "csp-desk-redis-"));
  const conf = join(dir, "redis.conf");
  const common = [`port ${port}`, "bind 127.0.0.1", `dir ${dir}`, ...lines];
  await writeFile(conf, `${common.join("\n")}\n`);
  const server = spawn(program, [conf, ...args], { stdio: "ignore" });
  const gone = once(server, "exit");
  const client = new Redis(port, { password, retryStrategy: () => 50 });
  client.on("error", () => {});
  started.push(async () => {
    client.disconnect();
    server.kill("SIGKILL");
    await gone;
    await rm(dir, { recursive: true, force: true });
  });
  await client.ping();
  return { port, client, kill: () => server.kill("SIGKILL") };
}

const data = [
  `requirepass ${password}`,
  `masterauth ${password}`,
  'save ""',
  "maxmemory-policy noeviction",
  "repl-diskless-sync-delay 0",
];

async function connect(name: string, nodes: RedisNodes): Promise<QueueBackend> {
  const url = `redis://:${password}@${name}`;
  const backend = await connectRedisBackend({ url, nodes, onError: () => {} });
  started.push(() => backend.close());
  return backend;
}

/** Everything that one worker was rung for, and a way to ring that tries again while nobody is master. */
async function ringing(backend: QueueBackend) {
  const rung = new Set<string>();
  const queue = await backend.createQueue("message");
  const worker = await backend.createWorker("message", async (job) => void rung.add(job.data.id), {});
  started.push(
    () => queue.close(),
    () => worker.close(),
  );
  const ring = (id: string) =>
    until(`${id} is enqueued`, () =>
      queue.addBulk([{ name: "message", data: { id, v: 1 }, opts: { jobId: `message-${id}` } }]).then(
        () => true,
        () => false,
      ),
    );
  return { ring, rung };
}

describe.skipIf(skip)("a Redis that is gone", () => {
  test("is named by what the connection met, for /readyz", async () => {
    const server = await startServer(data);
    const backend = await connectRedisBackend({
      url: `redis://:${password}@127.0.0.1:${server.port}`,
      nodes: null,
      onError: () => {},
    });
    started.push(() => backend.close());
    await backend.ping();
    server.kill();
    await until("the connection is refused", () =>
      backend.ping().then(
        () => false,
        (error: { code?: string }) => error.code === "ECONNREFUSED",
      ),
    );
  });
});

describe.skipIf(skip)("Redis of several servers", { timeout: 240_000 }, () => {
  test("with Sentinels, jobs go on when the master is gone and a replica takes over", async () => {
    const master = await startServer(data);
    const replica = await startServer([...data, `replicaof 127.0.0.1 ${master.port}`]);
    const sentinel = await startServer(
      [
        `requirepass ${password}`,
        `sentinel monitor desk 127.0.0.1 ${master.port} 1`,
        `sentinel auth-pass desk ${password}`,
        "sentinel down-after-milliseconds desk 500",
        "sentinel failover-timeout desk 3000",
      ],
      ["--sentinel"],
    );
    await until("the replica is in step", async () =>
      (await replica.client.info("replication")).includes("master_link_status:up"),
    );
    await until("Sentinel knows the replica", async () =>
      (await sentinel.client.info("sentinel")).includes("slaves=1"),
    );
    const nodes = { kind: "sentinel", nodes: [{ host: "127.0.0.1", port: sentinel.port }] } as const;
    const { ring, rung } = await ringing(await connect("desk", nodes));
    await ring("before");
    await until("the worker is rung for", async () => rung.has("before"));

    master.kill();
    await ring("after");
    await until("the worker is rung for", async () => rung.has("after"));
    expect(await replica.client.info("replication")).toContain("role:master");
  });

  test("as a Cluster, the keys of the queues lie together and jobs go through", async () => {
    const cluster = [...data, "cluster-enabled yes", "cluster-node-timeout 2000"];
    const [one, two] = await Promise.all([startServer(cluster), startServer(cluster)]);
    await one.client.call("CLUSTER", "ADDSLOTSRANGE", "0", "8191");
    await two.client.call("CLUSTER", "ADDSLOTSRANGE", "8192", "16383");
    await one.client.call("CLUSTER", "MEET", "127.0.0.1", String(two.port));
    for (const { client } of [one, two])
      await until("the Cluster stands", async () =>
        String(await client.call("CLUSTER", "INFO")).includes("cluster_state:ok"),
      );
    const nodes = { kind: "cluster", nodes: [{ host: "127.0.0.1", port: one.port }] } as const;
    const backend = await connect("any", nodes);
    await backend.ping();
    const { ring, rung } = await ringing(backend);
    await Promise.all(["a", "b", "c"].map(ring));
    await until("the worker is rung for", async () => rung.size === 3);

    await two.client.config("SET", "maxmemory-policy", "allkeys-lru");
    await expect(connect("any", nodes)).rejects.toThrow(/allkeys-lru.*noeviction/);
  });
});
