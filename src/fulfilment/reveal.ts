import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import { readCustomer } from "../customers/read.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { KeyRequestsRow, LinksRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { storable } from "../desk/storable.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import { explainFulfilmentFailure } from "./explain.ts";
import { type IssuedLink, issuedLink } from "./link-life.ts";
import { findLink, insertLink, settleRenewed } from "./links.ts";
import { readFulfilmentLine } from "./packages.ts";
import { FulfilmentFailure, type FulfilmentLine, type HandOver, type SoftwarePackage } from "./port.ts";
import { readFromVault } from "./read-from-vault.ts";
import { mayRepeat, type RevealIntent, recordIntent } from "./reveal-intent.ts";

export interface RevealInput {
  formToken: string;
  customerId: string;
  orderId: string;
  lineItemNumber: number;
  choice: SoftwarePackage;
  /** Why: 3 to 300 characters, kept in the activity. */
  reason: string;
  /** The link that this one replaces (K5): a fresh one is fetched, with a life of its own. */
  renews?: string;
}

export interface Reveal {
  keyRequestId: string;
  /** When the form was first sent: one that comes again is told by it. */
  askedAt: Date;
  handOver: HandOver;
  /** The link's life; null where no link was given. */
  link: IssuedLink | null;
  /** `service`: fetched over HTTP; `vault`: what a teammate deposited; `portal`: the agent fetches it by hand. */
  source: "service" | "vault" | "portal";
}

/** Shortest and longest reason, in characters. */
export const reasonLength = { least: 3, most: 300 };

/**
 * Gives a key and a download link for a line (K1, K3, K4, K5). The intent and its reason are committed before anything is
 * asked, and what came is committed before it is returned: nothing is seen that is not recorded. The caller shows it in
 * a modal and keeps it nowhere. The same form again, within ten minutes, is answered with the same and counts once.
 *
 * @throws DeskError invalid_input { field: reason } | not_allowed … (K1) | key_revoked (C11) | package_not_found (K3) |
 *   reveal_limit { limit, retryAt } | request_moved_on | request_not_found (`renews`) | vault_unavailable | fulfilment_* |
 *   customer_not_found | order_not_found | partner_center_*
 */
export async function revealKey(desk: Desk, agent: Agent, given: RevealInput): Promise<Reveal> {
  await authorise(desk, agent, "keys", { customerId: given.customerId });
  const input = { ...given, reason: checkReason(given.reason) };
  const { customerName, asked } = await prepare(desk, agent, input);
  const intent = await recordIntent(desk, agent, input, {
    ...asked,
    customerName,
    renews: input.renews ?? null,
  });
  if (intent.outcome === "limit") {
    throw new DeskError("reveal_limit", `${agent.personId} was shown ${intent.limit} within an hour`, {
      limit: intent.limit,
      retryAt: intent.retryAt.toISOString(),
    });
  }
  const { request } = intent;
  try {
    const found = await obtain(desk, agent, intent, asked, input);
    const link = await recordGiven(desk, agent, request, asked, found);
    return {
      keyRequestId: request.id,
      askedAt: request.created_at,
      handOver: found.handOver,
      link: link && issuedLink(link, desk.clock.now()),
      source: found.source,
    };
  } catch (error) {
    if (intent.outcome === "new") await recordRefused(desk, agent, request, error);
    throw error instanceof RequestMovedOn
      ? new DeskError("request_moved_on", error.message, { id: request.id }, { cause: error })
      : explainFulfilmentFailure(error);
  }
}

function checkReason(reason: string): string {
  const text = reason.replaceAll("\0", "").trim();
  if (text.length < reasonLength.least || text.length > reasonLength.most)
    throw new DeskError("invalid_input", `a reason of ${text.length} characters`, { field: "reason" });
  return text;
}

/** What is known of customer and line before anything is asked for; a refusal here is recorded too. */
async function prepare(
  desk: Desk,
  agent: Agent,
  input: RevealInput,
): Promise<{ customerName: string; asked: FulfilmentLine }> {
  try {
    const [customer, { asked }] = await Promise.all([
      readCustomer(desk, input.customerId),
      readFulfilmentLine(desk, input),
    ]);
    if (input.renews !== undefined && !(await findLink(desk, agent, { linkId: input.renews, of: asked })))
      throw new DeskError("request_not_found", `no link ${input.renews}`);
    return { customerName: customer.companyName, asked };
  } catch (error) {
    if (error instanceof DeskError) await recordRefusedAsk(desk, agent, input, error);
    throw error;
  }
}

async function recordRefusedAsk(desk: Desk, agent: Agent, input: RevealInput, refusal: DeskError) {
  await transact(desk.db, (trx) =>
    recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: desk.clock.now(),
      actor: agent,
      act: "keys.asked",
      outcome: "refused",
      request: null,
      customerId: input.customerId,
      details: {
        code: refusal.code,
        orderId: input.orderId,
        lineItemNumber: input.lineItemNumber,
        reason: input.reason,
      },
      correlationId: null,
    }),
  );
}

interface Found {
  handOver: HandOver;
  source: Reveal["source"];
  /** The link that a deposit holds, where it is that one. */
  deposited: Selectable<LinksRow> | null;
}

