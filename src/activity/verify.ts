import type { Database } from "../db/database.ts";
import type { RequestKind } from "../db/rows.ts";
import { chainStart, hashEntry } from "./record.ts";

/** `head`: the row of a published head is another one now, or gone. */
export type ChainProblem = "missing" | "misplaced" | "changed" | "head";

export type ChainVerdict =
  | { intact: true; rows: number }
  | { intact: false; firstBadSequence: string; problem: ChainProblem; reason: string };

/** The end of a chain as it was at some moment: what was published of it. */
export interface ChainHead {
  sequence: string;
  hash: string;
}

const pageSize = 1_000;

const reasons: Record<ChainProblem, string> = {
  missing: "a row is missing here",
  misplaced: "does not point to the row before it",
  changed: "its content was changed",
  head: "is not the row whose hash was published",
};

function broken(sequence: bigint, problem: ChainProblem): ChainVerdict {
  return { intact: false, firstBadSequence: sequence.toString(), problem, reason: reasons[problem] };
}

/**
 * Walks a workspace's chain from its start and names the first row that does not fit (changed, missing or moved). The chain
 * alone can't show that its newest rows are gone, or that all of it was made anew: published `heads` do.
 */
export async function verifyChain(
  db: Database,
  workspaceId: string,
  heads: readonly ChainHead[] = [],
): Promise<ChainVerdict> {
  const published = new Map(heads.map((head) => [head.sequence, head.hash]));
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
      if (BigInt(row.sequence) !== expected) return broken(expected, "missing");
      if (row.previous_hash !== previousHash) return broken(expected, "misplaced");
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
      if (!whole || hash !== row.hash) return broken(expected, "changed");
      if ((published.get(row.sequence) ?? hash) !== hash) return broken(expected, "head");
      previousHash = row.hash;
      expected += 1n;
    }
    if (rows.length < pageSize) break;
  }
  // What was published and is no longer there begins right after the end.
  const lost = heads.some(({ sequence }) => BigInt(sequence) >= expected);
  return lost ? broken(expected, "missing") : { intact: true, rows: Number(expected - 1n) };
}

/** Every workspace in which anything was recorded. */
export async function listChains(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom("activity")
    .select("workspace_id")
    .distinct()
    .orderBy("workspace_id")
    .execute();
  return rows.map((row) => row.workspace_id);
}

/** The newest row of a chain; null where nothing was recorded. */
export async function readHead(
  db: Database,
  workspaceId: string,
): Promise<(ChainHead & { at: Date }) | null> {
  const row = await db
    .selectFrom("activity")
    .select(["sequence", "hash", "at"])
    .where("workspace_id", "=", workspaceId)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Whether this head was once the end of this chain. */
export async function hasHead(db: Database, workspaceId: string, head: ChainHead): Promise<boolean> {
  const row = await db
    .selectFrom("activity")
    .select("hash")
    .where("workspace_id", "=", workspaceId)
    .where("sequence", "=", head.sequence)
    .executeTakeFirst();
  return row?.hash === head.hash;
}
