import { sql } from "kysely";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import type { Clock } from "#src/desk/clock.ts";
import { openCancelGround, requestOneEach, shortWarmUp, type WarmUp } from "./cancel.ts";
import { openBenchDesk } from "./desk.ts";
import { type Bench, interleaved, median, type Row } from "./figures.ts";
import { type Ground, openGround, openRedis } from "./ground.ts";
import { readDrawn } from "./load.ts";
import { startProcess } from "./process.ts";
import type { BareWork } from "./processes/bare-worker.ts";

/** Rows that the desk writes for a cancellation: counted by its statements, without what the queue writes. */
const rowsEach = 28;

/**
 * Cancellations through relay, queue and worker, from the first job until all of them show and all messages are drawn, against
 * BullMQ alone with as many jobs: that do nothing, and that make the same calls and write as many rows by plain `pg`. On Redis and on
 * PostgreSQL. And how many calls to Partner Center one takes.
 */
export const measureJobs: Bench = async function* ({ quick }) {
  const counts = quick
    ? { rounds: 1, cancellations: 30, rings: 200, warmUp: shortWarmUp }
    : { rounds: 5, cancellations: 400, rings: 10_000, warmUp: { cancellations: 400, rings: 10_000 } };
  await using redis = await openRedis();
  await using ground = await openGround({ generate: { customers: 500, orderLines: 0 } });
  for (const redisUrl of redis ? [redis.url, null] : [null]) yield* await measureOn(ground, redisUrl, counts);
  yield await measureCalls();
};

async function measureOn(
  ground: Ground,
  redisUrl: string | null,
  counts: { rounds: number; cancellations: number; rings: number; warmUp: WarmUp },
): Promise<Row[]> {
  const on = redisUrl ? "Redis" : "PostgreSQL";
  await using cancelling = await openCancelGround(ground, redisUrl, counts.warmUp);
  const bare = await startProcess("bare-worker", ground.env(await ground.createDatabase(), redisUrl));
  try {
    await cancelling.cancel(10, 1);
    const { jobs } = await cancelling.cancel(10, 1);
    const jobsEach = Math.round(jobs / 10);
    await bare.ask({ jobs: 100 });
    const { views } = await readDrawn(ground);
    let calls = 2;
    const workOf = async (cancellations: number): Promise<BareWork> => ({
      orders: await cancelling.orders(cancellations),
      jobsEach,
      rowsEach,
      reads: Math.round(cancellations * (calls - 1)),
      blocks: views["chat.update"] ?? "",
    });
    await bare.ask({ jobs: 10 * jobsEach, work: await workOf(10) });
    const results = await interleaved(counts.rounds, {
      desk: async () => {
        const cancelled = await cancelling.cancel(counts.cancellations, 1);
        calls = cancelled.calls;
        return cancelled;
      },
      bare: async () => ({
        ...(await bare.ask<{ ms: number }>({ jobs: counts.cancellations * jobsEach })),
        jobs,
        calls: 0,
      }),
      work: async () => {
        const work = await workOf(counts.cancellations);
        const { ms } = await bare.ask<{ ms: number }>({ jobs: counts.cancellations * jobsEach, work });
        return { ms, jobs, calls: 0 };
      },
    });
    const perSecond = median(results.map(({ desk }) => (counts.cancellations / desk.ms) * 1_000));
    const jobsPerSecond = median(results.map(({ desk }) => (desk.jobs / desk.ms) * 1_000));
    const bareJobsPerSecond = median(
      results.map(({ bare: { ms } }) => ((counts.cancellations * jobsEach) / ms) * 1_000),
    );
    const rings = await interleaved(counts.rounds, {
      desk: () => cancelling.ring(counts.rings),
      bare: async () => (await bare.ask<{ ms: number }>({ jobs: counts.rings })).ms,
    });
    const rung = (ms: number) => `${((counts.rings / ms) * 1_000).toFixed(0)} a second`;
    return [
      {
        bench: "jobs",
        what: `jobs that find nothing to do, through relay, queue and worker on ${on}`,
        measured: median(rings.map((one) => one.bare / one.desk)),
        target: { least: 0.5 },
        figures: `${rung(median(rings.map(({ desk }) => desk)))}, bare ${rung(median(rings.map((one) => one.bare)))}`,
      },
      {
        bench: "jobs",
        what: `cancellations on ${on}, against as many empty jobs`,
        measured: median(
          results.map(
            ({ desk, bare: { ms } }) => desk.jobs / desk.ms / ((counts.cancellations * jobsEach) / ms),
          ),
        ),
        target: { least: 0.5 },
        figures: `${perSecond.toFixed(0)} cancellations a second (${jobsPerSecond.toFixed(0)} jobs), bare ${bareJobsPerSecond.toFixed(0)} jobs`,
      },
      {
        bench: "jobs",
        what: `cancellations on ${on}, against the same calls and as many rows without the rules`,
        measured: median(results.map(({ desk, work }) => work.ms / desk.ms)),
        target: { least: 0.5 },
        figures: `${perSecond.toFixed(0)} cancellations a second, without the rules ${median(
          results.map(({ work }) => (counts.cancellations / work.ms) * 1_000),
        ).toFixed(0)}`,
      },
      {
        bench: "jobs",
        what: `calls for a cancellation that shows at once, on ${on}`,
        measured: median(results.map(({ desk }) => desk.calls)),
        target: { most: 4 },
        figures: "",
      },
    ];
  } finally {
    await bare.stop();
  }
}

/** Cancellations that show only after 14 minutes, on a clock that is moved from job to job. */
async function measureCalls(): Promise<Row> {
  const count = 20;
  let ahead = 0;
  const clock: Clock = { now: () => new Date(Date.now() + ahead) };
  await using ground = await openGround({
    clock,
    cancellationLagMs: 14 * 60_000,
    generate: { customers: 500, orderLines: 0 },
  });
  await using bench = await openBenchDesk(ground, await ground.createDatabase(), { clock });
  const { desk } = bench;
  await requestOneEach(bench, count);
  const before = ground.partnerCenter.requests().length;
  for (;;) {
    const { rows } = await sql<{ subject_id: string; run_at: Date }>`
      update outbox set sent_at = now() where id = (
        select id from outbox where topic = 'cancellation' and sent_at is null order by run_at limit 1
      ) returning subject_id, run_at`.execute(desk.db);
    const [job] = rows;
    if (!job) break;
    ahead += Math.max(0, job.run_at.getTime() - clock.now().getTime());
    await advanceCancellation(desk, { cancellationId: job.subject_id });
  }
  const calls = ground.partnerCenter
    .requests()
    .slice(before)
    .filter(({ path }) => path.startsWith("/v1/customers/"));
  return {
    bench: "jobs",
    what: "calls for a cancellation that shows after 14 minutes",
    measured: calls.length / count,
    target: { most: 4 },
    figures: `${calls.length} calls for ${count} cancellations of ${count} customers`,
  };
}
