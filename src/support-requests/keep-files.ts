import { transact } from "../db/database.ts";
import type { SupportFile } from "../db/rows.ts";
import { isWhole } from "../db/stored.ts";
import type { Desk } from "../desk/context.ts";
import { ChatFailure } from "../messages/port.ts";
import type { RemindVerb } from "../reminders/run.ts";
import { sealSecret } from "../vault/seal.ts";
import { amendSupportRequest, type SupportRequest } from "./amend.ts";
import { destroyFiles, placeOfFiles } from "./destroy-files.ts";
import { type FileProblem, isTakenType, isWhatItSays, mostFileBytes } from "./file-types.ts";
import { findSupportRequest } from "./read.ts";

const keptMs = 30 * 24 * 60 * 60_000;
/** What Slack can't give for so long is given up. */
const fetchingMs = 60 * 60_000;
const tryAgainMs = 60_000;

/** A new file of a request: nothing is known of it but its id. */
export function wantedFile(fileId: string): SupportFile {
  return {
    fileId,
    name: null,
    size: null,
    permalink: null,
    state: "wanted",
    problem: null,
    secretId: null,
  };
}

/**
 * Looks after the files of a support request (S6): fetches from Slack what was attached, keeps it encrypted, and destroys
 * the copies after 30 days. What can't be fetched is told on the request's message.
 */
export const keepFiles: RemindVerb = async (desk, { subjectId }) => {
  const row = await findSupportRequest(desk.db, subjectId);
  if (!row) return null;
  // Of what can't be read, copies may be in the vault.
  if (isWhole(row) && !row.files.some(({ state }) => state === "wanted" || state === "kept")) return null;
  const now = desk.clock.now().getTime();
  const end = new Date(row.created_at.getTime() + keptMs);
  if (now >= end.getTime()) {
    await transact(desk.db, (trx) => destroyFiles(trx, desk, { supportRequestId: row.id, actor: null }));
    return null;
  }
  let later: Date | null = null;
  for (const file of row.files) {
    if (file.state !== "wanted") continue;
    const wait = await keepFile(desk, row, file.fileId);
    if (wait !== null) later = new Date(now + wait);
  }
  return later ?? end;
};

/** Fetches one file and keeps it, or what is wrong with it. In how many ms to try again; null when it is settled. */
async function keepFile(desk: Desk, row: SupportRequest, fileId: string): Promise<number | null> {
  let read: Awaited<ReturnType<Desk["chat"]["readFile"]>>;
  try {
    read = await desk.chat.readFile({ workspaceId: row.workspace_id, fileId, mostBytes: mostFileBytes });
  } catch (error) {
    if (!(error instanceof ChatFailure)) throw error;
    const age = desk.clock.now().getTime() - row.created_at.getTime();
    const passing = error.kind === "unknown" || error.kind === "wait" || error.kind === "away";
    desk.log.warn(
      { topic: "support_files", id: row.id, kind: error.kind, error: error.message },
      "a file was not read",
    );
    if (passing && age < fetchingMs) return error.retryAfterMs ?? tryAgainMs;
    await settle(desk, row, fileId, { problem: "unreadable" });
    return null;
  }
  if (read.kind === "problem") {
    await settle(desk, row, fileId, read);
    return null;
  }
  const { bytes, ...about } = read;
  const right = isTakenType(about.name) && isWhatItSays(about.name, bytes);
  await settle(desk, row, fileId, right ? read : { problem: "wrong_type", name: about.name });
  bytes.fill(0);
  return null;
}

type Settled =
  | { problem: FileProblem; name?: string }
  | { name: string; permalink: string | null; bytes: Buffer };

/** Writes down what became of a file; one that was destroyed or settled meanwhile stays as it is. */
async function settle(desk: Desk, row: SupportRequest, fileId: string, outcome: Settled): Promise<void> {
  await transact(desk.db, async (trx) => {
    const fresh = await findSupportRequest(trx, row.id, true);
    if (!fresh?.files.some((file) => file.fileId === fileId && file.state === "wanted")) return;
    const change: Partial<SupportFile> =
      "bytes" in outcome
        ? {
            name: outcome.name,
            size: outcome.bytes.length,
            permalink: outcome.permalink,
            state: "kept",
            secretId: (await sealSecret(trx, desk, { place: placeOfFiles(row), value: outcome.bytes }))
              .secretId,
          }
        : { name: outcome.name ?? null, state: "refused", problem: outcome.problem };
    const files = fresh.files.map((file) => (file.fileId === fileId ? { ...file, ...change } : file));
    const kept = change.state === "kept";
    await amendSupportRequest(trx, desk, {
      row: fresh,
      set: { files: JSON.stringify(files) },
      act: kept ? "file_kept" : "file_refused",
      actor: null,
      outcome: kept ? "done" : "failed",
      details: { fileId, ...(change.problem ? { problem: change.problem } : {}) },
    });
  });
}
