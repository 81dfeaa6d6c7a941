import { ConfigProblems, envSchema } from "./config/env.ts";
import type { Secret } from "./config/secret.ts";
import type { OpenDatabase } from "./db/database.ts";
import { migrateDown, migrateToLatest, readMigrations } from "./db/migrate.ts";
import { runCommand, say, WrongUse, withDatabase } from "./operations/command.ts";

/** The one variable that is needed: whoever migrates need not be the app. */
function readDatabaseUrl(): Secret {
  const read = envSchema.shape.DATABASE_URL.safeParse(process.env.DATABASE_URL);
  if (read.success) return read.data;
  throw new ConfigProblems([
    {
      variable: "DATABASE_URL",
      what: process.env.DATABASE_URL ? "is not a postgres:// connection URL" : "is not set",
      how: envSchema.shape.DATABASE_URL.description ?? "",
    },
  ]);
}

/** Whether the database is as this code knows it; says what is missing on either side. */
async function status({ db }: OpenDatabase): Promise<boolean> {
  const { missing, unknown, gone } = await readMigrations(db);
  for (const name of missing) say(`${name} is missing: npm run migrate`);
  for (const name of unknown) say(`${name} is of a newer version than this one`);
  if (missing.length + unknown.length === 0) say("The database is up to date.");
  if (gone) say(`${gone} took away what this version needs: run the newer one.`);
  return missing.length === 0 && !gone;
}

async function up(opened: OpenDatabase): Promise<boolean> {
  const { missing } = await readMigrations(opened.db);
  await migrateToLatest(opened.db);
  for (const name of missing) say(`${name} applied`);
  return status(opened);
}

async function down({ db }: OpenDatabase, given: { "lose-data": boolean | undefined }): Promise<boolean> {
  if (!given["lose-data"])
    throw new WrongUse(
      "Going down drops columns and tables with what they hold, and the version that runs needs them. With a backup at hand, and everything stopped: --lose-data",
    );
  say(`${await migrateDown(db)} taken back`);
  return true;
}

await runCommand({
  name: "migrate",
  failed: "Not migrated",
  usage: `npm run migrate [-- status | down --lose-data]

Brings the database of DATABASE_URL to the newest migration, as every process does when it starts. Old processes go on meanwhile.

  status               says what is missing, or ahead of this version
  down --lose-data     takes the newest migration back, with the data that only it has a place for

Exit code: 0 up to date, 1 not, 2 not possible.`,
  options: { "lose-data": { type: "boolean" } },
  words: 1,
  async run({ values, positionals: [what = "up"] }) {
    const acts = { up, status, down };
    if (!Object.hasOwn(acts, what)) throw new WrongUse(`There is nothing called ${what}.`);
    const act = acts[what as keyof typeof acts];
    return withDatabase(readDatabaseUrl(), "migrate", (opened) =>
      act(opened, { "lose-data": values["lose-data"] }),
    );
  },
});
