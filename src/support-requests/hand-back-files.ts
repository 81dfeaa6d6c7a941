import type { Agent } from "../access/agent.ts";
import { transact } from "../db/database.ts";
import type { SupportFile } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { openSecret } from "../vault/open.ts";
import { VaultFailure } from "../vault/vault.ts";
import { amendSupportRequest, type SupportRequest } from "./amend.ts";
import { placeOfFiles } from "./destroy-files.ts";
import { readSupportRequest } from "./read.ts";

/** The files of a request on their way back to a person: still in Slack, sent again from our copy, or lost. */
export interface HandedBack {
  there: SupportFile[];
  sent: SupportFile[];
  lost: SupportFile[];
}

/**
 * Gives the files of a request back to the agent, for the portal (S6): Partner Center takes none by API. Where the original
 * still lies in Slack, that is where it is; of one that was deleted, the kept copy is sent to the agent's own conversation.
 * The intent is recorded before a copy is opened.
 *
 * @throws DeskError request_not_found | not_allowed …
 * @throws ChatFailure when Slack takes no files now
 */
export async function handBackFiles(
  desk: Desk,
  agent: Agent,
  input: { supportRequestId: string },
): Promise<HandedBack> {
  const row = await readSupportRequest(desk, agent, input);
  const { workspaceId } = agent;
  const there: SupportFile[] = [];
  const away: SupportFile[] = [];
  for (const file of row.files) {
    if (file.state !== "kept") continue;
    ((await desk.chat.hasFile({ workspaceId, fileId: file.fileId })) ? there : away).push(file);
  }
  if (away.length === 0) return { there, sent: [], lost: [] };
  await transact(desk.db, (trx) =>
    amendSupportRequest(trx, desk, {
      row,
      set: {},
      act: "files_handed_back",
      actor: agent,
      details: { files: away.map(({ fileId }) => fileId) },
    }),
  );
  const opened = await Promise.all(
    away.map(async (file) => ({ file, bytes: await openFile(desk, row, file) })),
  );
  const sending = opened.flatMap(({ file, bytes }) =>
    bytes ? [{ name: file.name ?? file.fileId, bytes }] : [],
  );
  try {
    if (sending.length > 0) {
      const { channel } = await desk.chat.openDirect({ workspaceId, slackUserId: agent.slackUserId });
      await desk.chat.sendFiles({ workspaceId, channel, files: sending });
    }
  } finally {
    for (const { bytes } of sending) bytes.fill(0);
  }
  return {
    there,
    sent: opened.filter(({ bytes }) => bytes !== null).map(({ file }) => file),
    lost: opened.filter(({ bytes }) => bytes === null).map(({ file }) => file),
  };
}

/** The kept copy; null when it can't be opened any more. */
async function openFile(desk: Desk, row: SupportRequest, file: SupportFile): Promise<Buffer | null> {
  if (file.secretId === null) return null;
  try {
    return await openSecret(desk, { secretId: file.secretId, place: placeOfFiles(row) });
  } catch (error) {
    if (!(error instanceof VaultFailure)) throw error;
    desk.log.error(
      { topic: "support_files", id: row.id, kind: error.kind, error: error.message },
      "a copy does not open",
    );
    return null;
  }
}
