import { spawnSync } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const GLANCE_MS = 20;
const PATIENCE_MS = 30_000;

/** What a server writes about itself in its data folder. */
interface Lock {
  pid: number;
  status: string;
}

interface Process {
  parent: number;
  command: string;
}

/** The lock file of a data folder, or null when there is none. */
export async function readLock(cluster: string): Promise<Lock | null> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => null);
  if (text === null) return null;
  const lines = text.split("\n");
  return { pid: Number(lines[0]), status: lines[7]?.trim() ?? "" };
}

/** A running process, or null when it is gone (a zombie is gone). */
export async function processOf(pid: number): Promise<Process | null> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (!state || state === "Z" || state === "X") return null;
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return { parent: Number(parent), command: command.replaceAll("\0", " ") };
  }
  const ps = spawnSync("ps", ["-o", "ppid=,stat=,command=", "-p", String(pid)], { encoding: "utf8" });
  const [, parent, state, command] = /^\s*(\d+)\s+(\S+)\s+(.*)/.exec(ps.stdout ?? "") ?? [];
  if (!parent || state?.startsWith("Z")) return null;
  return { parent: Number(parent), command: command ?? "" };
}

/** The name a server is given, so that its command line tells who started it. */
export function nameFor(launcher: number): string {
  return `csp-desk-${launcher}`;
}

/**
 * Makes a data folder free to start in: stops a server whose launcher has died and removes the lock of one that has
 * died itself. Throws when a living launcher still uses the folder.
 */
export async function release(cluster: string): Promise<void> {
  const lock = await readLock(cluster);
  if (!lock) return;
  const server = await processOf(lock.pid);
  if (server && mentions(server, cluster)) {
    if (mentions(server, `cluster_name=${nameFor(server.parent)}`)) {
      throw new Error(
        `The database in ${cluster} is in use by process ${server.parent}: stop that one first`,
      );
    }
    await stopServer(lock.pid);
  }
  await rm(join(cluster, "postmaster.pid"), { force: true });
}

function mentions({ command }: Process, word: string): boolean {
  return `${command} `.includes(` ${word} `);
}

/** Fast shutdown: ends open sessions, writes everything down, and waits until the process is gone. */
export async function stopServer(pid: number): Promise<void> {
  try {
    process.kill(pid, "SIGINT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
  const gone = await until(async () => (await processOf(pid)) === null);
  if (!gone) throw new Error(`PostgreSQL (process ${pid}) does not stop`);
}

/** Looks again and again until the fact holds; false when it has not after half a minute. */
export async function until(fact: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (await fact()) return true;
    await pause(GLANCE_MS);
  }
  return false;
}
