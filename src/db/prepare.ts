import type pg from "pg";

/** Each costs memory of the server on each connection that met it. */
const most = 500;

/** A result whose columns a migration may change under a running process. */
const openColumns = /(?:\bselect|\breturning|,|\.)\s*\*/i;

/** Names for statements that are asked for again and again; one for all connections of a pool. */
export interface StatementNames {
  /** Null for what is asked for the first time, and for what is new once there are too many. `open`: it asks for all columns. */
  nameOf(text: string): { name: string; open: boolean } | null;
  /** Has the statement go by another name from now on. */
  rename(text: string): void;
}

export function nameStatements(): StatementNames {
  const names = new Map<string, { name: string; open: boolean } | null>();
  let given = 0;
  const newName = (text: string) => {
    given += 1;
    const named = { name: `desk_${given}`, open: openColumns.test(text) };
    names.set(text, named);
    return named;
  };
  return {
    nameOf(text) {
      const known = names.get(text);
      if (known) return known;
      if (known === null) return newName(text);
      if (names.size < most) names.set(text, null);
      return null;
    },
    rename: newName,
  };
}

/**
 * Has PostgreSQL parse and plan a statement once for a connection, and not each time it is asked for: that is more than half of what a
 * short one costs it. What asks for all columns is refused once a migration has added one, before anything is done, and is
 * asked for anew; that can't be in a transaction, so there it is not prepared.
 */
export function prepareRepeated(client: pg.PoolClient, names: StatementNames): void {
  const ask = client.query.bind(client) as (...given: unknown[]) => unknown;
  client.query = ((...given: unknown[]) => {
    const [text, values, callback] = given;
    const isRepeatable = typeof text === "string" && Array.isArray(values) && values.length > 0;
    const named = isRepeatable ? names.nameOf(text) : null;
    if (!isRepeatable || !named) return ask(...given);
    const { name, open } = named;
    if (!open) return ask({ name, text }, values, callback);
    if (callback !== undefined || client.getTransactionStatus() !== "I") return ask(...given);
    return (ask({ name, text }, values) as Promise<unknown>).catch((error: unknown) => {
      if (!isOutdated(error)) throw error;
      names.rename(text);
      return ask(text, values);
    });
  }) as typeof client.query;
}

/** What PostgreSQL says of a prepared statement whose result would have other columns by now. */
function isOutdated(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "0A000" &&
    "routine" in error &&
    error.routine === "RevalidateCachedQuery"
  );
}
