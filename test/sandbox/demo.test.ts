import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
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

function run(...options: string[]): {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
} {
  const child = spawn(process.execPath, ["sandbox/demo.ts", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  return { child, output: () => text, exit: once(child, "close").then(([code]) => code as number | null) };
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
  if (!demo.child.stdout) throw new Error("no output");
  const [line] = await once(createInterface(demo.child.stdout), "line");
  expect(performance.now() - from).toBeLessThan(10_000);
  const addresses = JSON.parse(String(line));
  expect(Object.keys(addresses)).toEqual([
    "bot",
    "slack",
    "partnerCenter",
    "fulfilment",
    "database",
    "edition",
  ]);
  const pages = [
    `${addresses.bot}/healthz`,
    `${addresses.slack}/control/state`,
    `${addresses.partnerCenter}/_sim/control/state`,
  ];
  for (const page of pages) expect(await answers(page)).toBe(true);
  const [postgres] = await onDatabase(addresses.database, async (client) => {
    const { rows } = await client.query<{ file: string }>("select current_setting('data_directory') as file");
    return rows;
  });
  expect(postgres?.file).toBeTruthy();

  demo.child.kill("SIGINT");
  expect(await demo.exit).toBe(0);
  for (const page of pages) expect(await answers(page)).toBe(false);
  await until("the database is gone", () =>
    onDatabase(addresses.database, async () => false).catch(() => true),
  );
});

test("the tour drives the four flows and prints what each person sees, no key in full among it", {
  timeout: 90_000,
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
    "60 days left to cancel this order",
    "Partner Center accepted the cancellation",
    "Cancelled.",
    "Revoked",
    "Presentada",
  ]) {
    expect(output).toContain(seen);
  }
  expect(output).not.toMatch(/\b(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}\b/);
  expect(output).not.toMatch(/"level":(?:40|50)/);
});

test("an unknown edition and an unknown option are answered with what there is", async () => {
  for (const options of [["--edition", "1999-01"], ["--nonsense"], ["--lag", "soon"]]) {
    const demo = run(...options);
    expect(await demo.exit).toBe(2);
    expect(demo.output()).toContain("2019-12, 2021-06, 2022-07");
  }
});
