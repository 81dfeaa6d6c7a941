import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyChain } from "#src/activity/verify.ts";
import fc from "../ground/fast-check.ts";
import { machine, openWorld, type World } from "./machine.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.under.close());

const runs = Number(process.env.MODEL_RUNS ?? 40);

test("C1 C7 C9 C10 invariants 2, 3, 4: whatever happens to a cancellation, it has one effect and one end, and is told once", {
  timeout: 15_000 * runs,
}, async () => {
  await fc.assert(
    machine(() => world),
    { numRuns: runs },
  );
  expect(await verifyChain(world.desk.db, "T0TEST")).toMatchObject({ intact: true });
});
