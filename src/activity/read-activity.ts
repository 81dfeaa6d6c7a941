import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { transact } from "../db/database.ts";
import type { AuditMirrorsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { type ActivityEntryRow, readEntries, type Turn } from "./entries.ts";
import { type ActivityQuestion, resolveFilter } from "./filter.ts";
import { freshenMirror, readMirror } from "./mirror.ts";
import { recordActivity } from "./record.ts";

export interface ActivityPage {
  /** Newest first. */
  entries: ActivityEntryRow[];
  /** Whether there is more on either side. */
  newer: boolean;
  older: boolean;
  /** Microsoft's records: when they were read last, and why not since; null before they ever were. */
  mirror: { readAt: Date | null; failure: AuditMirrorsRow["failure"]["__select__"] } | null;
}

const pageSize = 10;

/**
 * A page of the activity (A2, A3), both sources side by side, newest first; `turn` leads on from a place of the page before.
 * Asking a question is recorded, turning its pages is not; whoever may not read is refused each time (A1).
 *
 * @throws DeskError not_allowed … (A1) | invalid_input { field: from | to, problem }
 * @throws ChatFailure where the chosen person was never met and Slack can't be asked
 */
export async function readActivity(
  desk: Desk,
  agent: Agent,
  input: { question: ActivityQuestion; turn: Turn | null },
): Promise<ActivityPage> {
  await authorise(desk, agent, "activity");
  const { question, turn } = input;
  const filter = await resolveFilter(desk, agent, question);
  const { workspaceId } = agent;
  const [found, mirror] = await Promise.all([
    readEntries(desk.db, workspaceId, filter, { turn, limit: pageSize + 1 }),
    readMirror(desk, workspaceId),
  ]);
  if (turn === null) {
    await transact(desk.db, (trx) =>
      recordActivity(trx, {
        workspaceId,
        at: desk.clock.now(),
        actor: agent,
        act: "activity.read",
        outcome: "done",
        request: null,
        customerId: null,
        details: { ...question },
        correlationId: null,
      }),
    );
    await freshenMirror(desk, workspaceId);
  }
  const more = found.length > pageSize;
  const upwards = turn?.direction === "newer";
  return {
    entries: upwards ? found.slice(more ? 1 : 0) : found.slice(0, pageSize),
    newer: upwards ? more : turn !== null,
    older: upwards ? true : more,
    mirror: mirror && { readAt: mirror.read_at, failure: mirror.failure },
  };
}
