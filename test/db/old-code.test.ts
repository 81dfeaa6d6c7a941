import { randomBytes } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { migrations } from "#migrations/index.ts";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import { onDatabase, urlOf } from "../ground/server.ts";

/** The newest migration of the last release: code that knows no other may run beside all that come after. */
const released = "20261123T053000-home";

interface Column {
  type: string;
  nullable: boolean;
  /** Filled in where nothing is said. */
  filled: boolean;
}

interface Shape {
  /** By table and column. */
  columns: Map<string, Column>;
  /** What rows must obey, by table and name: checks, foreign keys, unique indexes, with the columns in it. */
  demands: Map<string, { text: string; columns: string[] }>;
}

async function shapeOf<Tables>(db: Kysely<Tables>): Promise<Shape> {
  const columns = await sql<{ name: string; type: string; nullable: boolean; filled: boolean }>`
    select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      not a.attnotnull as nullable, a.atthasdef or a.attidentity <> '' as filled
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`.execute(
    db,
  );
  const demands = await sql<{ name: string; text: string; columns: string[] }>`
    select k.conrelid::regclass || '.' || k.conname as name, pg_get_constraintdef(k.oid) as text,
      array(select attname::text from pg_attribute where attrelid = k.conrelid and attnum = any (k.conkey)) as columns
    from pg_constraint k where k.connamespace = 'public'::regnamespace and k.contype in ('c', 'f')
    union all select i.indrelid::regclass || '.' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid),
      array(select attname::text from pg_attribute where attrelid = i.indrelid and attnum = any (i.indkey))
    from pg_index i join pg_class c on c.oid = i.indrelid where i.indisunique and c.relnamespace = 'public'::regnamespace`.execute(
    db,
  );
  return {
    columns: new Map(columns.rows.map(({ name, ...column }) => [name, column])),
    demands: new Map(demands.rows.map(({ name, ...demand }) => [name, demand])),
  };
}

/** The values in the lists of a check, and the check without them. */
const listed = (check: string) => new Set(check.match(/'[^']*'/g));
const withoutLists = (check: string) => check.replace(/(, )?'[^']*'(::\w+( \w+)*)?/g, "");

/** Whether a check differs from what it was by more values in its lists alone. */
const widens = (was: string | undefined, is: string) =>
  was !== undefined && withoutLists(was) === withoutLists(is) && listed(was).isSubsetOf(listed(is));

/** What code that was written for `before` could stumble over in `after`. */
function troubles(before: Shape, after: Shape): string[] {
  const tables = new Set([...before.columns.keys()].map((name) => name.split(".")[0]));
  const found: string[] = [];
  for (const [name, was] of before.columns) {
    const is = after.columns.get(name);
    if (!is) found.push(`${name} is gone`);
    else if (is.type !== was.type) found.push(`${name} is ${is.type} and was ${was.type}`);
    else if (was.nullable && !is.nullable) found.push(`${name} may no longer be null`);
  }
  for (const [name, { nullable, filled }] of after.columns) {
    const isNew = !before.columns.has(name) && tables.has(name.split(".")[0]);
    if (isNew && !nullable && !filled) found.push(`${name} must be filled by code that does not know it`);
  }
  for (const [name, { text, columns }] of after.demands) {
    const [table = ""] = name.split(".");
    const was = before.demands.get(name)?.text;
    if (!tables.has(table) || was === text) continue;
    // A row in which a new column is null satisfies what is asked of it.
    const ofNewColumns = columns.some((column) => {
      const isNew = !before.columns.has(`${table}.${column}`);
      return isNew && after.columns.get(`${table}.${column}`)?.nullable;
    });
    if (!widens(was, text) && !ofNewColumns) found.push(`${name} asks for more: ${text}`);
  }
  return found;
}

const name = `${inject("databasePrefix")}${randomBytes(6).toString("hex")}`;
let opened: OpenDatabase;

beforeAll(async () => {
  await onDatabase(inject("serverUrl"), (client) => client.query(`create database ${name}`));
  opened = openDatabase({
    url: urlOf(inject("serverUrl"), name),
    applicationName: "test",
    maxConnections: 4,
    onError: () => {},
  });
});
afterAll(async () => {
  await opened.close();
  await onDatabase(inject("serverUrl"), (client) => client.query(`drop database ${name}`));
});

test("invariant 4: no migration since the last release disturbs the code of that release", async () => {
  const names = Object.keys(migrations);
  const migrator = new Migrator({ db: opened.db, provider: { getMigrations: async () => migrations } });
  const to = async (name: string) => {
    const { error } = await migrator.migrateTo(name);
    if (error) throw error;
    return shapeOf(opened.db);
  };
  const before = await to(released);
  const found: Record<string, string[]> = {};
  for (const name of names.slice(names.indexOf(released) + 1)) {
    const trouble = troubles(before, await to(name));
    if (trouble.length > 0) found[name] = trouble;
  }
  expect(found, "expand now, contract a release later: CONTRIBUTING.md").toEqual({});
});

test.each([
  ["alter table people drop column locale", "people.locale is gone"],
  ["alter table people rename column locale to language", "people.locale is gone"],
  ["alter table outbox rename to inbox", "outbox.id is gone"],
  [
    "alter table people alter column locale type varchar(2)",
    "people.locale is character varying(2) and was text",
  ],
  ["alter table purchases alter column cart_id set not null", "purchases.cart_id may no longer be null"],
  [
    "alter table people add column shoe_size text not null",
    "people.shoe_size must be filled by code that does not know it",
  ],
  ["create unique index one on people (locale)", "people.one asks for more"],
  ["alter table people add constraint short check (length(locale) < 3)", "people.short asks for more"],
  [
    "alter table outbox drop constraint outbox_topic_check, add constraint outbox_topic_check check (topic in ('message'))",
    "outbox.outbox_topic_check asks for more",
  ],
])("invariant 4: the old code would stumble over: %s", async (change, trouble) => {
  const before = await shapeOf(opened.db);
  const undo = new Error("undo");
  const changed = opened.db.transaction().execute(async (trx) => {
    await sql.raw(change).execute(trx);
    expect(troubles(before, await shapeOf(trx))).toContainEqual(expect.stringContaining(trouble));
    throw undo;
  });
  await expect(changed).rejects.toBe(undo);
});

test.each([
  "alter table people add column shoe_size text check (shoe_size in ('42', '43'))",
  "alter table people add column shoe_size integer not null default 42",
  "create table shoes (id text primary key, size integer not null check (size > 0))",
])("invariant 4: the old code goes on with: %s", async (change) => {
  const before = await shapeOf(opened.db);
  const undo = new Error("undo");
  const changed = opened.db.transaction().execute(async (trx) => {
    await sql.raw(change).execute(trx);
    expect(troubles(before, await shapeOf(trx))).toEqual([]);
    throw undo;
  });
  await expect(changed).rejects.toBe(undo);
});
