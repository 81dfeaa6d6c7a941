import { expect, test } from "vitest";
import { draw } from "./schedule.ts";

const input = {
  ms: 60_000,
  people: ["one", "two"],
  acts: ["buys", "cancels"],
  troubles: { database: ["is killed"], clock: ["jumps", "goes back"] },
} satisfies Parameters<typeof draw>[1];

test("the soak: the same seed gives the same schedule, another seed another", () => {
  expect(draw(7, input)).toEqual(draw(7, input));
  expect(draw(8, input)).not.toEqual(draw(7, input));
});

test("the soak: everybody does everything, and everything goes wrong", () => {
  const { acts, troubles } = draw(7, input);
  expect(new Set(acts.map(({ who, act }) => `${who} ${act}`)).size).toBe(4);
  expect(new Set(troubles.map(({ trouble }) => trouble)).size).toBe(3);
  for (const { at } of [...acts, ...troubles]) expect(at).toBeLessThan(60_000);
});
