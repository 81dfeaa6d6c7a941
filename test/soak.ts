import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { redisMissing } from "#sandbox/redis/start.ts";
import { runCommand, say, WrongUse } from "#src/operations/command.ts";
import { type PersonsAct, personsActs } from "./faults/people.ts";
import { draw, type PlannedAct, type PlannedTrouble } from "./faults/schedule.ts";
import { openStage, quiet, type Stage } from "./faults/stage.ts";
import {
  botDies,
  clockJumps,
  databaseTroubles,
  emptyQueueTables,
  partnerCenterFaults,
  partnerCenterHalfOpen,
  partnerCenterTrouble,
  redisTroubles,
  slackFaults,
  slackTrouble,
  type Trouble,
  workerDies,
} from "./faults/troubles.ts";
import { type Cluster, startCluster } from "./ground/cluster.ts";
import { type OwnRedis, startOwnRedis } from "./ground/own-redis.ts";
import { findBreaches, readRequests } from "./ground/whole.ts";
import { type Ask, asks, openWorld, type World } from "./kill/world.ts";

/** What is drawn from, and for how long. */
interface Plan {
  seed: number;
  ms: number;
}

const lastShown = 40;
const quietWithinMs = 180_000;
const minute = 60_000;

let started = performance.now();
const happened: string[] = [];

function note(what: string): void {
  happened.push(`${((performance.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${what}`);
}

function troublesOf(cluster: Cluster, redis: OwnRedis | null): Record<string, Record<string, Trouble>> {
  const faultsOf = <T>(what: string, faults: Record<string, T>, trouble: (fault: T) => Trouble) =>
    Object.fromEntries(Object.entries(faults).map(([name, fault]) => [`${what}: ${name}`, trouble(fault)]));
  return {
    database: databaseTroubles(cluster),
    queue: redis ? redisTroubles(redis) : { "the queue's tables are emptied": emptyQueueTables },
    "Partner Center": {
      ...faultsOf("Partner Center", partnerCenterFaults, (faults) => partnerCenterTrouble(faults)),
      "connections to Partner Center are left half open": partnerCenterHalfOpen,
    },
    Slack: faultsOf("Slack", slackFaults, (faults) => slackTrouble(faults)),
    worker: { "a worker is killed": workerDies },
    bot: { "the bot is killed": botDies },
    clock: {
      "a worker's clock is two hours ahead": clockJumps(120 * minute),
      "a worker's clock is ten minutes behind": clockJumps(-10 * minute),
    },
  };
}

const asked: Record<string, Ask> = {
  "buys (asked of the domain)": asks.purchase,
  "cancels a line (asked of the domain)": asks.cancellation,
  "cancels several lines (asked of the domain)": asks.cancellations,
  "asks for support (asked of the domain)": asks.support_request,
  "gets a key (asked of the domain)": asks.key,
};
const shownActs: Record<string, PersonsAct> = personsActs;

async function act(world: World, { who, act: name, choice }: PlannedAct): Promise<void> {
  const agent = world.agents.find(({ slackUserId }) => slackUserId === world.slack.as(who).id);
  await (shownActs[name] ? shownActs[name](world, who, choice) : asked[name]?.(world, agent));
}

/** A person does one thing at a time in Slack; what is asked of the domain does not wait for them. */
const laneOf = ({ who, act: name }: PlannedAct): string => (shownActs[name] ? who : name);

/** Those of one place, one after the other; what is begun is ended. */
function inTurn<T extends { at: number }>(
  planned: readonly T[],
  placeOf: (one: T) => string,
  work: (one: T) => Promise<void>,
): Promise<unknown> {
  return Promise.all(
    [...Map.groupBy(planned, placeOf).values()].map(async (ones) => {
      for (const one of ones) {
        const wait = one.at - (performance.now() - started);
        if (wait > 0) await pause(wait);
        await work(one);
      }
    }),
  );
}

async function suffer(stage: Stage, trouble: Trouble | undefined, planned: PlannedTrouble): Promise<void> {
  note(`TROUBLE ${planned.trouble}, for ${planned.forMs} ms`);
  const mend = await trouble?.(stage);
  await pause(planned.forMs);
  await mend?.();
  note(`over: ${planned.trouble}`);
}

