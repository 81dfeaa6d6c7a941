import type { Secret } from "#src/config/secret.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { ChatFailure } from "../messages/port.ts";
import { type Installed, lockInstallation } from "./find.ts";
import { RenewalFailure, type SlackGrants } from "./port.ts";
import { destroyTokens } from "./remove.ts";
import { openTokens, sealTokens } from "./tokens.ts";

/** So long before it expires a token is renewed by whoever needs it. */
const renewBeforeMs = 2 * 60 * 60_000;

type Ground = Pick<Desk, "db" | "vault" | "clock" | "log">;

/**
 * The token of an installation, renewed where it is about to expire. A refresh token is good for one renewal, so all
 * processes together do it once: whoever comes first holds the row, asks Slack and commits the new pair before anybody uses
 * it. The others go on with the token that is still good, or wait where it is not.
 *
 * @throws ChatFailure wait where Slack did not answer and nothing is good; away where it takes the refresh token no more
 */
export async function goodToken(ground: Ground, grants: SlackGrants, installed: Installed): Promise<Secret> {
  const { token } = await openTokens(ground, installed);
  if (!isDue(ground, installed)) return token;
  const renewed = await transact(ground.db, async (trx) => {
    if (!isExpired(ground, installed) && !(await isFree(trx, installed))) return "good" as const;
    const current = await lockInstallation(trx, installed.workspace_id);
    if (!current) return "gone" as const;
    if (!isDue(ground, current)) return (await openTokens({ ...ground, db: trx }, current)).token;
    return renew(trx, ground, grants, current);
  });
  if (renewed === "good") return token;
  if (renewed === "gone") throw new ChatFailure("away", `no token for ${installed.workspace_id}`);
  if (renewed === "later") throw new ChatFailure("wait", "Slack did not renew the token");
  return renewed;
}

function isDue({ clock }: Ground, { expires_at: expiresAt }: Installed): boolean {
  return expiresAt !== null && expiresAt.getTime() - clock.now().getTime() <= renewBeforeMs;
}

function isExpired({ clock }: Ground, { expires_at: expiresAt }: Installed): boolean {
  return expiresAt !== null && expiresAt <= clock.now();
}

/** False while another process renews it. */
async function isFree(trx: DatabaseTransaction, installed: Installed): Promise<boolean> {
  const free = await trx
    .selectFrom("installations")
    .select("workspace_id")
    .where("workspace_id", "=", installed.workspace_id)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return free !== undefined;
}

/** Renews the tokens of an installation that is held. Good: the token that there is; gone: none will ever be. */
async function renew(
  trx: DatabaseTransaction,
  ground: Ground,
  grants: SlackGrants,
  current: Installed,
): Promise<Secret | "good" | "later" | "gone"> {
  const { workspace_id: workspaceId } = current;
  const { refreshToken } = await openTokens({ ...ground, db: trx }, current);
  try {
    if (!refreshToken) throw new RenewalFailure("refused", "there is no refresh token");
    const pair = await grants.renew(refreshToken);
    const now = ground.clock.now();
    await trx
      .updateTable("installations")
      .set({ secret_id: null, expires_at: null, removed_at: now, removed_because: "refused" })
      .where("workspace_id", "=", workspaceId)
      .execute();
    await trx.deleteFrom("secrets").where("id", "=", current.secret_id).execute();
    await trx
      .updateTable("installations")
      .set({
        secret_id: await sealTokens(trx, ground, workspaceId, pair),
        expires_at: new Date(now.getTime() + pair.lifeMs),
        renewed_at: now,
        removed_at: null,
        removed_because: null,
        updated_at: now,
      })
      .where("workspace_id", "=", workspaceId)
      .execute();
    return pair.token;
  } catch (error) {
    if (!(error instanceof RenewalFailure)) throw error;
    ground.log.warn({ id: workspaceId, kind: error.kind, detail: error.message }, "a token was not renewed");
    if (!isExpired(ground, current)) return "good";
    if (error.kind === "unanswered") return "later";
    ground.log.error({ id: workspaceId }, "the app has to be installed again in this workspace");
    await destroyTokens(trx, ground, { workspaceId, because: "refused" });
    return "gone";
  }
}
