import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect, sql } from "kysely";
import { type Migration, Migrator, NO_MIGRATIONS } from "kysely/migration";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { migrations } from "#migrations/index.ts";
import { appliedMigrations, DatabaseTooNew, migrateToLatest } from "#src/db/migrate.ts";
import { runScript } from "../ground/run-script.ts";
import { onDatabase, urlOf } from "../ground/server.ts";

let name: string;
const open: Kysely<unknown>[] = [];

beforeEach(async () => {
  name = `${inject("databasePrefix")}${randomBytes(6).toString("hex")}`;
  await onDatabase(inject("serverUrl"), (client) => client.query(`create database ${name}`));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((db) => db.destroy()));
  await onDatabase(inject("serverUrl"), async (client) => {
    // A pool is closed before the server has seen its last connection go.
    const sessions = () => client.query("select 1 from pg_stat_activity where datname = $1", [name]);
    while ((await sessions()).rowCount !== 0) await pause(5);
    await client.query(`drop database ${name}`);
  });
});

function connect(): Kysely<unknown> {
  const pool = new pg.Pool({ connectionString: urlOf(inject("serverUrl"), name), max: 1 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  open.push(db);
  return db;
}

/** Everything that the migrations could leave behind: tables, indexes, sequences, types, functions, triggers. */
async function objects(db: Kysely<unknown>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select 'relation ' || relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relname not like 'kysely%'
    union all select 'type ' || typname from pg_type
      where typnamespace = 'public'::regnamespace and typname not like '%kysely%'
    union all select 'function ' || proname from pg_proc where pronamespace = 'public'::regnamespace
    union all select 'trigger ' || tgname from pg_trigger where not tgisinternal
    order by 1`.execute(db);
  return rows.map((row) => row.name);
}

test("invariant 4: an empty database comes up with every migration, in order", async () => {
  const db = connect();
  await migrateToLatest(db);
  expect(await appliedMigrations(db)).toEqual(Object.keys(migrations));
  expect(Object.keys(migrations)).toEqual(Object.keys(migrations).sort());
  expect(await objects(db)).toContain("relation cancellations_one_per_line");
});

test("invariant 4: the command brings up an empty database, names each migration, and looks only when told so", async () => {
  const run = (...words: string[]) =>
    runScript("migrate", { DATABASE_URL: urlOf(inject("serverUrl"), name) }, ...words);
  const told = (what: string) => Object.keys(migrations).map((one) => `${one} ${what}\n`);
  expect(await run("status")).toEqual({ code: 1, said: told("is missing: npm run migrate").join("") });
  expect(await run()).toEqual({ code: 0, said: `${told("applied").join("")}The database is up to date.\n` });
  expect(await run()).toEqual({ code: 0, said: "The database is up to date.\n" });
});

test("invariant 4: migrating again changes nothing", async () => {
  const db = connect();
  await migrateToLatest(db);
  const before = await objects(db);
  await migrateToLatest(db);
  expect(await objects(db)).toEqual(before);
});

test("invariant 4: ten processes that start at once apply each migration once", async () => {
  await Promise.all(Array.from({ length: 10 }, () => migrateToLatest(connect())));
  expect(await appliedMigrations(connect())).toEqual(Object.keys(migrations));
});

test("invariant 4: the way down leaves nothing, and the way up works again", async () => {
  const db = connect();
  await migrateToLatest(db);
  const before = await objects(db);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  expect((await migrator.migrateTo(NO_MIGRATIONS)).error).toBeUndefined();
  expect(await objects(db)).toEqual([]);
  await migrateToLatest(db);
  expect(await objects(db)).toEqual(before);
});

test("invariant 4: a migration that can't be applied says so and leaves nothing", async () => {
  const db = connect();
  await sql`create table messages (in_the_way integer)`.execute(db);
  await expect(migrateToLatest(db)).rejects.toThrow(/nothing was applied/);
  expect(await objects(db)).toEqual(["relation messages", "type _messages", "type messages"]);
});

const adds = (table: string): Migration => ({
  up: (db) => db.schema.createTable(table).addColumn("id", "integer").execute(),
});

test("invariant 4: code that is older than the database starts, and leaves what newer code added", async () => {
  const db = connect();
  const newer = { ...migrations, "29990101T000000-more": adds("more") };
  await migrateToLatest(db, newer);
  await migrateToLatest(db);
  expect(await appliedMigrations(db)).toEqual(Object.keys(newer));
  expect(await objects(db)).toContain("relation more");
});

test("invariant 4: where newer code took something away, the code that still used it does not start", async () => {
  const db = connect();
  const newest = Object.keys(migrations).at(-1) ?? "";
  const contracted = {
    ...migrations,
    [`29990101T000000-contract-since-${newest.slice(0, 15)}`]: adds("one"),
  };
  await migrateToLatest(db, contracted);
  await migrateToLatest(db);
  await migrateToLatest(db, { ...contracted, "29990103T000000-contract-since-29990102T000000": adds("two") });
  await expect(migrateToLatest(db)).rejects.toThrow(DatabaseTooNew);
});

test("invariant 4: a ledger that lacks one of ours is not taken for a newer one", async () => {
  const db = connect();
  const [first = ""] = Object.keys(migrations);
  const { [first]: _, ...others } = migrations;
  await migrateToLatest(db);
  await expect(migrateToLatest(db, others)).rejects.toThrow(/nothing was applied/);
});
