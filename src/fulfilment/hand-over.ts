import { randomUUID } from "node:crypto";
import type { Selectable } from "kysely";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import { readCustomer } from "../customers/read.ts";
import { transact } from "../db/database.ts";
import type { KeyRequestsRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { newId } from "../desk/id.ts";
import { moveRequest, RequestMovedOn } from "../requests/move.ts";
import { explainFulfilmentFailure } from "./explain.ts";
import { readFulfilmentLine } from "./packages.ts";
import { FulfilmentFailure, type HandOver, type SoftwarePackage } from "./port.ts";

/**
 * Gets a key and a download link for a line (K1, K3, K4, K5). The intent is committed before anything is asked, and what
 * came is committed before it is returned: nothing is seen that is not recorded. The caller shows it in a modal and keeps
 * it nowhere.
 *
 * @throws DeskError not_allowed … (K1) | key_revoked (C11) | package_not_found (K3) | request_moved_on (form sent twice) |
 *   fulfilment_* | partner_center_*
 */
export async function requestHandOver(
  desk: Desk,
  agent: Agent,
  input: {
    formToken: string;
    customerId: string;
    orderId: string;
    lineItemNumber: number;
    choice: SoftwarePackage;
  },
): Promise<{ keyRequestId: string; handOver: HandOver }> {
  await authorise(desk, agent, "keys", { customerId: input.customerId });
  const [customer, { line, asked }] = await Promise.all([
    readCustomer(desk, input.customerId),
    readFulfilmentLine(desk, input),
  ]);
  const request = await recordIntent(desk, agent, input, {
    customerName: customer.companyName,
    title: line.title,
  });
  try {
    const offered = await desk.fulfilment.listPackages(asked);
    const { version, language, fileType } = input.choice;
    if (
      offered &&
      !offered.some(
        (one) => one.version === version && one.language === language && one.fileType === fileType,
      )
    ) {
      throw new DeskError("package_not_found", `${line.orderId}: no ${version} ${language} ${fileType}`);
    }
    const handOver = await desk.fulfilment.handOver(asked, input.choice, {
      requestId: request.hand_over_request_id,
      correlationId: request.correlation_id,
    });
    await recordShown(desk, agent, request, handOver);
    return { keyRequestId: request.id, handOver };
  } catch (error) {
    await recordRefused(desk, agent, request, error);
    throw error instanceof RequestMovedOn
      ? new DeskError("request_moved_on", error.message, { id: request.id }, { cause: error })
      : explainFulfilmentFailure(error);
  }
}

async function recordIntent(
  desk: Desk,
  agent: Agent,
  input: Parameters<typeof requestHandOver>[2],
  about: { customerName: string; title: string },
): Promise<Selectable<KeyRequestsRow>> {
  const now = desk.clock.now();
  return transact(desk.db, async (trx) => {
    const request = await trx
      .insertInto("key_requests")
      .values({
        id: newId("key", desk.clock),
        workspace_id: agent.workspaceId,
        person_id: agent.personId,
        customer_id: input.customerId,
        customer_name: about.customerName,
        order_id: input.orderId,
        line_item_number: input.lineItemNumber,
        product_title: about.title,
        form_token: input.formToken,
        software_version: input.choice.version,
        software_language: input.choice.language,
        file_type: input.choice.fileType,
        status: "requested",
        hand_over_request_id: randomUUID(),
        correlation_id: randomUUID(),
        link_expires_at: null,
        downloads_allowed: null,
        revoked_at: null,
        due_at: new Date(now.getTime() + 4 * desk.timings.patienceSeconds * 1_000),
        lease: null,
        leased_until: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.constraint("key_requests_one_per_form").doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!request)
      throw new DeskError("request_moved_on", `form ${input.formToken} was sent before`, { id: "" });
    await recordActivity(trx, {
      workspaceId: agent.workspaceId,
      at: now,
      actor: agent,
      act: "key_request.requested",
      outcome: "done",
      request: { kind: "key_request", id: request.id },
      customerId: input.customerId,
      details: { orderId: input.orderId, lineItemNumber: input.lineItemNumber, ...input.choice },
      correlationId: request.correlation_id,
    });
    return request;
  });
}

async function recordShown(
  desk: Desk,
  agent: Agent,
  request: Selectable<KeyRequestsRow>,
  handOver: HandOver,
): Promise<void> {
  const secrets = handOver.kind === "secrets";
  await transact(desk.db, (trx) =>
    moveRequest(trx, desk, {
      kind: "key_request",
      row: request,
      to: secrets ? "shown" : "sent_to_portal",
      set: {
        link_expires_at: secrets ? handOver.linkExpiresAt : null,
        downloads_allowed: secrets ? handOver.downloadsAllowed : null,
        due_at: null,
      },
      actor: agent,
      details: secrets ? { key: handOver.key !== null, link: handOver.downloadLink !== null } : {},
    }),
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
    await transact(desk.db, (trx) =>
      moveRequest(trx, desk, {
        kind: "key_request",
        row: request,
        to: "refused",
        set: {
          due_at: null,
          failure: JSON.stringify({
            kind: code,
            status: error instanceof FulfilmentFailure ? error.status : 0,
            code: 0,
            description: error.message.slice(0, 1_024),
            operation: "handOver",
            requestId: request.hand_over_request_id,
            correlationId: request.correlation_id,
          }),
        },
        actor: agent,
        outcome: "refused",
        details: { code },
        redraw: false,
      }),
    );
  } catch (moved) {
    if (!(moved instanceof RequestMovedOn)) throw moved;
  }
}
