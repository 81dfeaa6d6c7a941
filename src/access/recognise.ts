import { type Selectable, sql } from "kysely";
import { destroyConnection } from "../connections/remove.ts";
import { transact } from "../db/database.ts";
import type { Rows } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { newId } from "../desk/id.ts";
import type { Agent } from "./agent.ts";
import { refreshRolesWhenDue } from "./refresh-roles.ts";
import { type Role, roles } from "./rights.ts";

const profileLifeMs = 15 * 60_000;

/**
 * Finds out who a Slack user is: profile (kept for 15 minutes) and roles, linked by e-mail address to the partner user of
 * the same name. Throws `ChatFailure` when the profile is needed and can't be read.
 */
export async function recognise(
  desk: Desk,
  input: { workspaceId: string; slackUserId: string },
): Promise<Agent> {
  const known = await findAgent(desk, input);
  if (known && isFresh(desk, known)) return known.agent;
  await readProfileWhenDue(desk, input);
  await refreshRolesWhenDue(desk);
  return readAgent(desk, input);
}

interface Known {
  agent: Agent;
  profileReadAt: Date;
}

type PersonRow = Pick<
  Selectable<Rows["people"]>,
  | "id"
  | "display_name"
  | "email"
  | "locale"
  | "locale_override"
  | "time_zone"
  | "is_member"
  | "profile_read_at"
> & { roles: Selectable<Rows["partner_users"]>["roles"] | null; read_at: Date | null };

/** Nothing is due to be read again: the usual case, in one question to the database. */
function isFresh(desk: Desk, { agent, profileReadAt }: Known): boolean {
  const now = desk.clock.now().getTime();
  const rolesAge = now - (agent.rolesReadAt?.getTime() ?? 0);
  return now - profileReadAt.getTime() < profileLifeMs && rolesAge < desk.timings.rolesRefreshSeconds * 1_000;
}

/** Who they are by what is stored, with no call to anyone: for acts that must be answered at once. */
export async function readAgent(
  desk: Desk,
  input: { workspaceId: string; slackUserId: string },
): Promise<Agent> {
  const known = await findAgent(desk, input);
  if (!known) throw new Error(`nobody has met ${input.slackUserId} of ${input.workspaceId}`);
  return known.agent;
}

async function findAgent(
  desk: Desk,
  input: { workspaceId: string; slackUserId: string },
): Promise<Known | null> {
  // Asked for every click: as text it costs a fraction of what it costs to build.
  const { rows } = await sql<PersonRow>`
    select people.id, people.display_name, people.email, people.locale, people.locale_override, people.time_zone,
      people.is_member, people.profile_read_at, partner_users.roles, partner_user_reads.read_at
    from people
    left join partner_users on partner_users.user_principal_name = lower(people.email)
    left join partner_user_reads on true
    where people.workspace_id = ${input.workspaceId} and people.slack_user_id = ${input.slackUserId}`.execute(
    desk.db,
  );
  const [person] = rows;
  if (!person) return null;
  const agent: Agent = {
    personId: person.id,
    workspaceId: input.workspaceId,
    slackUserId: input.slackUserId,
    displayName: person.display_name,
    email: person.email,
    locale: person.locale_override ?? (person.locale.toLowerCase().startsWith("es") ? "es" : "en"),
    languageChoice: person.locale_override,
    timeZone: person.time_zone,
    isMember: person.is_member,
    roles: roles.filter((role): role is Role => person.is_member && (person.roles ?? []).includes(role)),
    rolesReadAt: person.read_at,
  };
  return { agent, profileReadAt: person.profile_read_at };
}

async function readProfileWhenDue(
  desk: Desk,
  input: { workspaceId: string; slackUserId: string },
): Promise<void> {
  const now = desk.clock.now();
  const known = await desk.db
    .selectFrom("people")
    .select("profile_read_at")
    .where("workspace_id", "=", input.workspaceId)
    .where("slack_user_id", "=", input.slackUserId)
    .executeTakeFirst();
  if (known && now.getTime() - known.profile_read_at.getTime() < profileLifeMs) return;
  await readProfileNow(desk, input);
}

/**
 * Reads the profile and keeps it. Who is no longer a member has no token left from then on. Throws `ChatFailure`.
 */
export async function readProfileNow(
  desk: Desk,
  input: { workspaceId: string; slackUserId: string },
): Promise<{ isMember: boolean; email: string | null }> {
  const now = desk.clock.now();
  const profile = await desk.chat.readProfile(input);
  const columns = {
    display_name: profile.displayName,
    email: profile.email,
    locale: profile.locale,
    time_zone: profile.timeZone,
    is_member: profile.isMember,
    profile_read_at: now,
  };
  await transact(desk.db, async (trx) => {
    const { id: personId } = await trx
      .insertInto("people")
      .values({
        id: newId("per", desk.clock),
        workspace_id: input.workspaceId,
        slack_user_id: input.slackUserId,
        created_at: now,
        ...columns,
      })
      .onConflict((conflict) => conflict.columns(["workspace_id", "slack_user_id"]).doUpdateSet(columns))
      .returning("id")
      .executeTakeFirstOrThrow();
    if (!profile.isMember) await destroyConnection(trx, desk, { personId, actor: null, because: "left" });
  });
  return { isMember: profile.isMember, email: profile.email };
}
