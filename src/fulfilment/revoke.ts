import { recordActivity } from "../activity/record.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { wantMessages } from "../messages/want.ts";
import { dropReminder } from "../reminders/set.ts";
import { destroySecrets } from "../vault/destroy.ts";
import { lineSubject } from "../vault/vault.ts";
import { lockHandOvers } from "./lock-line.ts";

/**
 * Ends every key and link of a line, in the transaction that makes its cancellation visible (C10): what was deposited is
 * destroyed, links are dead, nobody is shown anything any more, and the messages of those who were shown something say so.
 */
export async function revokeHandOvers(
  trx: DatabaseTransaction,
  desk: Desk,
  line: { customer_id: string; order_id: string; line_item_number: number },
): Promise<void> {
  const ids = {
    customerId: line.customer_id,
    orderId: line.order_id,
    lineItemNumber: line.line_item_number,
  };
  // Of most lines nothing ever was.
  if (!(await lockHandOvers(trx, ids))) return;
  const requests = await revokeRequests(trx, desk, line);
  const links = await revokeLinks(trx, desk, line);
  const deposits = await endDeposits(trx, desk, line);
  const concerned = new Set([...requests, ...links, ...deposits].map((row) => row.workspace_id));
  for (const workspaceId of [...concerned].sort()) {
    const secrets = await destroySecrets(trx, desk, { workspaceId, subjectId: lineSubject(ids) });
    const count = (rows: { workspace_id: string }[]) =>
      rows.filter((row) => row.workspace_id === workspaceId).length;
    await recordActivity(trx, {
      workspaceId,
      at: desk.clock.now(),
      actor: null,
      act: "keys.revoked",
      outcome: "done",
      request: null,
      customerId: line.customer_id,
      details: {
        orderId: line.order_id,
        lineItemNumber: line.line_item_number,
        requests: count(requests),
        links: count(links),
        secrets,
      },
      correlationId: null,
    });
  }
}

type Line = Parameters<typeof revokeHandOvers>[2];

async function revokeRequests(
  trx: DatabaseTransaction,
  desk: Desk,
  line: Line,
): Promise<{ workspace_id: string }[]> {
  const now = desk.clock.now();
  const revoked = await trx
    .updateTable("key_requests")
    .set((eb) => ({ revoked_at: now, version: eb("version", "+", 1), updated_at: now }))
    .where("customer_id", "=", line.customer_id)
    .where("order_id", "=", line.order_id)
    .where("line_item_number", "=", line.line_item_number)
    .where("revoked_at", "is", null)
    .where("status", "<>", "refused")
    .returning(["id", "workspace_id", "person_id", "version", "status"])
    .execute();
  for (const request of revoked) {
    if (request.status === "requested") continue;
    await wantMessages(trx, desk, {
      workspaceId: request.workspace_id,
      personId: request.person_id,
      request: { kind: "key_request", id: request.id },
      version: request.version,
      aloud: true,
    });
  }
  return revoked;
}

async function revokeLinks(
  trx: DatabaseTransaction,
  desk: Desk,
  line: Line,
): Promise<{ workspace_id: string }[]> {
  const now = desk.clock.now();
  const links = await trx
    .updateTable("links")
    .set({ revoked_at: now, updated_at: now })
    .where("customer_id", "=", line.customer_id)
    .where("order_id", "=", line.order_id)
    .where("line_item_number", "=", line.line_item_number)
    .where("revoked_at", "is", null)
    .returning(["id", "workspace_id"])
    .execute();
  for (const { id } of links) await dropReminder(trx, { kind: "link_dies", subjectId: id });
  return links;
}

function endDeposits(trx: DatabaseTransaction, desk: Desk, line: Line): Promise<{ workspace_id: string }[]> {
  return trx
    .updateTable("deposits")
    .set({ ended_at: desk.clock.now(), ended_by: "revoked" })
    .where("customer_id", "=", line.customer_id)
    .where("order_id", "=", line.order_id)
    .where("line_item_number", "=", line.line_item_number)
    .where("ended_at", "is", null)
    .returning("workspace_id")
    .execute();
}
