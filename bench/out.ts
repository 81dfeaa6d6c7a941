import { quotes } from "./ack.ts";
import { openCancelGround } from "./cancel.ts";
import { type Bench, interleaved, median, type Row } from "./figures.ts";
import { openGround, openRedis } from "./ground.ts";
import { command, post } from "./load.ts";
import { startProcess } from "./process.ts";

/** How throughput grows with worker processes (1, 2, 4) and bots (1, 2) on one Redis. Without a Redis nothing is measured. */
export const measureOut: Bench = async function* ({ quick }) {
  const counts = quick
    ? { rounds: 1, cancellations: 30, commands: 100 }
    : { rounds: 5, cancellations: 400, commands: 800 };
  await using redis = await openRedis();
  if (!redis) return;
  await using ground = await openGround({ generate: { customers: 500, orderLines: 0 } });
  await using cancelling = await openCancelGround(ground, redis.url);
  await cancelling.cancel(10, 1);
  const cancel = (workers: number) => async () =>
    (counts.cancellations / (await cancelling.cancel(counts.cancellations, workers)).ms) * 1_000;
  const jobs = await interleaved(counts.rounds, { one: cancel(1), two: cancel(2), four: cancel(4) });

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
          count: counts.commands,
        })
      ).perSecond;
    await load(2)();
    const acks = await interleaved(counts.rounds, { one: load(1), two: load(2) });
    const row = (what: string, ratios: number[], figures: string): Row => ({
      bench: "out",
      what,
      measured: median(ratios),
      target: null,
      figures,
    });
    const of = (results: number[], unit: string) => `${median(results).toFixed(0)} ${unit} a second`;
    yield row(
      "2 workers against 1",
      jobs.map(({ one, two }) => two / one),
      of(
        jobs.map(({ two }) => two),
        "cancellations",
      ),
    );
    yield row(
      "4 workers against 1",
      jobs.map(({ one, four }) => four / one),
      of(
        jobs.map(({ four }) => four),
        "cancellations",
      ),
    );
    yield row(
      "2 bots against 1",
      acks.map(({ one, two }) => two / one),
      of(
        acks.map(({ two }) => two),
        "commands",
      ),
    );
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
  }
};
