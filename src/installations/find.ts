import { type Selectable, sql } from "kysely";
import type { Database, DatabaseTransaction } from "../db/database.ts";
import type { InstallationsRow } from "../db/rows.ts";

/** An installation that has its tokens. */
export type Installed = Selectable<InstallationsRow> & { secret_id: string };

/**
 * The installation that serves a workspace: its own or, where it has none, that of the organisation that it belongs to. Null
 * where the app is not installed.
 */
export async function findInstallation(
  db: Database | DatabaseTransaction,
  workspaceId: string,
): Promise<Installed | null> {
  const found = await db
    .selectFrom("installations")
    .selectAll()
    .where("secret_id", "is not", null)
    .where((eb) =>
      eb.or([
        eb("workspace_id", "=", workspaceId),
        eb(
          "workspace_id",
          "=",
          eb
            .selectFrom("installations as own")
            .select("own.enterprise_id")
            .where("own.workspace_id", "=", workspaceId),
        ),
      ]),
    )
    .orderBy(sql`workspace_id = ${workspaceId}`, "desc")
    .limit(1)
    .executeTakeFirst();
  return found ? living(found) : null;
}

/** The row of one installation, held until the transaction ends; null where it has no tokens. */
export async function lockInstallation(
  trx: DatabaseTransaction,
  workspaceId: string,
): Promise<Installed | null> {
  const found = await trx
    .selectFrom("installations")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .forUpdate()
    .executeTakeFirst();
  return found ? living(found) : null;
}

function living(row: Selectable<InstallationsRow>): Installed | null {
  const { secret_id: secretId } = row;
  return secretId === null ? null : { ...row, secret_id: secretId };
}
