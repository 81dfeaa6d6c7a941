import { Kysely, PostgresDialect, type RawBuilder, sql } from "kysely";
import pg from "pg";
import type { Database } from "#src/db/database.ts";
import type { Rows } from "#src/db/rows.ts";

/** One connection for filling: it takes its time, and takes every row as it is, without asking other tables about it. */
export async function openFiller(
  databaseUrl: string,
): Promise<{ db: Database; [Symbol.asyncDispose](): Promise<void> }> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const db: Database = new Kysely<Rows>({ dialect: new PostgresDialect({ pool }) });
  await sql`set session_replication_role = replica`.execute(db);
  return { db, [Symbol.asyncDispose]: () => db.destroy() };
}

/**
 * Makes `count` rows like one that is there, each of whose columns is the same, or what `set` says in SQL of `one`, that row,
 * and `n`, which counts from 1. `which` names the one row. Set-based: a million rows take seconds.
 */
export async function multiply(
  db: Database,
  table: keyof Rows,
  count: number,
  set: Record<string, string>,
  which: RawBuilder<unknown> = sql`true`,
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' and is_identity = 'NO'`.execute(
    db,
  );
  const values = rows.map(({ name }) => set[name] ?? `one.${name}`);
  await sql`
    insert into ${sql.table(table)} (${sql.join(rows.map(({ name }) => sql.ref(name)))})
    select ${sql.raw(values.join(", "))}
    from (select * from ${sql.table(table)} where ${which} limit 1) as one, generate_series(1, ${sql.lit(count)}) as n`.execute(
    db,
  );
}

/** Fills tables without their indexes, and makes these afterwards: far quicker than keeping them up row by row. */
export async function withoutIndexes(
  db: Database,
  tables: readonly (keyof Rows)[],
  fill: () => Promise<void>,
): Promise<void> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'public' and tablename = any(${[...tables]})
      and not exists (select from pg_constraint where conname = indexname)`.execute(db);
  for (const { name } of rows) await sql`drop index ${sql.ref(name)}`.execute(db);
  await fill();
  for (const { definition } of rows) await sql.raw(definition).execute(db);
}
