import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { refused } from "../access/refused.ts";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { LinksRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { wantMessages } from "../messages/want.ts";
import { dropReminder, setReminder } from "../reminders/set.ts";
import { diesAt, type IssuedLink, issuedLink, type LinkLife, lifeOf, warnAt } from "./link-life.ts";
import { FulfilmentFailure, type FulfilmentLine, type LineIds } from "./port.ts";

export type { IssuedLink } from "./link-life.ts";

/** A link in a customer's list. */
export interface CustomerLink extends IssuedLink {
  orderId: string;
  lineItemNumber: number;
  productTitle: string;
}

const mostListed = 100;
const mostAskedAbout = 10;
const dayMs = 24 * 60 * 60_000;

/** Writes a fresh link down, in the caller's transaction: `stated` is its life as the service gave it, null for none. */
export function insertLink(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  input: {
    line: FulfilmentLine;
    stated: LinkLife | null;
    reference: string | null;
    secretId: string | null;
    renews: string | null;
  },
): Promise<Selectable<LinksRow>> {
  const { line } = input;
  const now = desk.clock.now();
  const life = lifeOf(input.stated, now, desk.policyEdition);
  return trx
    .insertInto("links")
    .values({
      id: newId("lnk", desk.clock),
      workspace_id: agent.workspaceId,
      person_id: agent.personId,
      customer_id: line.customerId,
      order_id: line.orderId,
      line_item_number: line.lineItemNumber,
      product_title: line.productTitle,
      reference: input.reference,
      secret_id: input.secretId,
      renews: input.renews,
      issued_at: now,
      expires_at: life.expiresAt,
      days_after_first_download: life.daysAfterFirstDownload,
      downloads_allowed: life.downloadsAllowed,
      first_download_at: null,
      downloads_stated: null,
      handed_to_customer_at: null,
      warned_at: null,
      revoked_at: null,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A link of the agent's workspace, for this line where one is named; null where there is none. */
export async function findLink(
  desk: Desk,
  agent: Agent,
  { linkId, of }: { linkId: string; of?: LineIds },
): Promise<Selectable<LinksRow> | null> {
  const link = await desk.db
    .selectFrom("links")
    .selectAll()
    .where("id", "=", linkId)
    .where("workspace_id", "=", agent.workspaceId)
    .executeTakeFirst();
  const fits =
    !of ||
    (link?.customer_id === of.customerId &&
      link.order_id === of.orderId &&
      link.line_item_number === of.lineItemNumber);
  return link && fits ? link : null;
}

/**
 * Counts a click on our own download button (A3, K5), and begins the life of a link that lives from its first download.
 *
 * @throws DeskError request_not_found (it was not shown to this agent) | not_allowed …
 */
export async function countDownload(
  desk: Desk,
  agent: Agent,
  input: { linkId: string },
): Promise<IssuedLink> {
  const shown = await shownLink(desk, agent, input);
  const now = desk.clock.now();
  return transact(desk.db, async (trx) => {
    const link = await trx
      .updateTable("links")
      .set((eb) => ({
        clicks: eb("clicks", "+", 1),
        first_download_at: eb.fn.coalesce("first_download_at", eb.val(now)),
        updated_at: now,
      }))
      .where("id", "=", shown.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await keepUp(trx, desk, shown, link);
    await redraw(trx, desk, { link_id: link.id }, {});
    await recordAct(trx, desk, agent, link, "link.download_started");
    return issuedLink(link, now);
  });
}

/**
 * Notes that the agent copied the link for the customer (K4): from now on they are told before it dies.
 *
 * @throws DeskError request_not_found (it was not shown to this agent) | key_revoked | link_dead | not_allowed …
 */
export async function handToCustomer(
  desk: Desk,
  agent: Agent,
  input: { linkId: string },
): Promise<IssuedLink> {
  const shown = await shownLink(desk, agent, input);
  const now = desk.clock.now();
  const { dead } = issuedLink(shown, now);
  if (dead === "revoked")
    throw new DeskError("key_revoked", `${shown.id} is revoked`, { orderId: shown.order_id });
  if (dead) throw new DeskError("link_dead", `${shown.id} is ${dead}`);
  return transact(desk.db, async (trx) => {
    const link = await trx
      .updateTable("links")
      .set((eb) => ({
        handed_to_customer_at: eb.fn.coalesce("handed_to_customer_at", eb.val(now)),
        updated_at: now,
      }))
      .where("id", "=", shown.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const mine = await redraw(
      trx,
      desk,
      { link_id: link.id, person_id: agent.personId, handed: false },
      {
        handed_to_customer_at: now,
      },
    );
    if (mine === 0) return issuedLink(link, now);
    await remindOf(trx, desk, link);
    if (link.renews) await dropReminder(trx, { kind: "link_dies", subjectId: link.renews });
    await recordAct(trx, desk, agent, link, "link.handed_to_customer");
    return issuedLink(link, now);
  });
}

/**
 * The links that were issued for a customer in this workspace, newest first, with the service's own counts where it has some.
 *
 * @throws DeskError not_allowed …
 */
export async function listLinks(
  desk: Desk,
  agent: Agent,
  input: { customerId: string },
): Promise<CustomerLink[]> {
  await authorise(desk, agent, "keys", { customerId: input.customerId });
  const rows = await desk.db
    .selectFrom("links")
    .selectAll()
    .where("workspace_id", "=", agent.workspaceId)
    .where("customer_id", "=", input.customerId)
    .orderBy("issued_at", "desc")
    .orderBy("id", "desc")
    .limit(mostListed)
    .execute();
  const now = desk.clock.now();
  const asked = rows.filter((row) => row.reference !== null && !issuedLink(row, now).dead);
  const fresh = await Promise.all(asked.slice(0, mostAskedAbout).map((row) => refreshUses(desk, row)));
  return rows.map((row) => ({
    ...issuedLink(fresh.find(({ id }) => id === row.id) ?? row, now),
    orderId: row.order_id,
    lineItemNumber: row.line_item_number,
    productTitle: row.product_title,
  }));
}

/** Asks the service how often the link was used, and keeps the answer. A service that can't say leaves the row as it is. */
export async function refreshUses(desk: Desk, link: Selectable<LinksRow>): Promise<Selectable<LinksRow>> {
  if (link.reference === null) return link;
  try {
    const uses = await desk.fulfilment.readUses(
      { customerId: link.customer_id, orderId: link.order_id, lineItemNumber: link.line_item_number },
      link.reference,
    );
    if (!uses) return link;
    return await transact(desk.db, async (trx) => {
      const fresh = await trx
        .updateTable("links")
        .set({
          downloads_stated: uses.downloads,
          first_download_at: uses.firstDownloadAt ?? link.first_download_at,
          expires_at: uses.expiresAt ?? link.expires_at,
          updated_at: desk.clock.now(),
        })
        .where("id", "=", link.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await keepUp(trx, desk, link, fresh);
      return fresh;
    });
  } catch (error) {
    if (!(error instanceof FulfilmentFailure)) throw error;
    desk.log.debug({ kind: error.kind, operation: error.operation, id: link.id }, "uses of a link not known");
    return link;
  }
}

/** Renewed: the agent acted, so the note that it dies, and its button, leave the messages. In the caller's transaction. */
export async function settleRenewed(
  trx: DatabaseTransaction,
  desk: Desk,
  input: { linkId: string },
): Promise<void> {
  await redraw(trx, desk, { link_id: input.linkId, warned: true }, { link_warned_at: null });
}

/** Sets the next look at a link that a customer has; nothing where there is nothing to wait for. */
async function remindOf(trx: DatabaseTransaction, desk: Desk, link: Selectable<LinksRow>): Promise<void> {
  const dueAt = nextLook(link, desk.clock.now());
  if (dueAt && !link.warned_at)
    await setReminder(trx, desk, {
      workspaceId: link.workspace_id,
      kind: "link_dies",
      subjectId: link.id,
      dueAt,
    });
}

/** When to look at a link again: when its agent must be told, and daily where only the service sees how it is used. */
export function nextLook(link: Selectable<LinksRow>, now: Date): Date | null {
  const warn = warnAt(link)?.getTime() ?? null;
  const daily = link.reference === null ? null : now.getTime() + dayMs;
  if (warn === null) return daily === null ? null : new Date(daily);
  return new Date(Math.max(now.getTime(), daily === null ? warn : Math.min(warn, daily)));
}

/** What changed about a link's end is drawn, and its reminder follows. */
async function keepUp(
  trx: DatabaseTransaction,
  desk: Desk,
  before: Selectable<LinksRow>,
  after: Selectable<LinksRow>,
): Promise<void> {
  const dies = diesAt(after);
  if (dies?.getTime() === diesAt(before)?.getTime()) return;
  await redraw(trx, desk, { link_id: after.id }, { link_expires_at: dies });
  if (after.handed_to_customer_at) await remindOf(trx, desk, after);
}

/** Changes the key requests that show a link and has their messages drawn again; says how many there were. */
export async function redraw(
  trx: DatabaseTransaction,
  desk: Desk,
  which: { link_id: string; person_id?: string; handed?: boolean; warned?: boolean },
  set: { link_expires_at?: Date | null; link_warned_at?: Date | null; handed_to_customer_at?: Date },
): Promise<number> {
  const now = desk.clock.now();
  let update = trx
    .updateTable("key_requests")
    .set((eb) => ({ ...set, version: eb("version", "+", 1), updated_at: now }))
    .where("link_id", "=", which.link_id)
    .where("revoked_at", "is", null);
  if (which.person_id !== undefined) update = update.where("person_id", "=", which.person_id);
  if (which.handed !== undefined)
    update = update.where("handed_to_customer_at", which.handed ? "is not" : "is", null);
  if (which.warned !== undefined)
    update = update.where("link_warned_at", which.warned ? "is not" : "is", null);
  const changed = await update.returning(["id", "workspace_id", "person_id", "version"]).execute();
  for (const request of changed) {
    await wantMessages(trx, desk, {
      workspaceId: request.workspace_id,
      personId: request.person_id,
      request: { kind: "key_request", id: request.id },
      version: request.version,
      aloud: set.link_warned_at instanceof Date,
    });
  }
  return changed.length;
}

/** The link, where it was shown to this very agent. */
async function shownLink(
  desk: Desk,
  agent: Agent,
  { linkId }: { linkId: string },
): Promise<Selectable<LinksRow>> {
  await authorise(desk, agent, "keys");
  const link = await findLink(desk, agent, { linkId });
  const shown = await desk.db
    .selectFrom("key_requests")
    .select("id")
    .where("link_id", "=", linkId)
    .where("person_id", "=", agent.personId)
    .executeTakeFirst();
  if (!link || !shown) {
    const refusal = new DeskError("request_not_found", `${linkId} was not shown to ${agent.personId}`);
    throw await refused(desk, agent, "keys", refusal, { customerId: link?.customer_id });
  }
  return link;
}

function recordAct(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  link: Selectable<LinksRow>,
  act: "link.download_started" | "link.handed_to_customer",
): Promise<void> {
  return recordActivity(trx, {
    workspaceId: link.workspace_id,
    at: desk.clock.now(),
    actor: agent,
    act,
    outcome: "done",
    request: null,
    customerId: link.customer_id,
    details: { linkId: link.id, orderId: link.order_id, lineItemNumber: link.line_item_number },
    correlationId: null,
  });
}
