import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import { nameStatements, prepareRepeated } from "#src/db/prepare.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";

let database: TestDatabase;
let opened: OpenDatabase;
beforeAll(async () => {
  database = await createDatabase();
  opened = openDatabase({ url: database.url, applicationName: "test", maxConnections: 1, onError: () => {} });
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

/** What the one connection has prepared of statements that ask for `what`. */
async function prepared(what: string): Promise<string[]> {
  const { rows } = await opened.pool.query("select statement from pg_prepared_statements");
  return rows.map((row) => String(row.statement)).filter((text) => text.includes(what));
}

describe("what is asked for again and again", () => {
  test("is prepared the second time, once for a connection, and answers alike", async () => {
    const ask = async (id: string) => {
      const { rows } = await sql`select id, display_name from people where id = ${id}`.execute(opened.db);
      return rows;
    };
    expect(await ask("per_1")).toEqual([]);
    expect(await prepared("display_name")).toEqual([]);
    for (let time = 0; time < 8; time += 1) expect(await ask(`per_${time}`)).toEqual([]);
    expect(await prepared("display_name")).toHaveLength(1);
  });

  test("works on when a migration adds a column under it, also where all columns are asked for", async () => {
    const all = () => opened.db.selectFrom("digests").selectAll().where("id", "=", "none").execute();
    const named = () =>
      opened.db.updateTable("digests").set({ version: 2 }).where("id", "=", "none").returning("id").execute();
    for (let time = 0; time < 8; time += 1) await Promise.all([all(), named()]);
    expect(await prepared("digests")).toHaveLength(1);
    await opened.pool.query("alter table digests add column later text");
    await all();
    await named();
  });

  test("of all columns would fail from then on if it were prepared", async () => {
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query("create temporary table growing (id text)");
    let serial = 0;
    prepareRepeated(client as unknown as pg.PoolClient, { nameOf: () => `always_${serial}` });
    const all = () => client.query("select * from growing where id = $1", ["none"]);
    await all();
    await client.query("alter table growing add column later text");
    await expect(all()).rejects.toThrow("cached plan must not change result type");
    serial += 1;
    await all();
    await client.end();
  });
});

describe("the name of a statement", () => {
  const twice = (text: string) => {
    const names = nameStatements();
    names.nameOf(text);
    return names.nameOf(text);
  };

  test("is given for columns that are named, and not where a migration may add one to them", () => {
    for (const text of [
      "select id, count(*) from people where id = $1 group by id",
      "select price * $1 from purchases",
      "update people set locale = $1 returning id, locale",
    ])
      expect(twice(text), text).not.toBeNull();
    for (const text of [
      "select * from people where id = $1",
      'select "links".* from "links" where "id" = $1',
      'select "people"."id", "links".* from "links"',
      "select people.id, * from people where id = $1",
      "update people set locale = $1 returning *",
      "update people set locale = $1\n    returning  *",
    ])
      expect(twice(text), text).toBeNull();
  });

  test("is another for another statement, and given to no more than a connection bears", () => {
    const names = nameStatements();
    const texts = Array.from({ length: 600 }, (_, index) => `select ${index} where $1`);
    for (const text of texts) names.nameOf(text);
    const given = texts.map((text) => names.nameOf(text));
    const distinct = new Set(given.filter((name) => name !== null));
    expect(distinct.size).toBe(500);
    expect(given.filter((name) => name === null)).toHaveLength(100);
  });
});
