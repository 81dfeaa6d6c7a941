import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, test } from "vitest";
import { type Cluster, startCluster } from "../ground/cluster.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { onDatabase, urlOf } from "../ground/server.ts";
import { openWorld, type World } from "../kill/world.ts";
import { openStage, type Stage } from "./stage.ts";
import { strike } from "./strike.ts";
import { databaseTroubles, emptyQueueTables } from "./troubles.ts";

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());

describeOnBackends("invariants 1 to 5 with a database in trouble", (queue) => {
  let world: World;
  let stage: Stage;
  beforeAll(async () => {
    const name = `faults_${randomBytes(4).toString("hex")}`;
    await onDatabase(cluster.url, (client) => client.query(`create database ${name}`));
    world = await openWorld(urlOf(cluster.url, name), queue.redisUrl(), { slackLimits: false });
    stage = await openStage(world);
  });
  afterAll(async () => {
    await stage.close();
    await world.close();
  });

  test.each(["PostgreSQL is killed", "connections to PostgreSQL are left half open"] as const)(
    "%s: everything is done once, and told once",
    async (name) => {
      await strike(stage, databaseTroubles(cluster)[name]);
    },
    300_000,
  );

  // What the queue's place has no part in is shown once.
  if (queue.name === "redis") return;

  test("connections to PostgreSQL break: everything is done once, and told once", async () => {
    await strike(stage, databaseTroubles(cluster)["connections to PostgreSQL break"]);
  }, 300_000);

  test("the queue's tables are emptied: everything is done once, and told once", async () => {
    await strike(stage, emptyQueueTables);
  }, 300_000);
});
