import { refreshRolesWhenDue } from "#src/access/refresh-roles.ts";
import { watchActivity } from "#src/activity/watch.ts";
import { transact } from "#src/db/database.ts";
import { deleteSent } from "#src/db/outbox.ts";
import type { Desk } from "#src/desk/context.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";

const outboxLifeMs = 7 * 24 * 60 * 60_000;
const outboxBatch = 1_000;
/** In one round: far more than a tenant's calls can lead to in the time between two. */
const mostOutboxBatches = 20;

/** One round: what is overdue is rung for, roles are kept fresh, the activity is watched over, old outbox rows go. */
export async function sweepOnce(desk: Desk): Promise<void> {
  const found = await ringOverdue(desk);
  if (found > 0) desk.log.info({ found }, "swept overdue rows");
  await refreshRolesWhenDue(desk);
  await watchActivity(desk);
  await forgetSent(desk);
}

async function forgetSent(desk: Desk): Promise<void> {
  const before = new Date(desk.clock.now().getTime() - outboxLifeMs);
  for (let batches = 0; batches < mostOutboxBatches; batches += 1) {
    const deleted = await transact(desk.db, (trx) => deleteSent(trx, before, outboxBatch));
    if (deleted < outboxBatch) return;
  }
}

export interface Sweeper {
  stop(): Promise<void>;
}

/**
 * Sweeps at once and then every `everyMs`. On a plain timer and not in the queue, because the queue is what it stands in for.
 * Several processes may sweep: rows are taken with `skip locked`.
 */
export function startSweeper(desk: Desk, options: { everyMs: number }): Sweeper {
  let stopped = false;
  let wake: (() => void) | null = null;
  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        await sweepOnce(desk);
      } catch (error) {
        desk.log.error({ error: error instanceof Error ? error.message : String(error) }, "sweep failed");
      }
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = null;
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      wake?.();
      await running;
    },
  };
}
