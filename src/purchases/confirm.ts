import { sql } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authoriseAsRead } from "../access/authorise.ts";
import { readAgentWith } from "../access/recognise.ts";
import { refused } from "../access/refused.ts";
import { askApproval } from "../approvals/ask.ts";
import { assertWhole } from "../db/stored.ts";
import { violatedConstraint } from "../db/violations.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { type Move, moveRequest, RequestMovedOn } from "../requests/move.ts";
import type { RequestRows } from "../requests/tables.ts";
import { freeze } from "./freeze.ts";
import { lapsePurchase } from "./lapse.ts";
import { findTried } from "./retry.ts";
import type { PurchaseStatus } from "./statuses.ts";

export interface Confirmation {
  purchaseId: string;
  alreadyConfirmed: boolean;
  /** Slack users whom the approval is asked of, and until when; null where none is needed. */
  awaiting: { approvers: string[]; until: Date } | null;
}

/** What a confirmation goes by: describing the others is the most of what the database would answer. */
const columns = [
  "id",
  "workspace_id",
  "person_id",
  "customer_id",
  "correlation_id",
  "status",
  "lease",
  "due_at",
  "lines",
  "currency_code",
  "total_price",
  "cart_id",
  "offered",
  "frozen_hash",
  "approvers",
  "approval_due_at",
  "requester_slack_id",
  "retry_of",
] as const satisfies (keyof RequestRows["purchase"])[];

const columnsAsked = sql.raw(columns.join(", "));

type Purchase = Pick<RequestRows["purchase"], (typeof columns)[number]>;

/** A purchase and who asks about it, read together; null where they have none of this id. */
export interface OwnPurchase {
  agent: Agent;
  row: Purchase | null;
}

type Content = Pick<Purchase, "lines" | "currency_code" | "total_price" | "cart_id">;

const unanswered: readonly PurchaseStatus[] = ["lapsed", "withdrawn", "declined", "expired"];

/**
 * Turns a quote into an order to be placed, or into one to be approved, in one transaction. Its content is frozen here:
 * `hash` is that of the content whose price was on screen. A second click, or the same payload again, finds the same
 * purchase confirmed already.
 *
 * @throws DeskError request_not_found | request_moved_on (it came to its end meanwhile) | quote_changed | no_approver |
 *   already_retried { by } (somebody else tried the same rest again first)
 */
export async function confirmPurchase(
  desk: Desk,
  agent: Agent,
  input: { purchaseId: string; hash: string },
): Promise<Confirmation> {
  return confirmAsRead(desk, await readOwnPurchase(desk, agent, input), input);
}

/** The same for a purchase that was read (`readOwnPurchase`) just now, together with who confirms it. */
export async function confirmAsRead(
  desk: Desk,
  own: OwnPurchase,
  input: { purchaseId: string; hash: string },
): Promise<Confirmation> {
  const { agent } = own;
  const purchase = await authorised(desk, own, input);
  if (purchase.status === "quoted" && isOver(desk, purchase)) {
    await lapsePurchase(desk, { purchaseId: purchase.id });
    return confirmPurchase(desk, agent, input);
  }
  if (unanswered.includes(purchase.status)) throw movedOn(purchase);
  if (purchase.status !== "quoted") return { ...confirmationOf(purchase), alreadyConfirmed: true };
  if (purchase.cart_id === null) throw movedOn(purchase);
  if (hashOf(purchase, purchase) !== input.hash)
    throw new DeskError("quote_changed", `${purchase.id} was quoted anew`, { id: purchase.id });
  return (await goAhead(desk, agent, purchase, purchase, {})) ?? confirmPurchase(desk, agent, input);
}

/**
 * Takes the price that a changed purchase would cost now: `hash` is that of the content whose price was on screen.
 *
 * @throws DeskError request_not_found | request_moved_on | no_approver
 */
export async function acceptChange(
  desk: Desk,
  agent: Agent,
  input: { purchaseId: string; hash: string },
): Promise<Confirmation> {
  const purchase = await readOwn(desk, agent, input);
  if (purchase.status === "changed" && isOver(desk, purchase)) {
    await lapsePurchase(desk, { purchaseId: purchase.id });
    return acceptChange(desk, agent, input);
  }
  const { offered } = purchase;
  // The same click again finds what it did.
  if (purchase.frozen_hash === input.hash && ![...unanswered, "changed"].includes(purchase.status))
    return { ...confirmationOf(purchase), alreadyConfirmed: true };
  if (purchase.status !== "changed" || offered?.hash !== input.hash) throw movedOn(purchase);
  const content = {
    lines: offered.lines,
    currency_code: offered.currencyCode,
    total_price: offered.totalPrice,
    cart_id: offered.cartId,
  };
  const set = { ...content, lines: JSON.stringify(offered.lines), offered: null, attempts: 0 };
  return (await goAhead(desk, agent, purchase, content, set)) ?? acceptChange(desk, agent, input);
}

/**
 * Takes a purchase back while it waits for an approval, or leaves one that changed.
 *
 * @throws DeskError request_not_found | request_moved_on
 */
