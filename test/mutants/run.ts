import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "#sandbox/postgres/start.ts";
import { runCommand, say, WrongUse } from "#src/operations/command.ts";
import { type Mutant, mutants } from "./list.ts";

/** A survivor is a fault that no test noticed; broken is one whose tests do not even run, so that they say nothing. */
type Verdict = { kind: "killed"; by: string } | { kind: "survived" | "broken"; why: string };

interface Report {
  testResults: {
    message: string;
    assertionResults: { status: string; fullName: string; duration?: number | null }[];
  }[];
}

/** What of the repository the tests of a copy need. */
const parts = [
  "src",
  "jobs",
  "migrations",
  "sandbox",
  "bench",
  "test",
  "docs",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
  "manifest.yml",
  "README.md",
  ".env.example",
];
const vitest = join("node_modules", "vitest", "vitest.mjs");

await runCommand({
  name: "test:mutants",
  failed: "Nothing was planted",
  usage: `npm run test:mutants -- [options]

Plants the faults of test/mutants/list.ts one by one in a copy of the code and runs the tests that must notice each.

  --only TEXT     those whose rule, mistake or file contains this
  --workers N     how many at the same time (default 2)`,
  options: { only: { type: "string", default: "" }, workers: { type: "string", default: "2" } },
  run({ values }) {
    const wanted = values.only.toLowerCase();
    const chosen = mutants.filter(({ rule, mistake, file }) =>
      `${rule} ${mistake} ${file}`.toLowerCase().includes(wanted),
    );
    if (chosen.length === 0) throw new WrongUse(`No fault has ${values.only} in it.`);
    const workers = Number(values.workers);
    if (!Number.isInteger(workers) || workers < 1)
      throw new WrongUse(`--workers ${values.workers}: a whole number from 1 on.`);
    return attack(chosen, workers);
  },
});

/** Whether every fault was noticed, and nothing is noticed where there is none. */
async function attack(list: readonly Mutant[], workers: number): Promise<boolean> {
  await using ground = new AsyncDisposableStack();
  const postgres = await startPostgres({ log: () => {} });
  ground.defer(() => postgres.stop());
  const trees = await Promise.all(Array.from({ length: workers }, () => copyTree(ground)));
  const run = <T>(items: readonly T[], work: (tree: string, item: T) => Promise<void>) => {
    const left = [...items];
    return Promise.all(
      trees.map(async (tree) => {
        for (let item = left.shift(); item; item = left.shift()) await work(tree, item);
      }),
    );
  };

  const suites = [...new Map(list.map((one) => [suiteOf(one).join(" "), one])).values()];
  /** How long the slowest test of a suite takes without any fault, in ms; null where it fails by itself. */
  const sound = new Map<string, number | null>();
  await run(suites, async (tree, one) => {
    const { failed, ran, slowestMs } = await runTests(tree, one, postgres.url, { firstOnly: false });
    const isSound = ran > 0 && failed.length === 0;
    sound.set(suiteOf(one).join(" "), isSound ? slowestMs : null);
    if (isSound) return;
    say(`without any fault: ${suiteOf(one).join(" ")}: ${failed[0] ?? "no test ran"}`);
  });

  const count = { killed: 0, survived: 0, broken: 0 };
  await run(list, async (tree, mutant) => {
    const started = performance.now();
    const slowestMs = sound.get(suiteOf(mutant).join(" ")) ?? null;
    const verdict: Verdict =
      slowestMs === null
        ? { kind: "broken", why: "its tests fail without any fault" }
        : await plant(tree, mutant, () => judge(tree, mutant, postgres.url, slowestMs));
    count[verdict.kind] += 1;
    const seconds = Math.round((performance.now() - started) / 1_000);
    const how = verdict.kind === "killed" ? `by "${verdict.by}"` : verdict.why;
    say(`${verdict.kind.padEnd(8)} ${mutant.rule}: ${mutant.mistake} (${mutant.file}), ${how}, ${seconds} s`);
  });
  say(`${list.length} faults: ${count.killed} killed, ${count.survived} survived, ${count.broken} broken`);
  return count.killed === list.length;
}

function suiteOf({ tests, title }: Mutant): string[] {
  return [...tests, ...(title === undefined ? [] : ["--testNamePattern", title])];
}

async function copyTree(ground: AsyncDisposableStack): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), "csp-desk-mutants-"));
  ground.defer(() => rm(tree, { recursive: true, force: true }));
  for (const part of parts) await cp(part, join(tree, part), { recursive: true });
  await symlink(join(process.cwd(), "node_modules"), join(tree, "node_modules"));
  return tree;
}

/** Changes the file, works, and puts it back. */
async function plant(tree: string, mutant: Mutant, work: () => Promise<Verdict>): Promise<Verdict> {
  const path = join(tree, mutant.file);
  const sound = await readFile(path, "utf8");
  if (sound.split(mutant.from).length !== 2)
    return { kind: "broken", why: "what it replaces is not there once" };
  await writeFile(
    path,
    sound.replace(mutant.from, () => mutant.to),
  );
  try {
    return await work();
  } finally {
    await writeFile(path, sound);
  }
}

async function judge(tree: string, mutant: Mutant, databaseUrl: string, slowestMs: number): Promise<Verdict> {
  const { failed, ran, trouble } = await runTests(tree, mutant, databaseUrl, {
    firstOnly: !mutant.onBothBackends,
    // What a fault keeps from happening is not waited for as long as on a busy machine that has none.
    testTimeout: 20_000 + 5 * slowestMs,
  });
  if (ran === 0) return { kind: "broken", why: trouble || "no test ran" };
  const [first] = failed;
  if (first === undefined) return { kind: "survived", why: `${ran} tests passed` };
  if (mutant.onBothBackends) {
    const missed = ["[queue on postgres]", "[queue on redis]"].filter(
      (backend) => !failed.some((title) => title.includes(backend)),
    );
    if (missed.length > 0) return { kind: "survived", why: `not noticed ${missed.join(" and ")}` };
  }
  return { kind: "killed", by: first };
}

async function runTests(
  tree: string,
  mutant: Mutant,
  databaseUrl: string,
  { firstOnly, testTimeout }: { firstOnly: boolean; testTimeout?: number },
): Promise<{ failed: string[]; ran: number; trouble: string; slowestMs: number }> {
  const out = join(tree, "results.json");
  await rm(out, { force: true });
  const limits = [
    ...(firstOnly ? ["--bail", "1"] : []),
    ...(testTimeout === undefined ? [] : ["--testTimeout", String(Math.round(testTimeout))]),
  ];
  const reporter = ["--reporter", "json", "--outputFile", out];
  const child = spawn(process.execPath, [vitest, "run", ...suiteOf(mutant), ...limits, ...reporter], {
    cwd: tree,
    env: { ...process.env, TEST_DATABASE_URL: databaseUrl, TEST_REQUIRE_ALL: "1" },
    stdio: "ignore",
  });
  await new Promise((resolve) => child.once("close", resolve));
  const text = await readFile(out, "utf8").catch(() => "");
  if (text === "") return { failed: [], ran: 0, trouble: "the tests wrote no report", slowestMs: 0 };
  const { testResults } = JSON.parse(text) as Report;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const of = (status: string) =>
    tests.filter((test) => test.status === status).map(({ fullName }) => fullName);
  const failed = of("failed");
  return {
    failed,
    ran: failed.length + of("passed").length,
    slowestMs: Math.max(0, ...tests.map(({ duration }) => duration ?? 0)),
    trouble: testResults.map(({ message }) => message.split("\n")[0]).find((line) => line) ?? "",
  };
}
