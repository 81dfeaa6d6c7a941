import { readEntries } from "#src/activity/entries.ts";
import { writeExport } from "#src/activity/write-export.ts";
import { openDatabase } from "#src/db/database.ts";

/**
 * Exports a workspace's activity of 2026 in a process of its own, so that its memory can be bounded from outside: in pages, as
 * the app does, or all at once. Prints how many rows, and the most memory that the process ever had, in bytes.
 */
const [url = "", workspaceId = "", how = "paged"] = process.argv.slice(2);
const filter = {
  from: new Date("2026-01-01T00:00:00Z"),
  until: new Date("2027-01-01T00:00:00Z"),
  personId: null,
  userPrincipalName: null,
  customerId: null,
  kind: null,
};
const opened = openDatabase({ url, applicationName: "test", maxConnections: 4, onError: () => {} });

async function paged(): Promise<{ rows: number; length: number }> {
  const written = await writeExport(opened.db, { workspaceId, filter, format: "csv" });
  await written.remove();
  return written;
}

async function atOnce(): Promise<{ rows: number; length: number }> {
  const entries = await readEntries(opened.db, workspaceId, filter, { turn: null, limit: 1_000_000 });
  return { rows: entries.length, length: JSON.stringify(entries).length };
}

const { rows, length } = how === "paged" ? await paged() : await atOnce();
process.stdout.write(JSON.stringify({ rows, length, most: process.resourceUsage().maxRSS * 1_024 }));
await opened.close();