export async function withdrawPurchase(
  desk: Desk,
  agent: Agent,
  input: { purchaseId: string },
): Promise<void> {
  const purchase = await readOwn(desk, agent, input);
  if (purchase.status === "withdrawn") return;
  if (purchase.status !== "awaiting_approval" && purchase.status !== "changed") throw movedOn(purchase);
  const moved = await attempt(desk, {
    kind: "purchase",
    row: purchase,
    to: "withdrawn",
    set: { due_at: null, offered: null },
    actor: agent,
    details: { contentHash: purchase.frozen_hash },
  });
  if (!moved) await withdrawPurchase(desk, agent, input);
}

/** The purchase as it stands, with its person and their roles as they are stored at this moment. */
export function readOwnPurchase(
  desk: Desk,
  person: { workspaceId: string; slackUserId: string },
  input: { purchaseId: string },
): Promise<OwnPurchase> {
  return readAgentWith(
    desk,
    person,
    sql<Purchase>`
      select ${columnsAsked} from purchases where id = ${input.purchaseId} and workspace_id = people.workspace_id and person_id = people.id`,
  );
}

async function readOwn(desk: Desk, agent: Agent, input: { purchaseId: string }): Promise<Purchase> {
  return authorised(desk, await readOwnPurchase(desk, agent, input), input);
}

async function authorised(
  desk: Desk,
  { agent, row: purchase }: OwnPurchase,
  input: { purchaseId: string },
): Promise<Purchase> {
  if (!purchase) {
    const refusal = new DeskError(
      "request_not_found",
      `no purchase ${input.purchaseId} of ${agent.personId}`,
    );
    throw await refused(desk, agent, "buy", refusal);
  }
  await authoriseAsRead(desk, agent, "buy", { customerId: purchase.customer_id });
  assertWhole(purchase);
  return purchase;
}

function hashOf({ customer_id }: Pick<Purchase, "customer_id">, content: Content): string {
  return freeze({
    customerId: customer_id,
    lines: content.lines,
    currencyCode: content.currency_code,
    totalPrice: content.total_price,
  });
}

function isOver(desk: Desk, purchase: Purchase): boolean {
  return purchase.due_at !== null && purchase.due_at <= desk.clock.now();
}

function movedOn(purchase: Purchase): DeskError {
  return new DeskError("request_moved_on", `${purchase.id} is ${purchase.status}`, {
    id: purchase.id,
    now: purchase.status,
  });
}

/** To the worker, or first to those who approve. Null when somebody moved it meanwhile. */
async function goAhead(
  desk: Desk,
  agent: Agent,
  purchase: Purchase,
  content: Content,
  set: Partial<Move<"purchase">["set"]>,
): Promise<Confirmation | null> {
  const now = desk.clock.now();
  const hash = hashOf(purchase, content);
  const approval = await askApproval(desk, agent, { ...purchase, ...content });
  if (purchase.status === "quoted" && purchase.retry_of !== null)
    await findTried(desk.db, agent, purchase.retry_of);
  const details = {
    totalPrice: content.total_price,
    currencyCode: content.currency_code,
    contentHash: hash,
    ...(purchase.retry_of === null ? {} : { retryOf: purchase.retry_of }),
  };
  const common = {
    ...set,
    frozen_hash: hash,
    requester_user: agent.email?.toLowerCase() ?? null,
    requester_slack_id: agent.slackUserId,
    approved_hash: null,
    decided_by: null,
    decided_by_user: null,
    decided_by_slack_id: null,
    decided_at: null,
  };
  const moved = await attempt(
    desk,
    approval
      ? {
          kind: "purchase",
          row: purchase,
          to: "awaiting_approval",
          set: {
            ...common,
            approvers: approval.approvers.map((approver) => approver.slackUserId),
            approval_due_at: approval.until,
            due_at: approval.until,
          },
          actor: agent,
          details: {
            ...details,
            because: approval.because,
            approvers: approval.approvers.map((one) => one.personId),
          },
          tell: approval.approvers.map((approver) => approver.personId),
        }
      : {
          kind: "purchase",
          row: purchase,
          to: "requested",
          set: { ...common, due_at: now },
          actor: agent,
          details,
          ringAt: now,
          // The first message of a purchase is of its being placed, by whoever places it: its person is looking at the answer now.
          redraw: purchase.status !== "quoted",
        },
  );
  if (!moved) return null;
  return {
    purchaseId: purchase.id,
    awaiting: approval && {
      approvers: approval.approvers.map((approver) => approver.slackUserId),
      until: approval.until,
    },
    alreadyConfirmed: false,
  };
}

/** False when somebody moved it meanwhile. */
async function attempt(desk: Desk, move: Move<"purchase">): Promise<boolean> {
  try {
    await moveRequest(desk.db, desk, move);
    return true;
  } catch (error) {
    if (error instanceof RequestMovedOn) return false;
    if (violatedConstraint(error) === "purchases_one_retry") {
      const { retry_of: tried } = move.row;
      // Whoever was first has committed it, so that it is found now.
      if (tried !== null) await findTried(desk.db, { workspaceId: move.row.workspace_id }, tried);
    }
    throw error;
  }
}

function confirmationOf(purchase: Purchase): Omit<Confirmation, "alreadyConfirmed"> {
  const waits = purchase.status === "awaiting_approval" && purchase.approval_due_at;
  return {
    purchaseId: purchase.id,
    awaiting: waits ? { approvers: purchase.approvers, until: waits } : null,
  };
}
