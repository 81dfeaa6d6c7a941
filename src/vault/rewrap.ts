import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { countByKey } from "./check.ts";
import { boundTo, envelopeOf, unwrapDataKey } from "./envelope.ts";
import { VaultFailure } from "./vault.ts";

export interface Rewrapped {
  newest: string;
  rewrapped: number;
  /** Secrets whose key is not in the ring, or that were tampered with: they stay as they are. */
  unreadable: number;
  /** How many living secrets each older key still wraps. */
  left: { keyId: string; secrets: number }[];
}

const batchSize = 100;

/**
 * Wraps the data key of every living secret with the newest key of the ring; what is sealed under it stays as it is. The app
 * may run meanwhile: a row in use is skipped, and taken up in the next round. Each batch is a transaction of its own, so it
 * may be stopped at any time and goes on where it was. `onBatch` hears how many a batch rewrapped.
 */
export async function rewrapSecrets(
  desk: Pick<Desk, "db" | "vault" | "clock">,
  onBatch: (rewrapped: number) => void = () => {},
): Promise<Rewrapped> {
  const unreadable = new Set<string>();
  let rewrapped = 0;
  for (let before = -1; before < rewrapped; ) {
    before = rewrapped;
    for (let after: string | null = ""; after !== null; ) {
      const from: string = after;
      const batch = await transact(desk.db, (trx) => rewrapBatch(trx, desk, from, unreadable));
      rewrapped += batch.rewrapped;
      after = batch.last;
      if (batch.rewrapped > 0) onBatch(batch.rewrapped);
    }
  }
  const newest = desk.vault.newest.keyId;
  const left = (await countByKey(desk)).filter(({ keyId }) => keyId !== newest);
  return { newest, rewrapped, unreadable: unreadable.size, left };
}

/** Rewraps up to a batch of the secrets behind this id; `last` is null when there are none. */
async function rewrapBatch(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "vault" | "clock">,
  after: string,
  unreadable: Set<string>,
): Promise<{ rewrapped: number; last: string | null }> {
  const { newest } = desk.vault;
  const rows = await trx
    .selectFrom("secrets")
    .selectAll()
    .where("wrapped_key", "is not", null)
    .where("key_id", "<>", newest.keyId)
    .where("id", ">", after)
    .orderBy("id")
    .limit(batchSize)
    .forUpdate()
    .skipLocked()
    .execute();
  const done = new Map<string, number>();
  for (const row of rows) {
    const bound = boundTo(row.id, {
      workspaceId: row.workspace_id,
      customerId: row.customer_id,
      subjectId: row.subject_id,
      kind: row.kind,
    });
    try {
      const dataKey = await unwrapDataKey(desk.vault, row.id, envelopeOf(row), bound);
      const wrappedKey = await newest.wrap(dataKey, bound);
      dataKey.fill(0);
      await trx
        .updateTable("secrets")
        .set({ key_id: newest.keyId, wrapped_key: wrappedKey, updated_at: desk.clock.now() })
        .where("id", "=", row.id)
        .execute();
      done.set(row.workspace_id, (done.get(row.workspace_id) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof VaultFailure)) throw error;
      unreadable.add(row.id);
    }
  }
  await recordRewrap(trx, desk, done);
  const rewrapped = [...done.values()].reduce((sum, count) => sum + count, 0);
  return { rewrapped, last: rows.at(-1)?.id ?? null };
}

/** The operator's act, in every workspace whose secrets it touched; what belongs to no workspace is in nobody's activity. */
async function recordRewrap(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "vault" | "clock">,
  done: Map<string, number>,
): Promise<void> {
  // In one order everywhere, because each workspace's chain is locked until the end.
  const workspaces = [...done]
    .filter(([workspaceId]) => workspaceId !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [workspaceId, secrets] of workspaces) {
    await recordActivity(trx, {
      workspaceId,
      at: desk.clock.now(),
      actor: null,
      act: "vault.rewrapped",
      outcome: "done",
      request: null,
      customerId: null,
      details: { by: "operator", keyId: desk.vault.newest.keyId, secrets },
      correlationId: null,
    });
  }
}
