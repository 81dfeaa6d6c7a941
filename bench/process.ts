import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";

/** A process that a bench started. */
export interface BenchProcess {
  child: ChildProcess;
  /** Where it listens; empty where it does not. */
  url: string;
  /** Where it tells operators of itself; empty where it does not. */
  operationsUrl: string;
  /** Resident memory, in MB. */
  memory(): number;
  /** Sends a task and resolves with its answer. */
  ask<T>(task: object): Promise<T>;
  stop(): Promise<void>;
}

/** As in `npm start`. */
const asStarted = ["--max-semi-space-size=32"];

/** What a process says of itself when it runs. */
interface Said {
  url?: string | null;
  operationsUrl?: string | null;
}

/**
 * Starts a program of this folder, or the app itself, in a process of its own and waits until it says that it runs: a line
 * of JSON with `ready`, or the app's own line. Throws with what it said when it ends before.
 */
export async function startProcess(
  program: "app" | "slack" | "bare-bot" | "bare-worker",
  env: Record<string, string>,
): Promise<BenchProcess> {
  const file = program === "app" ? "../src/main.ts" : `./processes/${program}.ts`;
  const child = fork(new URL(file, import.meta.url), {
    env: { PATH: process.env.PATH, ...env },
    execArgv: program === "app" ? asStarted : [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const gone = once(child, "close");
  const said: string[] = [];
  const listen = (chunk: Buffer) => void said.push(chunk.toString());
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  let running: Said | null = null;
  while (!running) {
    const line = said
      .join("")
      .split("\n")
      .find((one) => /"ready":true|CSP Desk is running/.test(one) && one.endsWith("}"));
    if (line) running = JSON.parse(line) as Said;
    else {
      const ended = await Promise.race([
        once(child.stdout ?? child, "data").then(() => false),
        gone.then(() => true),
      ]);
      if (ended) throw new Error(`${program} did not start: ${said.join("")}`);
    }
  }
  child.stdout?.off("data", listen).resume();
  child.stderr?.off("data", listen).pipe(process.stderr);
  return {
    child,
    url: running.url ?? "",
    operationsUrl: running.operationsUrl ?? "",
    memory: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)]).toString()) / 1_024,
    async ask<T>(task: object) {
      child.send(task);
      const answered = await Promise.race([once(child, "message"), gone.then(() => null)]);
      if (!answered) throw new Error(`${program} ended: ${said.join("")}`);
      return answered[0] as T;
    },
    async stop() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}
