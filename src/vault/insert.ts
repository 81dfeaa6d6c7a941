import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import { boundTo, closeEnvelope, type OwnPlace } from "./envelope.ts";

/** Seals these bytes into a new row and gives its id; null when the place holds a living secret already. */
export async function insertSecret(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "vault" | "clock">,
  input: { place: OwnPlace; plain: Uint8Array; fingerprint: Buffer | null; display: string | null },
): Promise<string | null> {
  const { place } = input;
  const id = newId("sec", desk.clock);
  const envelope = await closeEnvelope(desk.vault, input.plain, boundTo(id, place));
  const now = desk.clock.now();
  const inserted = await trx
    .insertInto("secrets")
    .values({
      id,
      workspace_id: place.workspaceId,
      customer_id: place.customerId,
      subject_id: place.subjectId,
      kind: place.kind,
      envelope_version: envelope.version,
      key_id: envelope.keyId,
      wrapped_key: envelope.wrappedKey,
      sealed: envelope.sealed,
      fingerprint: input.fingerprint,
      display: input.display,
      destroyed_at: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return inserted?.id ?? null;
}
