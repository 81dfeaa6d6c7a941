import { refreshRolesWhenDue } from "../access/refresh-roles.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { raiseAlert } from "./alert.ts";
import { type ChainVerdict, verifyChain } from "./verify.ts";
import { nextRun } from "./watch.ts";

/** A workspace's chain held against itself and against every head that was published of it. */
export async function checkAgainstHeads(desk: Pick<Desk, "db">, workspaceId: string): Promise<ChainVerdict> {
  const heads = await desk.db
    .selectFrom("chain_heads")
    .select(["sequence", "hash"])
    .where("workspace_id", "=", workspaceId)
    .execute();
  return verifyChain(desk.db, workspaceId, heads);
}

/**
 * The nightly look at one workspace's chain. A broken one is logged every night; that it is broken at this row is recorded
 * and told to the readers once.
 */
export async function checkChain(desk: Desk, input: { subjectId: string }): Promise<Date> {
  const workspaceId = input.subjectId;
  const verdict = await checkAgainstHeads(desk, workspaceId);
  if (!verdict.intact) {
    const { firstBadSequence: sequence, problem, reason } = verdict;
    desk.log.error(
      { topic: "activity", id: workspaceId, where: sequence, kind: problem, error: reason },
      "the activity's chain is broken",
    );
    await refreshRolesWhenDue(desk);
    await transact(desk.db, (trx) =>
      raiseAlert(trx, desk, {
        workspaceId,
        subject: sequence,
        details: { kind: "chain_broken", sequence, problem },
      }),
    );
  }
  return nextRun("chain_check", desk.clock.now());
}
