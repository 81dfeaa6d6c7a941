import { createPostgresBackend, type PgPool, Queue, runMigrations, Worker, withBackend } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";

/** BullMQ alone: adds as many jobs as it is told, a hundred at a time, runs them to no effect, and says how long that took, in ms. */
const { DATABASE_URL, REDIS_URL } = process.env;
const options = { concurrency: 8 };
const keep = { removeOnComplete: { age: 3_600, count: 1_000 } };
let done = 0;
let finished: (() => void) | null = null;
let wanted = 0;
const work = async () => {
  done += 1;
  if (done === wanted) finished?.();
};
const queue = await connect();

async function connect(): Promise<{ addBulk: Queue["addBulk"] }> {
  if (REDIS_URL) {
    const connection = () => new Redis(REDIS_URL, { maxRetriesPerRequest: null });
    await new Worker("bare", work, { connection: connection(), prefix: "bare", ...options }).waitUntilReady();
    return new Queue("bare", { connection: connection(), prefix: "bare" });
  }
  const pool = new pg.Pool({
    connectionString: DATABASE_URL,
    max: 20,
    options: "-c search_path=public,bullmq",
  });
  const client = await pool.connect();
  await runMigrations(client);
  client.release();
  const OnPostgres = withBackend(createPostgresBackend);
  const connection = pool as unknown as PgPool;
  await new OnPostgres.Worker("bare", work, { connection, ...options }).waitUntilReady();
  return new OnPostgres.Queue("bare", { connection });
}

process.on("message", async ({ jobs }: { jobs: number }) => {
  done = 0;
  wanted = jobs;
  const started = performance.now();
  const all = new Promise<void>((resolve) => {
    finished = resolve;
  });
  for (let from = 0; from < jobs; from += 100) {
    const batch = Array.from({ length: Math.min(100, jobs - from) }, (_, index) => ({
      name: "bare",
      data: { id: String(from + index), v: 1 },
      opts: { attempts: 1, ...keep },
    }));
    await queue.addBulk(batch);
  }
  await all;
  process.send?.({ ms: performance.now() - started });
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