async function attempt(world: World, planned: PlannedAct, { ms }: Plan): Promise<void> {
  const what = `${planned.who} ${planned.act}`;
  if (performance.now() - started > ms) return;
  try {
    await act(world, planned);
    note(what);
  } catch (error) {
    note(`${what}: in vain (${String(error).split("\n")[0]?.slice(0, 200)})`);
  }
}

async function suffered(
  stage: Stage,
  cluster: Cluster,
  redis: OwnRedis | null,
  plan: Plan,
): Promise<string[]> {
  const { world } = stage;
  const troubles = troublesOf(cluster, redis);
  const schedule = draw(plan.seed, {
    ms: plan.ms,
    people: ["admin.agent", "admin.agent.2", "admin.agent.es"],
    acts: ["buys software", ...Object.keys(personsActs), ...Object.keys(asked)],
    troubles: Object.fromEntries(Object.entries(troubles).map(([place, ones]) => [place, Object.keys(ones)])),
  });
  await Promise.all([
    inTurn(schedule.acts, laneOf, (one) => attempt(world, one, plan)),
    inTurn(
      schedule.troubles,
      ({ place }) => place,
      (one) => suffer(stage, troubles[one.place]?.[one.trouble], one),
    ),
  ]);
  note("nothing more is asked for, and nothing more goes wrong");
  world.partnerCenter.clearFaults();
  world.slack.clearFaults();
  const mended = performance.now();
  await quiet(stage, quietWithinMs);
  const seconds = Math.round((performance.now() - mended) / 1_000);
  say(
    `struck by ${schedule.troubles.length} troubles, quiet ${seconds} s later: ${await countRequests(world)}`,
  );
  return findBreaches(world, stage.outputs());
}

async function countRequests(world: World): Promise<string> {
  const requests = await readRequests(world);
  const groups = Map.groupBy(requests, ({ kind, row }) => `${kind} ${row.status}`);
  return [...groups]
    .map(([name, { length }]) => `${length} ${name}`)
    .toSorted()
    .join(", ");
}

/** Whether everything is whole in the end; says what is not, and what happened last. */
async function soak(plan: Plan, queue: "redis" | "postgres"): Promise<boolean> {
  const { seed } = plan;
  say(`soak: seed ${seed}, ${plan.ms / 60_000} minutes, queue on ${queue}`);
  await using running = new AsyncDisposableStack();
  const cluster = running.adopt(await startCluster(), (one) => one.stop());
  const redis = queue === "redis" ? running.adopt(await startOwnRedis(), (one) => one.stop()) : null;
  const world = running.adopt(await openWorld(cluster.url, redis?.url ?? null), (one) => one.close());
  // Slack says itself where files go, so the way to it has no gate.
  const env = { SLACK_API_URL: world.slack.apiUrl };
  const stage = running.adopt(await openStage(world, { workers: 2, env }), (one) => one.close());
  await stage.startBot();
  started = performance.now();

  let breaches: string[];
  try {
    breaches = await suffered(stage, cluster, redis, plan);
  } catch (error) {
    breaches = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  if (breaches.length > 0) {
    say(`\n${happened.slice(-lastShown).join("\n")}`);
    say(`\nBroken, with seed ${seed}:\n${breaches.map((one) => `- ${one}`).join("\n")}`);
  } else {
    say(`whole: ${happened.filter((one) => !/TROUBLE|over:|in vain/.test(one)).length} acts, seed ${seed}`);
  }
  return breaches.length === 0;
}

await runCommand({
  name: "soak",
  failed: "No soak",
  usage: `npm run soak -- [options]

A bot and two workers under people who use every flow, while everything that they need fails; then quiet, and a look whether all
is whole. What is not is named, after what happened last.

  --minutes N      how long (default 1)
  --seed N         a whole number, from which who does what and what goes wrong is drawn; without it one is drawn and printed
  --queue NAME     redis or postgres (default redis, where this machine has one)

Exit code: 0 whole, 1 not, 2 not possible.`,
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    queue: { type: "string", default: redisMissing() === null ? "redis" : "postgres" },
  },
  run({ values: { minutes, seed, queue } }) {
    if (!(Number(minutes) > 0)) throw new WrongUse("--minutes is not a number above 0.");
    if (!/^\d{1,15}$/.test(seed)) throw new WrongUse("--seed is not a whole number.");
    if (queue !== "redis" && queue !== "postgres") throw new WrongUse("--queue is redis or postgres.");
    return soak({ seed: Number(seed), ms: Number(minutes) * 60_000 }, queue);
  },
});
