import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { envSchema } from "#src/config/env.ts";
import { requestMoves } from "#src/requests/tables.ts";
import { generatePages, readCoverage, rulesIn } from "../../docs/generate.ts";

const readAll = async (paths: string[]) =>
  new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")] as const)));

describe("the pages that are made from the code", async () => {
  const pages = await generatePages();

  test.each([...pages.keys()])("%s is what the code says today", async (path) => {
    const stored = existsSync(path) ? await readFile(path, "utf8") : "";
    expect(stored === pages.get(path), `${path} is stale: npm run docs`).toBe(true);
  });

  test("every variable is in .env.example and in the configuration once, with its meaning", () => {
    const entries = pages.get(".env.example")?.match(/^# .+\n(# )?[A-Z_]+=.*$/gm) ?? [];
    expect(entries.map((entry) => /(\w+)=.*$/.exec(entry.split("\n")[1] ?? "")?.[1])).toEqual(
      Object.keys(envSchema.shape),
    );
    const rows = pages.get("docs/configuration.md")?.match(/^\| `\w+` \| .+ \| .+ \|$/gm) ?? [];
    expect(rows.map((row) => /`(\w+)`/.exec(row)?.[1])).toEqual(Object.keys(envSchema.shape));
  });

  test("every move of every machine is an arrow", () => {
    const arrows = pages.get("docs/machines.md")?.match(/^ {2}\w+ --> \w+$/gm) ?? [];
    const moves = Object.values(requestMoves).flatMap((machine) => Object.values(machine).flat());
    expect(arrows).toHaveLength(moves.length);
  });

  test("every rule of the rule book has code that follows it and a test that proves it", async () => {
    const coverage = await readCoverage();
    expect(coverage.map(({ rule }) => rule)).toEqual(rulesIn("G1-G2 M1-M2 B1-B3 K1-K5 A1-A3 C1-C13 S1-S7"));
    const bare = coverage.filter(({ code, tests }) => code.length === 0 || tests.length === 0);
    expect(bare, "name the rule in a comment of the code and in the title of its test").toEqual([]);
  });

  test("a rule that only looks like one is none", () => {
    expect(rulesIn("K1 K2, S4-S6 and (C10–C12); UTF-8, MS-RequestId, B2B")).toEqual(
      "K1 K2 S4 S5 S6 C10 C11 C12".split(" "),
    );
  });
});

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

describe("links", async () => {
  const pages = await readAll(await Array.fromAsync(glob("{*.md,docs/**/*.md,.github/**/*.md}")));

  test("every link of every page leads to a file and a heading that exist", async () => {
    const broken: string[] = [];
    for (const [path, text] of pages) {
      const prose = text.replace(/```[\s\S]*?```/g, "");
      for (const [, target = ""] of prose.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)) {
        const [file = "", anchor] = target.split("#");
        const to = file === "" ? path : join(dirname(path), file);
        const headings = (pages.get(to) ?? "").match(/^#+ .*$/gm) ?? [];
        const found = headings.some((heading) => anchorOf(heading.replace(/^#+ /, "")) === anchor);
        if (!existsSync(to) || (anchor !== undefined && !found)) broken.push(`${path} -> ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test("every test that a page names exists", () => {
    const gone = [...pages].flatMap(([path, text]) =>
      [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.test\.ts)`/g)]
        .map(([, name = ""]) => name)
        .filter((name) => !existsSync(name) && !existsSync(`test/${name}`))
        .map((name) => `${path} -> ${name}`),
    );
    expect(gone).toEqual([]);
  });

  test("every page of docs/ can be found from its index", () => {
    const index = pages.get("docs/README.md") ?? "";
    const missing = [...pages.keys()]
      .filter((path) => path.startsWith("docs/") && path !== "docs/README.md")
      .map((path) => path.slice("docs/".length))
      .filter((path) => !path.startsWith("decisions/") && !index.includes(`(${path})`));
    expect(missing).toEqual([]);
  });
});
