import type pg from "pg";

/** Each costs memory of the server on each connection that met it. */
const most = 500;

/** A result whose columns a migration may change under a running process: prepared, it would fail from then on. */
const openColumns = /(?:\bselect|\breturning|,|\.)\s*\*/i;

/** Names for statements that are asked for again and again; one for all connections of a pool. */
export interface StatementNames {
  /** Null for what is asked for the first time, for what is never to be prepared, and for everything once there are too many. */
  nameOf(text: string): string | null;
}

export function nameStatements(): StatementNames {
  const names = new Map<string, string | null>();
  let given = 0;
  return {
    nameOf(text) {
      const known = names.get(text);
      if (known === undefined) {
        if (names.size < most && !openColumns.test(text)) names.set(text, null);
        return null;
      }
      if (known !== null) return known;
      given += 1;
      const name = `desk_${given}`;
      names.set(text, name);
      return name;
    },
  };
}

/**
 * Has PostgreSQL parse and plan a statement once for a connection, and not each time it is asked for: that is more than half of what a short one
 * costs it.
 */
export function prepareRepeated(client: pg.PoolClient, names: StatementNames): void {
  const ask = client.query.bind(client) as (...given: unknown[]) => unknown;
  client.query = ((...given: unknown[]) => {
    const [text, values, ...rest] = given;
    const name = typeof text === "string" && Array.isArray(values) && values.length > 0 && names.nameOf(text);
    return name ? ask({ name, text }, values, ...rest) : ask(...given);
  }) as typeof client.query;
}
