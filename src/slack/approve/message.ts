import type { Reader } from "#src/messages/port.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, context, fields, question } from "../blocks/blocks.ts";
import { shorten } from "../blocks/limits.ts";
import { actions } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { type Message, message } from "../message.ts";
import { contentBlocks, deadline, decisionText, longestInQuestion, reasonBlocks, seen } from "./blocks.ts";

type Purchase = RequestRows["purchase"];

/** The message of a purchase to somebody who was asked to approve it: what exactly, and in the end what became of it. */
export function approverMessage(texts: Texts, row: Purchase, reader: Reader): Message {
  const asked = row.status === "awaiting_approval" && row.approvers.includes(reader.slackUserId);
  return message(texts, row, {
    title: texts.markup("approve.title", { customer: row.customer_name }),
    status: texts.markup(`approve.status.${stateOf(row, asked)}`, {
      requester: { mention: row.requester_slack_id ?? "" },
      until: deadline(row),
    }),
    blocks: [
      fields([
        texts.markup("approve.requested_by", { requester: { mention: row.requester_slack_id ?? "" } }),
        texts.markup("approve.tenant", { tenant: row.customer_id }),
      ]),
      ...contentBlocks(texts, row),
      ...(row.decided_by === null ? [] : [context([decisionText(texts, row)])]),
      ...reasonBlocks(texts, row),
      ...orderBlocks(texts, row),
      ...(asked ? [answers(texts, row)] : []),
    ],
  });
}

function stateOf(row: Purchase, asked: boolean) {
  switch (row.status) {
    case "awaiting_approval":
      return asked ? "asked" : "passed_on";
    case "requested":
    case "sending":
    case "unknown":
    case "quoted":
      return row.decided_by === null ? "unneeded" : "approved";
    default:
      return row.status;
  }
}

function orderBlocks(texts: Texts, row: Purchase): Block[] {
  if (row.orders.length === 0) return [];
  return [fields(row.orders.map(({ orderId }) => texts.markup("fact.order", { order: orderId })))];
}

function answers(texts: Texts, row: Purchase): Block {
  const value = seen(row);
  return actionRow([
    button({
      text: texts.plain("approve.approve"),
      actionId: actions.approveApprove,
      value,
      style: "primary",
      confirm: question(texts, {
        title: texts.plain("approve.approve.title"),
        text: texts.markup("approve.approve.text", {
          customer: shorten(row.customer_name, longestInQuestion),
          total: { amount: row.total_price ?? "0", currency: row.currency_code ?? "" },
        }),
        confirm: texts.plain("approve.approve"),
        style: "primary",
      }),
    }),
    button({ text: texts.plain("approve.refuse"), actionId: actions.approveRefuse, value, style: "danger" }),
    button({ text: texts.plain("approve.hand_over"), actionId: actions.approveHandOver, value }),
  ]);
}
