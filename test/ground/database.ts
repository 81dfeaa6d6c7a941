import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { inject } from "vitest";
import { onDatabase, urlOf } from "./server.ts";

export interface TestDatabase {
  url: string;
  /** Removes it, ending any session that is still open. */
  drop(): Promise<void>;
}

/** A database of its own for one test file, with all migrations applied: a clone, so it takes a moment only. */
export async function createDatabase(): Promise<TestDatabase> {
  const serverUrl = inject("serverUrl");
  const name = `${inject("databasePrefix")}${randomBytes(6).toString("hex")}`;
  await onDatabase(serverUrl, (client) =>
    client.query(`create database ${name} template ${inject("templateDatabase")}`),
  );
  return {
    url: urlOf(serverUrl, name),
    drop: () =>
      onDatabase(serverUrl, async (client) => {
        // A session that is just saying goodbye is not cut off in the middle of it.
        for (let waited = 0; waited < 2_000; waited += 20) {
          const open = await client.query("select 1 from pg_stat_activity where datname = $1", [name]);
          if (open.rowCount === 0) break;
          await pause(20);
        }
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}
