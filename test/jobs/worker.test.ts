import { Redis } from "ioredis";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningWorker, startWorker } from "#jobs/worker.ts";
import type { Agent } from "#src/access/agent.ts";
import { openDatabase } from "#src/db/database.ts";
import { connectBackend } from "../ground/backend.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { runningClock } from "../ground/clock.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { until } from "../ground/until.ts";
import { activityOf } from "../requests/acts.ts";

describeOnBackends("worker", (queue) => {
  let under: DeskUnderTest;
  let worker: RunningWorker;
  let agent: Agent;

  const start = async (opened = under.opened) =>
    startWorker(under.desk, {
      backend: await connectBackend(queue.redisUrl(), opened),
      pool: opened.pool,
      sweepSeconds: 1,
      pollMs: 100,
    });

  /** Throws away everything that the queue holds. */
  const emptyQueue = async () => {
    const url = queue.redisUrl();
    if (url) {
      const redis = new Redis(url);
      await redis.flushall();
      redis.disconnect();
      return;
    }
    await sql`truncate bullmq.job cascade`.execute(under.desk.db);
  };

  const statuses = async (table: "purchases" | "cancellations", ids: string[]) =>
    (await under.desk.db.selectFrom(table).select("status").where("id", "in", ids).execute()).map(
      (row) => row.status,
    );

  const allDrawn = () =>
    until("every message is drawn", async () => {
      const open = await under.desk.db
        .selectFrom("messages")
        .select("id")
        .whereRef("drawn_version", "<", "wanted_version")
        .execute();
      return open.length === 0;
    });

  beforeAll(async () => {
    under = await openDesk({
      clock: runningClock(),
      simulator: { cancellationLagMs: 1_500 },
      override: (desk) => ({
        timings: { ...desk.timings, leaseSeconds: 3, patienceSeconds: 2, followSeconds: [1, 2, 4] },
      }),
    });
    agent = await under.agent();
    worker = await start();
  });
  afterAll(async () => {
    await worker.stop();
    await under.close();
  });

  test("B1 a confirmed purchase is ordered and its message drawn", async () => {
    const purchaseId = await buy(under.desk, agent);
    await until("it is ordered", async () => (await statuses("purchases", [purchaseId]))[0] === "ordered");
    await allDrawn();
    const mine = under.chat.posted.filter((posted) => posted.message.text.includes(purchaseId));
    expect(mine).toHaveLength(1);
    expect(mine[0]?.message.text).toContain("ordered");
  });

  /** Buys, and asks for what was bought to be cancelled; returns the cancellation's id. */
  const cancelNew = async (): Promise<string> => {
    const purchaseId = await buy(under.desk, agent, { query: "sql server standard" });
    const purchase = await until("it is ordered", async () => {
      const row = await under.desk.db
        .selectFrom("purchases")
        .select(["status", "orders", "customer_id"])
        .where("id", "=", purchaseId)
        .executeTakeFirst();
      return row?.status === "ordered" ? row : null;
    });
    const { cancellationId } = await requestCancellation(under.desk, agent, {
      customerId: purchase.customer_id,
      orderId: purchase.orders[0]?.orderId ?? "",
      lineItemNumber: 0,
    });
    return cancellationId;
  };

  test("C9 an accepted cancellation is followed by delayed jobs until it is visible", async () => {
    const id = await cancelNew();
    await until("it is visible", async () => (await statuses("cancellations", [id]))[0] === "visible");
    const acts = (await activityOf(under.desk, id)).map(({ act }) => act);
    expect(acts.slice(-2)).toEqual(["cancellation.accepted", "cancellation.visible"]);
  });

  test("invariant 1: emptying the queue while cancellations are followed loses none", async () => {
    const ids: string[] = [];
    for (const order of [1, 2]) {
      ids.push(await cancelNew());
      await until(`${order} of them are taken`, async () =>
        (await statuses("cancellations", ids)).every((status) => /accepted|visible/.test(status)),
      );
      await emptyQueue();
    }
    await until("they are visible", async () =>
      (await statuses("cancellations", ids)).every((status) => status === "visible"),
    );
    await allDrawn();
  });

  test("invariant 1: emptying the queue in the middle of twenty purchases loses none", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      ids.push(await buy(under.desk, agent));
      if (n % 5 === 4) await emptyQueue();
    }
    await emptyQueue();
    await until(
      "all twenty are ordered",
      async () => (await statuses("purchases", ids)).every((status) => status === "ordered"),
      60_000,
    );
    const orders = under.simulator.orders();
    for (const id of ids) {
      expect(orders.filter((order) => order.lines.some((line) => line.friendlyName === id))).toHaveLength(1);
    }
    await allDrawn();
    for (const id of ids)
      expect(under.chat.posted.filter((posted) => posted.message.text.includes(id))).toHaveLength(1);
  });

  test("invariant 2: two workers at once and jobs rung twice order once", async () => {
    const opened = openDatabase({
      url: under.databaseUrl,
      applicationName: "second worker",
      maxConnections: 10,
      onError: () => {},
    });
    const second = await start(opened);
    try {
      const ids = await Promise.all(Array.from({ length: 10 }, () => buy(under.desk, agent)));
      for (const id of ids) {
        await sql`insert into outbox (topic, subject_id, run_at, created_at) values ('purchase', ${id}, now(), now()), ('purchase', ${id}, now(), now())`.execute(
          under.desk.db,
        );
      }
      await until(
        "all are ordered",
        async () => (await statuses("purchases", ids)).every((status) => status === "ordered"),
        30_000,
      );
      const orders = under.simulator.orders();
      for (const id of ids) {
        expect(orders.filter((order) => order.lines.some((line) => line.friendlyName === id))).toHaveLength(
          1,
        );
      }
    } finally {
      await second.stop();
      await opened.close();
    }
  });

  test("invariant 1: what was asked for while no worker ran is done by the next one", async () => {
    await worker.stop();
    const purchaseId = await buy(under.desk, agent);
    expect(await statuses("purchases", [purchaseId])).toEqual(["requested"]);
    worker = await start();
    await until("it is ordered", async () => (await statuses("purchases", [purchaseId]))[0] === "ordered");
  });
});
