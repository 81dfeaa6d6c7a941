import type pg from "pg";

/** What the tables, indexes, constraints, triggers and functions of a database look like, as one short text. */
export async function shapeOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ shape: string }>(`
    select md5(string_agg(line, E'\\n' order by line)) as shape from (
      select format('column %s.%s %s %s %s', attrelid::regclass, attname, atttypid::regtype, attnotnull,
        pg_get_expr(adbin, adrelid)) as line
      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attnum > 0 and not attisdropped and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
      union all
      select format('index %s', indexdef) from pg_indexes where schemaname = 'public'
      union all
      select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      from pg_constraint where connamespace = 'public'::regnamespace
      union all
      select format('trigger %s %s', pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
      union all
      select format('function %s', pg_get_functiondef(oid)) from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
    ) as lines`);
  return rows[0]?.shape ?? "";
}
