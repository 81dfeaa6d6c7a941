import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, type OpenDatabase, openDatabase, transact } from "#src/db/database.ts";
import { nameStatements } from "#src/db/prepare.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";

let database: TestDatabase;
let opened: OpenDatabase;
beforeAll(async () => {
  database = await createDatabase();
  opened = openDatabase({ url: database.url, applicationName: "test", maxConnections: 3, onError: () => {} });
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

/** What the connection that is shared has prepared of statements that ask for `what`; one is enough for what is asked one by one. */
async function prepared(what: string): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(
    opened.db,
  );
  return rows.map(({ statement }) => statement).filter((text) => text.includes(what));
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

  test("works on when a migration adds a column under it, and shows that column where all are asked for", async () => {
    const all = (db: Database) => db.selectFrom("digests").selectAll().where("id", "=", "none").execute();
    const id = () =>
      opened.db.updateTable("digests").set({ version: 2 }).where("id", "=", "none").returning("id").execute();
    for (let time = 0; time < 8; time += 1) {
      await all(opened.db);
      await id();
    }
    expect(await prepared("digests")).toHaveLength(2);
    await opened.pool.query("alter table digests add column later text");
    await transact(opened.db, all);
    await id();
    await all(opened.db);
    expect(await prepared("digests")).toHaveLength(2);
    await all(opened.db);
    expect(await prepared("digests")).toHaveLength(3);
  });

  test("in a transaction is not prepared where it asks for all columns: there it would fail, and all before it be lost", async () => {
    const client = await opened.pool.connect();
    await client.query("create temporary table growing (id text)");
    const all = () => client.query("select * from growing where id = $1", ["none"]);
    for (let time = 0; time < 3; time += 1) await all();
    const named = { name: "always", text: "select * from growing where id = $1", values: ["none"] };
    await client.query(named);
    await client.query("alter table growing add column later text");
    await client.query("begin");
    await all();
    await expect(client.query(named)).rejects.toThrow("cached plan must not change result type");
    await expect(all()).rejects.toThrow("current transaction is aborted");
    await client.query("rollback");
    expect((await all()).fields.map(({ name }) => name)).toEqual(["id", "later"]);
    client.release();
  });
});

describe("the name of a statement", () => {
  const twice = (text: string) => {
    const names = nameStatements();
    names.nameOf(text);
    return names.nameOf(text);
  };

  test("says whether it asks for all columns, which a migration may add to", () => {
    for (const text of [
      "select id, count(*) from people where id = $1 group by id",
      "select price * $1 from purchases",
      "update people set locale = $1 returning id, locale",
    ])
      expect(twice(text), text).toMatchObject({ open: false });
    for (const text of [
      "select * from people where id = $1",
      'select "links".* from "links" where "id" = $1',
      'select "people"."id", "links".* from "links"',
      "select people.id, * from people where id = $1",
      "update people set locale = $1 returning *",
      "update people set locale = $1\n    returning  *",
    ])
      expect(twice(text), text).toMatchObject({ open: true });
  });

  test("is another for another statement, and given to no more than a connection bears", () => {
    const names = nameStatements();
    const texts = Array.from({ length: 600 }, (_, index) => `select ${index} where $1`);
    for (const text of texts) names.nameOf(text);
    const given = texts.map((text) => names.nameOf(text));
    const distinct = new Set(given.flatMap((named) => named?.name ?? []));
    expect(distinct.size).toBe(500);
    expect(given.filter((named) => named === null)).toHaveLength(100);
    names.rename("select 7 where $1");
    expect(distinct).not.toContain(names.nameOf("select 7 where $1")?.name);
  });
});
