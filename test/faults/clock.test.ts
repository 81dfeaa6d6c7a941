import { afterAll, beforeAll, test } from "vitest";
import { openTestWorld } from "../kill/test-world.ts";
import type { World } from "../kill/world.ts";
import { openStage, type Stage } from "./stage.ts";
import { strike } from "./strike.ts";
import { clockJumps, slackTrouble, type Trouble } from "./troubles.ts";

const minute = 60_000;

let world: World;
let stage: Stage;
beforeAll(async () => {
  world = await openTestWorld(null);
  stage = await openStage(world, { workers: 2 });
});
afterAll(async () => {
  await stage.close();
  await world.close();
});

/** Answers are lost while the clock is wrong: what is looked for later is looked for by a time that never was. */
const andAnswersAreLost =
  (jump: Trouble): Trouble =>
  async (given) => {
    const mends = [await jump(given), await slackTrouble(["reset-after-commit"])(given)];
    return async () => {
      for (const mend of mends) await mend();
    };
  };

test.each([
  ["three hours ahead", 180 * minute],
  ["ten minutes behind", -10 * minute],
])(
  "invariant 2: a machine's clock is %s for a while: everything is done once, and told once",
  async (_, ms) => {
    await strike(stage, andAnswersAreLost(clockJumps(ms)));
  },
  300_000,
);

test("invariant 2: all clocks go three hours ahead at once: everything is done once, and told once", async () => {
  await strike(stage, async (given) => {
    await given.advance(180 * minute);
    return async () => {};
  });
}, 300_000);
