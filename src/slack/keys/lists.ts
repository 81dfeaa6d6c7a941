import { LRUCache } from "lru-cache";
import { authorise } from "#src/access/authorise.ts";
import type { Desk } from "#src/desk/context.ts";
import { listSoftware, type SoftwareLine } from "#src/purchases/list-lines.ts";
import type { Session } from "../handlers.ts";

interface List {
  personId: string;
  customerId: string;
  lines: SoftwareLine[];
}

const mostLists = 50;
const lifeMs = 15 * 60_000;
const lists = new WeakMap<Desk["partnerCenter"], LRUCache<string, List>>();

/**
 * What a customer bought, read once for each software page that is opened: turning its pages and searching it asks nobody.
 * `listToken` names the open page; only who opened it gets its list. Who may not have keys (any more) gets none.
 *
 * @throws DeskError not_allowed … (K1) | customer_not_found | partner_center_*
 */
export async function readSoftware(
  { desk, agent }: Pick<Session, "desk" | "agent">,
  input: { listToken: string; customerId: string },
): Promise<SoftwareLine[]> {
  const { listToken, customerId } = input;
  let kept = lists.get(desk.partnerCenter);
  if (!kept) {
    kept = new LRUCache({ max: mostLists, ttl: lifeMs });
    lists.set(desk.partnerCenter, kept);
  }
  const known = kept.get(listToken);
  if (known && known.personId === agent.personId && known.customerId === customerId) {
    await authorise(desk, agent, "keys", { customerId });
    return known.lines;
  }
  const lines = await listSoftware(desk, agent, { act: "keys", customerId });
  kept.set(listToken, { personId: agent.personId, customerId, lines });
  return lines;
}
