import { canBeTakenBack } from "#src/cancellations/take-back.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, fields, section } from "../blocks/blocks.ts";
import { actions } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";
import { creditBlocks, dutyBlocks, refusalText, supportButton, timesOf } from "./item-text.ts";

type Cancellation = RequestRows["cancellation"];

/** The message of a cancellation, from the request until it shows in Partner Center (C9-C12). */
export function cancellationMessage(texts: Texts, row: Cancellation): Message {
  return message(texts, row, {
    title: texts.markup("cancellation.title", { product: row.product_title, customer: row.customer_name }),
    status: texts.markup(`cancellation.${row.status}`, timesOf(row)),
    blocks: [
      fields([
        texts.markup("fact.order", { order: row.order_id }),
        texts.markup("fact.quantity", { quantity: row.quantity }),
        texts.markup("fact.bought", { bought: { at: row.purchased_at, show: "minute" } }),
      ]),
      ...statusBlocks(texts, row),
    ],
  });
}

function statusBlocks(texts: Texts, row: Cancellation): Block[] {
  switch (row.status) {
    case "requested":
      return canBeTakenBack(row)
        ? [
            actionRow([
              button({
                text: texts.plain("cancel.take_back"),
                actionId: actions.cancelTakeBack,
                value: encodeState("cancellation", { cancellationId: row.id }),
              }),
            ]),
          ]
        : [];
    case "sending":
    case "unknown":
    case "taken_back":
      return [];
    case "accepted":
      return [
        section(texts.markup("cancel.keys", { count: 1 })),
        ...dutyBlocks(texts, [row], { cancellationId: row.id }),
      ];
    case "overdue":
      return [
        actionRow([supportButton(texts, row)]),
        ...dutyBlocks(texts, [row], { cancellationId: row.id }),
      ];
    case "visible":
      return [
        ...dutyBlocks(texts, [row], { cancellationId: row.id }),
        section(texts.markup("cancellation.stays_listed")),
        ...creditBlocks(texts, row),
      ];
    case "refused":
      return [
        section(refusalText(texts, row)),
        ...failureBlocks(texts, row),
        actionRow([supportButton(texts, row)]),
      ];
    case "needs_person":
      return [...failureBlocks(texts, row), actionRow([supportButton(texts, row)])];
    default:
      return row.status satisfies never;
  }
}
