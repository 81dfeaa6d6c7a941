/**
 * How many connections to PostgreSQL a process of this role opens at most. More would be slower, not faster: they share the server's
 * processors, and those that write for one workspace wait for each other at the end of its activity (docs/performance.md).
 */
export function poolSize(role: "all" | "bot" | "worker", queues: "redis" | "postgres"): number {
  const bot = role === "worker" ? 0 : 6;
  // The relay listens on one of a worker's; without Redis each of the five queues does so on another.
  const worker = role === "bot" ? 0 : queues === "redis" ? 8 : 13;
  return bot + worker;
}
