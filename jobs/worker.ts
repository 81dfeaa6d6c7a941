import type pg from "pg";
import { z } from "zod";
import type { OutboxTopic } from "#src/db/rows.ts";
import type { Desk } from "#src/desk/context.ts";
import { correlated } from "#src/desk/correlation.ts";
import { measure } from "#src/desk/measure.ts";
import { cancellationJob } from "./cancellation.ts";
import { messageJob } from "./message.ts";
import { purchaseJob } from "./purchase.ts";
import { type DeskWorker, type QueueBackend, topics, type WatchedQueue } from "./queues.ts";
import { relayOnce, startRelay } from "./relay.ts";
import { reminderJob } from "./reminder.ts";
import { supportRequestJob } from "./support-request.ts";
import { startSweeper } from "./sweeper.ts";

export interface JobHandler {
  topic: OutboxTopic;
  concurrency: number;
  /** Calls one domain verb. Whatever it throws is logged; the row's due time brings the request back. */
  handle(desk: Desk, id: string): Promise<void>;
}

const handlers: readonly JobHandler[] = [
  purchaseJob,
  cancellationJob,
  supportRequestJob,
  messageJob,
  reminderJob,
];
const jobData = z.object({ id: z.string().min(1), v: z.literal(1) });

export interface RunningWorker {
  queues: Record<OutboxTopic, WatchedQueue>;
  /** Takes nothing more, waits for what is in hand, and hands over what it wrote. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  backend: QueueBackend;
  pool: pg.Pool;
  sweepSeconds: number;
  pollMs?: number;
  /** How long BullMQ holds a job for this worker before calling it stalled. */
  lockMs?: number;
}

/** Starts queues, relay, sweeper and one BullMQ worker per kind of job in this process. */
export async function startWorker(desk: Desk, options: WorkerOptions): Promise<RunningWorker> {
  const { backend } = options;
  const lockMs = options.lockMs ?? 30_000;
  const queues = Object.fromEntries(
    await Promise.all(topics.map(async (topic) => [topic, await backend.createQueue(topic)] as const)),
  ) as RunningWorker["queues"];
  const workers: DeskWorker[] = [];
  for (const handler of handlers) {
    workers.push(
      await backend.createWorker(
        handler.topic,
        async (job) => {
          const data = jobData.parse(job.data);
          const startedAt = performance.now();
          const report = (result: "ok" | "failed") =>
            measure("job", {
              queue: handler.topic,
              result,
              seconds: (performance.now() - startedAt) / 1_000,
            });
          try {
            await correlated(() => handler.handle(desk, data.id));
            report("ok");
          } catch (error) {
            report("failed");
            const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
            desk.log.error({ topic: handler.topic, id: data.id, error: text }, "job failed");
            throw new Error(`${handler.topic} ${data.id} failed; see the log`);
          }
        },
        { concurrency: handler.concurrency, lockDuration: lockMs, stalledInterval: lockMs },
      ),
    );
  }
  const relay = startRelay(desk, queues, { pool: options.pool, pollMs: options.pollMs ?? 1_000 });
  const sweeper = startSweeper(desk, { everyMs: options.sweepSeconds * 1_000 });

  return {
    queues,
    async stop() {
      await Promise.all([sweeper.stop(), ...workers.map((worker) => worker.close())]);
      await relay.stop();
      // What the last jobs wrote is handed over before the lights go out; what can't be stays for the next worker.
      await relayOnce(desk, queues).catch((error: unknown) =>
        desk.log.warn(
          { error: error instanceof Error ? error.message : String(error) },
          "the outbox was not emptied",
        ),
      );
      await Promise.all(topics.map((topic) => queues[topic].close()));
      await backend.close();
    },
  };
}
