import { recordActivity } from "../activity/record.ts";
import { transact } from "../db/database.ts";
import type { RemindVerb } from "../reminders/run.ts";
import { issuedLink, warnAt } from "./link-life.ts";
import { nextLook, redraw, refreshUses } from "./links.ts";

/** A link with no more than this part of its downloads left is about to die as well. */
const almostUsedUp = 0.9;

/**
 * Tells the agent, once, that a link which a customer has is about to die (K5): the message of their key request says so,
 * with the way to a new one. Until then it is looked at again.
 */
export const remindOfLink: RemindVerb = async (desk, { subjectId }) => {
  const kept = await desk.db.selectFrom("links").selectAll().where("id", "=", subjectId).executeTakeFirst();
  if (!kept?.handed_to_customer_at || kept.warned_at || kept.revoked_at) return null;
  const link = await refreshUses(desk, kept);
  const now = desk.clock.now();
  const { usesCounted, downloadsAllowed, dead } = issuedLink(link, now);
  const warn = warnAt(link);
  const usedUp =
    link.downloads_stated !== null &&
    downloadsAllowed !== null &&
    usesCounted >= downloadsAllowed * almostUsedUp;
  if (!dead && !usedUp && !(warn && warn <= now)) return nextLook(link, now);
  await transact(desk.db, async (trx) => {
    const warned = await trx
      .updateTable("links")
      .set({ warned_at: now, updated_at: now })
      .where("id", "=", link.id)
      .where("warned_at", "is", null)
      .where("revoked_at", "is", null)
      .returning("id")
      .executeTakeFirst();
    if (!warned) return;
    await redraw(trx, desk, { link_id: link.id, handed: true }, { link_warned_at: now });
    await recordActivity(trx, {
      workspaceId: link.workspace_id,
      at: now,
      actor: null,
      act: "link.dies_soon",
      outcome: "done",
      request: null,
      customerId: link.customer_id,
      details: { linkId: link.id, orderId: link.order_id, lineItemNumber: link.line_item_number },
      correlationId: null,
    });
  });
  return null;
};
