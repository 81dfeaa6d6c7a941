import { randomUUID } from "node:crypto";
import { type Selectable, sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { KeyRequestsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import type { FulfilmentLine, SoftwarePackage } from "./port.ts";

const hourMs = 60 * 60_000;
/** A form that is delivered again comes within minutes. */
const repeatLifeMs = 10 * 60_000;

export type RevealIntent =
  | { outcome: "new" | "again"; request: Selectable<KeyRequestsRow> }
  | { outcome: "limit"; limit: number; retryAt: Date };

/** Whether this request may be answered once more with what it was answered before. */
export function mayRepeat(desk: Desk, row: Pick<Selectable<KeyRequestsRow>, "created_at">): boolean {
  return desk.clock.now().getTime() - row.created_at.getTime() <= repeatLifeMs;
}

/**
 * Commits that this person is about to be shown a key, and why. Under a lock on the person, so that two clicks at once can't
 * both be the last of the hour. The limit's refusal is committed as well.
 *
 * @throws DeskError request_moved_on: this form was sent before, with other content or too long ago
 */
export async function recordIntent(
  desk: Desk,
  agent: Agent,
  input: { formToken: string; choice: SoftwarePackage; reason: string },
  about: FulfilmentLine & { customerName: string; renews: string | null },
): Promise<RevealIntent> {
  return transact(desk.db, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('csp-desk reveals'), hashtext(${agent.personId}))`.execute(
      trx,
    );
    const before = await trx
      .selectFrom("key_requests")
      .selectAll()
      .where("workspace_id", "=", agent.workspaceId)
      .where("form_token", "=", input.formToken)
      .executeTakeFirst();
    if (before) return { outcome: "again", request: repeated(desk, agent, input, about, before) };
    const limit = await overLimit(trx, desk, agent);
    if (limit) {
      await recordActivity(trx, {
        ...entryOf(desk, agent, about),
        act: "keys.asked",
        outcome: "refused",
        request: null,
        correlationId: null,
        details: { code: "reveal_limit", ...detailsOf(input, about), retryAt: limit.retryAt.toISOString() },
      });
      return { outcome: "limit", ...limit };
    }
    const request = await insertRequest(trx, desk, agent, input, about);
    await recordActivity(trx, {
      ...entryOf(desk, agent, about),
      act: "key_request.requested",
      outcome: "done",
      request: { kind: "key_request", id: request.id },
      correlationId: request.correlation_id,
      details: detailsOf(input, about),
    });
    return { outcome: "new", request };
  });
}

type Input = Parameters<typeof recordIntent>[2];
type About = Parameters<typeof recordIntent>[3];

function entryOf(desk: Desk, agent: Agent, about: About) {
  return {
    workspaceId: agent.workspaceId,
    at: desk.clock.now(),
    actor: agent,
    customerId: about.customerId,
  };
}

function detailsOf({ choice, reason }: Input, about: About): Record<string, unknown> {
  const { version, language, fileType } = choice;
  const { orderId, lineItemNumber, renews } = about;
  return { orderId, lineItemNumber, version, language, fileType, reason, ...(renews ? { renews } : {}) };
}

/** The request of a form that is sent again, where it is the same question within its life. */
function repeated(
  desk: Desk,
  agent: Agent,
  { choice }: Input,
  about: About,
  row: Selectable<KeyRequestsRow>,
): Selectable<KeyRequestsRow> {
  const same =
    row.person_id === agent.personId &&
    row.customer_id === about.customerId &&
    row.order_id === about.orderId &&
    row.line_item_number === about.lineItemNumber &&
    row.software_version === choice.version &&
    row.software_language === choice.language &&
    row.file_type === choice.fileType &&
    row.renews === about.renews;
  const open = row.status === "requested" || row.status === "shown" || row.status === "sent_to_portal";
  if (same && open && mayRepeat(desk, row)) return row;
  throw new DeskError("request_moved_on", `${row.id}: its form was sent again (${row.status})`, {
    id: row.id,
  });
}

/** The reveals of the last hour, whatever became of them; what was refused, or only sent to the portal, was none. */
async function overLimit(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
): Promise<{ limit: number; retryAt: Date } | null> {
  const limit = desk.limits.revealsPerHour;
  const since = new Date(desk.clock.now().getTime() - hourMs);
  const oldest = await trx
    .selectFrom("key_requests")
    .select("created_at")
    .where("person_id", "=", agent.personId)
    .where("created_at", ">", since)
    .where("status", "in", ["requested", "shown", "interrupted"])
    .orderBy("created_at", "desc")
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst();
  return oldest ? { limit, retryAt: new Date(oldest.created_at.getTime() + hourMs) } : null;
}

function insertRequest(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  input: Input,
  about: About,
): Promise<Selectable<KeyRequestsRow>> {
  const now = desk.clock.now();
  return trx
    .insertInto("key_requests")
    .values({
      id: newId("key", desk.clock),
      workspace_id: agent.workspaceId,
      person_id: agent.personId,
      customer_id: about.customerId,
      customer_name: about.customerName,
      order_id: about.orderId,
      line_item_number: about.lineItemNumber,
      product_title: about.productTitle,
      form_token: input.formToken,
      software_version: input.choice.version,
      software_language: input.choice.language,
      file_type: input.choice.fileType,
      reason: input.reason,
      status: "requested",
      hand_over_request_id: randomUUID(),
      correlation_id: randomUUID(),
      source: null,
      link_id: null,
      renews: about.renews,
      link_expires_at: null,
      downloads_allowed: null,
      handed_to_customer_at: null,
      link_warned_at: null,
      revoked_at: null,
      due_at: new Date(now.getTime() + 4 * desk.timings.patienceSeconds * 1_000),
      lease: null,
      leased_until: null,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}
