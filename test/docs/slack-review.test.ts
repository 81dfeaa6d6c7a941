import { access, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const page = await readFile("docs/slack-review.md", "utf8");
const rows = page
  .split("\n")
  .map((line) => line.split(" | "))
  .filter(([first]) => /^\| \d+$/.test(first ?? ""));

test("each of Slack's twenty points stands there once, with where it is met and what is missing", () => {
  expect(rows.map(([first]) => Number(first?.slice(2)))).toEqual(
    Array.from({ length: 20 }, (_, at) => at + 1),
  );
  for (const [, asked, state, where] of rows) {
    expect(asked).not.toBe("");
    expect(["met", "in part", "does not apply"]).toContain(state);
    expect(where).toMatch(/`(?:src|test|docs)\/|`manifest\.yml`/);
  }
});

test("what is said to be met names code and a test, and every file that is named is there", async () => {
  const named = (cell = "") =>
    [...cell.matchAll(/`((?:src|test|docs)\/[\w./-]+|[A-Z]+\.md|manifest\.yml)`/g)].map(
      ([, path]) => path ?? "",
    );
  for (const [, , state, where] of rows)
    if (state === "met") expect(named(where).some((path) => path.startsWith("test/"))).toBe(true);
  const paths = new Set(rows.flatMap(([, , , where]) => named(where)));
  expect(paths.size).toBeGreaterThan(30);
  const missing: string[] = [];
  for (const path of paths) await access(path).catch(() => missing.push(path));
  expect(missing).toEqual([]);
});
