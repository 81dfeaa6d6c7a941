import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import { readCustomer } from "../customers/read.ts";
import { transact } from "../db/database.ts";
import { enqueue } from "../db/outbox.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { wantMessage } from "../messages/want.ts";
import { problemTypes } from "./compose.ts";

/** The database takes no NUL character. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => !text.includes("\0"));

const fields = z.object({
  impact: z.enum(["critical", "moderate", "minimal"]),
  title: line(255),
  orderOrSubscriptionId: line(100).regex(/^\S+$/),
  reason: line(2_000),
  amountRequested: line(100),
  contactName: line(100),
  contactEmail: z.email().max(254),
  contactPhone: line(40).regex(/^[+\d][\d\s().-]{4,}$/),
});

export type SupportFields = z.input<typeof fields>;
export type SupportInput = SupportFields & {
  /** Minted when the form opened: one form is one request, however often submitted. */
  formToken: string;
  customerId: string;
};

/** Which fields Partner Center's form would not take, checked without any call. Empty when all are good. */
export function checkSupportFields(input: SupportFields): (keyof SupportFields)[] {
  const parsed = fields.safeParse(input);
  if (parsed.success) return [];
  return [...new Set(parsed.error.issues.map((issue) => issue.path[0] as keyof SupportFields))];
}

/**
 * Opens a support request on a customer's behalf (S1-S5): row, message, job and activity together. The same form again
 * gives the same request.
 *
 * @throws DeskError invalid_input { field } | customer_not_found | not_allowed … | partner_center_*
 */
export async function requestSupport(
  desk: Desk,
  agent: Agent,
  input: SupportInput,
): Promise<{ supportRequestId: string }> {
  await authorise(desk, agent, "support", { customerId: input.customerId });
  const [wrong] = checkSupportFields(input);
  if (wrong) throw new DeskError("invalid_input", `support request: ${wrong}`, { field: wrong });
  const checked = fields.parse(input);
  const customer = await readCustomer(desk, input.customerId);
  const now = desk.clock.now();
  return transact(desk.db, async (trx) => {
    const opened = await trx
      .insertInto("support_requests")
      .values({
        id: newId("sup", desk.clock),
        workspace_id: agent.workspaceId,
        person_id: agent.personId,
        customer_id: customer.id,
        customer_name: customer.companyName,
        form_token: input.formToken,
        problem_type: problemTypes[agent.locale],
        impact: checked.impact,
        title: checked.title,
        tenant: `${customer.id} (${customer.domain})`,
        order_or_subscription_id: checked.orderOrSubscriptionId,
        reason: checked.reason,
        amount_requested: checked.amountRequested,
        contact_name: checked.contactName,
        contact_email: checked.contactEmail,
        contact_phone: checked.contactPhone,
        language: agent.locale,
        desk: null,
        ticket_number: null,
        status: "requested",
        ms_request_id: null,
        correlation_id: randomUUID(),
        sent_at: null,
        filed_at: null,
        due_at: new Date(now.getTime() + desk.timings.patienceSeconds * 1_000),
        lease: null,
        leased_until: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.constraint("support_requests_one_per_form").doNothing())
      .returning(["id", "correlation_id"])
      .executeTakeFirst();
    if (!opened) {
      const known = await trx
        .selectFrom("support_requests")
        .select("id")
        .where("workspace_id", "=", agent.workspaceId)
        .where("form_token", "=", input.formToken)
        .executeTakeFirstOrThrow();
      return { supportRequestId: known.id };
    }
    const request = { kind: "support_request", id: opened.id } as const;
    await wantMessage(trx, desk, {
      workspaceId: agent.workspaceId,
      personId: agent.personId,
      request,
      version: 1,
    });
    await enqueue(trx, { topic: "support_request", subjectId: opened.id, runAt: now, now });
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: agent,
      act: "support_request.requested",
      outcome: "done",
      request,
      customerId: customer.id,
      details: { impact: checked.impact, orderOrSubscriptionId: checked.orderOrSubscriptionId },
      correlationId: opened.correlation_id,
    });
    return { supportRequestId: opened.id };
  });
}
