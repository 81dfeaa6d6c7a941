import { setFlagsFromString } from "node:v8";
import { ConfigProblems } from "./config/env.ts";

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `CSP Desk needs Node.js 24 or newer; this is ${process.version}. On Linux "npm ci" brings it and "npm start" uses it; elsewhere install it from nodejs.org.\n`,
  );
  process.exit(1);
}

/** What a signal does: until the app runs there is nothing in hand. */
let heed = (_signal: NodeJS.Signals): void => process.exit(0);
// From now on: the first process of a container, without a handler, does not hear them at all.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => heed(signal));

// While everything is loaded, V8 would let the young generation grow to all that `npm start` allows it.
setFlagsFromString("--semi-space-growth-factor=1");

// Loaded only now, so that an older Node.js gets the sentence above instead of a syntax error.
const { loadConfig } = await import("./config/config.ts");
const { startApp } = await import("./context.ts");

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(): Promise<void> {
  const { config, secrets } = loadConfig(process.env);
  // V8 lets a heap of 45 MB grow beyond 110 before it clears it. In a worker nobody waits for the processor that clearing earlier takes.
  if (config.role === "worker") setFlagsFromString("--heap-growing-percent=30");
  const app = await startApp(config, secrets);
  // A bot has people waiting, and a larger young generation takes a quarter off the processor time of a command.
  if (config.role !== "worker") setFlagsFromString("--semi-space-growth-factor=2");
  let stopping = false;
  heed = (signal) => {
    if (stopping) process.exit(1);
    stopping = true;
    app.desk.log.info({ signal }, "stopping: finishing what is in hand");
    // Second stage: past the deadline we leave; leases and the sweeper are made for it.
    setTimeout(
      () => {
        app.desk.log.warn({ signal }, "stopped before everything was finished");
        process.exit(1);
      },
      (config.timings.drainSeconds + config.timings.shutdownSeconds) * 1_000,
    ).unref();
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        app.desk.log.error(
          { error: error instanceof Error ? error.message : String(error) },
          "stopping failed",
        );
        process.exit(1);
      },
    );
  };
  const { url, operationsUrl, queue } = app;
  app.desk.log.info({ role: config.role, url, operationsUrl, queue }, "CSP Desk is running");
}

try {
  await main();
} catch (error) {
  say(error instanceof ConfigProblems ? error.message : `CSP Desk could not start: ${explain(error)}`);
  process.exit(1);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
