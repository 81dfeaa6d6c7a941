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
import { setReminder } from "../reminders/set.ts";
import { parseAmount, writeAmount } from "./amount.ts";
import { problemTypes } from "./compose.ts";
import { mostFiles } from "./file-types.ts";
import { firstLookMs } from "./follow.ts";
import { identifyOrder } from "./identify-order.ts";
import { wantedFile } from "./keep-files.ts";

/** The database takes no NUL character. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => !text.includes("\0"));

/** Order numbers are words of letters, digits, `_` and `-`; subscriptions have GUIDs. */
const orderShape = /^[a-z0-9](?:[a-z0-9_-]{4,62}[a-z0-9_-])$/i;

const fieldsIn = (language: Agent["locale"]) =>
  z.object({
    impact: z.enum(["critical", "moderate", "minimal"]),
    title: line(255),
    orderOrSubscriptionId: line(100).regex(orderShape),
    reason: line(2_000),
    amountRequested: line(100).transform((text, context) => {
      const amount = parseAmount(text, language);
      if (amount) return amount;
      context.addIssue({ code: "custom", message: "no amount with its currency" });
      return z.NEVER;
    }),
    contactName: line(100),
    contactEmail: z.email().max(254),
    contactPhone: line(40).regex(/^[+\d][\d\s().-]{4,}$/),
  });

export type SupportFields = z.input<ReturnType<typeof fieldsIn>>;
export type SupportInput = SupportFields & {
  /** Minted when the form opened: one form is one request, however often submitted. */
  formToken: string;
  customerId: string;
  /** Slack's ids of the attached files (S6). */
  fileIds?: string[];
  /** An id that was found neither among the customer's orders nor their subscriptions, and that the agent insists on. */
  insistsOn?: string | undefined;
};

/** How a customer is named in the description (S4): by tenant GUID and domain. */
export function tenantOf(customer: { id: string; domain: string }): string {
  return `${customer.id} (${customer.domain})`;
}

/** Which fields Partner Center's form would not take, checked without any call. Empty when all are good. */
export function checkSupportFields(input: SupportFields, language: Agent["locale"]): (keyof SupportFields)[] {
  const parsed = fieldsIn(language).safeParse(input);
  if (parsed.success) return [];
  return [...new Set(parsed.error.issues.map((issue) => issue.path[0] as keyof SupportFields))];
}

/**
 * Opens a support request on a customer's behalf (S1-S6): row, message, job and activity together. The same form again
 * gives the same request. Files are fetched afterwards; one too many is refused.
 *
 * @throws DeskError invalid_input { field } | order_unknown { orderId } | customer_not_found | not_allowed … | partner_center_*
 */
export async function requestSupport(
  desk: Desk,
  agent: Agent,
  input: SupportInput,
): Promise<{ supportRequestId: string }> {
  await authorise(desk, agent, "support", { customerId: input.customerId });
  const [wrong] = checkSupportFields(input, agent.locale);
  const fileIds = [...new Set(input.fileIds ?? [])];
  const field = wrong ?? (fileIds.length > mostFiles ? "files" : null);
  if (field) throw new DeskError("invalid_input", `support request: ${field}`, { field });
  const checked = fieldsIn(agent.locale).parse(input);
  const { orderOrSubscriptionId } = checked;
  const [customer, { known }] = await Promise.all([
    readCustomer(desk, input.customerId),
    identifyOrder(desk, { customerId: input.customerId, orderOrSubscriptionId }),
  ]);
  if (known === false && input.insistsOn !== orderOrSubscriptionId) {
    throw new DeskError("order_unknown", `${orderOrSubscriptionId} is no order of ${customer.id}`, {
      orderId: orderOrSubscriptionId,
    });
  }
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
        tenant: tenantOf(customer),
        order_or_subscription_id: orderOrSubscriptionId,
        order_known: known,
        reason: checked.reason,
        amount_requested: writeAmount(checked.amountRequested),
        files: JSON.stringify(fileIds.map(wantedFile)),
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
        closed_at: null,
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
    const reminder = { workspaceId: agent.workspaceId, subjectId: opened.id };
    await setReminder(trx, desk, {
      ...reminder,
      kind: "ticket",
      dueAt: new Date(now.getTime() + firstLookMs),
    });
    if (fileIds.length > 0) await setReminder(trx, desk, { ...reminder, kind: "support_files", dueAt: now });
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: agent,
      act: "support_request.requested",
      outcome: "done",
      request,
      customerId: customer.id,
      details: { impact: checked.impact, orderOrSubscriptionId, orderKnown: known, files: fileIds },
      correlationId: opened.correlation_id,
    });
    return { supportRequestId: opened.id };
  });
}
