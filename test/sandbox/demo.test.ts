import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { onDatabase } from "../ground/server.ts";
import { until } from "../ground/until.ts";

const started: ChildProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

interface Demo {
  child: ChildProcess;
  output: () => string;
  /** Standard output alone. */
  said: () => string;
  exit: Promise<number | null>;
}

const program = resolve("sandbox/demo.ts");

function run(...options: string[]): Demo {
  return runIn(".", ...options);
}

function runIn(cwd: string, ...options: string[]): Demo {
  const child = spawn(process.execPath, [program, ...options], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let text = "";
  let said = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
    said += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  const exit = once(child, "close").then(([code]) => code as number | null);
  return { child, output: () => text, said: () => said, exit };
}

/** Waits for the line with every address. */
async function addressesOf(
  demo: Demo,
): Promise<Record<"bot" | "operations" | "slack" | "partnerCenter" | "database", string>> {
  if (!demo.child.stdout) throw new Error("no output");
  const [line] = await once(createInterface(demo.child.stdout), "line");
  return JSON.parse(String(line));
}

/**
 * How long it took where nothing else runs: the processor's time of the process and of those that it has waited for. Where the
 * system doesn't tell, all the time since `from`.
 */
async function tookMs({ pid }: ChildProcess, from: number): Promise<number> {
  if (process.platform !== "linux") return performance.now() - from;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const ticks = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15);
  return ticks.reduce((sum, one) => sum + Number(one), 0) * 10;
}

const answers = (url: string) =>
  fetch(url).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );

test("the demo prints every address, is ready in under ten seconds, and leaves nothing behind on Ctrl-C", async () => {
  const from = performance.now();
  const demo = run("--json");
  const addresses = await addressesOf(demo);
  expect(await tookMs(demo.child, from)).toBeLessThan(10_000);
  expect(Object.keys(addresses)).toEqual([
    "bot",
    "operations",
    "slack",
    "partnerCenter",
    "fulfilment",
    "database",
    "edition",
  ]);
  const pages = [
    `${addresses.bot}/healthz`,
    `${addresses.operations}/readyz`,
    `${addresses.slack}/control/state`,
    `${addresses.partnerCenter}/_sim/control/state`,
  ];
  for (const page of pages) expect(await answers(page)).toBe(true);
  const [postgres] = await onDatabase(addresses.database, async (client) => {
    const { rows } = await client.query<{ file: string }>("select current_setting('data_directory') as file");
    return rows;
  });
  expect(postgres?.file).toBeTruthy();
  // What the app has to say goes elsewhere: whoever reads the line of JSON reads nothing else.
  await onDatabase(addresses.database, (client) =>
    client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'csp-desk %'",
    ),
  );
  await until("the app warns", async () => /"level":40/.test(demo.output()));

  demo.child.kill("SIGINT");
  expect(await demo.exit).toBe(0);
  expect(
    demo
      .said()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([addresses]);
  for (const page of pages) expect(await answers(page)).toBe(false);
  await until("the database is gone", () =>
    onDatabase(addresses.database, async () => false).catch(() => true),
  );
});

test("what people said is kept from one --keep to the next, and the demo says that it is a sandbox", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "demo-keep-"));
  // Open to the account that PostgreSQL runs as, so that its data stays in here and goes with it.
  await chmod(folder, 0o755);
  try {
    const first = runIn(
      folder,
      "--keep",
      "--json",
      "--socket-mode",
      "--edition",
      "2022-07",
      "--seed",
      "mine",
    );
    const { slack, partnerCenter } = await addressesOf(first);
    const lag = { method: "POST", body: JSON.stringify({ cancellationMs: 900_000 }) };
    expect((await fetch(`${partnerCenter}/_sim/control/lag`, lag)).status).toBe(200);
    const said = { person: "admin.agent", text: "Anybody there?", channel: "csp" };
    const posted = await fetch(`${slack}/control/messages`, { method: "POST", body: JSON.stringify(said) });
    expect(posted.status).toBe(200);
    first.child.kill("SIGINT");
    expect(await first.exit).toBe(0);
    expect(first.output().match(/nothing here is real, nothing is bought/g)).toHaveLength(1);
    expect(await readdir(join(folder, ".demo"))).toEqual(
      expect.arrayContaining(["partner-center.json", "slack.json"]),
    );

    const second = runIn(folder, "--keep", "--json");
    const kept = await addressesOf(second);
    const state = await fetch(`${kept.slack}/control/state`);
    expect(await state.text()).toContain("Anybody there?");
    expect(kept).toMatchObject({ edition: "2022-07" });
    expect(second.output()).toContain("a cancellation shows after 900 s");
    second.child.kill("SIGINT");
    expect(await second.exit).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the tour drives the four flows and prints what each person sees, no key in full among it", {
  timeout: 240_000,
}, async () => {
  const demo = run("--tour", "--lag", "2");
  const code = await demo.exit;
  const output = demo.output();
  expect(code, output).toBe(0);
  for (const seen of [
    "Getting keys and downloads needs the role Admin agent",
    "Prices do not include tax.",
    "Ordered.",
    "Activation key",
    "Partner Center accepted the cancellation",
    "Cancelled.",
    "Revoked",
    "Presentada",
  ]) {
    expect(output).toContain(seen);
  }
  // The last minute of the day is not in the window.
  expect(output).toMatch(/(60|59) days left to cancel this order/);
  expect(output).not.toMatch(/\b(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}\b/);
  expect(output).not.toMatch(/"level":(?:40|50)/);
});

test("Ctrl-C while it starts leaves no PostgreSQL behind", { timeout: 240_000 }, async () => {
  for (const pauseMs of [300, 700, 1_100, 1_500]) {
    const demo = run("--json");
    await pause(pauseMs);
    demo.child.kill("SIGINT");
    const code = await demo.exit;
    // Interrupted before it could listen for signals, it has started nothing either.
    expect([0, null], demo.output()).toContain(code);
    expect(await serversOf(demo.child.pid)).toEqual([]);
  }
});

/** PostgreSQL servers whose folder was made by this process. */
async function serversOf(pid: number | undefined): Promise<string[]> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(`csp-desk-temporary-${pid}-`));
  return folders;
}

test("an unknown edition and an unknown option are answered with what there is", async () => {
  for (const options of [["--edition", "1999-01"], ["--nonsense"], ["--lag", "soon"]]) {
    const demo = run(...options);
    expect(await demo.exit).toBe(2);
    expect(demo.output()).toContain("2019-12, 2021-06, 2022-07");
  }
});
