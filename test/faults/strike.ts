import { setTimeout as pause } from "node:timers/promises";
import { expectWhole } from "../kill/facts.ts";
import type { Ask } from "../kill/world.ts";
import { ask, quiet, type Stage } from "./stage.ts";
import type { Trouble } from "./troubles.ts";

/** So long, in ms, a trouble lasts in which nothing can be asked for. */
const longestMs = 2_000;

/**
 * Something goes wrong while workers have one request of every kind in hand, more is asked for meanwhile, and it comes right
 * again: then everything has to be whole. `usedUp`: it strikes so many times by itself, and is left to do so.
 */
export async function strike(
  stage: Stage,
  trouble: Trouble,
  { wanted, usedUp = false }: { wanted?: readonly Ask[]; usedUp?: boolean } = {},
): Promise<void> {
  const { world } = stage;
  await ask(world, wanted);
  const end = await trouble(stage);
  const asked = ask(world, wanted);
  if (usedUp) {
    await asked;
    await quiet(stage);
    await end();
  } else {
    await Promise.race([asked, pause(longestMs)]);
    await Promise.all([asked, end()]);
  }
  await quiet(stage);
  await expectWhole(world, stage.outputs());
}
