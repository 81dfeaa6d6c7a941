import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import { connectPostgresBackend, connectRedisBackend, type WatchedQueue } from "#jobs/queues.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { openDatabase } from "#src/db/database.ts";
import { outboxChannel } from "#src/db/outbox.ts";
import type { Desk } from "#src/desk/context.ts";
import { type BenchDesk, openBenchDesk, placeOrder, readCustomers } from "./desk.ts";
import type { Ground } from "./ground.ts";
import { type BenchProcess, startProcess } from "./process.ts";
import type { BareWork } from "./processes/bare-worker.ts";

/** How one round of cancellations went, from the first job to the last message. */
interface Cancelled {
  ms: number;
  /** How many jobs it took, messages included. */
  jobs: number;
  /** To Partner Center, for each cancellation. */
  calls: number;
}

/** A database with a queue, on which rounds of cancellations are run by workers that are processes of their own. */
export interface CancelGround {
  cancel(count: number, workers: number, look?: (workers: BenchProcess[]) => unknown): Promise<Cancelled>;
  /** Orders of the same kind, each with the lines that a cancellation names. */
  orders(count: number): Promise<BareWork["orders"]>;
  /** So many jobs for messages that are not there: what relay, queue and worker take by themselves, in ms. */
  ring(count: number): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
}

const atOnce = 8;

/** What a worker that has just started does before it is measured. */
export interface WarmUp {
  cancellations: number;
  rings: number;
}

/** Enough for what is compared with itself, or weighed; what is compared with others goes on getting faster for some seconds. */
export const shortWarmUp: WarmUp = { cancellations: 40, rings: 1_000 };

export async function openCancelGround(
  ground: Ground,
  redisUrl: string | null,
  warmUp: WarmUp,
): Promise<CancelGround> {
  const databaseUrl = await ground.createDatabase();
  const bench = await openBenchDesk(ground, databaseUrl);
  const customers = await readCustomers(bench.desk, 40);
  const rung = await watchQueue(databaseUrl, redisUrl);
  const env = { ...ground.env(databaseUrl, redisUrl), ROLE: "worker", FOLLOW_SECONDS: "1" };
  return {
    async cancel(count, workerCount, look) {
      const { db } = bench.desk;
      await askFor(bench, customers, warmUp.cancellations * workerCount);
      const first = new Date();
      await askFor(bench, customers, count);
      await hold(bench.desk);
      const workers = await Promise.all(Array.from({ length: workerCount }, () => startProcess("app", env)));
      try {
        await release(bench.desk, first);
        while (await isUnderWay(bench.desk, first)) await pause(25);
        const jobsBefore = await countJobs(bench.desk);
        const startedAt = new Date();
        const started = performance.now();
        const released = await release(bench.desk, startedAt);
        while (await isUnderWay(bench.desk, startedAt)) await pause(25);
        const ms = performance.now() - started;
        await look?.(workers);
        const { rows } = await sql<{ count: number }>`
          select count(*)::int as count from cancellations where status <> 'visible'`.execute(db);
        if (rows[0]?.count !== 0) throw new Error(`${rows[0]?.count} cancellations do not show`);
        return {
          ms,
          jobs: released + (await countJobs(bench.desk)) - jobsBefore,
          calls: callsSince(ground, startedAt) / count,
        };
      } finally {
        await Promise.all(workers.map((worker) => worker.stop()));
      }
    },
    orders: (count) =>
      inParallel(customers, count, async (customerId) => {
        const { orderId } = await placeOrder(bench.desk, customerId);
        const { lines } = await bench.desk.partnerCenter.getOrder({ customerId, orderId });
        return {
          customerId,
          orderId,
          lines: lines.map(({ lineItemNumber, offerId }) => ({ lineItemNumber, offerId })),
        };
      }),
    async ring(count) {
      const { db } = bench.desk;
      const [first, then] = [new Date(), new Date(Date.now() + 1)];
      for (const { at, rings } of [
        { at: first, rings: warmUp.rings },
        { at: then, rings: count },
      ])
        await sql`
          insert into outbox (topic, subject_id, run_at, created_at, sent_at)
          select 'message', 'bench-' || n, ${at}, ${at}, 'infinity' from generate_series(1, ${rings}::integer) as n`.execute(
          db,
        );
      const worker = await startProcess("app", env);
      try {
        await release(bench.desk, first);
        while (!(await isQuiet(bench.desk, rung.queue))) await pause(25);
        const started = performance.now();
        await release(bench.desk, then);
        while (!(await isQuiet(bench.desk, rung.queue))) await pause(25);
        return performance.now() - started;
      } finally {
        await worker.stop();
      }
    },
    async [Symbol.asyncDispose]() {
      await rung.close();
      await bench[Symbol.asyncDispose]();
    },
  };
}

