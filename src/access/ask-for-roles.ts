import type { Desk } from "../desk/context.ts";
import { explainFailure } from "../requests/failures.ts";
import type { Agent } from "./agent.ts";
import { readAgent } from "./recognise.ts";
import { refreshRoles } from "./refresh-roles.ts";

const restMs = 60_000;

/**
 * Reads the roles from Partner Center because somebody asks for it, once a minute for each person. Gives the agent as they
 * are now; `againAt`: too soon, nothing was read, and then it can be asked again.
 *
 * @throws DeskError partner_center_unavailable | sign_in_needed …; what was known stays
 */
export async function askForRoles(desk: Desk, agent: Agent): Promise<{ agent: Agent; againAt: Date | null }> {
  const now = desk.clock.now();
  const asked = await desk.db
    .updateTable("people")
    .set({ roles_asked_at: now })
    .where("id", "=", agent.personId)
    .where((eb) =>
      eb.or([eb("roles_asked_at", "is", null), eb("roles_asked_at", "<=", new Date(now.getTime() - restMs))]),
    )
    .returning("id")
    .executeTakeFirst();
  if (asked) {
    try {
      await refreshRoles(desk);
    } catch (error) {
      throw explainFailure(error);
    }
    return { agent: await readAgent(desk, agent), againAt: null };
  }
  const { roles_asked_at: last } = await desk.db
    .selectFrom("people")
    .select("roles_asked_at")
    .where("id", "=", agent.personId)
    .executeTakeFirstOrThrow();
  return { agent: await readAgent(desk, agent), againAt: new Date((last ?? now).getTime() + restMs) };
}
