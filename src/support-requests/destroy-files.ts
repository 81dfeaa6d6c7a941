import type { Agent } from "../access/agent.ts";
import type { Actor } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import { isWhole } from "../db/stored.ts";
import type { Desk } from "../desk/context.ts";
import { dropReminder } from "../reminders/set.ts";
import { destroySecrets } from "../vault/destroy.ts";
import type { SecretPlace } from "../vault/vault.ts";
import { amendSupportRequest, type SupportRequest } from "./amend.ts";
import { findSupportRequest, readSupportRequest } from "./read.ts";

/** Where the copies of a request's files lie in the vault. */
export function placeOfFiles(row: SupportRequest): SecretPlace {
  return { workspaceId: row.workspace_id, customerId: row.customer_id, subjectId: row.id, kind: "file" };
}

/**
 * Destroys the copies of a request's files, in the caller's transaction, and fetches no more of them. The originals in
 * Slack are their owner's and stay.
 */
export async function destroyFiles(
  trx: DatabaseTransaction,
  desk: Desk,
  input: { supportRequestId: string; actor: Actor },
): Promise<void> {
  const row = await findSupportRequest(trx, input.supportRequestId, true);
  const left = row?.files.filter(({ state }) => state === "wanted" || state === "kept") ?? [];
  // What can't be read may be there all the same.
  if (!row || (left.length === 0 && isWhole(row))) return;
  await destroySecrets(trx, desk, { workspaceId: row.workspace_id, subjectId: row.id, kinds: ["file"] });
  await dropReminder(trx, { kind: "support_files", subjectId: row.id });
  const files = row.files.map((file) =>
    left.includes(file) ? { ...file, state: "destroyed" as const, secretId: null } : file,
  );
  await amendSupportRequest(trx, desk, {
    row,
    set: { files: JSON.stringify(files) },
    act: "files_destroyed",
    actor: input.actor,
    details: { count: left.length },
  });
}

/**
 * A person says that the files are with Microsoft: the copies are not needed any more. Saying it twice is the same as once.
 *
 * @throws DeskError request_not_found | not_allowed …
 */
export async function markFilesAdded(
  desk: Desk,
  agent: Agent,
  input: { supportRequestId: string },
): Promise<void> {
  const { id } = await readSupportRequest(desk, agent, input);
  await transact(desk.db, (trx) => destroyFiles(trx, desk, { supportRequestId: id, actor: agent }));
}
