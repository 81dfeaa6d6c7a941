import { existsSync } from "node:fs";
import { defineConfig } from "kysely-ctl";
import pg from "pg";
import { migrations } from "#migrations/index.ts";

if (existsSync(".env")) process.loadEnvFile(".env");
const { DATABASE_URL } = process.env;
if (!DATABASE_URL) throw new Error("DATABASE_URL is not set: postgres://user:password@host:5432/database");

export default defineConfig({
  dialect: "pg",
  dialectConfig: { pool: new pg.Pool({ connectionString: DATABASE_URL }) },
  migrations: { provider: { getMigrations: async () => migrations } },
});
