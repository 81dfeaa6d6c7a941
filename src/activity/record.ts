import { createHash } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import type { DatabaseTransaction } from "../db/database.ts";
import type { RequestKind } from "../db/rows.ts";
import { correlate, correlationId } from "../desk/correlation.ts";
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
  /** Of the request; null where there is none: then the entry goes by that of the work under way, as the log does. */
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
  const { head, middle, tail } = contentOf(entry);
  return createHash("sha256").update(`${head}${sequence}${middle}${previousHash}${tail}`).digest("hex");
}

/** What is hashed, as JSON: the sequence belongs between head and middle, the previous hash between middle and tail. */
function contentOf(entry: StoredEntry): { head: string; middle: string; tail: string } {
  const place = JSON.stringify(["v1", entry.workspaceId]);
  const rest = JSON.stringify([
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
  ]);
  return { head: `${place.slice(0, -1)},"`, middle: `",${rest.slice(1, -1)},"`, tail: '"]' };
}

/**
 * Appends one entry to the workspace's chain inside the caller's transaction: no activity row, no act. Call it last,
 * because it holds the chain's lock until commit.
 */
export async function recordActivity(trx: DatabaseTransaction, entry: ActivityEntry): Promise<void> {
  await sql`with ${recorded(entry, sql`true`)} select`.execute(trx);
}

/**
 * The same as the last part of a larger statement, which is recorded where `once` holds. What `once` asks of is done before: from there
 * on everybody in the workspace waits for the chain until the transaction ends, so that place, hash and row are one statement.
 */
export function recorded(what: ActivityEntry, once: RawBuilder<unknown>): RawBuilder<unknown> {
  if (what.correlationId) correlate(what.correlationId);
  const entry = { ...what, correlationId: what.correlationId ?? correlationId() };
  const { head, middle, tail } = contentOf(entry);
  return sql`turn as (
      select ${entry.workspaceId}::text as workspace where ${once}
    ), last as (
      select head.sequence, head.hash from turn, lock_activity_head(turn.workspace) as head
    ), place as (
      select coalesce((select sequence from last), 0) + 1 as sequence,
        coalesce((select hash from last), ${chainStart}) as previous_hash
      from turn
    ), recorded as (
      insert into activity (workspace_id, sequence, at, person_id, roles, act, outcome, request_kind, request_id,
        customer_id, details, correlation_id, previous_hash, hash)
      select ${entry.workspaceId}, sequence, ${entry.at}::timestamptz, ${entry.actor?.personId ?? null},
        ${[...(entry.actor?.roles ?? [])].sort()}::text[], ${entry.act}, ${entry.outcome}, ${entry.request?.kind ?? null},
        ${entry.request?.id ?? null}, ${entry.customerId}, ${JSON.stringify(entry.details)}::jsonb, ${entry.correlationId}::uuid,
        previous_hash, encode(sha256(convert_to(
          ${head}::text || sequence || ${middle}::text || previous_hash || ${tail}::text, 'UTF8')), 'hex')
      from place
    )`;
}
