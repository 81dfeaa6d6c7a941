import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import type { Act } from "../access/rights.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { readConnection } from "./read.ts";

/**
 * Lets the agent into what is done at Partner Center under their own name: `authorise`, and a sign-in that is good where
 * agents act as themselves. Whoever has to sign in is told so even while nobody's roles are known: roles may wait for it.
 *
 * @throws DeskError sign_in_needed, and what `authorise` throws
 */
export async function admit(
  desk: Desk,
  agent: Agent,
  act: Act,
  about: { customerId?: string } = {},
): Promise<void> {
  const { state } = await readConnection(desk, agent);
  const lacking =
    state === "not_connected" || state === "trouble"
      ? new DeskError("sign_in_needed", `${agent.personId} is ${state}`)
      : null;
  try {
    await authorise(desk, agent, act, about);
  } catch (error) {
    if (lacking && error instanceof DeskError && error.code === "roles_unknown") throw lacking;
    throw error;
  }
  if (lacking) throw lacking;
}
