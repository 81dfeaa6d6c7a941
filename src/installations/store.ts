import { sql } from "kysely";
import { recordActivity } from "../activity/record.ts";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { lockInstallation } from "./find.ts";
import type { TokenPair } from "./port.ts";
import { sealTokens } from "./tokens.ts";

export interface NewInstallation {
  /** Of the team or, where the app is installed for all teams at once, of the organisation. */
  workspaceId: string;
  enterpriseId: string | null;
  name: string;
  appId: string | null;
  botUserId: string;
  scopes: readonly string[];
  /** Slack's id of whoever installed it. */
  installedBy: string;
  tokens: TokenPair;
}

/**
 * Keeps an installation, new or in place of an earlier one of the workspace, with its tokens sealed. What waited for the app
 * to come back is due as it was, and goes on with the next round of the sweeper.
 */
export async function storeInstallation(
  desk: Pick<Desk, "db" | "vault" | "clock">,
  input: NewInstallation,
): Promise<void> {
  const { workspaceId, tokens } = input;
  const now = desk.clock.now();
  await transact(desk.db, async (trx) => {
    // The first time there is no row yet that could be held.
    await sql`select pg_advisory_xact_lock(hashtext('csp-desk installations'), hashtext(${workspaceId}))`.execute(
      trx,
    );
    const before = await lockInstallation(trx, workspaceId);
    if (before) {
      await trx
        .updateTable("installations")
        .set({ secret_id: null, expires_at: null, removed_at: now, removed_because: "revoked" })
        .where("workspace_id", "=", workspaceId)
        .execute();
      await trx.deleteFrom("secrets").where("id", "=", before.secret_id).execute();
    }
    const columns = {
      enterprise_id: input.enterpriseId,
      name: input.name,
      app_id: input.appId,
      bot_user_id: input.botUserId,
      scopes: [...input.scopes],
      installed_by: input.installedBy,
      secret_id: await sealTokens(trx, desk, workspaceId, tokens),
      expires_at: tokens.expiresAt,
      installed_at: now,
      renewed_at: now,
      removed_at: null,
      removed_because: null,
      updated_at: now,
    };
    await trx
      .insertInto("installations")
      .values({ workspace_id: workspaceId, ...columns })
      .onConflict((conflict) => conflict.column("workspace_id").doUpdateSet(columns))
      .execute();
    await recordActivity(trx, {
      workspaceId,
      at: now,
      actor: null,
      act: "installation.installed",
      outcome: "done",
      request: null,
      customerId: null,
      details: {
        by: input.installedBy,
        enterpriseId: input.enterpriseId,
        scopes: [...input.scopes],
        again: before !== null,
      },
      correlationId: null,
    });
  });
}
