import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { databaseIsAway } from "#src/db/away.ts";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import { type Gate, openGate } from "../ground/gate.ts";

let database: TestDatabase;
let gate: Gate;
let opened: OpenDatabase;
beforeAll(async () => {
  database = await createDatabase();
  gate = await openGate(database.url);
  opened = openDatabase({
    url: `${gate.url}?query_timeout=2000`,
    applicationName: "test",
    maxConnections: 3,
    onError: () => {},
  });
});
afterAll(async () => {
  await opened.close();
  await gate.close();
  await database.drop();
});

test("invariant 1: a connection that is left half open is given up, and the next query has another", async () => {
  const ask = () => sql`select 1`.execute(opened.db);
  await ask();
  gate.abandon();
  expect(databaseIsAway(await ask().catch((error: unknown) => error))).toBe(true);
  await ask();
});

test("invariant 1: who listens on a connection that is left half open hears of it", async () => {
  const client = await opened.pool.connect();
  const heard = new Promise<Error>((resolve) => client.once("error", resolve));
  gate.abandon();
  await expect(client.query("select 1")).rejects.toThrow("Query read timeout");
  expect(databaseIsAway(await heard)).toBe(true);
  client.release(true);
});
