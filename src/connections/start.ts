import { createHash, randomBytes } from "node:crypto";
import type { Agent } from "../access/agent.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { sealSecret } from "../vault/seal.ts";
import { verifierPlace } from "./place.ts";
import { startPath } from "./port.ts";

const attemptLifeMs = 10 * 60_000;

/** 32 random bytes, as they stand in addresses and cookies. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** How such a token is stored: it has no structure that a plain hash could give away. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What a sign-in is tied to, as the vault keeps it. */
export interface KeptTies {
  verifier: string;
  nonce: string;
}

/**
 * Begins a sign-in of this agent and gives the address that their browser opens; good for ten minutes and one sign-in. What
 * they began before ends.
 *
 * @throws DeskError not_member
 */
export async function startConnection(desk: Desk, agent: Agent): Promise<string> {
  if (!desk.connecting) throw new Error("agents do not sign in themselves here");
  const { personId, workspaceId } = agent;
  if (!agent.isMember) throw new DeskError("not_member", `${personId} is a guest, a bot or deactivated`);
  const now = desk.clock.now();
  const link = newToken();
  const ties: KeptTies = { verifier: newToken(), nonce: newToken() };
  await transact(desk.db, async (trx) => {
    await forgetOpenAttempts(trx, { personId, expiredBefore: now });
    const attemptId = newId("att", desk.clock);
    const { secretId } = await sealSecret(trx, desk, {
      place: verifierPlace({ workspaceId, attemptId }),
      value: Buffer.from(JSON.stringify(ties)),
    });
    await trx
      .insertInto("connection_attempts")
      .values({
        id: attemptId,
        workspace_id: workspaceId,
        person_id: personId,
        link_hash: hashToken(link),
        cookie_hash: null,
        state_hash: null,
        secret_id: secretId,
        expires_at: new Date(now.getTime() + attemptLifeMs),
        used_at: null,
        connected_at: null,
        user_principal_name: null,
        created_at: now,
        updated_at: now,
      })
      .execute();
  });
  return `${desk.connecting.publicUrl}${startPath}?attempt=${link}`;
}

/** Ends what this person began, and what nobody finished in time: the verifiers are erased with it. */
export async function forgetOpenAttempts(
  trx: DatabaseTransaction,
  input: { personId: string; expiredBefore: Date },
): Promise<void> {
  const forgotten = await trx
    .deleteFrom("connection_attempts")
    .where("used_at", "is", null)
    .where((eb) => eb.or([eb("person_id", "=", input.personId), eb("expires_at", "<=", input.expiredBefore)]))
    .returning("secret_id")
    .execute();
  const secretIds = forgotten.flatMap(({ secret_id: id }) => (id === null ? [] : [id]));
  if (secretIds.length > 0) {
    await trx
      .deleteFrom("secrets")
      .where((eb) => eb("id", "=", eb.fn.any(eb.val(secretIds))))
      .execute();
  }
}
