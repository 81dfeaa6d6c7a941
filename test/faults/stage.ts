import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import type { Agent } from "#src/access/agent.ts";
import { type Gate, openGate } from "../ground/gate.ts";
import { type KillableApp, type Limits, startAppProcess } from "../kill/process.ts";
import { type Ask, asks, type World } from "../kill/world.ts";

/** Ways that lead from a worker to the others, each through a gate. */
interface Gates {
  database: Gate;
  redis: Gate | null;
  partnerCenter: Gate;
  slack: Gate;
}

/** A world with workers at work in it, in which anything may go wrong. */
export interface Stage {
  world: World;
  gates: Gates;
  readonly workers: readonly KillableApp[];
  /** What all of them have said so far, those that are gone included. */
  outputs(): string[];
  startWorker(limits?: Limits): Promise<void>;
  /** Kills one and starts another in its place. */
  replaceWorker(index: number): Promise<void>;
  /** Starts a bot that takes what Slack delivers from now on; the one before is killed. */
  startBot(): Promise<void>;
  /** Every clock moves on together. */
  advance(ms: number): Promise<void>;
  /** Kills the workers; the world stays. */
  close(): Promise<void>;
}

/** `env`: what is different for the workers. */
export async function openStage(
  world: World,
  options: { workers?: number; env?: Record<string, string> } = {},
): Promise<Stage> {
  const gates: Gates = {
    database: await openGate(world.databaseUrl),
    redis: world.redisUrl === null ? null : await openGate(world.redisUrl),
    partnerCenter: await openGate(world.partnerCenter.url),
    slack: await openGate(world.slack.apiUrl),
  };
  const partnerCenterUrl = gates.partnerCenter.url.replace(/\/$/, "");
  const env = {
    ...world.env,
    DATABASE_URL: `${gates.database.url}?query_timeout=${queryTimeoutMs}&idle_in_transaction_session_timeout=${silenceMs}`,
    ...(gates.redis ? { REDIS_URL: gates.redis.url } : {}),
    PARTNER_CENTER_URL: partnerCenterUrl,
    PARTNER_CENTER_AUTHORITY: partnerCenterUrl,
    SLACK_API_URL: gates.slack.url,
    // Long enough for a machine that is busy with other tests.
    LEASE_SECONDS: "4",
    ...options.env,
  };
  const workers: KillableApp[] = [];
  const gone: string[] = [];
  let bot: KillableApp | null = null;
  /** One that can't start, because what it needs is away, is started again: on a real machine a supervisor does so. */
  const start = (role: "bot" | "worker", limits?: Limits): Promise<KillableApp> =>
    insist(() => startAppProcess({ ...env, ROLE: role, AHEAD_MS: String(world.aheadMs()) }, limits));
  const startWorker = async (limits?: Limits): Promise<void> => {
    workers.push(await start("worker", limits));
  };
  const end = async (app: KillableApp | null | undefined): Promise<void> => {
    await app?.kill();
    gone.push(app?.output() ?? "");
  };
  const running = () => [...workers, ...(bot ? [bot] : [])];
  await Promise.all(Array.from({ length: options.workers ?? 1 }, () => startWorker()));
  return {
    world,
    gates,
    workers,
    outputs: () => [...gone, ...running().map((app) => app.output())],
    startWorker,
    async replaceWorker(index) {
      await end(workers.splice(index, 1)[0]);
      await startWorker();
    },
    async startBot() {
      await end(bot);
      bot = await start("bot");
      world.slack.setBotUrl(`${bot.url}/slack/events`);
    },
    async advance(ms) {
      await world.advance(ms);
      await Promise.all(running().map((app) => app.setClock(world.aheadMs())));
    },
    async close() {
      await Promise.all(running().map((app) => app.kill()));
      for (const gate of Object.values(gates) as (Gate | null)[]) await gate?.close();
    },
  };
}

/** So long a worker here waits for its database. */
const queryTimeoutMs = 3_000;
/** So long its database waits for it in a transaction. */
const silenceMs = 4_000;

/** One of each kind, as different people ask for it. */
const everyKind = [
  asks.purchase,
  asks.cancellations,
  asks.support_request,
  asks.key,
  asks.cancellation,
] as const;

/** Has all of them asked for at once; one that meets the trouble of the moment is asked for again. */
export async function ask(world: World, wanted: readonly Ask[] = everyKind): Promise<void> {
  await Promise.all(wanted.map((one, index) => insist(() => one(world, agentFor(world, index)))));
}

function agentFor({ agents, agent }: World, index: number): Agent {
  return agents[index % agents.length] ?? agent;
}

const insistMs = 60_000;

/** Tries until it succeeds, for a minute. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + insistMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(100);
    }
  }
}

/**
 * Waits until nothing is left to do. Time that would only be waited for is skipped: when nobody works and the next thing is
 * due later, all clocks move on to it.
 */
export async function quiet(stage: Stage, timeoutMs = 90_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const open = await readOpen(stage.world);
    if (open.length === 0) return;
    if (performance.now() > end)
      throw new Error(
        `Not quiet within ${timeoutMs} ms: ${JSON.stringify(open)}\n${stage.outputs().join("\n").slice(-4_000)}`,
      );
    await skipWaiting(stage, open);
    await pause(50);
  }
}

interface Open {
  what: string;
  due_at: Date | null;
  leased_until: Date | null;
}

/** What a worker still has to do. */
async function readOpen({ desk }: World): Promise<Open[]> {
  const { rows } = await sql<Open>`
    select id || ' ' || status as what, due_at, leased_until from purchases where status in ('requested', 'sending', 'unknown')
    union all
    select id || ' ' || status, due_at, leased_until from cancellations
    where status in ('requested', 'sending', 'unknown', 'accepted', 'overdue')
    union all
    select id || ' ' || status, due_at, leased_until from support_requests where status in ('requested', 'sending', 'unknown')
    union all select id || ' ' || status, due_at, leased_until from key_requests where status = 'requested'
    union all select id || ' ' || status, null, leased_until from support_updates where status in ('requested', 'sending')
    union all
    select id || ' of ' || request_id, due_at, leased_until from messages
    where drawn_version < wanted_version and undeliverable is null
    union all
    select kind || ' ' || subject_id, due_at, leased_until from reminders
    where lease is not null or attempts > 0 or due_at <= ${desk.clock.now()}
    union all select 'outbox ' || id, null, null from outbox where sent_at is null
    order by 2`.execute(desk.db);
  return rows;
}

const mostSkippedMs = 10 * 60_000;

async function skipWaiting(stage: Stage, open: Open[]): Promise<void> {
  const now = stage.world.desk.clock.now().getTime();
  if (open.some(({ leased_until }) => leased_until !== null && leased_until.getTime() > now)) return;
  const waits = open.map(({ due_at }) => (due_at === null ? 0 : due_at.getTime() - now));
  const wait = Math.min(...waits);
  if (wait > 500) await stage.advance(Math.min(wait, mostSkippedMs));
}
