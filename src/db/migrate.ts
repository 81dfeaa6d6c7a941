import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { migrations } from "#migrations/index.ts";

/** A migration that takes something away ends so: since the migration of this stamp no code uses it any more. */
const contracts = /-contract-since-(\d{8}T\d{6})$/;

/** Newer code has taken away from the database what this code still uses. */
export class DatabaseTooNew extends Error {
  override readonly name = "DatabaseTooNew";
}

/**
 * Brings the schema to the newest migration that this code knows. Safe when several processes start at once: one does the
 * work. The whole batch is one transaction, so any error means that nothing was applied, whatever the results say. A
 * database that newer code has brought further is left as it is: what was added there does not disturb (docs/scaling.md).
 *
 * @throws DatabaseTooNew when something that this code uses was taken away; Error when a migration can't be applied.
 */
export async function migrateToLatest<Tables>(
  db: Kysely<Tables>,
  known: Record<string, Migration> = migrations,
): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } });
  const { error } = await migrator.migrateToLatest();
  if (!error || (await isAhead(db, Object.keys(known)))) return;
  throw new Error("The database could not be migrated; nothing was applied.", { cause: error });
}

/** Whether all that we know was applied, and something newer besides. */
async function isAhead<Tables>(db: Kysely<Tables>, known: string[]): Promise<boolean> {
  const applied = await appliedMigrations(db).catch((): string[] => []);
  const newest = known.at(-1) ?? "";
  const newer = applied.slice(known.length);
  if (newer.length === 0 || known.some((name, index) => applied[index] !== name)) return false;
  const gone = takenAway(newer, newest);
  if (gone === undefined) return true;
  throw new DatabaseTooNew(`The database was changed by newer code that this one can't work with (${gone}).`);
}

/** The first of these newer migrations that takes away what code with this newest migration still uses. */
function takenAway(newer: string[], newest: string): string | undefined {
  return newer.find((name) => (contracts.exec(name)?.[1] ?? "") > newest.slice(0, 15));
}

/**
 * Migrations that this code has and the database has not, and the other way round: applied by a newer version. `gone`: the
 * one of those with which this code can't work.
 */
export async function readMigrations<Tables>(
  db: Kysely<Tables>,
): Promise<{ missing: string[]; unknown: string[]; gone: string | null }> {
  const applied = new Set(await appliedMigrations(db));
  const known = Object.keys(migrations);
  const unknown = [...applied].filter((name) => !known.includes(name));
  return {
    missing: known.filter((name) => !applied.has(name)),
    unknown,
    gone: takenAway(unknown, known.at(-1) ?? "") ?? null,
  };
}

/** Takes back the newest migration, with what only it has a place for; returns its name. */
export async function migrateDown<Tables>(db: Kysely<Tables>): Promise<string> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateDown();
  const [taken] = results ?? [];
  if (error || taken?.status !== "Success")
    throw new Error("The migration could not be taken back; nothing was changed.", { cause: error });
  return taken.migrationName;
}

/** Names of applied migrations, from the ledger table; none in a new database, which has no such table yet. */
export async function appliedMigrations<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ ledger: string | null }>`
    select to_regclass('kysely_migration')::text as ledger`.execute(db);
  if (!rows[0]?.ledger) return [];
  const ledger = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return ledger.rows.map((row) => row.name);
}
