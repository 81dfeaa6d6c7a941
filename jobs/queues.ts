import {
  createPostgresBackend,
  type Job,
  type JobsOptions,
  type JobType,
  type PgPool,
  type Processor,
  Queue,
  runMigrations,
  type Telemetry,
  Worker,
  type WorkerOptions,
  withBackend,
} from "bullmq";
import type pg from "pg";
import type { OutboxTopic } from "#src/db/rows.ts";
import { memoryPolicy, openRedis, type RedisClient, type RedisNodes, readInfo } from "./redis.ts";

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
  createQueue(topic: OutboxTopic): Promise<WatchedQueue>;
  createWorker(topic: OutboxTopic, process: Processor<JobData>, options: WorkerSettings): Promise<DeskWorker>;
  /** Throws when the queue can't be reached. */
  ping(): Promise<void>;
  /** Closes the connections that this backend opened; queues and workers are closed before. */
  close(): Promise<void>;
}

export type WorkerSettings = Pick<WorkerOptions, "concurrency" | "lockDuration" | "stalledInterval">;

export interface DeskQueue {
  addBulk(jobs: { name: string; data: JobData; opts: JobsOptions }[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A queue that one can also look at. */
export interface WatchedQueue extends DeskQueue {
  getJobCounts(...states: JobType[]): Promise<Record<string, number>>;
}

export interface DeskWorker {
  /** Waits for the jobs in hand. */
  close(): Promise<void>;
}

/** What is over is kept for a while, for whoever looks at the queue; the history is the activity. */
const keptOnRedis = {
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 86_400, count: 1_000 },
} satisfies JobsOptions;
/**
 * On PostgreSQL, BullMQ keeps a count by sorting and deleting over the whole queue at the end of each job, in which several
 * workers deadlock. A job that is done goes at once, and one that failed by its age.
 */
const keptOnPostgres = { removeOnComplete: true, removeOnFail: { age: 86_400 } } satisfies JobsOptions;

const telemetryOf = ({ telemetry }: { telemetry?: Telemetry | undefined }) =>
  telemetry ? { telemetry } : {};

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
  /** Null, the default: one server, at `url`. */
  nodes?: RedisNodes | null;
  prefix?: string;
  /** Makes enqueueing and processing part of a trace. */
  telemetry?: Telemetry | undefined;
  onError: OnError;
}): Promise<QueueBackend> {
  const connections: RedisClient[] = [];
  const nodes = input.nodes ?? null;
  const connect = (where: string, forWorker: boolean): RedisClient => {
    const redis = openRedis({ url: input.url, nodes, forWorker });
    redis.on("error", (error) => input.onError(error, where));
    connections.push(redis);
    return redis;
  };
  // In a Cluster all keys that one script touches must lie on one node: the braces say by what that is decided.
  const prefix = input.prefix ?? (nodes?.kind === "cluster" ? "{csp-desk}" : "csp-desk");
  const telemetry = telemetryOf(input);
  const producer = connect("redis queue", false);
  let trouble: Error | null = null;
  producer.on("error", (error) => {
    trouble = error;
  });
  producer.on("ready", () => {
    trouble = null;
  });
  try {
    await producer.connect();
    const policies = (await readInfo(producer, "memory")).map(memoryPolicy);
    const evicting = policies.find((policy) => policy !== "noeviction");
    if (evicting !== undefined) throw new EvictingRedis(evicting);
  } catch (error) {
    producer.disconnect();
    throw error;
  }
  return {
    kind: "redis",
    async createQueue(topic) {
      const queue = new Queue<JobData>(topic, {
        connection: producer,
        prefix,
        defaultJobOptions: keptOnRedis,
        ...telemetry,
      });
      queue.on("error", (error) => input.onError(error, `queue ${topic}`));
      return queue;
    },
    async createWorker(topic, process, options) {
      const worker = new Worker<JobData>(topic, process, {
        connection: connect(`redis worker ${topic}`, true),
        prefix,
        ...telemetry,
        ...options,
      });
      worker.on("error", (error) => input.onError(error, `worker ${topic}`));
      await worker.waitUntilReady();
      return worker;
    },
    async ping() {
      // What is thrown without a connection says nothing of why there is none.
      await producer.ping().catch((error: unknown) => {
        throw trouble ?? error;
      });
    },
    async close() {
      for (const redis of connections) redis.disconnect();
    },
  };
}

/** Nobody tells a worker of a job when the connection on which it listens is half open: it looks by itself as often. */
const longestSleepSeconds = 5;

/** BullMQ's own backend, whose workers would sleep for up to an hour. */
const createWakefulBackend: typeof createPostgresBackend = (...given) =>
  Object.defineProperty(createPostgresBackend(...given), "maximumBlockTimeout", {
    value: longestSleepSeconds,
  });

/** Queues in the application's own PostgreSQL (schema `bullmq`), over the pool that the process already has. */
export async function connectPostgresBackend(input: {
  pool: pg.Pool;
  telemetry?: Telemetry | undefined;
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
  const OnPostgres = withBackend(createWakefulBackend);
  // The driver's overloads hide from the compiler that a pool is what BullMQ asks for.
  const connection = input.pool as unknown as PgPool;
  const telemetry = telemetryOf(input);
  return {
    kind: "postgres",
    async createQueue(topic) {
      const queue = new OnPostgres.Queue<JobData>(topic, {
        connection,
        defaultJobOptions: keptOnPostgres,
        ...telemetry,
      });
      queue.on("error", (error) => input.onError(error, `queue ${topic}`));
      await queue.waitUntilReady();
      return queue;
    },
    async createWorker(topic, process, options) {
      const worker = new OnPostgres.Worker<JobData>(topic, process, {
        connection,
        ...telemetry,
        ...options,
      });
      worker.on("error", (error) => input.onError(error, `worker ${topic}`));
      await worker.waitUntilReady();
      return worker;
    },
    async ping() {
      await input.pool.query("select 1 from bullmq.job limit 1");
    },
    close: async () => {},
  };
}
