import { sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { refused } from "../access/refused.ts";
import type { Database } from "../db/database.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import type { SupportRequest } from "./amend.ts";
import { openSupportStatuses } from "./statuses.ts";

/** The support request, or undefined. Inside a transaction `lock` holds it until the end. */
export function findSupportRequest(
  db: Database,
  supportRequestId: string,
  lock = false,
): Promise<SupportRequest | undefined> {
  const query = db.selectFrom("support_requests").selectAll().where("id", "=", supportRequestId);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/**
 * One support request of the agent's workspace, also a colleague's.
 *
 * @throws DeskError request_not_found | not_allowed …
 */
export async function readSupportRequest(
  desk: Desk,
  agent: Agent,
  input: { supportRequestId: string },
): Promise<SupportRequest> {
  const request = await findSupportRequest(desk.db, input.supportRequestId);
  if (request?.workspace_id !== agent.workspaceId) {
    const refusal = new DeskError("request_not_found", `no support request ${input.supportRequestId}`);
    throw await refused(desk, agent, "support", refusal);
  }
  await authorise(desk, agent, "support", { customerId: request.customer_id });
  return request;
}

/** The phone number that the agent gave with their last support request (S5); null when there was none. */
export async function lastContactPhone(desk: Desk, agent: Agent): Promise<string | null> {
  const last = await desk.db
    .selectFrom("support_requests")
    .select("contact_phone")
    .where("person_id", "=", agent.personId)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return last?.contact_phone ?? null;
}

/** On one page of the list. */
const pageSize = 10;

/**
 * The agent's own open support requests, newest first; `page` counts from 0.
 *
 * @throws DeskError not_allowed …
 */
export async function listSupportRequests(
  desk: Desk,
  agent: Agent,
  input: { page: number },
): Promise<{ requests: SupportRequest[]; page: number; more: boolean }> {
  await authorise(desk, agent, "support");
  const found = await desk.db
    .selectFrom("support_requests")
    .selectAll()
    .where("workspace_id", "=", agent.workspaceId)
    .where("person_id", "=", agent.personId)
    .where("status", "in", openSupportStatuses)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .offset(input.page * pageSize)
    .limit(sql.lit(pageSize + 1))
    .execute();
  return { requests: found.slice(0, pageSize), page: input.page, more: found.length > pageSize };
}
