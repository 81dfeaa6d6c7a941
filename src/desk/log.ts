import { pino } from "pino";
import type { Log, LogFields } from "./context.ts";
import { correlationId } from "./correlation.ts";

/** The only fields that reach the log: codes and ids. Anything else is left out, whatever it holds. */
const allowed = new Set([
  "attempt",
  "code",
  "correlationId",
  "detail",
  "durationMs",
  "error",
  "found",
  "from",
  "id",
  "kind",
  "message",
  "operation",
  "operationsUrl",
  "path",
  "queue",
  "reference",
  "request",
  "requestId",
  "role",
  "signal",
  "status",
  "topic",
  "url",
  "where",
]);

/** What is allowed of the fields, and which piece of work the line belongs to, where they don't say so themselves. */
function pick(fields: LogFields): LogFields {
  const picked = Object.fromEntries(Object.entries(fields).filter(([name]) => allowed.has(name)));
  const underWay = picked.correlationId ? null : correlationId();
  return underWay === null ? picked : { ...picked, correlationId: underWay };
}

/** JSON lines to `destination` (default: standard output), by allow list. */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = destination
    ? pino(options, destination)
    : pino(options, pino.destination({ dest: 1, sync: true }));
  return {
    debug: (fields, message) => logger.debug(pick(fields), message),
    info: (fields, message) => logger.info(pick(fields), message),
    warn: (fields, message) => logger.warn(pick(fields), message),
    error: (fields, message) => logger.error(pick(fields), message),
  };
}
