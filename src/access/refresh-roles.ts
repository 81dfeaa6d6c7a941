import { sql } from "kysely";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";
import { type Role, roleByName } from "./rights.ts";

/**
 * Reads who holds which role in the partner tenant and replaces what we knew (Partner Center lists members by role, so
 * the list is inverted). What changed since is recorded for everybody we have met. Throws `PartnerCenterFailure`; what was
 * known stays, with its age.
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
    const before = await trx
      .deleteFrom("partner_users")
      .returning(["user_principal_name", "roles"])
      .execute();
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
    // The first time there is nothing that it could have changed from.
    if (last) await recordChanges(trx, readAt, before, rows);
  });
}

interface Holder {
  user_principal_name: string;
  roles: string[];
}

/** A row in the activity for each person whose roles are no longer what they were, in every workspace where we met them. */
async function recordChanges(
  trx: DatabaseTransaction,
  at: Date,
  before: Holder[],
  after: Holder[],
): Promise<void> {
  const rolesBy = (holders: Holder[]) =>
    new Map(holders.map(({ user_principal_name: name, roles }) => [name, [...roles].sort()]));
  const [were, are] = [rolesBy(before), rolesBy(after)];
  const changed = [...new Set([...were.keys(), ...are.keys()])].filter(
    (name) => (were.get(name) ?? []).join() !== (are.get(name) ?? []).join(),
  );
  if (changed.length === 0) return;
  const people = await trx
    .selectFrom("people")
    .select(["id", "workspace_id", (eb) => eb.fn<string>("lower", ["email"]).as("name")])
    .where((eb) => eb(eb.fn<string>("lower", ["email"]), "=", eb.fn.any(eb.val(changed))))
    // In one order everywhere, because each workspace's chain is locked until the end.
    .orderBy("workspace_id")
    .orderBy("id")
    .execute();
  for (const person of people) {
    const roles = are.get(person.name) ?? [];
    await recordActivity(trx, {
      workspaceId: person.workspace_id,
      at,
      actor: { personId: person.id, roles },
      act: "role.changed",
      outcome: "done",
      request: null,
      customerId: null,
      details: { before: were.get(person.name) ?? [], after: roles },
      correlationId: null,
    });
  }
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
    // Without anybody's token nothing was asked, and somebody may sign in at any moment.
    const asked = !(error instanceof PartnerCenterFailure && error.kind === "reauthorise");
    if (asked) failures.set(desk.partnerCenter, desk.clock.now());
    desk.log.warn(
      { error: error instanceof Error ? error.message : String(error) },
      "roles could not be read",
    );
  } finally {
    refreshing.delete(desk.partnerCenter);
  }
}
