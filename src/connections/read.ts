import type { Agent } from "../access/agent.ts";
import type { DatabaseTransaction } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import type { SignInTrouble } from "../partner-center/grants.ts";

/** How an agent stands with Partner Center. `off`: agents do not sign in themselves here. */
export interface ConnectionState {
  state: "off" | "not_connected" | "connected" | "trouble";
  /** As whom they signed in. */
  upn: string | null;
  /** Since when they are connected, or in trouble. */
  since: Date | null;
  trouble: SignInTrouble | null;
}

const nothing = { upn: null, since: null, trouble: null };

/** Whether the agent can act as themselves, and as whom. */
export async function readConnection(
  desk: Pick<Desk, "db" | "connecting">,
  agent: Pick<Agent, "personId" | "email" | "isMember">,
): Promise<ConnectionState> {
  const { connecting } = desk;
  if (!connecting) return { state: "off", ...nothing };
  const connection = await desk.db
    .selectFrom("connections")
    .select(["user_principal_name", "connected_at", "trouble", "trouble_since"])
    .where("person_id", "=", agent.personId)
    .where("partner_tenant_id", "=", connecting.partnerTenantId)
    .where("secret_id", "is not", null)
    .executeTakeFirst();
  const upn = connection?.user_principal_name ?? null;
  if (!connection || !agent.isMember || upn !== agent.email?.toLowerCase())
    return { state: "not_connected", ...nothing };
  const { trouble, trouble_since: troubleSince, connected_at: connectedAt } = connection;
  return trouble
    ? { state: "trouble", upn, since: troubleSince, trouble }
    : { state: "connected", upn, since: connectedAt, trouble: null };
}

/**
 * Whether this person's sign-in is good at this moment. Until the transaction ends nobody signs in anew, so whoever signs in
 * afterwards finds what it writes.
 */
export async function isSignedIn(
  trx: DatabaseTransaction,
  desk: Pick<Desk, "connecting">,
  personId: string,
): Promise<boolean> {
  if (!desk.connecting) return false;
  const connection = await trx
    .selectFrom("connections")
    .select(["secret_id", "trouble"])
    .where("person_id", "=", personId)
    .forShare()
    .executeTakeFirst();
  return connection !== undefined && connection.secret_id !== null && connection.trouble === null;
}
