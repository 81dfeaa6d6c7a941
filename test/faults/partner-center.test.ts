import { afterAll, beforeAll, expect, test } from "vitest";
import { giveUpAfter } from "../ground/give-up-after.ts";
import { openTestWorld } from "../kill/test-world.ts";
import type { World } from "../kill/world.ts";
import { openStage, type Stage } from "./stage.ts";
import { strike } from "./strike.ts";
import {
  partnerCenterCalls,
  partnerCenterFaults,
  partnerCenterHalfOpen,
  partnerCenterTrouble,
  type Trouble,
} from "./troubles.ts";

/** Longer than the lease: others find what a call that never ends has in hand. */
const patienceMs = 6_000;

let world: World;
let stage: Stage;
let waitAsBefore: () => void;
beforeAll(async () => {
  waitAsBefore = giveUpAfter(patienceMs);
  world = await openTestWorld(null);
  stage = await openStage(world, { env: { PATIENCE_MS: String(patienceMs) } });
});
afterAll(async () => {
  await stage.close();
  await world.close();
  waitAsBefore();
});

const hour = 60 * 60_000;

/** The tokens are over as well, so that new ones are asked for. */
const andTokensAreOver =
  (trouble: Trouble): Trouble =>
  async (given) => {
    await given.advance(hour);
    return trouble(given);
  };

test.each(Object.entries(partnerCenterFaults))(
  "invariant 2: calls of every kind to Partner Center meet %s: everything is done once, and told once",
  async (_, faults) => {
    await strike(stage, andTokensAreOver(partnerCenterTrouble(faults)), { usedUp: true });
  },
  300_000,
);

test("invariant 2: connections to Partner Center are left half open: everything is done once, and told once", async () => {
  await strike(stage, partnerCenterHalfOpen);
}, 300_000);

/** Which faults no call of a kind has met so far. */
function unmet() {
  const struck = world.partnerCenter.requests().filter(({ fault }) => fault !== null);
  return Object.entries(partnerCenterCalls).flatMap(([name, call]) =>
    Object.values(partnerCenterFaults)
      .flat()
      .filter(
        ({ fault }) =>
          !struck.some(
            (one) =>
              one.fault === fault &&
              one.method === call.method &&
              new RegExp(call.path).test(one.path.split("?")[0] ?? ""),
          ),
      )
      .map((fault) => ({ name, fault })),
  );
}

test("every kind of call has met every fault", { timeout: 600_000 }, async () => {
  // What is looked at seldom, such as a ticket, may have come too late for one of them.
  for (let round = 0; round < 12 && unmet().length > 0; round += 1) {
    const faults = unmet().map(({ fault }) => fault);
    await strike(stage, andTokensAreOver(partnerCenterTrouble(faults)), { usedUp: true });
  }
  expect(unmet().map(({ name, fault }) => `${name}: ${fault.fault}`)).toEqual([]);
});
