import { readFileSync } from "node:fs";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cancellationMoves } from "#src/cancellations/statuses.ts";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import { keyRequestMoves } from "#src/fulfilment/statuses.ts";
import { purchaseMoves } from "#src/purchases/statuses.ts";
import { requestTables } from "#src/requests/tables.ts";
import { supportRequestMoves } from "#src/support-requests/statuses.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";

/** The row types are written by hand; this file reads them as text and holds them against the migrated database. */

let database: TestDatabase;
let opened: OpenDatabase;
beforeAll(async () => {
  database = await createDatabase();
  opened = openDatabase({ url: database.url, applicationName: "test", maxConnections: 4, onError: () => {} });
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

const source = readFileSync(new URL("../../src/db/rows.ts", import.meta.url), "utf8");
const stringUnions = new Set(
  [...source.matchAll(/^export type (\w+) =((?:\s*\|?\s*"\w+")+);$/gm)].map((match) => match[1]),
);

interface Column {
  base: string;
  nullable: boolean;
  hasDefault: boolean;
}

function propertiesOf(name: string): Map<string, string> {
  const block = new RegExp(`interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  if (block === undefined) throw new Error(`rows.ts has no ${name}`);
  const own = [...block.matchAll(/^ {2}(\w+): (.+);$/gm)].map(
    (match) => [match[1], match[2]] as [string, string],
  );
  const parent = new RegExp(`interface ${name} extends (\\w+)`).exec(source)?.[1];
  return new Map([...(parent ? propertiesOf(parent) : []), ...own]);
}

const tables = [...propertiesOf("Rows")].map(([table, row]) => ({ table, row }));

/** What the database must have for a property of this type. */
function columnFor(type: string): Column {
  const outer = /^(Generated|Json|GeneratedJson|ColumnType)<(.*)>$/.exec(type);
  if (outer?.[1] === "Generated") return { ...columnFor(outer[2] ?? ""), hasDefault: true };
  if (outer?.[1] === "Json") return { base: "json", nullable: false, hasDefault: false };
  if (outer?.[1] === "GeneratedJson") return { base: "json", nullable: false, hasDefault: true };
  if (outer?.[1] === "ColumnType") {
    const [selected = "", inserted = ""] = (outer[2] ?? "").split(", ");
    const base = /^(FailureRecord|SupportTicket|LastSupportUpdate|OfferedContent)\b/.test(selected)
      ? "json"
      : columnFor(selected).base;
    return { base, nullable: selected.endsWith("| null"), hasDefault: inserted === "never" };
  }
  const parts = type.split(" | ");
  const nullable = parts.includes("null");
  const [first = "", ...more] = parts.filter((part) => part !== "null");
  const base =
    first.startsWith('"') || /^(Status|\w+(?:Kind|Status))$/.test(first) || stringUnions.has(first)
      ? "string"
      : first === "Decimal"
        ? "decimal"
        : first;
  if (more.some((part) => !part.startsWith('"'))) throw new Error(`mixed type ${type}`);
  return { base, nullable, hasDefault: false };
}

const baseOf: Record<string, string> = {
  text: "string",
  uuid: "string",
  bigint: "string",
  numeric: "decimal",
  integer: "number",
  "double precision": "number",
  boolean: "boolean",
  "timestamp with time zone": "Date",
  jsonb: "json",
  bytea: "Buffer",
  ARRAY: "string[]",
};

async function columnsOf(table: string): Promise<Record<string, Column>> {
  const { rows } = await sql<{
    column_name: string;
    is_nullable: string;
    data_type: string;
    column_default: string | null;
    is_identity: string;
    is_generated: string;
  }>`select column_name, is_nullable, data_type, column_default, is_identity, is_generated from information_schema.columns
     where table_schema = 'public' and table_name = ${table} order by ordinal_position`.execute(opened.db);
  return Object.fromEntries(
    rows.map((row) => [
      row.column_name,
      {
        base: baseOf[row.data_type] ?? row.data_type,
        nullable: row.is_nullable === "YES",
        hasDefault: row.column_default !== null || row.is_identity === "YES" || row.is_generated === "ALWAYS",
      },
    ]),
  );
}

test("invariant 4: every table of the database has a row type, and every row type a table", async () => {
  const { rows } = await sql<{ table_name: string }>`
    select table_name from information_schema.tables
    where table_schema = 'public' and table_name not like 'kysely%' order by 1`.execute(opened.db);
  expect(tables.map(({ table }) => table).sort()).toEqual(rows.map((row) => row.table_name));
});

test.each(tables)("invariant 4: $row says what the table $table is", async ({ table, row }) => {
  const typed = Object.fromEntries([...propertiesOf(row)].map(([name, type]) => [name, columnFor(type)]));
  expect(typed).toEqual(await columnsOf(table));
});

const moves = {
  purchase: purchaseMoves,
  cancellation: cancellationMoves,
  key_request: keyRequestMoves,
  support_request: supportRequestMoves,
} as const;

describe.each(Object.entries(moves))("%s", (kind, table) => {
  const name = requestTables[kind as keyof typeof requestTables];
  const statuses = Object.keys(table);
  const quoted = (text: string) => [...text.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? "").sort();
  const definition = async (constraint: string) =>
    (
      await sql<{
        text: string;
      }>`select pg_get_constraintdef(oid) as text from pg_constraint where conname = ${constraint}`.execute(
        opened.db,
      )
    ).rows[0]?.text ?? "";

  test(`invariant 4: ${kind}: the database knows the same statuses`, async () => {
    expect(quoted(await definition(`${name}_status_check`))).toEqual(statuses.toSorted());
  });

  test(`invariant 3: ${kind}: a row rests exactly where no worker moves it on`, async () => {
    const due = await definition(`${name}_due`);
    const named = quoted(due);
    const resting = due.includes("<>") ? statuses.filter((status) => !named.includes(status)) : named;
    const byPerson =
      kind === "support_request" ? ["to_file", "filed", "attention_needed", "needs_person"] : [];
    const ends = statuses.filter(
      (status) => (table as Record<string, readonly string[]>)[status]?.length === 0,
    );
    expect(resting.toSorted()).toEqual([...ends, ...byPerson].sort());
  });

  test(`invariant 4: ${kind}: the trigger keeps every final status`, async () => {
    const { rows } = await sql<{ text: string }>`
      select pg_get_functiondef(oid) as text from pg_proc where proname = ${`${name}_keep_final`}`.execute(
      opened.db,
    );
    const kept = quoted(/old\.status in \(([^)]*)\)/.exec(rows[0]?.text ?? "")?.[1] ?? "");
    const ends = statuses.filter(
      (status) => (table as Record<string, readonly string[]>)[status]?.length === 0,
    );
    expect(kept).toEqual(ends.filter((status) => status !== "needs_person").sort());
  });
});
