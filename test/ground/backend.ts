import { connectPostgresBackend, connectRedisBackend, type QueueBackend } from "#jobs/queues.ts";
import type { OpenDatabase } from "#src/db/database.ts";

/** The queue where this suite wants it: on its own Redis, or in its own database. */
export function connectBackend(
  redisUrl: string | null,
  opened: OpenDatabase,
  onError: (error: Error, where: string) => void = () => {},
): Promise<QueueBackend> {
  return redisUrl
    ? connectRedisBackend({ url: redisUrl, onError })
    : connectPostgresBackend({ pool: opened.pool, onError });
}
