import { randomUUID } from "node:crypto";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import { readCustomer } from "../customers/read.ts";
import { transact } from "../db/database.ts";
import type { RefusedItem } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { wantMessage } from "../messages/want.ts";
import { PartnerCenterFailure, type Subscription } from "../partner-center/port.ts";
import { readOrder, type SoftwareLine } from "../purchases/list-lines.ts";
import { type Assessment, assess } from "./assess.ts";
import { readSubscription } from "./deadline.ts";
import { insertCancellation, refusal, whyTaken } from "./insert.ts";

/** So many are asked for in one confirmation. */
export const mostTogether = 50;
/** From so many subscriptions on, one list is cheaper than reading each. */
const listFrom = 3;

interface Wanted {
  orderId: string;
  lineItemNumber: number;
}

type Checked = Wanted & ({ line: SoftwareLine; assessment: Assessment } | { line: null; missing: DeskError });

/**
 * Asks for several lines of one customer's orders to be cancelled, with one confirmation and one report (C7): each line is an
 * own cancellation that stands or falls alone; what may not be cancelled is refused one by one and listed in the report. All
 * of it is written together or not at all, and the same form twice is one batch.
 *
 * @throws DeskError invalid_input { field: lines } (none, or more than 50) | customer_not_found | not_allowed … (C2) |
 *   partner_center_* ; the lines' own refusals are in the batch
 */
export async function requestCancellations(
  desk: Desk,
  agent: Agent,
  input: { formToken: string; customerId: string; lines: readonly Wanted[] },
): Promise<{ batchId: string }> {
  await authorise(desk, agent, "cancel", { customerId: input.customerId });
  const before = await findBatch(desk, agent, input.formToken);
  if (before) return before;
  const wanted = distinct(input.lines);
  if (wanted.length === 0 || wanted.length > mostTogether) {
    throw new DeskError("invalid_input", `${wanted.length} lines in one form`, {
      field: "lines",
      most: mostTogether,
    });
  }
  const customer = await readCustomer(desk, input.customerId);
  const checked = await check(desk, agent, customer, wanted);

  const now = desk.clock.now();
  const batchId = newId("bat", desk.clock);
  const correlationId = randomUUID();
  return transact(desk.db, async (trx) => {
    const written = await trx
      .insertInto("cancellation_batches")
      .values({
        id: batchId,
        workspace_id: agent.workspaceId,
        person_id: agent.personId,
        customer_id: customer.id,
        customer_name: customer.companyName,
        form_token: input.formToken,
        refused_items: "[]",
        status: "under_way",
        correlation_id: correlationId,
        due_at: null,
        lease: null,
        leased_until: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.constraint("cancellation_batches_one_per_form").doNothing())
      .returning("id")
      .executeTakeFirst();
    // The same form was sent twice at once, and the other was first.
    if (!written)
      return trx
        .selectFrom("cancellation_batches")
        .select("id as batchId")
        .where("workspace_id", "=", agent.workspaceId)
        .where("form_token", "=", input.formToken)
        .executeTakeFirstOrThrow();

    const refused: RefusedItem[] = [];
    const rung = new Set<string>();
    for (const item of checked) {
      const error = await insert(item);
      if (error) refused.push(refusedItem(item, error));
    }
    await trx
      .updateTable("cancellation_batches")
      .set({
        refused_items: JSON.stringify(refused),
        status: refused.length === checked.length ? "ended" : "under_way",
      })
      .where("id", "=", batchId)
      .execute();
    await wantMessage(trx, desk, {
      workspaceId: agent.workspaceId,
      personId: agent.personId,
      request: { kind: "cancellation_batch", id: batchId },
      version: 1,
    });
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: agent,
      act: "cancellation_batch.requested",
      outcome: "done",
      request: { kind: "cancellation_batch", id: batchId },
      customerId: customer.id,
      details: {
        lines: checked.length,
        refused: refused.map(({ orderId, lineItemNumber, code }) => ({ orderId, lineItemNumber, code })),
      },
      correlationId,
    });
    return { batchId };

    async function insert(item: Checked): Promise<DeskError | null> {
      if (item.line === null) return item.missing;
      const { line, assessment } = item;
      if (assessment.kind !== "open") return refusal(assessment, line.orderId);
      // The lines of an order leave together: one of them is rung for, and takes the others along.
      const ring = line.subscriptionId !== null || !rung.has(line.orderId);
      const id = await insertCancellation(trx, desk, agent, { customer, line, assessment, batchId, ring });
      if (id === null) return whyTaken(trx, agent, line);
      if (line.subscriptionId === null) rung.add(line.orderId);
      return null;
    }
  });
}

