import { sql } from "kysely";
import type { WatchedQueue } from "#jobs/queues.ts";
import { type Database, transact } from "../db/database.ts";
import type { OutboxTopic } from "../db/rows.ts";
import type { Clock } from "../desk/clock.ts";
import { atMostEvery, within } from "./within.ts";

export const troubledKinds = ["purchase", "cancellation", "support_request"] as const;
export const queueStates = ["waiting", "active", "delayed", "failed"] as const;

/** What the database and the queue say of the whole desk; the same from every process. Ages are in seconds, 0 where there is none. */
export interface Readings {
  outbox: { unsent: number; oldest: number };
  requests: Record<(typeof troubledKinds)[number], { unknown: number; needsPerson: number }>;
  confirmations: { awaited: number; late: number; latest: number };
  reminders: { overdue: number; oldest: number };
  messages: { overdue: number; oldest: number; givenUp: number };
  /** Calls to Partner Center that are left this moment; seconds for which it has told us to be silent. */
  budget: { left: number; blocked: number };
  queues: { topic: OutboxTopic; counts: Record<(typeof queueStates)[number], number> }[];
}

export interface ReadingsOptions {
  db: Database;
  clock: Clock;
  partnerTenantId: string;
  /** The most calls that may leave at once, and how many come back in a second. */
  allowance: { burst: number; perSecond: number };
  /** Null where this process has no queue. */
  queues: Record<OutboxTopic, Pick<WatchedQueue, "getJobCounts">> | null;
}

const keptMs = 5_000;
const limitMs = 2_000;
/** Nobody counts further: beyond this it is simply too many. */
const mostCounted = 10_000;
/** What went to a person, or was given up, longer ago than this is no news. */
const newsMs = 7 * 24 * 60 * 60_000;
/** Partner Center's own limit (C9). */
const lateMs = 15 * 60_000;
/** What is due is rung for by the sweeper within seconds; after this it is overdue. */
const overdueMs = 2 * 60_000;

/** Reads all of it, each by an index that begins with what is asked for; at most every five seconds, whoever asks. */
export function createReadings(options: ReadingsOptions): () => Promise<Readings> {
  return atMostEvery(keptMs, async () => {
    const [rows, queues] = await Promise.all([
      within(2 * limitMs, readDatabase(options)),
      within(2 * limitMs, readQueues(options.queues)),
    ]);
    return { ...rows, queues };
  });
}

interface Found {
  what: string;
  /** int8 comes as text. */
  rows: string;
  seconds: number | null;
}

async function readDatabase(options: ReadingsOptions): Promise<Omit<Readings, "queues">> {
  const now = options.clock.now();
  const before = (ms: number) => new Date(now.getTime() - ms);
  const found = await transact(options.db, async (trx) => {
    await sql.raw(`set local statement_timeout = ${limitMs}`).execute(trx);
    const age = sql`extract(epoch from ${now}::timestamptz - min(since))::float8`;
    const counted = (what: string, rows: ReturnType<typeof sql>) =>
      sql`select ${what}::text as what, count(*) as rows, ${age} as seconds from (${rows} limit ${mostCounted}) as found`;
    const parts = [
      counted("outbox", sql`select created_at as since from outbox where sent_at is null order by id`),
      counted(
        "awaited",
        sql`select accepted_at as since from cancellations where status in ('accepted', 'overdue') order by accepted_at`,
      ),
      counted(
        "late",
        sql`select accepted_at as since from cancellations
          where status in ('accepted', 'overdue') and accepted_at < ${before(lateMs)} order by accepted_at`,
      ),
      counted(
        "reminders",
        sql`select due_at as since from reminders where due_at < ${before(overdueMs)} order by due_at`,
      ),
      counted(
        "messages",
        sql`select due_at as since from messages
          where due_at < ${before(overdueMs)} and undeliverable is null order by due_at`,
      ),
      counted(
        "given up",
        sql`select updated_at as since from messages
          where undeliverable is not null and updated_at > ${before(newsMs)} order by updated_at`,
      ),
      ...troubledKinds.flatMap((kind) => {
        const table = sql.raw(tables[kind]);
        return [
          counted(
            `${kind} unknown`,
            sql`select updated_at as since from ${table}
              where status in ('unknown', 'needs_person') and status = 'unknown' order by updated_at`,
          ),
          counted(
            `${kind} needs_person`,
            sql`select updated_at as since from ${table}
              where status in ('unknown', 'needs_person') and status = 'needs_person' and updated_at > ${before(newsMs)}
              order by updated_at`,
          ),
        ];
      }),
    ].map((part) => sql`(${part})`);
    const [counts, budget] = [
      await sql<Found>`${sql.join(parts, sql` union all `)}`.execute(trx),
      await trx
        .selectFrom("call_budget")
        .select(["tokens", "refilled_at", "blocked_until"])
        .where("partner_tenant_id", "=", options.partnerTenantId)
        .executeTakeFirst(),
    ];
    return { counts: new Map(counts.rows.map((row) => [row.what, row])), budget };
  });
  const rows = (what: string) => Number(found.counts.get(what)?.rows ?? 0);
  const seconds = (what: string) => Math.max(0, found.counts.get(what)?.seconds ?? 0);
  const { burst, perSecond } = options.allowance;
  const filled = found.budget
    ? found.budget.tokens +
      perSecond * Math.max(0, (now.getTime() - found.budget.refilled_at.getTime()) / 1_000)
    : burst;
  return {
    outbox: { unsent: rows("outbox"), oldest: seconds("outbox") },
    requests: Object.fromEntries(
      troubledKinds.map((kind) => [
        kind,
        { unknown: rows(`${kind} unknown`), needsPerson: rows(`${kind} needs_person`) },
      ]),
    ) as Readings["requests"],
    confirmations: { awaited: rows("awaited"), late: rows("late"), latest: seconds("late") },
    reminders: { overdue: rows("reminders"), oldest: seconds("reminders") },
    messages: { overdue: rows("messages"), oldest: seconds("messages"), givenUp: rows("given up") },
    budget: {
      left: Math.max(0, Math.min(burst, filled)),
      blocked: Math.max(0, ((found.budget?.blocked_until?.getTime() ?? 0) - now.getTime()) / 1_000),
    },
  };
}

const tables = {
  purchase: "purchases",
  cancellation: "cancellations",
  support_request: "support_requests",
} as const;

async function readQueues(queues: ReadingsOptions["queues"]): Promise<Readings["queues"]> {
  if (!queues) return [];
  return Promise.all(
    (Object.entries(queues) as [OutboxTopic, NonNullable<typeof queues>[OutboxTopic]][]).map(
      async ([topic, queue]) => {
        const counts = await queue.getJobCounts(...queueStates);
        return {
          topic,
          counts: Object.fromEntries(
            queueStates.map((state) => [state, counts[state] ?? 0]),
          ) as Readings["queues"][number]["counts"],
        };
      },
    ),
  );
}
