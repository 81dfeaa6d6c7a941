import { setTimeout as pause } from "node:timers/promises";
import type { JobsOptions } from "bullmq";
import type pg from "pg";
import { transact } from "#src/db/database.ts";
import { outboxChannel, takeUnsent, type UnsentRow } from "#src/db/outbox.ts";
import type { OutboxTopic } from "#src/db/rows.ts";
import type { Desk } from "#src/desk/context.ts";
import { isTracing, waited } from "#src/desk/trace.ts";
import { type DeskQueue, topics } from "./queues.ts";

const batch = 100;
/** What is asked for within so long of a round is handed over together by the next. */
const gatherMs = 25;

export type Queues = Record<OutboxTopic, DeskQueue>;

/**
 * Hands what the outbox holds to the queues, a batch a transaction: marked, enqueued, committed. A crash in between
 * enqueues twice, which a job's handler bears. Returns how many rows were handed over; throws when the queue can't be
 * reached, and then everything stays unsent.
 */
export async function relayOnce(desk: Desk, queues: Queues): Promise<number> {
  let handed = 0;
  for (;;) {
    const count = await transact(desk.db, async (trx) => {
      const now = desk.clock.now();
      const rows = await takeUnsent(trx, { limit: batch, now });
      for (const topic of topics) {
        const jobs = rows.filter((row) => row.topic === topic).map((row) => toJob(row, now));
        if (jobs.length > 0) await queues[topic].addBulk(jobs);
      }
      if (rows.length > 0) await desk.failpoint("relay.enqueued");
      return rows.length;
    });
    handed += count;
    if (count < batch) return handed;
  }
}

/** The id is thrift, not safety: BullMQ drops a second job of the same id only while it still keeps the first. */
function toJob(row: UnsentRow, now: Date): Parameters<DeskQueue["addBulk"]>[0][number] {
  return {
    name: row.topic,
    data: { id: row.subjectId, v: 1 },
    opts: {
      jobId: `${row.topic}-${row.subjectId}-o${row.id}`,
      delay: Math.max(0, row.runAt.getTime() - now.getTime()),
      attempts: 1,
      ...(isTracing() ? { telemetry: goesOn(row) } : {}),
    },
  };
}

/** Where the job's trace goes on; one of nobody's begins its own, and not that of the batch it came in. */
function goesOn(row: UnsentRow): NonNullable<JobsOptions["telemetry"]> {
  if (row.traceParent === null) return { omitContext: true };
  const traceparent = waited(`outbox ${row.topic}`, row.traceParent, row.createdAt, { id: row.subjectId });
  return { metadata: JSON.stringify({ traceparent }) };
}

export interface Relay {
  /** Takes no further round; waits for the one in hand. */
  stop(): Promise<void>;
}

/**
 * Runs `relayOnce` whenever a commit rings (LISTEN) and every `pollMs` besides, because a notification is only a hint.
 * A listening connection that breaks is opened again.
 */
export function startRelay(desk: Desk, queues: Queues, options: { pool: pg.Pool; pollMs: number }): Relay {
  let stopped = false;
  let rung = true;
  let wake: (() => void) | null = null;
  let listening: pg.PoolClient | null = null;
  const ring = () => {
    rung = true;
    wake?.();
  };

  const listen = async (): Promise<void> => {
    if (stopped || listening) return;
    const client = await options.pool.connect();
    if (stopped) {
      client.release();
      return;
    }
    listening = client;
    client.on("notification", ring);
    client.once("error", (error) => {
      desk.log.warn({ error: error.message }, "relay lost its listening connection");
      listening = null;
      client.release(true);
    });
    await client.query(`listen ${outboxChannel}`);
  };

  const round = async (): Promise<void> => {
    while (!stopped) {
      const gathered = pause(gatherMs);
      try {
        // First, so that a round that fails waits for the next ring or poll like any other.
        rung = false;
        await listen();
        await relayOnce(desk, queues);
      } catch (error) {
        desk.log.warn(
          { error: error instanceof Error ? error.message : String(error) },
          "relay could not hand over",
        );
      }
      await gathered;
      if (rung || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = null;
    }
  };
  const running = round();

  return {
    async stop() {
      stopped = true;
      wake?.();
      await running;
      const client = listening;
      listening = null;
      if (client) {
        client.removeAllListeners("notification");
        client.release(true);
      }
    },
  };
}