async function findBatch(
  desk: Desk,
  agent: Agent,
  formToken: string,
): Promise<{ batchId: string } | undefined> {
  return desk.db
    .selectFrom("cancellation_batches")
    .select("id as batchId")
    .where("workspace_id", "=", agent.workspaceId)
    .where("form_token", "=", formToken)
    .executeTakeFirst();
}

function distinct(lines: readonly Wanted[]): Wanted[] {
  return [
    ...new Map(lines.map((line) => [`${line.orderId}#${line.lineItemNumber}`, line] as const)).values(),
  ];
}

/** Reads every order once, by its id, and says of each line whether it may be cancelled. */
async function check(
  desk: Desk,
  agent: Agent,
  customer: { id: string; market: string },
  wanted: Wanted[],
): Promise<Checked[]> {
  const orders = new Map<string, SoftwareLine[] | DeskError>();
  for (const orderId of new Set(wanted.map((line) => line.orderId)))
    orders.set(orderId, await linesOf(desk, customer.id, orderId));
  const found = wanted.map((item) => {
    const lines = orders.get(item.orderId);
    const line = Array.isArray(lines) && lines.find((one) => one.lineItemNumber === item.lineItemNumber);
    return { ...item, line: line || null, missing: lines instanceof DeskError ? lines : notFound(item) };
  });
  const subscriptions = await readSubscriptions(
    desk,
    customer.id,
    found.flatMap(({ line }) => line ?? []),
  );
  const checked: Checked[] = [];
  for (const { line, missing, ...item } of found) {
    if (line === null) {
      checked.push({ ...item, line, missing });
      continue;
    }
    const subscription = subscriptions.get(line.subscriptionId ?? "") ?? null;
    const given = { workspaceId: agent.workspaceId, market: customer.market, subscription };
    checked.push({ ...item, line, assessment: await assess(desk, line, given) });
  }
  return checked;
}

async function linesOf(desk: Desk, customerId: string, orderId: string): Promise<SoftwareLine[] | DeskError> {
  try {
    return await readOrder(desk, { customerId, orderId });
  } catch (error) {
    if (error instanceof DeskError && error.code === "order_not_found") return error;
    throw error;
  }
}

function notFound({ orderId, lineItemNumber }: Wanted): DeskError {
  return new DeskError("order_not_found", `no line ${lineItemNumber} of order ${orderId}`, { orderId });
}

async function readSubscriptions(
  desk: Desk,
  customerId: string,
  lines: SoftwareLine[],
): Promise<Map<string, Subscription>> {
  const living = lines.filter((line) => line.subscriptionId !== null && !line.cancelled);
  const read: (Subscription | null)[] =
    living.length < listFrom
      ? await Promise.all(living.map((line) => readSubscription(desk, line)))
      : await listSubscriptions(desk, customerId);
  return new Map(read.flatMap((one) => (one ? [[one.id, one] as const] : [])));
}

async function listSubscriptions(desk: Desk, customerId: string): Promise<Subscription[]> {
  try {
    return await desk.partnerCenter.listSubscriptions({ customerId });
  } catch (error) {
    if (error instanceof PartnerCenterFailure) return [];
    throw error;
  }
}

function refusedItem(item: Checked, error: DeskError): RefusedItem {
  return {
    orderId: item.orderId,
    lineItemNumber: item.lineItemNumber,
    productTitle: item.line?.title ?? null,
    quantity: item.line?.quantity ?? null,
    code: error.code,
    values: error.values,
  };
}
