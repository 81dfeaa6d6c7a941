import { randomUUID } from "node:crypto";
import type { Agent } from "#src/access/agent.ts";
import type { Desk } from "#src/desk/context.ts";
import { createPortalDesk } from "#src/support-requests/portal-desk.ts";
import { requestSupport, type SupportInput } from "#src/support-requests/request.ts";
import type { DeskUnderTest } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { seededLine } from "../requests/acts.ts";

const line = seededLine("extendedSecurityUpdates");

/** A form filled in well, for an order of the customer's. */
export const filledIn = (change: Partial<SupportInput> = {}): SupportInput => ({
  formToken: randomUUID(),
  customerId: line.customerId,
  impact: "moderate",
  title: "Refund of 25 updates",
  orderOrSubscriptionId: line.orderId,
  reason: "Bought twice.\nThe customer noticed on Monday.",
  amountRequested: "USD 1,250.00",
  contactName: "Accounts desk",
  contactEmail: "accounts@partner.example",
  contactPhone: "+34 (91) 555-0100",
  ...change,
});

/** A request that is filed at the simulated Partner Center; its ticket number comes along. */
export async function fileByApi(
  under: DeskUnderTest,
  agent: Agent,
  change: Partial<SupportInput> = {},
): Promise<{ id: string; ticketNumber: string }> {
  const { supportRequestId: id } = await requestSupport(under.desk, agent, filledIn(change));
  await runDue(under.desk);
  const { ticket_number: ticketNumber } = await under.desk.db
    .selectFrom("support_requests")
    .select("ticket_number")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return { id, ticketNumber: ticketNumber ?? "" };
}

/** The desk where every case is filed by hand. */
export const byHand = (under: DeskUnderTest): Desk => ({ ...under.desk, supportDesk: createPortalDesk() });

/** A request that waits for a person to file it. */
export async function toFile(
  under: DeskUnderTest,
  agent: Agent,
  change: Partial<SupportInput> = {},
): Promise<string> {
  const desk = byHand(under);
  const { supportRequestId } = await requestSupport(desk, agent, filledIn(change));
  await runDue(desk);
  return supportRequestId;
}
