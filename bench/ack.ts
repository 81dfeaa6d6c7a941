import { Agent } from "node:http";
import { sql } from "kysely";
import { callbacks } from "#src/slack/ids.ts";
import { encodeState } from "#src/slack/state.ts";
import { openBenchDesk, quoteOne, readCustomers } from "./desk.ts";
import { type Bench, type BenchOptions, interleaved, median, type Row } from "./figures.ts";
import { type Ground, openGround } from "./ground.ts";
import {
  command,
  type Delivery,
  type Load,
  peopleCount,
  post,
  postOne,
  readDrawn,
  slackUserOf,
  submission,
} from "./load.ts";
import { multiply, openFiller } from "./multiply.ts";
import { type BenchProcess, startProcess } from "./process.ts";

const concurrencies = [1, 16, 64];

/**
 * How fast signed commands and submissions are answered, against a bare Bolt app that makes the same calls to Slack and, for a
 * submission, three inserts in one transaction. Load, app, bare app, Slack and PostgreSQL are a process each; only one of the two
 * apps is busy at a time.
 */
export const measureAck: Bench = async function* (options) {
  await using open = new AsyncDisposableStack();
  const ground = open.use(await openGround({ generate: { customers: 500, orderLines: 0 } }));
  const counts = countsOf(options);
  const databaseUrl = await ground.createDatabase();
  const confirm = await quotes(
    ground,
    databaseUrl,
    2 * (counts.rounds * concurrencies.length * counts.requests + counts.warmUp) + 1,
  );
  const env = { ...ground.env(databaseUrl), ROLE: "bot" };
  const desk = open.adopt(await startProcess("app", env), (one) => one.stop());
  const bare = open.adopt(await startProcess("bare-bot", env), (one) => one.stop());
  await teach(ground, desk, bare, confirm);
  for (const { what, delivery, drawing } of [
    { what: "commands", delivery: command, drawing: 2 },
    { what: "submissions", delivery: confirm, drawing: 0 },
  ]) {
    const load = (url: string, concurrency: number) => () =>
      post(ground, [url], { delivery, drawing, concurrency, count: counts.requests });
    for (let warm = 0; warm < counts.warmUp; warm += counts.requests)
      for (const { url } of [desk, bare]) await load(url, 16)();
    await analyse(databaseUrl);
    for (const concurrency of concurrencies) {
      const results = await interleaved(counts.rounds, {
        desk: load(desk.url, concurrency),
        bare: load(bare.url, concurrency),
      });
      yield* compare(`${what}, ${concurrency} at a time`, results);
    }
  }
};

/** What autovacuum does within a minute: plans that were made when tables were empty are made anew. */
async function analyse(databaseUrl: string): Promise<void> {
  await using filler = await openFiller(databaseUrl);
  await sql`analyze`.execute(filler.db);
}

/** Has the bare app show from now on what the desk shows: both answer a command and a submission with the same views. */
export async function teach(
  ground: Ground,
  desk: BenchProcess,
  bare: BenchProcess,
  confirm: Delivery,
): Promise<void> {
  await post(ground, [desk.url], { delivery: command, drawing: 2, concurrency: 1, count: 1 });
  const { views } = await readDrawn(ground);
  const agent = new Agent();
  const { text } = await postOne(agent, desk.url, confirm(0).toString());
  agent.destroy();
  const { view: ordered } = JSON.parse(text) as { view: object };
  await bare.ask({ opened: views["views.open"], filled: views["views.update"], ordered });
}

/** `warmUp`: what each app answers before it is measured, of commands and of submissions; what they take goes on falling for so long. */
export function countsOf({ quick }: BenchOptions): { rounds: number; requests: number; warmUp: number } {
  return quick ? { rounds: 1, requests: 100, warmUp: 100 } : { rounds: 5, requests: 1_000, warmUp: 4_000 };
}

function compare(what: string, results: { desk: Load; bare: Load }[]): Row[] {
  const of = (pick: (result: { desk: Load; bare: Load }) => number) => median(results.map(pick));
  return [
    {
      bench: "ack",
      what: `${what}: throughput`,
      measured: of(({ desk, bare }) => desk.perSecond / bare.perSecond),
      target: { least: 0.8 },
      figures: `${of((one) => one.desk.perSecond).toFixed(0)} a second, bare ${of((one) => one.bare.perSecond).toFixed(0)}`,
    },
    {
      bench: "ack",
      what: `${what}: p99`,
      measured: of(({ desk, bare }) => desk.p99 / bare.p99),
      target: { most: 1.5 },
      figures: `${of((one) => one.desk.p99).toFixed(1)} ms, bare ${of((one) => one.bare.p99).toFixed(1)} ms`,
    },
  ];
}

/** Purchases whose price is on screen; each delivery confirms another one. */
export async function quotes(ground: Ground, databaseUrl: string, count: number): Promise<Delivery> {
  await using opened = await openBenchDesk(ground, databaseUrl);
  const [customerId = ""] = await readCustomers(opened.desk, 1);
  const quote = await quoteOne(opened, customerId);
  const { db } = opened.desk;
  await multiply(db, "people", peopleCount, {
    id: "one.id || '-' || (n - 1)",
    slack_user_id: "one.slack_user_id || (n - 1)",
  });
  await multiply(db, "purchases", count, {
    person_id: `one.person_id || '-' || n % ${peopleCount}`,
    id: "one.id || '-' || n",
    form_token: "one.form_token || '-' || n",
  });
  await sql`analyze`.execute(db);
  let next = 0;
  return () => {
    next += 1;
    if (next > count) throw new Error(`There are no more than ${count} quotes to confirm.`);
    const metadata = encodeState("purchase", { ...quote, purchaseId: `${quote.purchaseId}-${next}` });
    return submission(callbacks.buyConfirm, metadata, slackUserOf(next));
  };
}
