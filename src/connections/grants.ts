import type { Selectable } from "kysely";
import { Secret } from "#src/config/secret.ts";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { ConnectionsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import { wantHomeNow } from "../home/refresh.ts";
import type { GrantStore } from "../partner-center/grants.ts";
import { openSecret } from "../vault/open.ts";
import { sealSecret } from "../vault/seal.ts";
import type { SecretPlace } from "../vault/vault.ts";
import { servicePlace, tokenPlace } from "./place.ts";

type Ground = Pick<Desk, "db" | "vault" | "clock" | "log">;
type Connection = Selectable<ConnectionsRow>;

/**
 * The grant of an agent, for as long as they are the one who signed in: a guest, somebody who left, and an e-mail address
 * that is no longer the partner user's have none. Without a person, that of the service account, as `keepServiceToken` left
 * it and Entra renewed it since.
 */
export function createGrantStore(
  ground: Ground,
  of: { personId: string | null; partnerTenantId: string },
): GrantStore {
  return {
    async read() {
      const connection = await ground.db
        .selectFrom("connections")
        .leftJoin("people", "people.id", "connections.person_id")
        .selectAll("connections")
        .where("connections.person_id", "is not distinct from", of.personId)
        .where("connections.partner_tenant_id", "=", of.partnerTenantId)
        .where((eb) =>
          eb.or([
            eb("connections.person_id", "is", null),
            eb.and([
              eb("people.is_member", "=", true),
              eb("connections.user_principal_name", "=", eb.fn<string>("lower", ["people.email"])),
            ]),
          ]),
        )
        .executeTakeFirst();
      const secretId = connection?.secret_id;
      if (!connection || !secretId) return null;
      return {
        id: secretId,
        signedInAt: connection.connected_at,
        trouble: connection.trouble,
        open: async () => {
          const plain = await openSecret(ground, { secretId, place: placeOf(connection) });
          const token = new Secret(plain.toString("utf8"));
          plain.fill(0);
          return token;
        },
      };
    },

    async keep(grant, { token, issuedAt }) {
      await transact(ground.db, async (trx) => {
        const now = ground.clock.now();
        const current = await lockConnection(trx, of.personId);
        const sameSignIn = current?.connected_at.getTime() === grant.signedInAt.getTime();
        if (!current?.secret_id || !sameSignIn) return;
        // Two processes renewed it at once: the token that was issued last stays.
        if (current.secret_id !== grant.id && current.renewed_at >= issuedAt) return;
        const secretId = await replaceToken(trx, ground, current, token);
        await trx
          .updateTable("connections")
          .set({ secret_id: secretId, renewed_at: issuedAt, last_used_at: now, updated_at: now })
          .where("id", "=", current.id)
          .execute();
      });
    },

    async lose(grant, trouble, code) {
      const { personId } = of;
      ground.log.warn({ id: personId, kind: trouble, detail: code }, "a sign-in is of no use any more");
      // The service account's is tried again: an operator may mend it at Microsoft.
      if (personId === null) return;
      const now = ground.clock.now();
      await transact(ground.db, async (trx) => {
        const lost = await trx
          .updateTable("connections")
          .set({ trouble, trouble_since: now, updated_at: now })
          .where("person_id", "=", personId)
          .where("secret_id", "=", grant.id)
          .where("trouble", "is", null)
          .returning(["id", "workspace_id"])
          .executeTakeFirst();
        if (!lost?.workspace_id) return;
        await recordActivity(trx, {
          workspaceId: lost.workspace_id,
          at: now,
          actor: null,
          act: "connection.lost",
          outcome: "failed",
          request: null,
          customerId: null,
          details: { connectionId: lost.id, of: personId, trouble, code },
          correlationId: null,
        });
      });
      await wantHomeNow(ground, personId);
    },
  };
}

function placeOf(connection: Pick<Connection, "workspace_id" | "person_id">): SecretPlace {
  const { workspace_id: workspaceId, person_id: personId } = connection;
  return workspaceId === null || personId === null ? servicePlace : tokenPlace({ workspaceId, personId });
}

/**
 * The connection of this person (null: the service account's), held until the transaction ends; an empty one where there is
 * none yet.
 */
export async function openConnection(
  trx: DatabaseTransaction,
  ground: Pick<Ground, "clock">,
  of: Pick<
    Connection,
    "workspace_id" | "person_id" | "partner_tenant_id" | "partner_user_id" | "user_principal_name"
  >,
): Promise<Connection> {
  const now = ground.clock.now();
  await trx
    .insertInto("connections")
    .values({
      id: newId("con", ground.clock),
      ...of,
      secret_id: null,
      configured_hash: of.person_id === null ? "" : null,
      connected_at: now,
      renewed_at: now,
      last_used_at: null,
      trouble: null,
      trouble_since: null,
      removed_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.constraint("connections_one_per_person").doNothing())
    .execute();
  const opened = await lockConnection(trx, of.person_id);
  if (!opened) throw new Error(`no connection of ${of.person_id ?? "the service account"}`);
  return opened;
}

/** The connection of this person, held until the transaction ends. */
export function lockConnection(
  trx: DatabaseTransaction,
  personId: string | null,
): Promise<Connection | undefined> {
  return trx
    .selectFrom("connections")
    .selectAll()
    .where("person_id", "is not distinct from", personId)
    .forUpdate()
    .executeTakeFirst();
}

/** Seals `token` in the place of the one before it, which is erased, in one transaction. Gives the new secret's id. */
export async function replaceToken(
  trx: DatabaseTransaction,
  ground: Pick<Ground, "vault" | "clock">,
  connection: Pick<Connection, "id" | "workspace_id" | "person_id" | "secret_id">,
  token: Secret,
): Promise<string> {
  if (connection.secret_id !== null) {
    const now = ground.clock.now();
    await trx
      .updateTable("connections")
      .set({ secret_id: null, removed_at: now })
      .where("id", "=", connection.id)
      .execute();
    await trx.deleteFrom("secrets").where("id", "=", connection.secret_id).execute();
  }
  const { secretId } = await sealSecret(trx, ground, { place: placeOf(connection), value: token });
  await trx
    .updateTable("connections")
    .set({ secret_id: secretId, removed_at: null })
    .where("id", "=", connection.id)
    .execute();
  return secretId;
}
