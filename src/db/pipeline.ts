import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import { databaseIsAway } from "./away.ts";

/**
 * So long a statement may keep others waiting behind it: then what comes goes over another connection, and what waits for somebody's
 * lock is refused it (`lock_timeout`). Less would open connections, which know no prepared statements yet, whenever the process pauses.
 */
export const patienceMs = 50;

/** What PostgreSQL says when a lock was not to be had in that time. */
const lockNotAvailable = "55P03";

/** A connection while statements share it. */
interface Shared {
  client: Promise<pg.PoolClient>;
  users: number;
  /** When it was last heard of, by `performance.now()`. */
  heardAt: number;
  leave(): void;
  /** It answers no more: nobody else is sent there, and its pool does not get it back. */
  lose(): void;
}

/**
 * A pool as Kysely knows it, over two of the driver's that are made with `pipeline: true`. A statement that stands alone goes over a
 * connection of `shared`, which has a `lock_timeout`: it is sent behind the others without waiting for their answers, is a
 * transaction of its own as ever, and fails alone. Where it would have to wait for a lock it is sent again by one of `own`. What
 * begins a transaction gets one of those for itself until that ends (docs/decisions/0015).
 */
export function pipelined({ shared, own }: { shared: pg.Pool; own: pg.Pool }): PostgresPool {
  const open = new Set<Shared>();
  const turns: PostgresPoolClient[] = [];
  return {
    options: own.options,
    // Kysely keeps something by each client in a weak map. Of a new one for each statement, that would outlive many collections.
    connect: async () => turns.pop() ?? turn(own, join, (ended) => turns.push(ended)),
    async end() {
      await Promise.all([shared.end(), own.end()]);
    },
  };

  function join(): Shared {
    const joined = prompt() ?? (open.size < shared.options.max ? share() : leastUsed());
    joined.users += 1;
    return joined;
  }

  function prompt(): Shared | undefined {
    const late = performance.now() - patienceMs;
    for (const one of open) if (one.heardAt > late) return one;
    return undefined;
  }

  function leastUsed(): Shared {
    return [...open].reduce((least, one) => (one.users < least.users ? one : least));
  }

  function share(): Shared {
    let client: pg.PoolClient | null = null;
    let lost = false;
    const one: Shared = {
      client: shared.connect(),
      users: 0,
      heardAt: performance.now(),
      lose() {
        lost = true;
        open.delete(one);
      },
      leave() {
        one.users -= 1;
        if (one.users > 0) return;
        open.delete(one);
        client?.off("end", one.lose);
        client?.release(lost);
      },
    };
    open.add(one);
    one.client.then((connected) => {
      client = connected.once("end", one.lose);
    }, one.lose);
    return one;
  }
}

/** A connection as one user of Kysely's has it, for as long as they have it; then it may be another's, if it is not to be discarded. */
function turn(
  pool: pg.Pool,
  join: () => Shared,
  ended: (client: PostgresPoolClient) => void,
): PostgresPoolClient {
  let shared: Shared | null = null;
  let own: pg.PoolClient | null = null;
  const client: PostgresPoolClient = {
    // The driver's types know neither which commands there are nor that one which is answered has a count.
    query: ask as (...asked: Parameters<typeof ask>) => Promise<unknown> as PostgresPoolClient["query"],
    release(discard) {
      end(discard);
      shared?.leave();
      shared = null;
      if (!discard) ended(client);
    },
  };
  return client;

  async function ask(text: string, values: readonly unknown[]) {
    if (/^(begin|start transaction)\b/.test(text)) own = await pool.connect();
    if (!own) {
      shared ??= join();
      return askShared(shared, text, values);
    }
    const answer = await own.query(text, [...values]);
    if (text === "commit" || text === "rollback") end();
    return answer;
  }

  async function askShared(by: Shared, text: string, values: readonly unknown[]) {
    try {
      return await (await by.client).query(text, [...values]);
    } catch (error) {
      if (isLocked(error)) return pool.query(text, [...values]);
      if (databaseIsAway(error)) by.lose();
      throw error;
    } finally {
      by.heardAt = performance.now();
    }
  }

  function end(discard?: boolean) {
    own?.release(discard);
    own = null;
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === lockNotAvailable;
}
