import { sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { isEntitled } from "../access/authorise.ts";
import { acts, mayDo } from "../access/rights.ts";
import { type Granter, listGranters } from "../access/who-grants.ts";
import { type ActivityEntryRow, readEntries } from "../activity/entries.ts";
import type { CancellationStatus } from "../cancellations/statuses.ts";
import { type ConnectionState, readConnection } from "../connections/read.ts";
import type { Desk } from "../desk/context.ts";
import { diesAt } from "../fulfilment/link-life.ts";
import type { LineIds, SoftwarePackage } from "../fulfilment/port.ts";
import { isWelcomed } from "../onboarding/home-welcome.ts";
import type { PurchaseStatus } from "../purchases/statuses.ts";
import { openSupportStatuses, type SupportRequestStatus } from "../support-requests/statuses.ts";

/** The first of many; `more` counts the rest, `uncounted`: there may be more than that. */
export interface Part<T> {
  items: T[];
  more: number;
  uncounted: boolean;
}

/** A purchase, by the first of its lines. */
interface PurchaseContent {
  purchaseId: string;
  customerName: string;
  title: string;
  lineCount: number;
}

export type Underway = { at: Date; customerName: string } & (
  | ({ kind: "purchase"; status: PurchaseStatus } & PurchaseContent)
  | { kind: "cancellation"; status: CancellationStatus; title: string; orderId: string }
);

export interface WaitingApproval extends PurchaseContent {
  /** Of the content to be approved. */
  hash: string;
  requesterSlackId: string;
  amount: string;
  currency: string;
  until: Date | null;
}

export interface ClosingWindow extends LineIds {
  customerName: string;
  title: string;
  quantity: number;
  deadlineAt: Date;
}

export interface DyingLink extends LineIds, SoftwarePackage {
  linkId: string;
  customerName: string;
  title: string;
  /** Null where its downloads run out first. */
  diesAt: Date | null;
  dead: boolean;
}

export interface OpenSupport {
  supportRequestId: string;
  customerName: string;
  title: string;
  status: SupportRequestStatus;
}

/** Everything that one person's Home tab shows. What plays no part for them is empty. */
export interface HomeContent {
  agent: Pick<Agent, "isMember" | "roles" | "rolesReadAt" | "email" | "languageChoice">;
  readAt: Date;
  helpContact: string | null;
  /** Whether it greets somebody who opened it for the first time. */
  welcome: boolean;
  connection: ConnectionState;
  /** Who can give a role to somebody who may do nothing yet. */
  granters: Granter[];
  approvals: Part<WaitingApproval>;
  windows: Part<ClosingWindow>;
  links: Part<DyingLink>;
  underway: Part<Underway>;
  support: Part<OpenSupport>;
  /** The newest first; for who may read the activity (A1). */
  activity: ActivityEntryRow[];
}

const shown = 5;
const counted = 100;
// What is the same for everybody stands in the text: of a parameter PostgreSQL can't tell which index has it, nor how few it asks for.
const most = sql.lit(counted + 1);
const openStatuses = openSupportStatuses.map((status) => sql.lit(status));
const dayMs = 24 * 60 * 60_000;
/** What was left to a person longer ago than this has found one. */
const underwayLifeMs = 30 * dayMs;
const closingMs = 7 * dayMs;
/** A link that died longer ago than this is nobody's worry any more. */
const deadLinkMs = 7 * dayMs;
const activityMs = 7 * dayMs;

const nothing = { items: [], more: 0, uncounted: false };

/**
 * What matters to this person now, by what is stored: a set number of queries, each of them the beginning of an index, and no
 * call to anyone. What their roles no longer allow is left out (G2, K1, C2, A1).
 */
export async function readHome(desk: Desk, agent: Agent): Promise<HomeContent> {
  const { isMember, roles, rolesReadAt, email, languageChoice } = agent;
  const may = (act: (typeof acts)[number]) => isMember && mayDo(roles, act);
  const [granters, approvals, windows, links, underway, support, activity, connection, welcome] =
    await Promise.all([
      isMember && !acts.some(may) ? listGranters(desk, agent) : [],
      may("buy") ? readApprovals(desk, agent) : nothing,
      may("cancel") ? readWindows(desk, agent) : nothing,
      may("keys") ? readLinks(desk, agent) : nothing,
      may("buy") || may("cancel") ? readUnderway(desk, agent) : nothing,
      may("support") ? readSupport(desk, agent) : nothing,
      // Of others: not by roles that are too old to count.
      isEntitled(desk, agent, "activity") ? readNewest(desk, agent) : [],
      readConnection(desk, agent),
      isWelcomed(desk, agent),
    ]);
  return {
    agent: { isMember, roles, rolesReadAt, email, languageChoice },
    readAt: desk.clock.now(),
    helpContact: desk.helpContact,
    welcome,
    connection,
    granters,
    approvals,
    windows,
    links,
    underway,
    support,
    activity,
  };
}

/** `rows` hold one more than are counted, where there are so many. */
function partOf<T>(rows: T[]): Part<T> {
  return {
    items: rows.slice(0, shown),
    more: Math.max(0, Math.min(rows.length, counted) - shown),
    uncounted: rows.length > counted,
  };
}

/** One purchase whose lines can't be read does not take the others away. */
const firstTitle = sql<string>`coalesce(purchases.lines->0->>'title', '–')`;
const lineCount = sql<number>`case jsonb_typeof(purchases.lines) when 'array' then jsonb_array_length(purchases.lines) else 0 end`;

async function readApprovals(desk: Desk, agent: Agent): Promise<Part<WaitingApproval>> {
  const rows = await desk.db
    .selectFrom("purchases")
    .select([
      "id",
      "customer_name",
      "frozen_hash",
      "requester_slack_id",
      "total_price",
      "currency_code",
      "approval_due_at",
      firstTitle.as("title"),
      lineCount.as("line_count"),
    ])
    .where("workspace_id", "=", agent.workspaceId)
    .where("status", "=", sql.lit("awaiting_approval"))
    .where("approvers", "@>", sql<string[]>`array[${agent.slackUserId}]::text[]`)
    .orderBy("approval_due_at")
    .limit(most)
    .execute();
  return partOf(
    rows.map((row) => ({
      purchaseId: row.id,
      customerName: row.customer_name,
      title: row.title,
      lineCount: row.line_count,
      hash: row.frozen_hash ?? "-",
      requesterSlackId: row.requester_slack_id ?? "",
      amount: row.total_price ?? "0",
      currency: row.currency_code ?? "",
      until: row.approval_due_at,
    })),
  );
}

async function readWindows(desk: Desk, agent: Agent): Promise<Part<ClosingWindow>> {
  const now = desk.clock.now();
  const rows = await desk.db
    .selectFrom("windows")
    .select([
      "customer_id",
      "customer_name",
      "order_id",
      "line_item_number",
      "product_title",
      "quantity",
      "deadline_at",
    ])
    .where("person_id", "=", agent.personId)
    .where("decision", "is", null)
    .where("closed_at", "is", null)
    .where("deadline_at", ">", now)
    .where("deadline_at", "<=", new Date(now.getTime() + closingMs))
    .orderBy("deadline_at")
    .limit(most)
    .execute();
  return partOf(
    rows.map((row) => ({
      customerId: row.customer_id,
      customerName: row.customer_name,
      orderId: row.order_id,
      lineItemNumber: row.line_item_number,
      title: row.product_title,
      quantity: row.quantity,
      deadlineAt: row.deadline_at,
    })),
  );
}

/** Links that a customer has and whose agent was told that they die: until they are renewed, or nobody asks for them any more. */
async function readLinks(desk: Desk, agent: Agent): Promise<Part<DyingLink>> {
  const now = desk.clock.now();
  const rows = await desk.db
    .selectFrom("key_requests")
    .innerJoin("links", "links.id", "key_requests.link_id")
    .select([
      "links.id as link_id",
      "key_requests.customer_id",
      "key_requests.customer_name",
      "key_requests.order_id",
      "key_requests.line_item_number",
      "key_requests.product_title",
      "key_requests.software_version",
      "key_requests.software_language",
      "key_requests.file_type",
      "links.issued_at",
      "links.expires_at",
      "links.days_after_first_download",
      "links.first_download_at",
      "links.handed_to_customer_at",
    ])
    .where("key_requests.person_id", "=", agent.personId)
    .where("key_requests.revoked_at", "is", null)
    .where("key_requests.link_warned_at", ">", new Date(now.getTime() - deadLinkMs))
    .orderBy("key_requests.link_warned_at", "desc")
    .limit(most)
    .execute();
  return partOf(
    rows.map((row) => {
      const end = diesAt(row);
      return {
        linkId: row.link_id,
        customerId: row.customer_id,
        customerName: row.customer_name,
        orderId: row.order_id,
        lineItemNumber: row.line_item_number,
        title: row.product_title,
        version: row.software_version,
        language: row.software_language,
        fileType: row.file_type,
        diesAt: end,
        dead: end !== null && end <= now,
      };
    }),
  );
}

async function readUnderway(desk: Desk, agent: Agent): Promise<Part<Underway>> {
  const since = new Date(desk.clock.now().getTime() - underwayLifeMs);
  const [purchases, cancellations] = await Promise.all([
    desk.db
      .selectFrom("purchases")
      .select([
        "id",
        "customer_name",
        "status",
        "updated_at",
        firstTitle.as("title"),
        lineCount.as("line_count"),
      ])
      .where("person_id", "=", agent.personId)
      .where(sql<boolean>`(due_at is not null and status <> 'quoted' or status = 'needs_person')`)
      .where("updated_at", ">", since)
      .orderBy("updated_at", "desc")
      .limit(most)
      .execute(),
    desk.db
      .selectFrom("cancellations")
      .select(["customer_name", "order_id", "product_title", "status", "updated_at"])
      .where("person_id", "=", agent.personId)
      .where(sql<boolean>`(due_at is not null or status = 'needs_person')`)
      .where("updated_at", ">", since)
      .orderBy("updated_at", "desc")
      .limit(most)
      .execute(),
  ]);
  const all: Underway[] = [
    ...purchases.map((row) => ({
      kind: "purchase" as const,
      purchaseId: row.id,
      status: row.status,
      at: row.updated_at,
      customerName: row.customer_name,
      title: row.title,
      lineCount: row.line_count,
    })),
    ...cancellations.map((row) => ({
      kind: "cancellation" as const,
      status: row.status,
      at: row.updated_at,
      customerName: row.customer_name,
      title: row.product_title,
      orderId: row.order_id,
    })),
  ];
  return partOf(all.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, counted + 1));
}

async function readSupport(desk: Desk, agent: Agent): Promise<Part<OpenSupport>> {
  const rows = await desk.db
    .selectFrom("support_requests")
    .select(["id", "customer_name", "title", "status"])
    .where("person_id", "=", agent.personId)
    .where("status", "in", openStatuses)
    .orderBy("created_at", "desc")
    .limit(most)
    .execute();
  return partOf(
    rows.map((row) => ({
      supportRequestId: row.id,
      customerName: row.customer_name,
      title: row.title,
      status: row.status,
    })),
  );
}

function readNewest(desk: Desk, agent: Agent): Promise<ActivityEntryRow[]> {
  const until = new Date(desk.clock.now().getTime() + 1);
  const everything = { personId: null, userPrincipalName: null, customerId: null, kind: null };
  const filter = { ...everything, from: new Date(until.getTime() - activityMs), until };
  return readEntries(desk.db, agent.workspaceId, filter, { turn: null, limit: shown });
}
