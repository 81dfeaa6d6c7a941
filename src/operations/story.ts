import { sql } from "kysely";
import type { Database } from "../db/database.ts";
import type { PurchasedOrder, RequestKind } from "../db/rows.ts";
import { requestKindOf } from "../requests/requeue.ts";
import { requestTables } from "../requests/tables.ts";

/** One thing that happened or will happen, with codes and ids alone. */
export interface StoryEvent {
  /** ISO-8601, UTC. */
  at: string;
  source: "request" | "item" | "activity" | "outbox" | "message" | "reminder" | "support_update";
  what: string;
  facts: Record<string, unknown>;
}

export interface Story {
  kind: RequestKind;
  id: string;
  /** The row as it stands, by the columns of `told`. */
  row: Record<string, unknown>;
  /** In time order. */
  events: StoryEvent[];
}

/** What an operator is told of a row. No name, no free text, no key, no link: what is not listed stays out. */
const told = [
  "workspace_id",
  "person_id",
  "customer_id",
  "status",
  "version",
  "attempts",
  "due_at",
  "leased_until",
  "correlation_id",
  "ms_request_id",
  "cart_request_id",
  "hand_over_request_id",
  "cart_id",
  "perhaps_sent",
  "sent_at",
  "order_id",
  "line_item_number",
  "catalog_item_id",
  "subscription_id",
  "method",
  "quantity",
  "deadline_at",
  "deadline_origin",
  "leaves_at",
  "accepted_at",
  "visible_at",
  "looks",
  "next_look_at",
  "reroutes",
  "batch_id",
  "credit_status",
  "approval_due_at",
  "decided_at",
  "source",
  "link_id",
  "link_expires_at",
  "revoked_at",
  "desk",
  "ticket_number",
  "filed_at",
  "closed_at",
  "failure",
  "created_at",
  "updated_at",
] as const;

/** Of the details of an activity row; the rest are names, reasons and choices of people. */
const toldDetails = [
  "from",
  "status",
  "operator",
  "attempt",
  "kind",
  "code",
  "operation",
  "requestId",
  "correlationId",
  "orderId",
  "orderIds",
  "lineItemNumber",
  "catalogItemId",
  "batchId",
  "cartId",
  "ticketNumber",
  "elapsedSeconds",
  "looks",
  "visible",
  "why",
] as const;

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = from[name];
      if (value === null || value === undefined || value === false) return [];
      return [
        [name, value instanceof Date ? value.toISOString() : name === "failure" ? failureOf(value) : value],
      ];
    }),
  );
}

/** Codes and ids of a failure; its description is other people's words. */
function failureOf(failure: unknown): unknown {
  if (typeof failure !== "object" || failure === null) return undefined;
  return pick({ ...failure }, ["kind", "status", "code", "operation", "requestId", "correlationId", "since"]);
}

/** Everything that is known of one request (its row, activity, jobs, messages and reminders) in time order; null where there is none. */
export async function readStory(db: Database, requestId: string): Promise<Story | null> {
  const kind = requestKindOf(requestId);
  if (kind === null) return null;
  const found = await sql<Record<string, unknown>>`
    select * from ${sql.table(requestTables[kind])} where id = ${requestId}`.execute(db);
  const row = found.rows[0];
  if (!row) return null;
  const orderIds = "orders" in row ? (row.orders as PurchasedOrder[]).map(({ orderId }) => orderId) : [];
  const items =
    kind === "cancellation_batch"
      ? await db.selectFrom("cancellations").selectAll().where("batch_id", "=", requestId).execute()
      : [];
  const ids = [requestId, ...items.map(({ id }) => id)];
  const [activity, messages, reminders, updates] = await Promise.all([
    db.selectFrom("activity").selectAll().where("request_id", "in", ids).orderBy("sequence").execute(),
    db
      .selectFrom("messages")
      .selectAll()
      .where("request_kind", "in", [kind, "cancellation"])
      .where("request_id", "in", ids)
      .execute(),
    db.selectFrom("reminders").selectAll().where("subject_id", "in", ids).execute(),
    db.selectFrom("support_updates").selectAll().where("support_request_id", "in", ids).execute(),
  ]);
  const rung = [...ids, ...messages.map(({ id }) => id), ...reminders.map(({ id }) => id)];
  const outbox = await db
    .selectFrom("outbox")
    .selectAll()
    .where("subject_id", "in", rung)
    .orderBy("id")
    .execute();

  const event = (
    at: Date,
    source: StoryEvent["source"],
    what: string,
    facts: Record<string, unknown>,
  ): StoryEvent => ({ at: at.toISOString(), source, what, facts });
  const events = [
    event(row.created_at as Date, "request", `${kind} ${requestId} was made`, pick(row, ["correlation_id"])),
    ...items.map((item) => event(item.created_at, "item", item.id, pick({ ...item }, told))),
    ...activity.map((one) =>
      event(one.at, "activity", one.act, {
        sequence: one.sequence,
        outcome: one.outcome,
        ...(ids.length > 1 ? { request: one.request_id } : {}),
        person: one.person_id ?? "the desk",
        ...(one.roles.length > 0 ? { roles: one.roles.join(", ") } : {}),
        ...pick(one.details, toldDetails),
        correlationId: one.correlation_id,
      }),
    ),
    ...outbox.map((one) =>
      event(one.created_at, "outbox", `rung for ${one.subject_id}`, {
        job: `${one.topic}-${one.subject_id}-o${one.id}`,
        runsAt: one.run_at.toISOString(),
        handedOver: one.sent_at?.toISOString() ?? "not yet",
      }),
    ),
    ...messages.map((one) =>
      event(one.posted_at ?? one.created_at, "message", `${one.id} to ${one.person_id}`, {
        channel: one.channel,
        ts: one.ts,
        shows: `version ${one.drawn_version} of ${one.wanted_version}`,
        ...pick({ ...one }, ["undeliverable", "attempts", "due_at"]),
      }),
    ),
    ...reminders.map((one) =>
      event(one.due_at, "reminder", `${one.kind} is due`, { id: one.id, attempts: one.attempts }),
    ),
    ...updates.map((one) =>
      event(one.created_at, "support_update", `${one.kind} ${one.id}`, {
        status: one.status,
        ...pick({ ...one }, ["ms_request_id", "correlation_id", "attempts", "failure"]),
      }),
    ),
  ];
  return {
    kind,
    id: requestId,
    row: { ...pick(row, told), ...(orderIds.length > 0 ? { order_ids: orderIds } : {}) },
    events: events.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  };
}

/** The story as lines for a terminal. */
export function tellStory(story: Story): string {
  const facts = (of: Record<string, unknown>) =>
    Object.entries(of)
      .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
      .join(" ");
  return [
    `${story.kind} ${story.id}`,
    ...Object.entries(story.row).map(
      ([name, value]) =>
        `  ${name.padEnd(20)} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
    ),
    "",
    ...story.events.map(
      ({ at, source, what, facts: of }) => `${at}  ${source.padEnd(14)} ${what}  ${facts(of)}`,
    ),
    "",
  ].join("\n");
}
