import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those that systems give to connections by themselves, as is the port ten thousand further, at which a node of a Redis
 * Cluster talks to the others: none is taken before somebody listens at it.
 */
const [lowest, above] = [10_000, 22_768];
const mostTries = 100;

/** A loopback TCP port that nothing uses now. Another program that asks for this very port may take it first: be ready to ask again. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(lowest, above);
    const probe = createServer().listen(port, "127.0.0.1");
    try {
      await once(probe, "listening");
    } catch {
      continue;
    }
    probe.close();
    await once(probe, "close");
    return port;
  }
  throw new Error("No free port on loopback");
}
