import type { Desk } from "../desk/context.ts";
import type { Agent } from "./agent.ts";

/** Somebody who can give roles in Partner Center; without a Slack id where nobody of that e-mail address was met. */
export interface Granter {
  displayName: string;
  slackUserId: string | null;
}

const most = 5;

/** The global admins of the partner, as they were last read: who can give a role to somebody who has none. At most five. */
export async function listGranters(desk: Desk, agent: Pick<Agent, "workspaceId">): Promise<Granter[]> {
  const found = await desk.db
    .selectFrom("partner_users")
    .leftJoin("people", (join) =>
      join
        .on((eb) => eb("partner_users.user_principal_name", "=", eb.fn<string>("lower", ["people.email"])))
        .on("people.workspace_id", "=", agent.workspaceId)
        .on("people.is_member", "=", true),
    )
    .select(["partner_users.display_name", "people.slack_user_id"])
    .where((eb) => eb(eb.val("global_admin"), "=", eb.fn.any("partner_users.roles")))
    .orderBy("partner_users.display_name")
    .limit(most)
    .execute();
  return found.map((row) => ({ displayName: row.display_name, slackUserId: row.slack_user_id }));
}
