import { type Selectable, sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recognise } from "../access/recognise.ts";
import { refused } from "../access/refused.ts";
import { mayDo } from "../access/rights.ts";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { DigestItem, WindowsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { wantMessage } from "../messages/want.ts";
import { beginDigests, timeZoneOf } from "./begin.ts";
import { nextMorning } from "./morning.ts";

type Window = Selectable<WindowsRow>;

/** Between two mornings lie 25 hours at most, so that of the last one at least eleven are left. */
const lastDayMs = 36 * 60 * 60_000;

/**
 * Keeps the purchase: nobody is reminded of its window again, and who decided is recorded. It can still be cancelled while
 * its window is open.
 *
 * @throws DeskError request_not_found | request_moved_on (someone decided before) | not_allowed … (C2)
 */
export async function keepPurchase(desk: Desk, agent: Agent, input: { windowId: string }): Promise<void> {
  const now = desk.clock.now();
  await decide(desk, agent, input, {
    act: "window.keep",
    set: { decision: "keep", decided_by: agent.personId, decided_at: now },
    shown: { state: "keep", by: agent.slackUserId },
    details: {},
  });
}

/**
 * Says nothing more about a window until the last morning of its person on which there is still time to decide.
 *
 * @throws DeskError as `keepPurchase`
 */
export async function snoozeWindow(desk: Desk, agent: Agent, input: { windowId: string }): Promise<void> {
  const window = await readWindow(desk, agent, input);
  const timeZone = await timeZoneOf(desk.db, window.person_id);
  const until = nextMorning(new Date(window.deadline_at.getTime() - lastDayMs), timeZone, desk.digest.hour);
  await decide(desk, agent, input, {
    act: "window.snooze",
    set: { snoozed_until: until },
    shown: { state: "snoozed", by: agent.slackUserId },
    details: { until: until.toISOString() },
  });
}

/**
 * Gives a window to a colleague, who hears of it from their next morning on.
 *
 * @throws DeskError invalid_input { field: colleague } (not entitled) | as `keepPurchase`
 */
export async function handOverWindow(
  desk: Desk,
  agent: Agent,
  input: { windowId: string; slackUserId: string },
): Promise<void> {
  // Who may not decide learns nothing of who might.
  const { workspace_id: workspaceId } = await readOpenWindow(desk, agent, input);
  const colleague = await recognise(desk, { workspaceId, slackUserId: input.slackUserId });
  if (!colleague.isMember || !mayDo(colleague.roles, "cancel")) {
    throw new DeskError("invalid_input", `${colleague.personId} may not cancel`, { field: "colleague" });
  }
  await decide(desk, agent, input, {
    act: "window.hand_over",
    set: { person_id: colleague.personId, snoozed_until: null },
    shown: { state: "handed_over", by: colleague.slackUserId },
    details: { to: colleague.personId },
    also: (trx) => beginDigests(trx, desk, colleague),
  });
}

/** Notes, in the transaction that asks for a cancellation, that the line's window needs no reminder any more. */
export async function noteCancellation(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  line: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<void> {
  const now = desk.clock.now();
  const window = await trx
    .updateTable("windows")
    .set({ decision: "cancel", decided_by: agent.personId, decided_at: now, updated_at: now })
    .where("workspace_id", "=", agent.workspaceId)
    .where("customer_id", "=", line.customerId)
    .where("order_id", "=", line.orderId)
    .where("line_item_number", "=", line.lineItemNumber)
    .returning("id")
    .executeTakeFirst();
  if (window) await showInDigests(trx, desk, window.id, { state: "cancel", by: agent.slackUserId });
}

/**
 * Has the person of a line's window reminded again, in the transaction in which its cancellation comes to nothing: what was
 * decided with it is undecided.
 */
export async function reopenWindow(
  trx: DatabaseTransaction,
  desk: Desk,
  line: { workspace_id: string; customer_id: string; order_id: string; line_item_number: number },
): Promise<void> {
  const now = desk.clock.now();
  const window = await trx
    .updateTable("windows")
    .set({ decision: null, decided_by: null, decided_at: null, updated_at: now })
    .where("workspace_id", "=", line.workspace_id)
    .where("customer_id", "=", line.customer_id)
    .where("order_id", "=", line.order_id)
    .where("line_item_number", "=", line.line_item_number)
    .where("decision", "=", "cancel")
    .where("closed_at", "is", null)
    .where("deadline_at", ">", now)
    .returning(["id", "person_id"])
    .executeTakeFirst();
  if (!window) return;
  await beginDigests(trx, desk, { workspaceId: line.workspace_id, personId: window.person_id });
  await showInDigests(trx, desk, window.id, { state: "open", by: null });
}

/**
 * A window about which something can still be decided.
 *
 * @throws DeskError request_not_found | request_moved_on (decided, or over) | not_allowed … (C2)
 */
export async function readOpenWindow(desk: Desk, agent: Agent, input: { windowId: string }): Promise<Window> {
  const window = await readWindow(desk, agent, input);
  await authorise(desk, agent, "cancel", { customerId: window.customer_id });
  if (window.decision !== null || window.closed_at !== null || window.deadline_at <= desk.clock.now())
    throw new DeskError("request_moved_on", `${window.id} was decided before`, { id: window.id });
  return window;
}

async function readWindow(desk: Desk, agent: Agent, input: { windowId: string }): Promise<Window> {
  const window = await desk.db
    .selectFrom("windows")
    .selectAll()
    .where("id", "=", input.windowId)
    .where("workspace_id", "=", agent.workspaceId)
    .executeTakeFirst();
  if (!window) {
    const refusal = new DeskError("request_not_found", `no window ${input.windowId}`);
    throw await refused(desk, agent, "cancel", refusal);
  }
  return window;
}

async function decide(
  desk: Desk,
  agent: Agent,
  input: { windowId: string },
  decision: {
    act: "window.keep" | "window.snooze" | "window.hand_over";
    set: Partial<Pick<Window, "decision" | "decided_by" | "decided_at" | "snoozed_until" | "person_id">>;
    shown: Pick<DigestItem, "state" | "by">;
    details: Record<string, unknown>;
    also?: (trx: DatabaseTransaction) => Promise<void>;
  },
): Promise<void> {
  const window = await readOpenWindow(desk, agent, input);
  const now = desk.clock.now();
  await transact(desk.db, async (trx) => {
    const decided = await trx
      .updateTable("windows")
      .set({ ...decision.set, updated_at: now })
      .where("id", "=", window.id)
      .where("decision", "is", null)
      .where("closed_at", "is", null)
      .where("deadline_at", ">", now)
      .where("person_id", "=", window.person_id)
      .returning("id")
      .executeTakeFirst();
    if (!decided)
      throw new DeskError("request_moved_on", `${window.id} was decided before`, { id: window.id });
    await showInDigests(trx, desk, window.id, decision.shown);
    await decision.also?.(trx);
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: agent,
      act: decision.act,
      outcome: "done",
      request: null,
      customerId: window.customer_id,
      details: {
        windowId: window.id,
        orderId: window.order_id,
        lineItemNumber: window.line_item_number,
        ...decision.details,
      },
      correlationId: null,
    });
  });
}

/** Draws a decision into every morning message that lists the window, whoever has it. */
async function showInDigests(
  trx: DatabaseTransaction,
  desk: Desk,
  windowId: string,
  shown: Pick<DigestItem, "state" | "by">,
): Promise<void> {
  const now = desk.clock.now();
  const digests = await trx
    .selectFrom("digests")
    .select(["id", "workspace_id", "person_id", "items", "version"])
    .where(sql<boolean>`items @> ${JSON.stringify([{ windowId }])}::jsonb`)
    .forUpdate()
    .execute();
  for (const digest of digests) {
    const items = digest.items.map((item) => (item.windowId === windowId ? { ...item, ...shown } : item));
    await trx
      .updateTable("digests")
      .set({ items: JSON.stringify(items), version: digest.version + 1, updated_at: now })
      .where("id", "=", digest.id)
      .execute();
    await wantMessage(trx, desk, {
      workspaceId: digest.workspace_id,
      personId: digest.person_id,
      request: { kind: "digest", id: digest.id },
      version: digest.version + 1,
    });
  }
}
