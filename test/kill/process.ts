import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";

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

function startProcess(entry: URL, env: Record<string, string>): AppProcess {
  const child = fork(entry, {
    env: { PATH: process.env.PATH, ...env },
    execArgv: [],
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

/** A worker that can be killed at a named point. */
export interface KillableWorker {
  /** Dies at this point, the first time that it is reached from now on. */
  arm(point: string): Promise<void>;
  /** Resolves when it was killed; fails when it lives on or ended otherwise. */
  killed(): Promise<void>;
  /** Lets it finish what is in hand. */
  stop(): Promise<void>;
}

export async function startWorkerProcess(env: Record<string, string>): Promise<KillableWorker> {
  const running = startProcess(new URL("./worker-process.ts", import.meta.url), { ...env, ROLE: "worker" });
  const { child, output } = running;
  const says = async (what: string) => {
    const ended = running.gone.then(() => ["nothing, and ended"]);
    const [message] = await Promise.race([once(child, "message"), ended]);
    if (message !== what) throw new Error(`The worker said ${message} instead of ${what}. ${output()}`);
  };
  // Many of them start at once, and the tests beside these have people who wait for Slack's three seconds.
  if (child.pid !== undefined) setPriority(child.pid, 10);
  await says("running");
  return {
    async arm(point) {
      const armed = says(point);
      child.send(point);
      await armed;
    },
    async killed() {
      const { code, signal } = await running.ended();
      if (signal !== "SIGKILL") throw new Error(`The worker ended with ${code ?? signal}. ${output()}`);
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
