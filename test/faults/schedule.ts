import { type Random, randomFrom } from "./random.ts";

/** What somebody does, and when, in ms from the start. `choice` decides whatever is left open until then. */
export interface PlannedAct {
  at: number;
  who: string;
  act: string;
  choice: number;
}

/** What goes wrong, when and for how long. Troubles of one `place` come one after the other. */
export interface PlannedTrouble {
  at: number;
  forMs: number;
  place: string;
  trouble: string;
}

interface Schedule {
  acts: PlannedAct[];
  troubles: PlannedTrouble[];
}

const mostBetweenActsMs = 1_600;
const mostBetweenTroublesMs = 5_000;
const longestTroubleMs = 4_000;
/** So long before the end nothing new goes wrong. */
const lastTroubleMs = 5_000;

/**
 * A schedule for so many ms, drawn from the seed alone: the same seed, the same acts and troubles at the same times. `troubles`
 * are by place.
 */
export function draw(
  seed: number,
  input: {
    ms: number;
    people: readonly [string, ...string[]];
    acts: readonly [string, ...string[]];
    troubles: Record<string, readonly string[]>;
  },
): Schedule {
  const random = randomFrom(seed);
  const acts = times(random, input.ms, mostBetweenActsMs).map((at) => ({
    at,
    who: random.oneOf(input.people),
    act: random.oneOf(input.acts),
    choice: random.next(),
  }));
  const kinds = Object.entries(input.troubles).flatMap(([place, names]) =>
    names.map((trouble) => ({ place, trouble })),
  );
  const [first, ...others] = kinds;
  if (!first) return { acts, troubles: [] };
  const troubles = times(random, input.ms - lastTroubleMs, mostBetweenTroublesMs).map((at) => ({
    at,
    forMs: random.below(longestTroubleMs),
    ...random.oneOf([first, ...others]),
  }));
  return { acts, troubles };
}

function times(random: Random, ms: number, mostBetween: number): number[] {
  const drawn: number[] = [];
  for (let at = random.below(mostBetween); at < ms; at += 1 + random.below(mostBetween)) drawn.push(at);
  return drawn;
}
