import { afterAll, beforeAll, test } from "vitest";
import { openTestWorld } from "../kill/test-world.ts";
import { asks, type World } from "../kill/world.ts";
import { openStage, type Stage } from "./stage.ts";
import { strike } from "./strike.ts";
import { slackFaults, slackHalfOpen, slackTrouble } from "./troubles.ts";

let world: World;
let stage: Stage;
beforeAll(async () => {
  world = await openTestWorld(null);
  stage = await openStage(world);
});
afterAll(async () => {
  await stage.close();
  await world.close();
});

/** Enough to be told of. */
const told = [asks.purchase, asks.cancellations, asks.key];

test.each(Object.entries(slackFaults))(
  "invariant 3: calls to Slack meet %s: everybody is told, and once",
  async (_, faults) => {
    await strike(stage, slackTrouble(faults), { wanted: told, usedUp: true });
  },
  300_000,
);

test("invariant 3: connections to Slack are left half open: everybody is told, and once", async () => {
  await strike(stage, slackHalfOpen, { wanted: told });
}, 300_000);