async function obtain(
  desk: Desk,
  agent: Agent,
  { request }: Extract<RevealIntent, { request: unknown }>,
  asked: FulfilmentLine,
  { choice }: RevealInput,
): Promise<Found> {
  const onBehalfOf = agent.email;
  if (desk.fulfilment.kind === "portal" && request.renews === null) {
    const kept = await readFromVault(desk, agent, asked, choice);
    if (kept) return { ...kept, source: "vault" };
  }
  const offered = await desk.fulfilment.listPackages(asked, { onBehalfOf });
  const { version, language, fileType } = choice;
  if (
    offered &&
    !offered.some((one) => one.version === version && one.language === language && one.fileType === fileType)
  ) {
    throw new DeskError("package_not_found", `${asked.orderId}: no ${version} ${language} ${fileType}`);
  }
  const handOver = await desk.fulfilment.handOver(asked, choice, {
    requestId: request.hand_over_request_id,
    correlationId: request.correlation_id,
    onBehalfOf,
  });
  return { handOver, source: handOver.kind === "portal" ? "portal" : "service", deposited: null };
}

/** Commits that it is shown, or shown again, and gives back the link's row. Throws RequestMovedOn when it may not be shown. */
async function recordGiven(
  desk: Desk,
  agent: Agent,
  request: Selectable<KeyRequestsRow>,
  asked: FulfilmentLine,
  found: Found,
): Promise<Selectable<LinksRow> | null> {
  if (request.status !== "requested") return recordAgain(desk, agent, request, found);
  try {
    return await transact(desk.db, (trx) => recordFirst(trx, desk, agent, request, asked, found));
  } catch (error) {
    if (!(error instanceof RequestMovedOn)) throw error;
    // The same form was delivered twice at once: the other one was first.
    return recordAgain(desk, agent, request, found);
  }
}

async function recordFirst(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  request: Selectable<KeyRequestsRow>,
  asked: FulfilmentLine,
  { handOver, source, deposited }: Found,
): Promise<Selectable<LinksRow> | null> {
  const secrets = handOver.kind === "secrets" ? handOver : null;
  const link = !secrets?.downloadLink
    ? null
    : (deposited ??
      (await insertLink(trx, desk, agent, {
        line: asked,
        renews: request.renews,
        secretId: null,
        reference: secrets.linkReference,
        stated: {
          expiresAt: secrets.linkExpiresAt,
          downloadsAllowed: secrets.downloadsAllowed,
          daysAfterFirstDownload: secrets.daysAfterFirstDownload,
        },
      })));
  const life = link && issuedLink(link, desk.clock.now());
  await moveRequest(trx, desk, {
    kind: "key_request",
    row: request,
    to: secrets ? "shown" : "sent_to_portal",
    set: {
      source,
      link_id: link?.id ?? null,
      link_expires_at: life?.expiresAt ?? null,
      downloads_allowed: life?.downloadsAllowed ?? null,
      due_at: null,
    },
    actor: agent,
    details: {
      source,
      ...(secrets ? { key: secrets.key !== null, link: secrets.downloadLink !== null } : {}),
      ...(link ? { linkId: link.id } : {}),
      ...(request.renews ? { renews: request.renews } : {}),
    },
  });
  // The row is ours until the end of this transaction.
  const moved = await trx
    .selectFrom("key_requests")
    .select("revoked_at")
    .where("id", "=", request.id)
    .executeTakeFirstOrThrow();
  if (moved.revoked_at) throw revokedMeanwhile(request);
  if (link && request.renews) await settleRenewed(trx, desk, { linkId: request.renews });
  return link;
}

async function recordAgain(
  desk: Desk,
  agent: Agent,
  request: Selectable<KeyRequestsRow>,
  { handOver }: Found,
): Promise<Selectable<LinksRow> | null> {
  return transact(desk.db, async (trx) => {
    const row = await trx
      .selectFrom("key_requests")
      .selectAll()
      .where("id", "=", request.id)
      .forShare()
      .executeTakeFirstOrThrow();
    const status = handOver.kind === "secrets" ? "shown" : "sent_to_portal";
    if (row.revoked_at) throw revokedMeanwhile(request);
    if (row.status !== status || !mayRepeat(desk, row))
      throw new RequestMovedOn(`key_request ${row.id} is ${row.status}`);
    const link =
      row.link_id === null
        ? null
        : await trx.selectFrom("links").selectAll().where("id", "=", row.link_id).executeTakeFirstOrThrow();
    await recordActivity(trx, {
      workspaceId: row.workspace_id,
      at: desk.clock.now(),
      actor: agent,
      act: `key_request.${status}_again`,
      outcome: "done",
      request: { kind: "key_request", id: row.id },
      customerId: row.customer_id,
      details: {},
      correlationId: row.correlation_id,
    });
    return link;
  });
}

function revokedMeanwhile(request: Selectable<KeyRequestsRow>): DeskError {
  return new DeskError(
    "key_revoked",
    `line ${request.line_item_number} of ${request.order_id} was cancelled`,
    {
      orderId: request.order_id,
    },
  );
}

async function recordRefused(
  desk: Desk,
  agent: Agent,
  request: Selectable<KeyRequestsRow>,
  error: unknown,
): Promise<void> {
  if (!(error instanceof FulfilmentFailure) && !(error instanceof DeskError)) return;
  const code = error instanceof FulfilmentFailure ? error.kind : error.code;
  try {
    await moveRequest(desk.db, desk, {
      kind: "key_request",
      row: request,
      to: "refused",
      set: {
        due_at: null,
        failure: JSON.stringify({
          kind: code,
          status: error instanceof FulfilmentFailure ? error.status : 0,
          code: 0,
          // PostgreSQL's JSON takes no NUL.
          description: storable(error.message.slice(0, 1_024)),
          operation: "handOver",
          requestId: request.hand_over_request_id,
          correlationId: request.correlation_id,
        }),
      },
      actor: agent,
      outcome: "refused",
      details: { code },
      redraw: false,
    });
  } catch (moved) {
    if (!(moved instanceof RequestMovedOn)) throw moved;
  }
}
