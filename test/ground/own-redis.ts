import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { type RunningRedis, startRedis } from "#sandbox/redis/start.ts";

/** A Redis that a test may kill, empty and hold up. */
export interface OwnRedis {
  url: string;
  kill(): Promise<void>;
  /** Again, at the same address: with every write that it had answered, or with nothing. */
  start(what: "with its data" | "empty"): Promise<void>;
  flush(): Promise<void>;
  /** SIGSTOP: connections stay, nothing is answered. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const keep = await mkdtemp(join(tmpdir(), "csp-desk-own-redis-"));
  let running: RunningRedis = await startRedis({ keep });
  const { url } = running;
  const port = Number(new URL(url).port);
  return {
    url,
    kill: () => running.stop(),
    async start(what) {
      if (what === "empty") await rm(join(keep, "appendonlydir"), { recursive: true, force: true });
      running = await startRedis({ keep, port });
    },
    async flush() {
      const redis = new Redis(url);
      try {
        await redis.flushall();
      } finally {
        redis.disconnect();
      }
    },
    pause: () => process.kill(running.pid, "SIGSTOP"),
    resume: () => process.kill(running.pid, "SIGCONT"),
    async stop() {
      await running.stop();
      await rm(keep, { recursive: true, force: true });
    },
  };
}
