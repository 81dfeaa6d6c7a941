import {
  createPostgresBackend,
  type Job,
  type JobsOptions,
  type PgPool,
  type Processor,
  Queue,
  runMigrations,
  Worker,
  type WorkerOptions,
  withBackend,
} from "bullmq";
import { Redis } from "ioredis";
import type pg from "pg";
import type { OutboxTopic } from "#src/db/rows.ts";

export const topics = [
  "purchase",
  "cancellation",
  "support_request",
  "message",
  "reminder",
] as const satisfies readonly OutboxTopic[];

/** A job is a doorbell: the id of a row and the version of this very shape. Whoever answers reads the row. */
export interface JobData {
  id: string;
  v: 1;
}

export type DeskJob = Job<JobData>;

export interface QueueBackend {
  readonly kind: "redis" | "postgres";
  createQueue(topic: OutboxTopic): Promise<DeskQueue>;
  createWorker(topic: OutboxTopic, process: Processor<JobData>, options: WorkerSettings): Promise<DeskWorker>;
  /** Closes the connections that this backend opened; queues and workers are closed before. */
  close(): Promise<void>;
}

export type WorkerSettings = Pick<WorkerOptions, "concurrency" | "lockDuration" | "stalledInterval">;

export interface DeskQueue {
  addBulk(jobs: { name: string; data: JobData; opts: JobsOptions }[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface DeskWorker {
  /** Waits for the jobs in hand. */
  close(): Promise<void>;
}

type OnError = (error: Error, where: string) => void;

/** Redis must never evict: a job thrown away is a customer kept waiting. */
export class EvictingRedis extends Error {
  override readonly name = "EvictingRedis";
  constructor(policy: string) {
    super(
      `Redis at REDIS_URL evicts keys (maxmemory-policy is ${policy}). Set it to noeviction: CONFIG SET maxmemory-policy noeviction, and in redis.conf.`,
    );
  }
}

/**
 * Queues on Redis. Producers fail fast, so that the relay learns at once that Redis is down; workers wait for it.
 *
 * @throws EvictingRedis when its memory policy is not `noeviction`; the connection error when it can't be reached.
 */
export async function connectRedisBackend(input: {
  url: string;
  prefix?: string;
  onError: OnError;
}): Promise<QueueBackend> {
  const connections: Redis[] = [];
  const connect = (where: string, forWorker: boolean): Redis => {
    const redis = new Redis(input.url, {
      lazyConnect: true,
      maxRetriesPerRequest: forWorker ? null : 1,
      enableOfflineQueue: forWorker,
      connectTimeout: 5_000,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 7), 5_000),
    });
    redis.on("error", (error) => input.onError(error, where));
    connections.push(redis);
    return redis;
  };
  const prefix = input.prefix ?? "csp-desk";
  const producer = connect("redis queue", false);
  try {
    await producer.connect();
    const policy = /^maxmemory_policy:(\S+)/m.exec(await producer.info("memory"))?.[1] ?? "unknown";
    if (policy !== "noeviction") throw new EvictingRedis(policy);
  } catch (error) {
    producer.disconnect();
    throw error;
  }
  return {
    kind: "redis",
    async createQueue(topic) {
      const queue = new Queue<JobData>(topic, { connection: producer, prefix });
      queue.on("error", (error) => input.onError(error, `queue ${topic}`));
      return queue;
    },
    async createWorker(topic, process, options) {
      const worker = new Worker<JobData>(topic, process, {
        connection: connect(`redis worker ${topic}`, true),
        prefix,
        ...options,
      });
      worker.on("error", (error) => input.onError(error, `worker ${topic}`));
      await worker.waitUntilReady();
      return worker;
    },
    async close() {
      for (const redis of connections) redis.disconnect();
    },
  };
}

/** Queues in the application's own PostgreSQL (schema `bullmq`), over the pool that the process already has. */
export async function connectPostgresBackend(input: {
  pool: pg.Pool;
  onError: OnError;
}): Promise<QueueBackend> {
  const client = await input.pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  // Every queue and worker listens for this pool's errors.
  input.pool.setMaxListeners(input.pool.getMaxListeners() + 2 * topics.length);
  const OnPostgres = withBackend(createPostgresBackend);
  // The driver's overloads hide from the compiler that a pool is what BullMQ asks for.
  const connection = input.pool as unknown as PgPool;
  return {
    kind: "postgres",
    async createQueue(topic) {
      const queue = new OnPostgres.Queue<JobData>(topic, { connection });
      queue.on("error", (error) => input.onError(error, `queue ${topic}`));
      await queue.waitUntilReady();
      return queue;
    },
    async createWorker(topic, process, options) {
      const worker = new OnPostgres.Worker<JobData>(topic, process, { connection, ...options });
      worker.on("error", (error) => input.onError(error, `worker ${topic}`));
      await worker.waitUntilReady();
      return worker;
    },
    close: async () => {},
  };
}
