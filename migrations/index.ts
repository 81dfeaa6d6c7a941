import type { Migration } from "kysely/migration";
import * as desk from "./20261123T010000-desk.ts";
import * as reminders from "./20261123T020000-reminders.ts";

/** Every migration, oldest first. A new one is added at the end; a released one never changes. */
export const migrations: Record<string, Migration> = {
  "20261123T010000-desk": desk,
  "20261123T020000-reminders": reminders,
};
