import { quotes } from "./ack.ts";
import { type CancelGround, openCancelGround, shortWarmUp } from "./cancel.ts";
import { type Bench, interleaved, median, type Row } from "./figures.ts";
import { type Ground, openGround, openRedis } from "./ground.ts";
import { command, post } from "./load.ts";
import { type BenchProcess, startProcess } from "./process.ts";

/** How long Partner Center takes to cancel something where it takes its time. */
const slowMs = 1_000;

/**
 * How throughput grows with worker processes (1, 2, 4) and bots (1, 2) on one Redis. Without a Redis nothing is measured. Once with
 * a Partner Center that answers at once, where the processor is the limit; and once with one that takes its time, where it
 * shows whether workers wait for each other.
 */
export const measureOut: Bench = async function* ({ quick }) {
  const counts = quick
    ? { rounds: 1, cancellations: 30, slowly: 16, commands: 100 }
    : { rounds: 3, cancellations: 150, slowly: 96, commands: 800 };
  await using redis = await openRedis();
  if (!redis) return;
  await using ground = await openGround({ generate: { customers: 500, orderLines: 0 } });
  await using cancelling = await openCancelGround(ground, redis.url, shortWarmUp);
  await cancelling.cancel(10, 1);
  yield* await measureWorkers(cancelling, counts.rounds, counts.cancellations, "");
  ground.partnerCenter.addFault({ path: "/orders/", method: "PATCH", fault: "slow", delayMs: slowMs });
  yield* await measureWorkers(cancelling, 1, counts.slowly, ", Partner Center taking a second to cancel");
  ground.partnerCenter.clearFaults();
  yield* await measureBots(ground, counts.rounds, counts.commands);
};

/** Cancellations by 1, 2 and 4 workers; how many a second, and how much of the work the least busy one did. */
async function measureWorkers(
  cancelling: CancelGround,
  rounds: number,
  cancellations: number,
  how: string,
): Promise<Row[]> {
  const cancel = (workers: number) => async () => {
    let shares: number[] = [];
    const { ms } = await cancelling.cancel(cancellations, workers, async (all) => {
      shares = await Promise.all(all.map(countJobs));
    });
    const perSecond = (cancellations / ms) * 1_000;
    return { perSecond, least: Math.min(...shares) / shares.reduce((sum, one) => sum + one, 0) };
  };
  const results = await interleaved(rounds, { one: cancel(1), two: cancel(2), four: cancel(4) });
  return (["two", "four"] as const).map((many) => ({
    bench: "out",
    what: `${many === "two" ? 2 : 4} workers against 1${how}`,
    measured: median(results.map((round) => round[many].perSecond / round.one.perSecond)),
    target: null,
    figures: `${median(results.map((round) => round[many].perSecond)).toFixed(1)} cancellations a second, one alone ${median(
      results.map((round) => round.one.perSecond),
    ).toFixed(
      1,
    )}; the least busy did ${(100 * median(results.map((round) => round[many].least))).toFixed(0)} % of the jobs`,
  }));
}

/** How many jobs this worker has done. */
async function countJobs(worker: BenchProcess): Promise<number> {
  const metrics = await (await fetch(`${worker.operationsUrl}/metrics`)).text();
  return [...metrics.matchAll(/^csp_desk_job_seconds_count\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

async function measureBots(ground: Ground, rounds: number, commands: number): Promise<Row[]> {
  const databaseUrl = await ground.createDatabase();
  await quotes(ground, databaseUrl, 1);
  const env = { ...ground.env(databaseUrl), ROLE: "bot" };
  const bots = await Promise.all([startProcess("app", env), startProcess("app", env)]);
  try {
    const urls = bots.map(({ url }) => url);
    const load = (count: number) => async () =>
      (
        await post(ground, urls.slice(0, count), {
          delivery: command,
          drawing: 2,
          concurrency: 64,
          count: commands,
        })
      ).perSecond;
    await load(2)();
    const results = await interleaved(rounds, { one: load(1), two: load(2) });
    return [
      {
        bench: "out",
        what: "2 bots against 1",
        measured: median(results.map(({ one, two }) => two / one)),
        target: null,
        figures: `${median(results.map(({ two }) => two)).toFixed(0)} commands a second, one alone ${median(
          results.map(({ one }) => one),
        ).toFixed(0)}`,
      },
    ];
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
  }
}
