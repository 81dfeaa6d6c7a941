import { randomBytes } from "node:crypto";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { connectPostgresBackend } from "#jobs/queues.ts";
import { type RunningPostgres, startPostgres } from "#sandbox/postgres/start.ts";
import { migrateToLatest } from "#src/db/migrate.ts";
import { shapeOf } from "./database-shape.ts";
import { onDatabase, urlOf } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The server of this run, as a user who may create databases. */
    serverUrl: string;
    /** Every database of this run has a name that starts with this. */
    databasePrefix: string;
    /** A migrated database, with the queue's tables, that nobody is connected to. */
    templateDatabase: string;
    /** What its tables look like. */
    templateShape: string;
  }
}

/**
 * Before the first test file: one PostgreSQL for the whole run (a temporary one, or TEST_DATABASE_URL) with one
 * migrated database to clone. After the last: everything is gone again.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const own = process.env.TEST_DATABASE_URL ? null : await startPostgres({ log: say });
  const serverUrl = own?.url ?? String(process.env.TEST_DATABASE_URL);
  const databasePrefix = `csp_desk_test_${randomBytes(4).toString("hex")}_`;
  const templateDatabase = `${databasePrefix}template`;
  const teardown = () => takeDown(own, serverUrl, databasePrefix);
  let templateShape: string;
  try {
    await onDatabase(serverUrl, (client) => client.query(`create database ${templateDatabase}`));
    await migrate(urlOf(serverUrl, templateDatabase));
    templateShape = await onDatabase(urlOf(serverUrl, templateDatabase), shapeOf);
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide("serverUrl", serverUrl);
  project.provide("databasePrefix", databasePrefix);
  project.provide("templateDatabase", templateDatabase);
  project.provide("templateShape", templateShape);
  return teardown;
}

async function migrate(connectionString: string): Promise<void> {
  const pool = new pg.Pool({ connectionString, max: 1 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrateToLatest(db);
    const queue = await connectPostgresBackend({ pool, onError: (error) => say(String(error)) });
    await queue.close();
  } finally {
    await db.destroy();
  }
}

async function takeDown(own: RunningPostgres | null, serverUrl: string, prefix: string): Promise<void> {
  if (own) return own.stop();
  await onDatabase(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "select datname from pg_database where starts_with(datname, $1)",
      [prefix],
    );
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
