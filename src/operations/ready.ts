import { sql } from "kysely";
import type { Database } from "../db/database.ts";
import { readMigrations } from "../db/migrate.ts";
import { atMostEvery, within } from "./within.ts";

export const partNames = ["database", "migrations", "queue", "partner_center"] as const;

export type PartName = (typeof partNames)[number];

/** One thing that this process needs. */
export interface Part {
  name: PartName;
  /** Throws where it is not there; what it returns is told beside "ok". */
  check(): Promise<string | null>;
  /** What an operator does about it. */
  todo: string;
  /** Whether Slack's requests can't be answered at all without it. */
  serves: boolean;
}

export interface PartVerdict {
  ok: boolean;
  ms: number;
  /** A code or the name of an error; no address and no value. */
  problem?: string;
  todo?: string;
  note?: string;
}

export interface Verdict {
  status: "ready" | "not ready" | "stopping";
  parts: Partial<Record<PartName, PartVerdict>>;
}

export interface Readiness {
  /** Every part (`/readyz` of the operations' port): all of them have to be there. */
  all(): Promise<Verdict>;
  /** Whether Slack's requests should come here, for balancers. What all processes share and a person is told of is no reason. */
  serving(): Promise<Verdict["status"]>;
  /** From now on the answer is "stopping". */
  stop(): void;
}

const partMs = 3_000;
const keptMs = 5_000;

/** Looks at each part, all at once and each with a limit, and keeps what it saw for five seconds. */
export function createReadiness(parts: readonly Part[]): Readiness {
  let stopping = false;
  const look = atMostEvery(keptMs, async () =>
    Object.fromEntries(await Promise.all(parts.map(async (part) => [part.name, await judge(part)] as const))),
  );
  const verdict = (seen: Verdict["parts"], counts: readonly Part[]): Verdict["status"] => {
    if (stopping) return "stopping";
    return counts.every(({ name }) => seen[name]?.ok) ? "ready" : "not ready";
  };
  return {
    async all() {
      const seen: Verdict["parts"] = await look();
      return { status: verdict(seen, parts), parts: seen };
    },
    async serving() {
      if (stopping) return "stopping";
      return verdict(
        await look(),
        parts.filter(({ serves }) => serves),
      );
    },
    stop() {
      stopping = true;
    },
  };
}

async function judge(part: Part): Promise<PartVerdict> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  try {
    const note = await within(partMs, part.check());
    return { ok: true, ms: took(), ...(note === null ? {} : { note }) };
  } catch (error) {
    return { ok: false, ms: took(), problem: problemOf(error), todo: part.todo };
  }
}

/** What may be said of an error: its code, else its name with the words that we gave it. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  // Redis begins with a code: NOAUTH, WRONGPASS, LOADING.
  if (error.name === "ReplyError") return /^[A-Z]+/.exec(error.message)?.[0] ?? error.name;
  return ours.has(error.name) ? `${error.name}: ${error.message}` : error.name;
}

/** Errors whose message is written here, or made of codes alone. */
const ours = new Set(["NotInTime", "TokenFailure", "MigrationsWrong", "BudgetSpent"]);

/** The database is not what this code needs. */
class MigrationsWrong extends Error {
  override readonly name = "MigrationsWrong";
}

export function databasePart(db: Database): Part {
  return {
    name: "database",
    serves: true,
    todo: "Is PostgreSQL up, and does DATABASE_URL lead to it from this machine? docs/operations.md#database-unreachable",
    async check() {
      await sql`select 1`.execute(db);
      return null;
    },
  };
}

/**
 * The database has every migration of this code. One that has more was brought on by a newer version during a rolling
 * restart, for which migrations are made: then the older processes go on serving until they are replaced.
 */
export function migrationsPart(db: Database): Part {
  return {
    name: "migrations",
    serves: true,
    todo: "What is missing comes with: npm run migrate. docs/operations.md#migrations",
    async check() {
      const { missing, unknown, gone } = await readMigrations(db);
      if (missing.length > 0) throw new MigrationsWrong(`missing: ${missing.join(", ")}`);
      if (gone) throw new MigrationsWrong(`${gone} took away what this version needs: replace this process`);
      return unknown.length > 0
        ? `the database is ahead of this version by ${unknown.join(", ")}: replace this process`
        : null;
    },
  };
}

export function queuePart(queue: { kind: "redis" | "postgres"; ping(): Promise<void> }): Part {
  return {
    name: "queue",
    serves: false,
    todo:
      queue.kind === "redis"
        ? "Is Redis up, and does REDIS_URL lead to it? Nothing is lost meanwhile. docs/operations.md#queue-unreachable"
        : "The queue lives in PostgreSQL: see the database. docs/operations.md#queue-unreachable",
    async check() {
      await queue.ping();
      return queue.kind;
    },
  };
}

/** Whether a token for Partner Center is to be had. One that is still good is not asked for again. */
export function partnerCenterPart(token: () => Promise<unknown>): Part {
  return {
    name: "partner_center",
    serves: false,
    todo: "Is the client secret still good, and the consent? docs/operations.md#partner-center-sign-in",
    async check() {
      await token();
      return null;
    },
  };
}
