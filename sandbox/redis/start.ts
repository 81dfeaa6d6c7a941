import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../free-port.ts";

const PROGRAM = "redis-server";

export interface RunningRedis {
  /** For REDIS_URL. */
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Why this machine cannot start a Redis of its own, or null when it can. */
export function redisMissing(): string | null {
  const { status } = spawnSync(PROGRAM, ["--version"]);
  return status === 0 ? null : `there is no ${PROGRAM} on the PATH`;
}

/**
 * Starts the machine's redis-server on loopback (port 0, the default, takes a free one), set up as BullMQ asks: in memory
 * only, or with every write in the append-only file of the folder `keep`, from which the next start goes on. Throws when
 * there is none, or when it does not start; the message holds what it said.
 */
export async function startRedis(options: { port?: number; keep?: string } = {}): Promise<RunningRedis> {
  const { keep } = options;
  const missing = redisMissing();
  if (missing) throw new Error(`Redis cannot be started: ${missing}`);
  const port = options.port || (await freePort());
  const dir = keep ?? (await mkdtemp(join(tmpdir(), "csp-desk-redis-")));
  const settings = {
    port,
    bind: "127.0.0.1",
    dir,
    save: "",
    ...(keep === undefined ? { appendonly: "no" } : { appendonly: "yes", appendfsync: "always" }),
    "maxmemory-policy": "noeviction",
    // The default of 10 looks at timers ten times a second, which makes every delayed job late.
    hz: 100,
  };
  const server = spawn(
    PROGRAM,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  await once(server, "spawn");
  const ended = once(server, "exit").then(async () => {
    if (keep === undefined) await rm(dir, { recursive: true, force: true });
  });

  const said: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    said.push(line);
    if (line.includes("Ready to accept connections")) break;
  }
  server.stdout.resume();
  if (server.pid === undefined || !said.at(-1)?.includes("Ready to accept connections")) {
    await ended;
    throw new Error(`Redis did not start on port ${port}:\n${said.join("\n")}`);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: server.pid,
    async stop() {
      server.kill("SIGKILL");
      await ended;
    },
  };
}
