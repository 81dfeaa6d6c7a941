import { afterAll, beforeAll, describe, test } from "vitest";
import { redisMissing } from "#sandbox/redis/start.ts";
import { type OwnRedis, startOwnRedis } from "../ground/own-redis.ts";
import { openTestWorld } from "../kill/test-world.ts";
import type { World } from "../kill/world.ts";
import { openStage, type Stage } from "./stage.ts";
import { strike } from "./strike.ts";
import { redisTroubles } from "./troubles.ts";

const skip = redisMissing() !== null && process.env.TEST_REQUIRE_ALL !== "1";

describe.skipIf(skip)("invariant 1 with a Redis in trouble", () => {
  let redis: OwnRedis;
  let world: World;
  let stage: Stage;
  beforeAll(async () => {
    redis = await startOwnRedis();
    world = await openTestWorld(redis.url);
    stage = await openStage(world);
  });
  afterAll(async () => {
    await stage.close();
    await world.close();
    await redis.stop();
  });

  test.each([
    "Redis is killed, and comes back with what it had",
    "Redis is killed, and comes back empty",
    "Redis is emptied",
    "Redis stands still",
    "connections to Redis are left half open",
  ] as const)(
    "%s: everything is done once, and told once",
    async (name) => {
      await strike(stage, redisTroubles(redis)[name]);
    },
    300_000,
  );
});
