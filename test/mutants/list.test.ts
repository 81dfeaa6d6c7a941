import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { mutants } from "./list.ts";

describe("the planted faults", () => {
  test("are at least 25 in what guards money and secrets, and one for each rule of cancelling and support", () => {
    expect(mutants.filter(({ onBothBackends }) => !onBothBackends).length).toBeGreaterThanOrEqual(25);
    const rules = new Set(mutants.filter((one) => one.onBothBackends).map(({ rule }) => rule));
    for (let number = 1; number <= 13; number += 1) expect(rules).toContain(`C${number}`);
    for (let number = 1; number <= 7; number += 1) expect(rules).toContain(`S${number}`);
  });

  test.each(mutants)("$rule: $mistake: still fits the code", async ({ file, from, to, tests }) => {
    const code = await readFile(file, "utf8");
    expect(code.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
    for (const path of tests) expect(existsSync(path)).toBe(true);
  });
});
