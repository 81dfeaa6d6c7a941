import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { compiledOnce } from "../ground/compiled.ts";
import type { Order } from "./app-process.ts";

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of the app with exactly this environment. */
export interface AppProcess {
  child: ChildProcess;
  /** What it wrote to standard output and standard error so far. */
  output(): string;
  /** Resolves when it is gone. */
  gone: Promise<End>;
  /** The same, but after `timeoutMs` it is killed and this rejects with what it said. */
  ended(timeoutMs?: number): Promise<End>;
}

export interface Limits {
  /** No file may grow beyond it: for the process it is as if the disk were full. */
  fileKilobytes?: number;
}

/** Starts this file as a process, and waits for nothing. */
export function startProcess(entry: URL, env: Record<string, string>, limits: Limits = {}): AppProcess {
  const program = [process.execPath, fileURLToPath(entry)];
  const { fileKilobytes } = limits;
  // POSIX counts in blocks of half a kilobyte.
  const limited = ["sh", "-c", `ulimit -f ${(fileKilobytes ?? 0) * 2} && exec "$@"`, "sh", ...program];
  const [command = "", ...rest] = fileKilobytes === undefined ? program : limited;
  const child = spawn(command, rest, {
    env: { PATH: process.env.PATH, ...compiledOnce, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString("utf8");
  const gone = once(child, "close").then(([code, signal]): End => ({ code, signal }));
  return {
    child,
    output,
    gone,
    async ended(timeoutMs = 60_000) {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        child.kill("SIGKILL");
      }, timeoutMs);
      const end = await gone;
      clearTimeout(timer);
      if (late) throw new Error(`The process did not end within ${timeoutMs} ms. It said:\n${output()}`);
      return end;
    },
  };
}

/** The app in a process whose end and whose clock are in its parent's hands. */
export interface KillableApp {
  pid: number;
  /** Where it takes Slack's requests; null for a worker. */
  url: string | null;
  output(): string;
  /** Dies at this point, the first time that it is reached from now on. */
  arm(point: string): Promise<void>;
  /** Its clock is so far ahead of this machine's from now on; behind it where negative. */
  setClock(aheadMs: number): Promise<void>;
  /** Resolves when it was killed; fails when it lives on or ended otherwise. */
  killed(): Promise<void>;
  /** SIGKILL, and it is gone. */
  kill(): Promise<void>;
  /** Lets it finish what is in hand. */
  stop(): Promise<void>;
}

export const startWorkerProcess = (env: Record<string, string>, limits?: Limits): Promise<KillableApp> =>
  startAppProcess({ ...env, ROLE: "worker" }, limits);

export async function startAppProcess(
  env: Record<string, string>,
  limits: Limits = {},
): Promise<KillableApp> {
  const running = startProcess(new URL("./app-process.ts", import.meta.url), env, limits);
  const { child, output, gone } = running;
  const says = async (): Promise<object> => {
    const ended = gone.then(() => [null]);
    const [message] = await Promise.race([once(child, "message"), ended]);
    if (message === null) throw new Error(`The process ended instead of answering. ${output()}`);
    return message as object;
  };
  const order = async (what: Order): Promise<void> => {
    const said = says();
    // One that is gone does not hear it, which `says` tells.
    child.send(what, () => {});
    await said;
  };
  // Many of them start at once, and the tests beside these have people who wait for Slack's three seconds.
  if (child.pid !== undefined) setPriority(child.pid, 5);
  const { runningAt } = (await says()) as { runningAt: string | null };
  return {
    pid: child.pid ?? 0,
    url: runningAt,
    output,
    arm: (point) => order({ dieAt: point }),
    setClock: (aheadMs) => order({ aheadMs }),
    async killed() {
      const { code, signal } = await running.ended();
      if (signal !== "SIGKILL") throw new Error(`The worker ended with ${code ?? signal}. ${output()}`);
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      child.kill("SIGTERM");
      const { code } = await running.ended();
      if (code !== 0) throw new Error(`The worker stopped with ${code}. ${output()}`);
    },
  };
}

/** The app itself, as `npm start` runs it, with the address it listens at. */
export async function startMain(env: Record<string, string>): Promise<AppProcess & { url: string }> {
  const running = startProcess(new URL("../../src/main.ts", import.meta.url), env);
  const { child, output } = running;
  for (;;) {
    const line = output()
      .split("\n")
      .find((one) => one.includes("CSP Desk is running"));
    if (line) return { ...running, url: String((JSON.parse(line) as { url: string }).url) };
    const [chunk] = await Promise.race([
      once(child.stdout ?? child, "data"),
      running.gone.then(() => [null]),
    ]);
    if (chunk === null) throw new Error(`CSP Desk did not start. ${output()}`);
  }
}
