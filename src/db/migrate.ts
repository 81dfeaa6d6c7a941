import { type Kysely, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations } from "#migrations/index.ts";

/**
 * Brings the schema to the newest migration. Safe when several processes start at once: one does the work.
 * The whole batch is one transaction, so any error means that nothing was applied, whatever the results say.
 */
export async function migrateToLatest<Tables>(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error("The database could not be migrated; nothing was applied.", { cause: error });
}

/** Names of applied migrations, from the ledger table. */
export async function appliedMigrations<Tables>(db: Kysely<Tables>): Promise<string[]> {
  const ledger = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return ledger.rows.map((row) => row.name);
}
