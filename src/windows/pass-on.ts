import { sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { readAgent } from "../access/recognise.ts";
import { rights } from "../access/rights.ts";
import { recordActivity } from "../activity/record.ts";
import { actAs } from "../connections/act-as.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { beginDigests } from "./begin.ts";
import { watchPurchases } from "./watch.ts";

/**
 * Gives the open windows of someone who may cancel no longer, or has left, to whoever of the same workspace may and acted
 * last, who looks first at what nobody watches yet. False when there is nobody, or when not everything could be looked at.
 */
export async function passOn(desk: Desk, from: Agent): Promise<boolean> {
  const now = desk.clock.now();
  const { workspaceId } = from;
  const found = await desk.db
    .selectFrom("people")
    .innerJoin("partner_users", (join) =>
      join.on("partner_users.user_principal_name", "=", (eb) => eb.fn("lower", ["people.email"])),
    )
    .select(["people.id", "people.slack_user_id"])
    .where("people.workspace_id", "=", workspaceId)
    .where("people.is_member", "=", true)
    .where("people.id", "<>", from.personId)
    .where(sql<boolean>`partner_users.roles && ${[...rights.cancel]}::text[]`)
    .orderBy("people.profile_read_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (!found) {
    desk.log.error(
      { topic: "digest", id: from.personId },
      "windows are watched by nobody who may cancel, and there is nobody to give them to",
    );
    return false;
  }
  const successor = await readAgent(desk, { workspaceId, slackUserId: found.slack_user_id });
  const watched = await watchPurchases(actAs(desk, successor.personId), successor, from.personId);
  await transact(desk.db, async (trx) => {
    const passed = await trx
      .updateTable("windows")
      .set({ person_id: successor.personId, updated_at: now })
      .where("person_id", "=", from.personId)
      .where("decision", "is", null)
      .where("closed_at", "is", null)
      .returning("id")
      .execute();
    if (passed.length === 0) return;
    await beginDigests(trx, desk, successor);
    await recordActivity(trx, {
      workspaceId,
      at: now,
      actor: null,
      act: "window.passed_on",
      outcome: "done",
      request: null,
      customerId: null,
      details: { from: from.personId, to: successor.personId, windowIds: passed.map((window) => window.id) },
      correlationId: null,
    });
  });
  return watched;
}
