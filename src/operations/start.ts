import type { Queue } from "bullmq";
import type { RunningWorker } from "#jobs/worker.ts";
import type { Config } from "../config/config.ts";
import type { Secret } from "../config/secret.ts";
import type { Desk } from "../desk/context.ts";
import { listenForOperators, type OperationsListener } from "./listener.ts";
import { createMetrics } from "./metrics.ts";
import { withPassword } from "./password.ts";
import { createReadings } from "./readings.ts";
import type { Readiness } from "./ready.ts";
import { readVersion } from "./version.ts";

export interface OperationsOptions {
  config: Pick<Config, "role" | "partnerCenter">;
  listen: { host: string; port: number };
  desk: Pick<Desk, "db" | "clock">;
  readiness: Readiness;
  /** Null where this process runs no jobs. */
  queues: RunningWorker["queues"] | null;
  /** Null: the queues are shown to nobody. */
  password: Secret | null;
  /** The most calls to Partner Center that may leave at once, and how many come back in a second. */
  allowance: { burst: number; perSecond: number };
}

/** Opens the port for operators of this process. What is off is not even loaded. */
export async function startOperations(options: OperationsOptions): Promise<OperationsListener> {
  const { config, desk, queues, password } = options;
  const metrics = createMetrics({
    role: config.role,
    version: readVersion(),
    callsPerMinute: config.partnerCenter.callsPerMinute,
    readings: createReadings({
      ...desk,
      partnerTenantId: config.partnerCenter.tenantId,
      allowance: options.allowance,
      queues,
    }),
  });
  try {
    const listener = await listenForOperators({
      ...options.listen,
      readiness: options.readiness,
      metrics,
      queues: queues && password ? withPassword(password, await loadBoard(queues)) : null,
    });
    return {
      url: listener.url,
      async stop() {
        await listener.stop();
        metrics.stop();
      },
    };
  } catch (error) {
    metrics.stop();
    throw error;
  }
}

async function loadBoard(queues: RunningWorker["queues"]) {
  const { createBoard } = await import("./board.ts");
  // What a worker enqueues by is a queue of BullMQ's, of which it knows the least.
  return createBoard(Object.values(queues) as unknown as Queue[]);
}
