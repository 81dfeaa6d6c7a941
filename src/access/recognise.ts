import { type RawBuilder, type Selectable, sql } from "kysely";
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

type Person = Selectable<Rows["people"]>;

interface AgentRow {
  agent_id: Person["id"];
  agent_display_name: Person["display_name"];
  agent_email: Person["email"];
  agent_locale: Person["locale"];
  agent_locale_override: Person["locale_override"];
  agent_time_zone: Person["time_zone"];
  agent_is_member: Person["is_member"];
  agent_profile_read_at: Person["profile_read_at"];
  agent_roles: Selectable<Rows["partner_users"]>["roles"] | null;
  agent_roles_read_at: Date | null;
}

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

/**
 * The same and a row of theirs in one question; null where there is none. `own` asks for that row, with whoever it must belong to as
 * `people`.
 */
export async function readAgentWith<Row extends { id: string }>(
  desk: Desk,
  input: { workspaceId: string; slackUserId: string },
  own: RawBuilder<Row>,
): Promise<{ agent: Agent; row: Row | null }> {
  const { rows } = await sql<AgentRow & Row>`
    select ${agentColumns}, own.* from ${agents} left join lateral (${own}) as own on true
    where ${isAgent(input)}`.execute(desk.db);
  const [row] = rows;
  if (!row) throw new Error(`nobody has met ${input.slackUserId} of ${input.workspaceId}`);
  // Where the join found nothing, all columns of the row are null.
  return { agent: agentOf(row, input), row: row.id === null ? null : row };
}

async function findAgent(
  desk: Desk,
  input: { workspaceId: string; slackUserId: string },
): Promise<Known | null> {
  const { rows } = await sql<AgentRow>`select ${agentColumns} from ${agents} where ${isAgent(input)}`.execute(
    desk.db,
  );
  const [row] = rows;
  return row ? { agent: agentOf(row, input), profileReadAt: row.agent_profile_read_at } : null;
}

// Asked for every click: as text it costs a fraction of what it costs to build.
const agentColumns =
  sql.raw(`people.id as agent_id, people.display_name as agent_display_name, people.email as agent_email,
  people.locale as agent_locale, people.locale_override as agent_locale_override, people.time_zone as agent_time_zone,
  people.is_member as agent_is_member, people.profile_read_at as agent_profile_read_at, partner_users.roles as agent_roles,
  partner_user_reads.read_at as agent_roles_read_at`);

const agents = sql.raw(`people
  left join partner_users on partner_users.user_principal_name = lower(people.email)
  left join partner_user_reads on true`);

const isAgent = (input: { workspaceId: string; slackUserId: string }) =>
  sql`people.workspace_id = ${input.workspaceId} and people.slack_user_id = ${input.slackUserId}`;

function agentOf(row: AgentRow, input: { workspaceId: string; slackUserId: string }): Agent {
  const { agent_is_member: isMember, agent_locale: locale, agent_locale_override: languageChoice } = row;
  return {
    personId: row.agent_id,
    workspaceId: input.workspaceId,
    slackUserId: input.slackUserId,
    displayName: row.agent_display_name,
    email: row.agent_email,
    locale: languageChoice ?? (locale.toLowerCase().startsWith("es") ? "es" : "en"),
    languageChoice,
    timeZone: row.agent_time_zone,
    isMember,
    roles: roles.filter((role): role is Role => isMember && (row.agent_roles ?? []).includes(role)),
    rolesReadAt: row.agent_roles_read_at,
  };
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
