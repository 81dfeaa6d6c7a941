import type { Agent } from "../access/agent.ts";
import { type Actor, recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantHomeNow } from "../home/refresh.ts";
import { dropReminder } from "../reminders/set.ts";
import { destroySecrets } from "../vault/destroy.ts";
import { lockConnection } from "./grants.ts";
import { tokenPlace } from "./place.ts";
import { forgetOpenAttempts } from "./start.ts";

/** Ends the agent's connection: its token is destroyed, and so is the link of a sign-in that is under way. */
export async function removeConnection(desk: Desk, agent: Agent): Promise<void> {
  await transact(desk.db, async (trx) => {
    await forgetOpenAttempts(trx, { personId: agent.personId, expiredBefore: desk.clock.now() });
    await dropReminder(trx, { kind: "connection", subjectId: agent.personId });
    await destroyConnection(trx, desk, { personId: agent.personId, actor: agent, because: "asked" });
  });
  await wantHomeNow(desk, agent.personId);
}

/** Destroys a person's token, if there is one, in the caller's transaction. */
export async function destroyConnection(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "clock">,
  input: { personId: string; actor: Actor; because: "asked" | "left" | "renamed" },
): Promise<void> {
  const { personId } = input;
  const connection = await lockConnection(trx, personId);
  const workspaceId = connection?.workspace_id ?? null;
  if (!connection?.secret_id || workspaceId === null) return;
  const now = desk.clock.now();
  await trx
    .updateTable("connections")
    .set({ secret_id: null, removed_at: now, trouble: null, trouble_since: null, updated_at: now })
    .where("id", "=", connection.id)
    .execute();
  await destroySecrets(trx, desk, tokenPlace({ workspaceId, personId }));
  await recordActivity(trx, {
    workspaceId,
    at: now,
    actor: input.actor,
    act: "connection.removed",
    outcome: "done",
    request: null,
    customerId: null,
    details: { connectionId: connection.id, of: personId, because: input.because },
    correlationId: null,
  });
}
