const brokenConnection = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "ENOTFOUND", "53300"]);

/** What the driver says when a query got no answer in time; it has no code for it. */
const unanswered = "Query read timeout";

/** True when the database could not be reached or went away: nothing of the transaction remains, and later it may work. */
export function databaseIsAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (brokenConnection.has(code) || code.startsWith("08") || code.startsWith("57P")) return true;
  // The driver has no code for these either.
  return (
    error.message === unanswered ||
    /^(timeout exceeded when trying to connect|Connection terminated)/.test(error.message)
  );
}
