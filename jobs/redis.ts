import { Cluster, Redis, type RedisOptions } from "ioredis";

/** Where Redis is more than one server: whom to ask first. */
export interface RedisNodes {
  kind: "sentinel" | "cluster";
  nodes: readonly { host: string; port: number }[];
}

export type RedisClient = Redis | Cluster;

/**
 * A client that is not connected yet. Of `url` a Cluster takes user, password and TLS, and Sentinels take the host for the
 * name of the master besides. A client for workers waits for Redis; any other fails fast.
 */
export function openRedis(input: { url: string; nodes: RedisNodes | null; forWorker: boolean }): RedisClient {
  const { nodes, forWorker } = input;
  const comeBack = (times: number) => Math.min(50 * 2 ** Math.min(times, 7), 5_000);
  const options = {
    maxRetriesPerRequest: forWorker ? null : 1,
    connectTimeout: 5_000,
    // A server that is gone without a word must not be waited for; a worker's longest ordinary wait is ten seconds.
    socketTimeout: forWorker ? 15_000 : 5_000,
  } satisfies RedisOptions;
  const standing = { lazyConnect: true, enableOfflineQueue: forWorker };
  if (nodes === null) return new Redis(input.url, { ...options, ...standing, retryStrategy: comeBack });

  const { username, password, protocol, hostname, pathname } = new URL(input.url);
  const access = {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  } satisfies RedisOptions;
  if (nodes.kind === "cluster")
    return new Cluster([...nodes.nodes], {
      ...standing,
      clusterRetryStrategy: comeBack,
      redisOptions: { ...options, ...access },
    });
  return new Redis({
    ...options,
    ...standing,
    ...access,
    retryStrategy: comeBack,
    sentinels: [...nodes.nodes],
    name: hostname,
    db: Number(pathname.slice(1) || 0),
    sentinelRetryStrategy: comeBack,
    sentinelCommandTimeout: 5_000,
    ...(password ? { sentinelPassword: decodeURIComponent(password) } : {}),
    ...(protocol === "rediss:" ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  });
}

/** What each server that holds data says of itself. Throws when one does not answer. */
export async function readInfo(client: RedisClient, section: "memory" | "persistence"): Promise<string[]> {
  const servers = client instanceof Cluster ? client.nodes("master") : [client];
  return Promise.all(servers.map((server) => server.info(section)));
}

/** How a server treats keys when its memory is full, by what it said about its memory. */
export const memoryPolicy = (memory: string): string =>
  /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? "unknown";
