import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorker } from "#jobs/worker.ts";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import type { Desk } from "#src/desk/context.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { connectBackend } from "../ground/backend.ts";
import { runningClock } from "../ground/clock.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { until } from "../ground/until.ts";
import { placeOrder, type StockLine } from "./stock.ts";
import { untilNextJob, work } from "./work.ts";

const minute = 60_000;
const callsPerMinute = 500;

/** Orders of one, three and four lines, and single subscriptions, so that there are `wanted` lines in all, evenly by customer. */
async function buyStock(under: DeskUnderTest, customers: string[], wanted: number): Promise<StockLine[]> {
  const stock: StockLine[] = [];
  const sizes = [
    { kind: "perpetual", lines: 1 },
    { kind: "perpetual", lines: 3 },
    { kind: "subscription", lines: 1 },
    { kind: "perpetual", lines: 4 },
    { kind: "perpetual", lines: 1 },
  ] as const;
  for (let n = 0; stock.length < wanted; n += 1) {
    const customerId = customers[n % customers.length] ?? "";
    const size = sizes[n % sizes.length] ?? sizes[0];
    const lines = Math.min(size.lines, wanted - stock.length);
    stock.push(...(await placeOrder(under.desk, customerId, { kind: size.kind, lines })));
  }
  return stock;
}

/** Asks for all of it, fifty at a time. */
async function askForAll(desk: Desk, agent: Agent, stock: StockLine[]): Promise<void> {
  for (const [customerId, lines] of Map.groupBy(stock, (line) => line.customerId)) {
    for (let from = 0; from < lines.length; from += 50) {
      await requestCancellations(desk, agent, {
        formToken: randomUUID(),
        customerId,
        lines: lines.slice(from, from + 50),
      });
    }
  }
}

/** Generated customers of one market, in which everything is sold. */
async function customersOf({ desk }: DeskUnderTest, count: number): Promise<string[]> {
  const ids: string[] = [];
  const found = await desk.partnerCenter.searchCustomers({ field: "CompanyName", startsWith: "", size: 400 });
  for (const { id, companyName } of found) {
    if (ids.length === count) break;
    if (!/\d{4}$/.test(companyName)) continue;
    const { country } = await desk.partnerCenter.getBillingProfile({ customerId: id });
    if (country === "US") ids.push(id);
  }
  return ids;
}

const counted = /^\/v1\/customers\/[^/?]+(\/(carts|orders|subscriptions)([/?].*)?)?$/;

async function outcome(desk: Desk): Promise<Record<string, number>> {
  const { rows } = await sql<{ status: string; count: number }>`
    select status, count(*)::int as count from cancellations group by status`.execute(desk.db);
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

async function expectToldOnce(under: DeskUnderTest): Promise<void> {
  const { rows } = await sql<{
    id: string;
    kind: string;
  }>`select id, request_kind as kind from messages`.execute(under.desk.db);
  const batches = await under.desk.db.selectFrom("cancellation_batches").select(["id", "status"]).execute();
  expect(batches.filter(({ status }) => status !== "ended")).toEqual([]);
  expect(rows.filter(({ kind }) => kind !== "cancellation_batch")).toEqual([]);
  expect(rows).toHaveLength(batches.length);
  expect(under.chat.posted.map(({ messageId }) => messageId).toSorted()).toEqual(
    rows.map(({ id }) => id).toSorted(),
  );
}

test("C7 C9 a thousand cancellations at once, at the limit of 500 calls a minute: all show, in the time that their calls and the propagation take", {
  timeout: 600_000,
}, async () => {
  const under = await openDesk({
    // A busy machine is no reason to take an answer for lost.
    timeoutMs: 60_000,
    simulator: { generate: { customers: 400, orderLines: 0 } },
  });
  try {
    let agent = await under.agent();
    const customers = await customersOf(under, 12);
    expect(customers).toHaveLength(12);
    await askForAll(under.desk, agent, await buyStock(under, customers, 1_000));
    expect(await outcome(under.desk)).toEqual({ requested: 1_000 });

    const propagationMs = 10 * minute;
    under.simulator.configure({ requestsPerMinute: callsPerMinute, cancellationLagMs: propagationMs });
    under.clock.advance(minute);
    const startedAt = under.clock.now().getTime();
    for (let step = await untilNextJob(under.desk); step !== null; step = await untilNextJob(under.desk)) {
      under.clock.advance(step);
      await ringOverdue(under.desk);
      await work(under.desk, { atOnce: 6 });
      if ((await outcome(under.desk)).visible === 1_000) break;
      if (under.clock.now().getTime() - startedAt > 60 * minute) break;
    }
    const tookMs = under.clock.now().getTime() - startedAt;
    agent = await under.agent();

    expect(await outcome(under.desk)).toEqual({ visible: 1_000 });
    const calls = under.simulator
      .requests()
      .filter(({ at, path, status }) => Date.parse(at) >= startedAt && counted.test(path) && status !== 429);
    const perMinute = Map.groupBy(calls, ({ at }) => at.slice(0, 16));
    expect(Math.max(...[...perMinute.values()].map((of) => of.length))).toBeLessThanOrEqual(callsPerMinute);
    // Its own last look, its calls one after the other at the limit, and the minute in which it was turned away.
    const limitMs = 15.25 * minute + Math.ceil(calls.length / callsPerMinute) * minute + minute;
    expect(tookMs).toBeLessThanOrEqual(limitMs);
    expect(calls.length).toBeLessThan(4 * 1_000);
    await expectToldOnce(under);
    expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
    process.stdout.write(
      `1000 cancellations: ${calls.length} calls, ${Math.round(tookMs / 1_000)} s of the clock (limit ${Math.round(limitMs / 1_000)} s)\n`,
    );
  } finally {
    await under.close();
  }
});

describeOnBackends("a hundred cancellations at once", (queue) => {
  let under: DeskUnderTest;
  const clock = runningClock();
  beforeAll(async () => {
    under = await openDesk({
      clock,
      simulator: { generate: { customers: 400, orderLines: 0 } },
      override: (desk) => ({
        timings: { ...desk.timings, leaseSeconds: 600, patienceSeconds: 2, followSeconds: [1, 3] },
      }),
    });
  });
  afterAll(() => under.close());

  test("C7 C9 through relay, queue and worker, at a limit of 40 calls a minute: all show, and each report is told once", {
    timeout: 240_000,
  }, async () => {
    const agent = await under.agent();
    const stock = await buyStock(under, await customersOf(under, 4), 100);
    await askForAll(under.desk, agent, stock);
    under.simulator.configure({ requestsPerMinute: 40, cancellationLagMs: 2 * minute });
    const worker = await startWorker(under.desk, {
      backend: await connectBackend(queue.redisUrl(), under.opened),
      pool: under.opened.pool,
      sweepSeconds: 1,
      pollMs: 200,
    });
    try {
      await until(
        "all of them show",
        async () => {
          // Nobody waits for real minutes: time goes forward by what nothing happens in.
          clock.advance(5_000);
          await under.agent();
          return (await outcome(under.desk)).visible === stock.length;
        },
        200_000,
      );
      await until("every report is drawn", async () => {
        const open = await under.desk.db
          .selectFrom("messages")
          .select("id")
          .whereRef("drawn_version", "<", "wanted_version")
          .execute();
        return open.length === 0;
      });
    } finally {
      await worker.stop();
    }
    expect(await outcome(under.desk)).toEqual({ visible: 100 });
    await expectToldOnce(under);
  });
});
