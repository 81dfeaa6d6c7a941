import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recognise } from "../access/recognise.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { ActivityExportsRow, ExportFilter } from "../db/rows.ts";
import { assertWhole, BrokenRow } from "../db/stored.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { ChatFailure } from "../messages/port.ts";
import { wantMessage } from "../messages/want.ts";
import { setReminder } from "../reminders/set.ts";
import { countEntries } from "./entries.ts";
import { type ActivityFilter, type ActivityQuestion, resolveFilter } from "./filter.ts";
import { type ActivityEntry, recordActivity } from "./record.ts";
import { type ExportFormat, writeExport } from "./write-export.ts";

type Export = Selectable<ActivityExportsRow>;

/** More is too long for any spreadsheet, and for one message. */
const mostRows = 250_000;

/** What did not succeed within a day is given up, and its reader told: nobody waits for ever. */
const longestTryMs = 24 * 60 * 60_000;

/**
 * Asks for the entries of a question as a file (A3): a worker makes it and sends it to the agent's own conversation. One form
 * gives one file of each format.
 *
 * @throws DeskError not_allowed … (A1) | invalid_input { field, problem } | export_too_large { most }
 */
export async function requestExport(
  desk: Desk,
  agent: Agent,
  input: { formToken: string; question: ActivityQuestion; format: ExportFormat },
): Promise<{ exportId: string }> {
  await authorise(desk, agent, "activity");
  const { formToken, question, format } = input;
  const { workspaceId, personId } = agent;
  const filter = await resolveFilter(desk, agent, question);
  const now = desk.clock.now();
  // What comes later does not belong to what was on screen.
  const until = filter.until < now ? filter.until : now;
  const count = await countEntries(desk.db, workspaceId, filter, mostRows + 1);
  if (count > mostRows)
    throw new DeskError("export_too_large", `more than ${mostRows} entries`, { most: mostRows });
  return transact(desk.db, async (trx) => {
    const inserted = await trx
      .insertInto("activity_exports")
      .values({
        id: newId("exp", desk.clock),
        workspace_id: workspaceId,
        person_id: personId,
        form_token: formToken,
        format,
        filter: JSON.stringify({ ...filter, from: filter.from.toISOString(), until: until.toISOString() }),
        status: "requested",
        row_count: null,
        file_id: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.constraint("activity_exports_one_per_form").doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!inserted) {
      const before = await trx
        .selectFrom("activity_exports")
        .select("id")
        .where("workspace_id", "=", workspaceId)
        .where("person_id", "=", personId)
        .where("form_token", "=", formToken)
        .where("format", "=", format)
        .executeTakeFirst();
      if (!before) throw new DeskError("request_not_found", `no export of ${formToken}`);
      return { exportId: before.id };
    }
    await show(trx, desk, inserted);
    await setReminder(trx, desk, {
      workspaceId,
      kind: "activity_export",
      subjectId: inserted.id,
      dueAt: now,
    });
    await record(trx, desk, inserted, agent, {
      act: "activity.export_requested",
      outcome: "done",
      details: {},
    });
    return { exportId: inserted.id };
  });
}

/**
 * Makes and sends a requested export, if its agent may still read the activity. That it is given is recorded, with what was
 * asked and how many rows, before the file is shown. A try that was cut off goes on with the file it had uploaded; one whose
 * answer was lost is looked for in Slack first.
 *
 * @throws ChatFailure unknown | wait | away, DeskError roles_unknown: it is tried again
 */
export async function sendExport(desk: Desk, input: { subjectId: string }): Promise<null> {
  const row = await desk.db
    .selectFrom("activity_exports")
    .selectAll()
    .where("id", "=", input.subjectId)
    .executeTakeFirst();
  if (row?.status !== "requested") return null;
  const agent = await agentOf(desk, row);
  try {
    assertWhole(row);
    await authorise(desk, agent, "activity");
    const { channel } = await desk.chat.openDirect({
      workspaceId: row.workspace_id,
      slackUserId: agent.slackUserId,
    });
    if (row.file_id === null || !(await share(desk, row, channel, row.file_id))) {
      const fileId = await upload(desk, row, agent);
      if (!(await share(desk, row, channel, fileId)))
        throw new ChatFailure("unknown", "a file that was just uploaded is not there");
    }
  } catch (error) {
    const age = desk.clock.now().getTime() - row.created_at.getTime();
    const status = endOf(error) ?? (age > longestTryMs ? "failed" : null);
    if (status === null) throw error;
    if (isUnwritable(error))
      desk.log.error({ id: row.id, error: String(error) }, "an export can't be written here");
    await end(desk, row, agent, status);
    return null;
  }
  await end(desk, row, agent, "sent");
  return null;
}

async function agentOf(desk: Desk, row: Export): Promise<Agent> {
  const { slack_user_id: slackUserId } = await desk.db
    .selectFrom("people")
    .select("slack_user_id")
    .where("id", "=", row.person_id)
    .executeTakeFirstOrThrow();
  return recognise(desk, { workspaceId: row.workspace_id, slackUserId });
}

async function share(desk: Desk, row: Export, channel: string, fileId: string): Promise<boolean> {
  const file = { workspaceId: row.workspace_id, channel, fileId };
  if (row.file_id !== null && (await desk.chat.isShared(file))) return true;
  return desk.chat.shareFile({ ...file, title: nameOf(row) });
}

/** The file with Slack, where nobody sees it yet; its id and that it is given are committed. */
async function upload(desk: Desk, row: Export, agent: Agent): Promise<string> {
  const { workspace_id: workspaceId, format } = row;
  const written = await writeExport(desk.db, { workspaceId, filter: filterOf(row.filter), format });
  try {
    const { path, length, rows } = written;
    const { fileId } = await desk.chat.uploadFile({ workspaceId, name: nameOf(row), path, length });
    await transact(desk.db, async (trx) => {
      await trx
        .updateTable("activity_exports")
        .set({ file_id: fileId, row_count: rows, updated_at: desk.clock.now() })
        .where("id", "=", row.id)
        .execute();
      await record(trx, desk, row, agent, {
        act: "activity.exported",
        outcome: "done",
        details: { rows, fileId },
      });
    });
    return fileId;
  } finally {
    await written.remove();
  }
}

/** This machine's disk is full, or may not be written to. Whoever waits is told, and an operator has to make room. */
const unwritable = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EROFS"]);

function isUnwritable(error: unknown): boolean {
  return error instanceof Error && "code" in error && unwritable.has(String(error.code));
}

/** How a failed try ends the export; null where another one may go better. */
function endOf(error: unknown): "refused" | "failed" | null {
  if (error instanceof BrokenRow) return "failed";
  if (error instanceof DeskError) return error.code === "roles_unknown" ? null : "refused";
  if (error instanceof ChatFailure)
    return error.kind === "gone" || error.kind === "refused" ? "failed" : null;
  return isUnwritable(error) ? "failed" : null;
}

async function end(
  desk: Desk,
  row: Export,
  agent: Agent,
  status: "sent" | "refused" | "failed",
): Promise<void> {
  await transact(desk.db, async (trx) => {
    const ended = await trx
      .updateTable("activity_exports")
      .set((eb) => ({ status, version: eb("version", "+", 1), updated_at: desk.clock.now() }))
      .where("id", "=", row.id)
      .where("status", "=", "requested")
      .returningAll()
      .executeTakeFirst();
    if (!ended) return;
    await show(trx, desk, ended);
    if (status !== "sent")
      await record(trx, desk, row, agent, { act: "activity.export_ended", outcome: status, details: {} });
  });
}

function show(trx: DatabaseTransaction, desk: Desk, row: Export): Promise<void> {
  return wantMessage(trx, desk, {
    workspaceId: row.workspace_id,
    personId: row.person_id,
    request: { kind: "activity_export", id: row.id },
    version: row.version,
  });
}

function record(
  trx: DatabaseTransaction,
  desk: Desk,
  row: Export,
  agent: Agent,
  entry: Pick<ActivityEntry, "act" | "outcome" | "details">,
): Promise<void> {
  return recordActivity(trx, {
    workspaceId: row.workspace_id,
    at: desk.clock.now(),
    actor: agent,
    act: entry.act,
    outcome: entry.outcome,
    request: null,
    customerId: row.filter.customerId,
    details: { exportId: row.id, format: row.format, filter: row.filter, ...entry.details },
    correlationId: null,
  });
}

function filterOf(filter: ExportFilter): ActivityFilter {
  return { ...filter, from: new Date(filter.from), until: new Date(filter.until) };
}

function nameOf({ filter, format }: Export): string {
  return `activity-${filter.from.slice(0, 10)}-${filter.until.slice(0, 10)}.${format}`;
}
