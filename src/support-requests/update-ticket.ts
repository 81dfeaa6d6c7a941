import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Agent } from "../access/agent.ts";
import { transact } from "../db/database.ts";
import type { LastSupportUpdate, SupportTicket } from "../db/rows.ts";
import { violatedConstraint } from "../db/violations.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { setReminder } from "../reminders/set.ts";
import { amendSupportRequest } from "./amend.ts";
import { readSupportRequest } from "./read.ts";
import { isFollowed } from "./statuses.ts";

const noteText = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .refine((text) => !text.includes("\0"));

/**
 * Adds a note to a ticket at Microsoft, or without one asks for it to be closed (S7); a worker sends it, once. The same form
 * again is the same update, and while a closing is under way another one is that one.
 *
 * @throws DeskError invalid_input { field: note } | request_not_found | request_moved_on | not_allowed …
 */
export async function updateTicket(
  desk: Desk,
  agent: Agent,
  input: { formToken: string; supportRequestId: string; note: string | null },
): Promise<void> {
  const row = await readSupportRequest(desk, agent, input);
  const note = input.note === null ? null : noteText.safeParse(input.note);
  if (note?.success === false) throw new DeskError("invalid_input", "note", { field: "note" });
  if (!isFollowed(row.status)) {
    throw new DeskError("request_moved_on", `${row.id} is ${row.status}`, { id: row.id });
  }
  const now = desk.clock.now();
  const kind = note ? "note" : "close";
  const text = note?.data ?? null;
  try {
    await transact(desk.db, async (trx) => {
      const added = await trx
        .insertInto("support_updates")
        .values({
          id: newId("upd", desk.clock),
          workspace_id: agent.workspaceId,
          support_request_id: row.id,
          person_id: agent.personId,
          form_token: input.formToken,
          kind,
          text,
          status: "requested",
          ms_request_id: null,
          correlation_id: randomUUID(),
          lease: null,
          leased_until: null,
          created_at: now,
          updated_at: now,
        })
        .onConflict((conflict) => conflict.constraint("support_updates_one_per_form").doNothing())
        .returning("id")
        .executeTakeFirst();
      if (!added) return;
      const last: LastSupportUpdate = { updateId: added.id, kind, status: "requested", text };
      await amendSupportRequest(trx, desk, {
        row,
        set: {
          last_update: JSON.stringify(last),
          // Somebody cares: it is followed (again).
          ticket: JSON.stringify({ ...ticketOf(row.ticket), changedAt: now.toISOString(), endedAt: null }),
        },
        act: `${kind}_asked`,
        actor: agent,
        details: { updateId: added.id },
      });
      await setReminder(trx, desk, {
        workspaceId: row.workspace_id,
        kind: "ticket",
        subjectId: row.id,
        dueAt: now,
      });
    });
  } catch (error) {
    if (violatedConstraint(error) === "support_updates_one_close") return;
    throw error;
  }
}

/** What was seen of a ticket; of one that nobody has looked at yet, nothing. */
export function ticketOf(ticket: SupportTicket | null): SupportTicket {
  return (
    ticket ?? {
      trouble: null,
      otherTitle: null,
      confirmed: false,
      notes: [],
      noteCount: 0,
      newNotes: 0,
      changedAt: null,
      endedAt: null,
    }
  );
}
