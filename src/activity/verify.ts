import type { Database } from "../db/database.ts";
import type { RequestKind } from "../db/rows.ts";
import { chainStart, hashEntry } from "./record.ts";

export type ChainVerdict =
  | { intact: true; rows: number }
  | { intact: false; firstBadSequence: string; reason: string };

const pageSize = 1_000;

/** Walks a workspace's chain from its start and names the first row that does not fit (changed, missing or moved). */
export async function verifyChain(db: Database, workspaceId: string): Promise<ChainVerdict> {
  let previousHash = chainStart;
  let expected = 1n;
  for (;;) {
    const rows = await db
      .selectFrom("activity")
      .selectAll()
      .where("workspace_id", "=", workspaceId)
      .where("sequence", ">=", expected.toString())
      .orderBy("sequence")
      .limit(pageSize)
      .execute();
    for (const row of rows) {
      if (BigInt(row.sequence) !== expected) {
        return { intact: false, firstBadSequence: expected.toString(), reason: "a row is missing here" };
      }
      if (row.previous_hash !== previousHash) {
        return {
          intact: false,
          firstBadSequence: row.sequence,
          reason: "does not point to the row before it",
        };
      }
      const hash = hashEntry(
        {
          workspaceId: row.workspace_id,
          at: row.at,
          actor: row.person_id === null ? null : { personId: row.person_id, roles: row.roles },
          act: row.act,
          outcome: row.outcome,
          request:
            row.request_kind === null || row.request_id === null
              ? null
              : { kind: row.request_kind as RequestKind, id: row.request_id },
          customerId: row.customer_id,
          details: row.details,
          correlationId: row.correlation_id,
        },
        expected,
        previousHash,
      );
      // Roles without a person and half a request are in no hash, because no entry has them.
      const whole =
        (row.person_id !== null || row.roles.length === 0) &&
        (row.request_kind === null) === (row.request_id === null);
      if (!whole || hash !== row.hash)
        return { intact: false, firstBadSequence: row.sequence, reason: "its content was changed" };
      previousHash = row.hash;
      expected += 1n;
    }
    if (rows.length < pageSize) return { intact: true, rows: Number(expected - 1n) };
  }
}
