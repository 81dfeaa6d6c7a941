import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../db/database.ts";
import { byteOrderMark, csvLine } from "./csv.ts";
import { type ActivityEntryRow, readEntries, type Turn } from "./entries.ts";
import type { ActivityFilter } from "./filter.ts";

export type ExportFormat = "csv" | "json";

/** A file of this machine, until `remove` is called. `length` in bytes. */
export interface WrittenExport {
  path: string;
  length: number;
  rows: number;
  remove(): Promise<void>;
}

const pageSize = 500;

/** What an export has of an entry, in this order. Ids, not names: names change, and a name may be anything. */
function columnsOf(entry: ActivityEntryRow) {
  return {
    at: entry.at.toISOString(),
    source: entry.source,
    number: entry.number,
    kind: entry.kind,
    act: entry.act,
    outcome: entry.outcome,
    person_id: entry.person_id,
    slack_user_id: entry.slack_user_id,
    user_principal_name: entry.user_principal_name,
    application_id: entry.application_id,
    roles: entry.roles,
    customer_id: entry.customer_id,
    order_id: entry.order_id,
    product_id: entry.product_id,
    request_kind: entry.request_kind,
    request_id: entry.request_id,
    details: entry.details,
    outside_slack: entry.outside,
    note: entry.note,
    correlation_id: entry.correlation_id,
    hash: entry.hash,
  };
}

const header = [
  "at",
  "source",
  "number",
  "kind",
  "act",
  "outcome",
  "person_id",
  "slack_user_id",
  "user_principal_name",
  "application_id",
  "roles",
  "customer_id",
  "order_id",
  "product_id",
  "request_kind",
  "request_id",
  "details",
  "outside_slack",
  "note",
  "correlation_id",
  "hash",
] as const satisfies (keyof ReturnType<typeof columnsOf>)[];

const cellOf = (value: unknown): string =>
  value === null
    ? ""
    : typeof value === "string"
      ? value
      : Array.isArray(value)
        ? value.join(" ")
        : JSON.stringify(value);

const formats: Record<
  ExportFormat,
  { start: string; entry: (entry: ActivityEntryRow, first: boolean) => string; end: string }
> = {
  csv: {
    start: byteOrderMark + csvLine(header),
    entry: (entry) => {
      const columns = columnsOf(entry);
      return csvLine(header.map((name) => cellOf(columns[name])));
    },
    end: "",
  },
  json: {
    start: "[",
    entry: (entry, first) => `${first ? "" : ","}\n${JSON.stringify(columnsOf(entry))}`,
    end: "\n]\n",
  },
};

/**
 * Writes all entries that the filter lets pass into a file of its own, newest first. They are read page by page, so that a
 * long activity takes no more memory than a short one.
 */
export async function writeExport(
  db: Database,
  input: { workspaceId: string; filter: ActivityFilter; format: ExportFormat },
): Promise<WrittenExport> {
  const folder = await mkdtemp(join(tmpdir(), "csp-desk-export-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "export");
  const { start, entry: draw, end } = formats[input.format];
  try {
    const file = await open(path, "wx", 0o600);
    let length = 0;
    let rows = 0;
    const write = async (text: string) => {
      const bytes = Buffer.from(text);
      await file.appendFile(bytes);
      length += bytes.length;
    };
    try {
      await write(start);
      let turn: Turn | null = null;
      for (;;) {
        const entries: ActivityEntryRow[] = await readEntries(db, input.workspaceId, input.filter, {
          turn,
          limit: pageSize,
        });
        const before = rows;
        await write(entries.map((one, index) => draw(one, before + index === 0)).join(""));
        rows += entries.length;
        const last = entries.at(-1);
        if (!last || entries.length < pageSize) break;
        turn = { direction: "older", place: { at: last.at, source: last.source, number: last.number } };
      }
      await write(end);
    } finally {
      await file.close();
    }
    return { path, length, rows, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
