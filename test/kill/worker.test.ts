import { describe, expect, test } from "vitest";
import { type Failpoint, failpoints } from "#src/desk/failpoints.ts";
import { describeOnBackends, redisDatabase } from "../ground/redis.ts";
import { until } from "../ground/until.ts";
import { expectDoneOnce, messagesIn } from "./facts.ts";
import { startWorkerProcess } from "./process.ts";
import { openTestWorld } from "./test-world.ts";
import { type Ask, asks, finished, settled, type World } from "./world.ts";

type Family = Failpoint extends `${infer Name}.${string}` ? Name : never;

/** What leads a worker past the points of each family. */
const families: Record<Family, Ask[]> = {
  purchase: [asks.purchase],
  cancellation: [asks.cancellation, asks.cancellations],
  support_request: [asks.support_request],
  support_update: [asks.support_update],
  message: [asks.purchase],
  relay: [asks.purchase, asks.cancellation, asks.support_request],
};

/** Those on whose way the queue itself stands: what became of a job is for Redis to know as well. */
const throughTheQueue: Family[] = ["purchase", "message", "relay"];

const pointsOf = (family: string) => failpoints.filter((point) => point.startsWith(`${family}.`));

describeOnBackends("invariant 2: a worker killed at any point", (queue) => {
  const killed = Object.entries(families).filter(
    ([family]) => queue.name === "postgres" || throughTheQueue.some((one) => one === family),
  );
  test.concurrent.each(killed)(
    "B1 C9 S7 %s: has done everything once when the next workers are through",
    async (family, wanted) => {
      const world = await openTestWorld(
        redisDatabase(queue.redisUrl(), Object.keys(families).indexOf(family)),
      );
      try {
        for (const point of pointsOf(family)) {
          const worker = await startWorkerProcess(world.env);
          await until(`all before ${point} is done`, () => settled(world), 60_000);
          await worker.arm(point);
          for (const ask of wanted) await ask(world);
          await worker.killed();
        }
        const last = await startWorkerProcess(world.env);
        await until("all is done", () => finished(world), 60_000);
        await last.stop();
        await expectDoneOnce(world);
      } finally {
        await world.close();
      }
    },
    240_000,
  );
});

describe("what the kill tests would see", () => {
  const afterKill = async (mistake: string, point: Failpoint): Promise<World> => {
    const world = await openTestWorld(null);
    const env = { ...world.env, MISTAKE: mistake };
    const worker = await startWorkerProcess(env);
    await worker.arm(point);
    await asks.purchase(world);
    await worker.killed();
    const next = await startWorkerProcess(env);
    await until("all is done", () => finished(world), 60_000);
    await next.stop();
    return world;
  };

  test.concurrent("invariant 2: a new request id for every try orders twice", async () => {
    const world = await afterKill("a new request id for every try", "purchase.answered");
    try {
      const [purchase] = await world.desk.db.selectFrom("purchases").select("id").execute();
      const placed = world.partnerCenter
        .orders()
        .filter(({ lines }) => lines.some((line) => line.friendlyName === purchase?.id));
      expect(placed).toHaveLength(2);
      await expect(expectDoneOnce(world)).rejects.toThrow();
    } finally {
      await world.close();
    }
  }, 240_000);

  test.concurrent("invariant 2: no look for an earlier post shows two messages", async () => {
    const world = await afterKill("no look for an earlier post", "message.posted");
    try {
      expect(messagesIn(world.slack)).toHaveLength(2);
      await expect(expectDoneOnce(world)).rejects.toThrow();
    } finally {
      await world.close();
    }
  }, 240_000);
});

test("every point at which a worker can be killed belongs to a family", () => {
  expect(
    failpoints.filter((point) => !Object.keys(families).some((family) => point.startsWith(`${family}.`))),
  ).toEqual([]);
});