/** The queue of messages, as whoever only watches sees it: who asks the worker how far it is keeps it from its work. */
async function watchQueue(
  databaseUrl: string,
  redisUrl: string | null,
): Promise<{ queue: WatchedQueue; close(): Promise<void> }> {
  const onError = (error: Error) => void process.stderr.write(`${error.message}\n`);
  const database = openDatabase({ url: databaseUrl, applicationName: "bench", maxConnections: 4, onError });
  const backend = redisUrl
    ? await connectRedisBackend({ url: redisUrl, onError })
    : await connectPostgresBackend({ pool: database.pool, onError });
  const queue = await backend.createQueue("message");
  return {
    queue,
    async close() {
      await queue.close();
      await backend.close();
      await database.close();
    },
  };
}

/** Whether every job was handed over, and all are done. */
async function isQuiet({ db }: Desk, queue: WatchedQueue): Promise<boolean> {
  const { rows } = await sql<{ unsent: boolean }>`
    select exists (select from outbox where sent_at is null) as unsent`.execute(db);
  if (rows[0]?.unsent !== false) return false;
  const left = await queue.getJobCounts("waiting", "prioritized", "delayed", "active");
  return Object.values(left).every((count) => count === 0);
}

/** The same number of customers as cancellations, so that none of them is looked for together with another. */
export async function requestOneEach(bench: BenchDesk, count: number): Promise<void> {
  await askFor(bench, await readCustomers(bench.desk, count), count);
}

/** Orders, and a form for each of them: cancellations of one line, as of so many agents. */
async function askFor({ desk, agent }: BenchDesk, customers: string[], count: number): Promise<void> {
  await inParallel(customers, count, async (customerId) => {
    const line = await placeOrder(desk, customerId);
    await requestCancellations(desk, agent, { formToken: randomUUID(), customerId, lines: [line] });
  });
}

/** Does so many pieces of work, some at once, for these customers in turn. */
async function inParallel<T>(
  customers: string[],
  count: number,
  work: (customerId: string) => Promise<T>,
): Promise<T[]> {
  const waiting = Array.from({ length: count }, (_, n) => customers[n % customers.length] ?? "");
  const results: T[] = [];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let customerId = waiting.pop(); customerId !== undefined; customerId = waiting.pop())
        results.push(await work(customerId));
    }),
  );
  return results;
}

/** What is asked for waits until it is released. */
async function hold({ db }: Desk): Promise<void> {
  await sql`update outbox set sent_at = 'infinity' where sent_at is null`.execute(db);
}

/** Releases what was asked for until then, and says how many jobs that is. */
async function release({ db }: Desk, until: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    update outbox set sent_at = null where sent_at = 'infinity' and created_at <= ${until}`.execute(db);
  await sql`select pg_notify(${outboxChannel}, '')`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

async function countJobs({ db }: Desk): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from outbox`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Whether anything is under way of what was asked for until then. */
async function isUnderWay({ db }: Desk, until: Date): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`
    select exists (select from cancellations where due_at is not null and created_at <= ${until})
      or exists (
        select from messages
        where due_at is not null and drawn_version < wanted_version and created_at <= ${until}) as open`.execute(
    db,
  );
  return rows[0]?.open ?? true;
}

function callsSince(ground: Ground, since: Date): number {
  return ground.partnerCenter
    .requests()
    .filter(({ at, path }) => Date.parse(at) >= since.getTime() && path.startsWith("/v1/customers/")).length;
}
