import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import type { RequestKind } from "../db/rows.ts";
import { correlate } from "../desk/correlation.ts";
import type { ActivityAct } from "./acts.ts";

/** Who acted: a person with the roles they held at that moment, or `null` for the desk itself. */
export type Actor = { personId: string; roles: readonly string[] } | null;

export interface ActivityEntry {
  workspaceId: string;
  at: Date;
  actor: Actor;
  act: ActivityAct;
  outcome: "done" | "refused" | "failed";
  request: { kind: RequestKind; id: string } | null;
  customerId: string | null;
  /** Codes, ids, choices, a reason. Never a key, a link or a payload. */
  details: Record<string, unknown>;
  correlationId: string | null;
}

/** An entry as it is read back: what an act was called once is not called so for ever. */
type StoredEntry = Omit<ActivityEntry, "act"> & { act: string };

/** What the first row of a workspace points back to. */
export const chainStart = "0".repeat(64);

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

/**
 * The hash of an entry at its place in the chain: SHA-256 over a fixed order of fields with a version mark, so that a
 * change of library or column order can't change old hashes.
 */
export function hashEntry(entry: StoredEntry, sequence: bigint, previousHash: string): string {
  const content = JSON.stringify([
    "v1",
    entry.workspaceId,
    sequence.toString(),
    entry.at.toISOString(),
    entry.actor?.personId ?? null,
    [...(entry.actor?.roles ?? [])].sort(),
    entry.act,
    entry.outcome,
    entry.request?.kind ?? null,
    entry.request?.id ?? null,
    entry.customerId,
    sortKeys(entry.details),
    entry.correlationId,
    previousHash,
  ]);
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Appends one entry to the workspace's chain inside the caller's transaction: no activity row, no act. Call it last,
 * because it holds the chain's lock until commit.
 */
export async function recordActivity(trx: DatabaseTransaction, entry: ActivityEntry): Promise<void> {
  if (entry.correlationId) correlate(entry.correlationId);
  // Everybody in the workspace waits from here until this transaction commits, so no further question comes in between.
  const { rows } = await sql<{ sequence: string; hash: string }>`
    select sequence, hash from lock_activity_head(${entry.workspaceId})`.execute(trx);
  const [last] = rows;
  const sequence = BigInt(last?.sequence ?? 0) + 1n;
  const previousHash = last?.hash ?? chainStart;
  await trx
    .insertInto("activity")
    .values({
      workspace_id: entry.workspaceId,
      sequence: sequence.toString(),
      at: entry.at,
      person_id: entry.actor?.personId ?? null,
      roles: [...(entry.actor?.roles ?? [])].sort(),
      act: entry.act,
      outcome: entry.outcome,
      request_kind: entry.request?.kind ?? null,
      request_id: entry.request?.id ?? null,
      customer_id: entry.customerId,
      details: JSON.stringify(entry.details),
      correlation_id: entry.correlationId,
      previous_hash: previousHash,
      hash: hashEntry(entry, sequence, previousHash),
    })
    .execute();
}
