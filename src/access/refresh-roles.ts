import { sql } from "kysely";
import { transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { type Role, roleByName } from "./rights.ts";

/**
 * Reads who holds which role in the partner tenant and replaces what we knew (Partner Center lists members by role, so
 * the list is inverted). Throws `PartnerCenterFailure`; what was known stays, with its age.
 */
export async function refreshRoles(desk: Desk): Promise<void> {
  const readAt = desk.clock.now();
  const held = new Map<string, { id: string; displayName: string; roles: Set<Role> }>();
  for (const partnerRole of await desk.partnerCenter.listRoles()) {
    const role = roleByName(partnerRole.name);
    if (!role) continue;
    for (const member of await desk.partnerCenter.listRoleMembers({ roleId: partnerRole.id })) {
      const key = member.userPrincipalName.toLowerCase();
      // Without a name nobody can be linked to it: not even a person without an e-mail address.
      if (key === "") continue;
      const known = held.get(key) ?? {
        id: member.id,
        displayName: member.displayName,
        roles: new Set<Role>(),
      };
      known.roles.add(role);
      held.set(key, known);
    }
  }
  await transact(desk.db, async (trx) => {
    // Two processes may refresh at once: the one that read last wins whole.
    await sql`select pg_advisory_xact_lock(hashtext('csp-desk roles'))`.execute(trx);
    const last = await trx.selectFrom("partner_user_reads").select("read_at").executeTakeFirst();
    if (last && last.read_at > readAt) return;
    await trx.deleteFrom("partner_users").execute();
    const rows = [...held].map(([userPrincipalName, user]) => ({
      user_principal_name: userPrincipalName,
      partner_user_id: user.id,
      display_name: user.displayName,
      roles: [...user.roles].sort(),
      read_at: readAt,
    }));
    if (rows.length > 0) await trx.insertInto("partner_users").values(rows).execute();
    await trx
      .insertInto("partner_user_reads")
      .values({ read_at: readAt })
      .onConflict((conflict) => conflict.column("only_row").doUpdateSet({ read_at: readAt }))
      .execute();
  });
}

/** After a failure nobody else is kept waiting for the next one, for this long. */
const failureRestMs = 10_000;
const failures = new WeakMap<Desk["partnerCenter"], Date>();
const refreshing = new WeakMap<Desk["partnerCenter"], Promise<void>>();

/**
 * Refreshes when the last read is older than `rolesRefreshSeconds`; those who ask at the same time share one read. A failure
 * is logged and leaves the age to speak.
 */
export async function refreshRolesWhenDue(desk: Desk): Promise<void> {
  const last = await desk.db.selectFrom("partner_user_reads").select("read_at").executeTakeFirst();
  const age = last ? desk.clock.now().getTime() - last.read_at.getTime() : Number.POSITIVE_INFINITY;
  if (age < desk.timings.rolesRefreshSeconds * 1_000) return;
  const failed = failures.get(desk.partnerCenter);
  if (failed && desk.clock.now().getTime() - failed.getTime() < failureRestMs) return;
  const running = refreshing.get(desk.partnerCenter) ?? refreshRoles(desk);
  refreshing.set(desk.partnerCenter, running);
  try {
    await running;
    failures.delete(desk.partnerCenter);
  } catch (error) {
    failures.set(desk.partnerCenter, desk.clock.now());
    desk.log.warn(
      { error: error instanceof Error ? error.message : String(error) },
      "roles could not be read",
    );
  } finally {
    refreshing.delete(desk.partnerCenter);
  }
}
