import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import type { Agent } from "./agent.ts";
import { readAgent } from "./recognise.ts";
import { refused } from "./refused.ts";
import { type Act, mayDo, rights } from "./rights.ts";

/**
 * Lets the agent pass or throws (G2, K1, C2, A1), by the roles stored at this moment and not those of the click that
 * opened the form. Deny by default: a stranger, a role that can't be confirmed and a right that nobody granted all end
 * here, and each refusal is in the activity.
 *
 * @throws DeskError not_member | not_linked | roles_unknown | not_allowed
 */
export async function authorise(
  desk: Desk,
  agent: Agent,
  act: Act,
  about: { customerId?: string } = {},
): Promise<void> {
  await authoriseAsRead(desk, await readAgent(desk, agent), act, about);
}

/** The same for somebody who was read (`readAgent`) just now, together with what the act is about. */
export async function authoriseAsRead(
  desk: Desk,
  current: Agent,
  act: Act,
  about: { customerId?: string } = {},
): Promise<void> {
  const refusal = refuse(desk, current, act);
  if (refusal) throw await refused(desk, current, act, refusal, about);
}

/** Whether they might do this at this moment, by the roles they were read with. Asks, and records nothing. */
export function isEntitled(desk: Desk, agent: Agent, act: Act): boolean {
  return refuse(desk, agent, act) === null;
}

function refuse(desk: Desk, agent: Agent, act: Act): DeskError | null {
  const who = `${agent.personId} (${agent.slackUserId})`;
  if (!agent.isMember) return new DeskError("not_member", `${who} is a guest, a bot or deactivated`);
  const age = agent.rolesReadAt ? desk.clock.now().getTime() - agent.rolesReadAt.getTime() : null;
  if (age === null || age > desk.timings.rolesMaxAgeSeconds * 1_000) {
    return new DeskError(
      "roles_unknown",
      `roles of ${who} were last read ${age === null ? "never" : `${Math.round(age / 1_000)} s ago`}`,
    );
  }
  if (agent.roles.length === 0) {
    return new DeskError("not_linked", `${who} matches no partner user with a role`, {
      email: agent.email ?? "",
    });
  }
  if (!mayDo(agent.roles, act)) {
    return new DeskError(
      "not_allowed",
      `${who} holds ${agent.roles.join(", ")}; ${act} needs one of ${rights[act].join(", ")}`,
      { act },
    );
  }
  return null;
}
