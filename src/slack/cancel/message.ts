import { propagationLimitMs } from "#src/cancellations/follow-schedule.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, fields, section } from "../blocks/blocks.ts";
import { actions } from "../ids.ts";
import type { Texts, Values } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";
import { creditText } from "./form.ts";

type Cancellation = RequestRows["cancellation"];

/** The message of a cancellation, from the request until it shows in Partner Center (C9-C12). */
export function cancellationMessage(texts: Texts, row: Cancellation): Message {
  return message(texts, row, {
    title: texts.markup("cancellation.title", { product: row.product_title, customer: row.customer_name }),
    status: statusText(texts, row),
    blocks: [
      fields([
        texts.markup("fact.order", { order: row.order_id }),
        texts.markup("fact.quantity", { quantity: row.quantity }),
        texts.markup("fact.bought", { bought: { at: row.purchased_at, show: "day" } }),
      ]),
      ...statusBlocks(texts, row),
    ],
  });
}

function statusText(texts: Texts, row: Cancellation): string {
  switch (row.status) {
    case "requested":
    case "sending":
    case "unknown":
    case "needs_person":
      return texts.markup(`cancellation.${row.status}`);
    case "accepted":
    case "overdue":
      return texts.markup(`cancellation.${row.status}`, progress(row));
    case "visible":
      return texts.markup("cancellation.visible", {
        visible: { at: row.visible_at ?? row.updated_at, show: "minute" },
      });
    case "refused":
      return texts.markup(windowPassed(row) ? "cancellation.refused_late" : "cancellation.refused", {
        deadline: { at: row.deadline_at ?? row.updated_at, show: "minute" },
      });
    default:
      return row.status satisfies never;
  }
}

/** Since when and until when Partner Center may take, and how much of it has gone by (C9). */
function progress(row: Cancellation): Values {
  const accepted = row.accepted_at ?? row.updated_at;
  return {
    accepted: { at: accepted, show: "time" },
    until: { at: new Date(accepted.getTime() + propagationLimitMs), show: "time" },
    minutes: Math.max(0, Math.floor((row.updated_at.getTime() - accepted.getTime()) / 60_000)),
  };
}

/**
 * Partner Center's errors for an order whose window has passed, by days and by hours (Microsoft, "Partner Center REST API
 * error codes").
 */
const windowCodes = [900117, 900213];

function windowPassed(row: Cancellation): boolean {
  return windowCodes.includes(row.failure?.code ?? 0) || row.deadline_origin === "refusal";
}

function statusBlocks(texts: Texts, row: Cancellation): Block[] {
  switch (row.status) {
    case "requested":
    case "sending":
    case "unknown":
      return [];
    case "accepted":
      return [section(texts.markup("cancel.keys"))];
    case "overdue":
      return [supportButton(texts, row)];
    case "visible":
      return [
        section(texts.markup("cancellation.duties")),
        section(texts.markup("cancellation.stays_listed")),
        section(
          creditText(texts, {
            refund: row.product_kind === "perpetual" ? "full" : "prorated",
            amount: row.credit_amount,
            currency: row.credit_currency,
          }),
        ),
      ];
    case "refused":
    case "needs_person":
      return [...failureBlocks(texts, row), supportButton(texts, row)];
    default:
      return row.status satisfies never;
  }
}

function supportButton(texts: Texts, row: Cancellation): Block {
  return actionRow([
    button({
      text: texts.plain("support.open"),
      actionId: actions.supportOpen,
      value: encodeState("support", { customerId: row.customer_id, orderId: row.order_id }),
    }),
  ]);
}
