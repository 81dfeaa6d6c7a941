import type pg from "pg";

/** The first oid that PostgreSQL gives to what is not its own. */
const firstOfOurs = 16_384;

/**
 * What was made in this database, and by which transactions, as one short text. A clone has that of its template until somebody
 * changes a table, an index, a constraint, a trigger or a function of it, or PostgreSQL takes a table for large. Rows don't count.
 */
export async function shapeOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ shape: string }>(`
    select md5(string_agg(format('%s %s', thing, written), ',' order by thing, written)) as shape from (
      select 'schema ' || oid as thing, xmin::text as written from pg_namespace
      where oid >= ${firstOfOurs} and nspname not like 'pg\\_%'
      union all select 'relation ' || oid, xmin::text from pg_class where oid >= ${firstOfOurs}
      union all select 'column ' || attrelid || ' ' || attnum, xmin::text from pg_attribute where attrelid >= ${firstOfOurs}
      union all select 'default ' || oid, xmin::text from pg_attrdef where oid >= ${firstOfOurs}
      union all select 'index ' || indexrelid, xmin::text from pg_index where indexrelid >= ${firstOfOurs}
      union all select 'constraint ' || oid, xmin::text from pg_constraint where oid >= ${firstOfOurs}
      union all select 'trigger ' || oid, xmin::text from pg_trigger where oid >= ${firstOfOurs}
      union all select 'function ' || oid, xmin::text from pg_proc where oid >= ${firstOfOurs}
      union all select 'large ' || oid, 'counted' from pg_class where oid >= ${firstOfOurs} and reltuples > 1000
    ) as things`);
  return rows[0]?.shape ?? "";
}
