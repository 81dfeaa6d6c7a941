import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningPostgres, startPostgres } from "#sandbox/postgres/start.ts";

/** A PostgreSQL of its own that a test may kill: the others' tests are on another. */
export interface Cluster {
  url: string;
  /** SIGKILL for the postmaster and all its children at once, as when the machine goes down. */
  kill(): void;
  /** Again, on the same data and the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), "csp-desk-cluster-"));
  let running: RunningPostgres = await startPostgres({ dataDir, outlives: "server" });
  const { url } = running;
  const port = Number(new URL(url).port);
  return {
    url,
    kill() {
      const children = spawnSync("ps", ["-o", "pid=", "--ppid", String(running.pid)], { encoding: "utf8" });
      const pids = [running.pid, ...children.stdout.split(/\s+/).filter(Boolean).map(Number)];
      for (const pid of pids) killIfAlive(pid);
    },
    async start() {
      running = await startPostgres({ dataDir, port, outlives: "server" });
    },
    async stop() {
      await running.stop();
      await rm(running.dataDir, { recursive: true, force: true, maxRetries: 5 });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
