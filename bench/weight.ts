import { spawn } from "node:child_process";
import { once } from "node:events";
import { countsOf, quotes, teach } from "./ack.ts";
import { openCancelGround, shortWarmUp } from "./cancel.ts";
import { type Bench, median, type Row } from "./figures.ts";
import { openGround, openRedis } from "./ground.ts";
import { command, post } from "./load.ts";
import { type BenchProcess, startProcess } from "./process.ts";

/** Memory of bot and worker after the load of the other benches, against a bare Bolt app and a bare BullMQ worker; and how soon the demo is ready. */
export const measureWeight: Bench = async function* (options) {
  yield* await measureBots(options);
  yield* await measureWorkers(options);
  yield await measureDemo(options.quick ? 1 : 3);
};

async function measureBots(options: Parameters<Bench>[0]): Promise<Row[]> {
  await using open = new AsyncDisposableStack();
  const ground = open.use(await openGround({ generate: { customers: 500, orderLines: 0 } }));
  const databaseUrl = await ground.createDatabase();
  const count = countsOf(options).requests * 3;
  const confirm = await quotes(ground, databaseUrl, 2 * count + 1);
  const env = { ...ground.env(databaseUrl), ROLE: "bot" };
  const start = async (program: "app" | "bare-bot") =>
    open.adopt(await startProcess(program, env), (one) => one.stop());
  const [desk, bare] = [await start("app"), await start("bare-bot")];
  const before = [desk.memory(), bare.memory()] as const;
  await teach(ground, desk, bare, confirm);
  for (const { url } of [desk, bare]) {
    await post(ground, [url], { delivery: command, drawing: 2, concurrency: 16, count });
    await post(ground, [url], { delivery: confirm, drawing: 0, concurrency: 16, count });
  }
  return [compare("bot, just started", ...before), compare("bot, after load", desk.memory(), bare.memory())];
}

async function measureWorkers(options: Parameters<Bench>[0]): Promise<Row[]> {
  await using redis = await openRedis();
  await using ground = await openGround({ generate: { customers: 500, orderLines: 0 } });
  await using cancelling = await openCancelGround(ground, redis?.url ?? null, shortWarmUp);
  const bare = await startProcess("bare-worker", {
    DATABASE_URL: await ground.createDatabase(),
    ...(redis ? { REDIS_URL: redis.url } : {}),
  });
  try {
    const memories: number[] = [];
    const look = (workers: BenchProcess[]) => memories.push(...workers.map((worker) => worker.memory()));
    const { jobs } = await cancelling.cancel(options.quick ? 30 : 400, 1, look);
    await bare.ask({ jobs });
    return [
      compare(
        `worker on ${redis ? "Redis" : "PostgreSQL"}, after load`,
        memories[0] ?? Number.NaN,
        bare.memory(),
      ),
    ];
  } finally {
    await bare.stop();
  }
}

function compare(what: string, desk: number, bare: number): Row {
  return {
    bench: "weight",
    what: `memory of a ${what}`,
    measured: desk / bare,
    target: { most: 1.6 },
    figures: `${desk.toFixed(0)} MB, bare ${bare.toFixed(0)} MB`,
  };
}

async function measureDemo(rounds: number): Promise<Row> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    const demo = spawn("npm", ["run", "--silent", "demo", "--", "--json"], {
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const ended = once(demo, "close");
    const first = await Promise.race([once(demo.stdout, "data"), ended.then(() => null)]);
    if (first === null) throw new Error("The demo ended before it was ready.");
    seconds.push((performance.now() - started) / 1_000);
    if (demo.pid !== undefined) process.kill(-demo.pid, "SIGTERM");
    await ended;
  }
  return {
    bench: "weight",
    what: "seconds from `npm run demo` until it is ready",
    measured: median(seconds),
    target: null,
    figures: "with a PostgreSQL of its own, from nothing",
  };
}
