import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/database.ts";
import type { ActivityFilter } from "./filter.ts";
import { type ActivityKind, activityKinds } from "./kinds.ts";

/** `desk`: our own record; `partner_center`: the copy of Microsoft's. */
export type ActivitySource = "desk" | "partner_center";

/** Where an entry stands among all of a workspace: newest first, and ours before Microsoft's of the same moment. */
export interface Place {
  at: Date;
  source: ActivitySource;
  /** The sequence in the chain, or the number of the copied record. */
  number: string;
}

/** One entry of the activity (A3), ours or Microsoft's. What the other source does not know is null. */
export interface ActivityEntryRow extends Place {
  kind: ActivityKind;
  act: string;
  outcome: string;
  person_id: string | null;
  slack_user_id: string | null;
  display_name: string | null;
  user_principal_name: string | null;
  application_id: string | null;
  roles: string[] | null;
  request_kind: string | null;
  request_id: string | null;
  customer_id: string | null;
  customer_name: string | null;
  order_id: string | null;
  product_id: string | null;
  details: Record<string, unknown> | null;
  correlation_id: string | null;
  hash: string | null;
  /** A software access that our own activity does not know. */
  outside: boolean;
  /** Of Microsoft's records: from before this workspace's first activity; done through another workspace of the partner. */
  note: "before" | "elsewhere" | null;
}

/** Which entries follow a place: `older` ones downwards, `newer` ones upwards. */
export interface Turn {
  direction: "older" | "newer";
  place: Place;
}

type Condition = RawBuilder<unknown>;

const bySource = {
  desk: { number: "sequence", person: "person_id" },
  partner_center: { number: "number", person: "user_principal_name" },
} as const;

/** Entries of one source and kind that the filter lets pass on this side of the turn, by the columns that its indexes begin with. */
function conditions(
  workspaceId: string,
  filter: ActivityFilter,
  source: ActivitySource,
  kind: ActivityKind | null,
  turn: Turn | null,
): Condition[] {
  const person = source === "desk" ? filter.personId : filter.userPrincipalName;
  return [
    sql`workspace_id = ${workspaceId}`,
    ...(kind === null ? [] : [sql`kind = ${kind}`]),
    ...(person === null ? [] : [sql`${sql.ref(bySource[source].person)} = ${person}`]),
    ...(filter.customerId === null ? [] : [sql`customer_id = ${filter.customerId}`]),
    ...range(filter, turn, source),
  ];
}

/**
 * The filter's range, from the place on where there is one. One bound at each end: of two, PostgreSQL starts at the plain one and
 * walks to the place through everything in between.
 */
function range(
  filter: ActivityFilter,
  turn: Turn | null,
  source: ActivitySource,
  columns = { at: "at", number: bySource[source].number as string },
): Condition[] {
  const at = sql.ref(columns.at);
  const [from, until] = [sql`${at} >= ${filter.from}`, sql`${at} < ${filter.until}`];
  if (turn?.direction === "older" && turn.place.at < filter.until)
    return [from, beyond(turn, source, columns)];
  if (turn?.direction === "newer" && turn.place.at >= filter.from)
    return [beyond(turn, source, columns), until];
  return [from, until];
}

/** What stands on the other side of the place, in a source. Of one moment, ours stand before Microsoft's. */
function beyond(
  { place, direction }: Turn,
  source: ActivitySource,
  columns: { at: string; number: string },
): Condition {
  const older = direction === "older";
  const at = sql.ref(columns.at);
  if (source === place.source) {
    const compare = older ? sql`<` : sql`>`;
    return sql`(${at}, ${sql.ref(columns.number)}) ${compare} (${place.at}, ${place.number}::bigint)`;
  }
  const included = older === (place.source === "desk");
  const compare = older ? (included ? sql`<=` : sql`<`) : included ? sql`>=` : sql`>`;
  return sql`${at} ${compare} ${place.at}`;
}

const tables = { desk: sql.table("activity"), partner_center: sql.table("audit_records") };

/**
 * Places that the filter lets pass, a list for each source and kind, each as short as the page itself: every one is the
 * beginning of an index, so that a page costs the same however long the activity is. How short stands in the text: of a limit
 * that is a parameter PostgreSQL expects a tenth of everything, and would plan a prepared statement anew each time.
 */
function lists(
  workspaceId: string,
  filter: ActivityFilter,
  page: { turn: Turn | null; limit: number },
): RawBuilder<unknown>[] {
  const order = page.turn?.direction === "newer" ? sql`asc` : sql`desc`;
  const limit = sql.lit(page.limit);
  if (filter.kind === "outside") {
    const where = [
      sql`found.workspace_id = ${workspaceId}`,
      ...range(filter, page.turn, "partner_center", { at: "found.at", number: "found.record_number" }),
      ...(filter.userPrincipalName === null
        ? []
        : [sql`audit_records.user_principal_name = ${filter.userPrincipalName}`]),
      ...(filter.customerId === null ? [] : [sql`audit_records.customer_id = ${filter.customerId}`]),
    ];
    return [
      sql`(select 'partner_center' as source, found.at, found.record_number as number
        from audit_findings as found join audit_records on audit_records.number = found.record_number
        where ${sql.join(where, sql` and `)}
        order by found.at ${order}, found.record_number ${order} limit ${limit})`,
    ];
  }
  const kinds = filter.kind === null ? activityKinds : [filter.kind];
  return (["desk", "partner_center"] as const).flatMap((source) =>
    kinds.map((kind) => {
      const number = sql.ref(bySource[source].number);
      const where = conditions(workspaceId, filter, source, kind, page.turn);
      return sql`(select ${sql.lit(source)} as source, at, ${number} as number from ${tables[source]}
        where ${sql.join(where, sql` and `)} order by at ${order}, ${number} ${order} limit ${limit})`;
    }),
  );
}

