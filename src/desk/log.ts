import { pino } from "pino";
import type { Log, LogFields } from "./context.ts";

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

function pick(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => allowed.has(name)));
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
