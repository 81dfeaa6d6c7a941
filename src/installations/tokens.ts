import { Secret } from "#src/config/secret.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { openSecret } from "../vault/open.ts";
import { sealSecret } from "../vault/seal.ts";
import type { SecretPlace } from "../vault/vault.ts";
import type { TokenPair } from "./port.ts";

/** Where the tokens of an installation belong in the vault. */
export function tokensPlace(workspaceId: string): SecretPlace {
  return { workspaceId, customerId: "", subjectId: workspaceId, kind: "slack_tokens" };
}

/** Token and refresh token of a living installation. Throws VaultFailure. */
export async function openTokens(
  ground: Pick<Desk, "db" | "vault">,
  installation: { workspace_id: string; secret_id: string },
): Promise<Omit<TokenPair, "expiresAt">> {
  const place = tokensPlace(installation.workspace_id);
  const plain = await openSecret(ground, { secretId: installation.secret_id, place });
  const kept = JSON.parse(plain.toString("utf8")) as { token: string; refreshToken: string | null };
  plain.fill(0);
  return {
    token: new Secret(kept.token),
    refreshToken: kept.refreshToken === null ? null : new Secret(kept.refreshToken),
  };
}

/**
 * Seals a pair, in one piece so that neither is ever without the other, in the caller's transaction. The place has to be
 * empty. Gives the secret's id.
 */
export async function sealTokens(
  trx: DatabaseTransaction,
  ground: Pick<Desk, "vault" | "clock">,
  workspaceId: string,
  pair: Pick<TokenPair, "token" | "refreshToken">,
): Promise<string> {
  const plain = Buffer.from(
    JSON.stringify({ token: pair.token.reveal(), refreshToken: pair.refreshToken?.reveal() ?? null }),
  );
  const { secretId } = await sealSecret(trx, ground, { place: tokensPlace(workspaceId), value: plain });
  plain.fill(0);
  return secretId;
}