/**
 * What a customer was called by any other request of this workspace: an entry may be about them and no request. In the order
 * of an index that begins with the customer.
 */
function nameOfCustomer(table: "cancellations" | "key_requests", workspaceId: string): RawBuilder<unknown> {
  return sql`(select customer_name from ${sql.table(table)} named
    where named.customer_id = own.customer_id and named.workspace_id = ${workspaceId}
    order by named.order_id, named.line_item_number limit 1)`;
}

/** The id of an entry's request where it is of this kind. Where it is another, nothing is looked for. */
const requestIn = (kind: string) => sql`case own.request_kind when ${sql.lit(kind)} then own.request_id end`;

/** The query of `readEntries`, for whoever wants to see how it is run. */
export function entriesQuery(
  workspaceId: string,
  filter: ActivityFilter,
  page: { turn: Turn | null; limit: number },
): RawBuilder<ActivityEntryRow> {
  const [down, up] = page.turn?.direction === "newer" ? [sql`asc`, sql`desc`] : [sql`desc`, sql`asc`];
  return sql<ActivityEntryRow>`
    with page as materialized (
      select * from (${sql.join(lists(workspaceId, filter, page), sql` union all `)}) as candidates
      order by at ${down}, source ${up}, number ${down} limit ${sql.lit(page.limit)}
    )
    select page.source, page.at, page.number,
      coalesce(own.kind, record.kind) as kind,
      coalesce(own.act, record.operation_type) as act,
      coalesce(own.outcome, record.status) as outcome,
      coalesce(own.person_id, partner.id) as person_id,
      coalesce(person.slack_user_id, partner.slack_user_id) as slack_user_id,
      coalesce(person.display_name, partner.display_name) as display_name,
      case when record.elsewhere and partner.id is null then null
        else coalesce(record.user_principal_name, lower(person.email)) end as user_principal_name,
      record.application_id, own.roles, own.request_kind, own.request_id,
      coalesce(own.customer_id, record.customer_id) as customer_id,
      coalesce(record.customer_name, key_request.customer_name, purchase.customer_name, cancellation.customer_name,
        batch.customer_name, support.customer_name, ${nameOfCustomer("cancellations", workspaceId)},
        ${nameOfCustomer("key_requests", workspaceId)}) as customer_name,
      coalesce(record.order_id, own.details->>'orderId', key_request.order_id, cancellation.order_id) as order_id,
      record.product_id, own.details,
      coalesce(own.correlation_id::text, record.correlation_id) as correlation_id,
      own.hash, found.record_number is not null as outside,
      case when record.elsewhere then 'elsewhere' when record.at < first.at then 'before' end as note
    from page
    left join activity own
      on own.workspace_id = ${workspaceId} and own.sequence = case page.source when 'desk' then page.number end
    left join audit_records record on record.number = case page.source when 'partner_center' then page.number end
    left join audit_findings found on found.record_number = record.number
    left join activity first
      on record.number is not null and first.workspace_id = ${workspaceId} and first.sequence = 1
    left join people person on person.id = own.person_id
    left join lateral (
      select id, slack_user_id, display_name from people
      where workspace_id = ${workspaceId} and lower(email) = record.user_principal_name
      order by is_member desc, id limit 1
    ) partner on true
    left join key_requests key_request on key_request.id = ${requestIn("key_request")}
    left join purchases purchase on purchase.id = ${requestIn("purchase")}
    left join cancellations cancellation on cancellation.id = ${requestIn("cancellation")}
    left join cancellation_batches batch on batch.id = ${requestIn("cancellation_batch")}
    left join support_requests support on support.id = ${requestIn("support_request")}
    order by page.at desc, page.source, page.number desc`;
}

/** Up to `limit` entries of a workspace, newest first: from the newest, or what follows a place in a direction. */
export async function readEntries(
  db: Database,
  workspaceId: string,
  filter: ActivityFilter,
  page: { turn: Turn | null; limit: number },
): Promise<ActivityEntryRow[]> {
  return (await entriesQuery(workspaceId, filter, page).execute(db)).rows;
}

/** How many entries the filter lets pass; counting stops at `most`. */
export async function countEntries(
  db: Database,
  workspaceId: string,
  filter: ActivityFilter,
  most: number,
): Promise<number> {
  const found = lists(workspaceId, filter, { turn: null, limit: most });
  const counted = await sql<{ count: string }>`
    select count(*) from (select 1 from (${sql.join(found, sql` union all `)}) as candidates limit ${sql.lit(most)}) as counted`.execute(
    db,
  );
  return Number(counted.rows[0]?.count ?? 0);
}
