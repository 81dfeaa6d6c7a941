import { cancellationRules, type ProductKind } from "#src/catalog/kinds.ts";
import type { PurchasedOrder } from "#src/db/rows.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, fields, section } from "../blocks/blocks.ts";
import { pricePeriod } from "../blocks/terms.ts";
import { actions } from "../ids.ts";
import type { TextKey, Texts } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";

type Purchase = RequestRows["purchase"];

const statusTexts = {
  quoted: "purchase.quoted",
  lapsed: "purchase.lapsed",
  requested: "purchase.requested",
  sending: "purchase.sending",
  unknown: "purchase.unknown",
  ordered: "purchase.ordered",
  partly_ordered: "purchase.partly_ordered",
  refused: "purchase.refused",
  needs_person: "purchase.needs_person",
} as const satisfies Record<Purchase["status"], TextKey>;

/** The message of a purchase, as it stands. */
export function purchaseMessage(texts: Texts, row: Purchase): Message {
  return message(texts, row, {
    title: texts.markup("purchase.title", { customer: row.customer_name }),
    status: texts.markup(statusTexts[row.status]),
    blocks: [
      ...row.lines.map((line) =>
        section(texts.markup("purchase.line", { quantity: line.quantity, product: line.title })),
      ),
      ...(row.total_price !== null && row.currency_code !== null
        ? [
            section(
              texts.markup(row.tax_included ? "purchase.total_with_tax" : "purchase.total_without_tax", {
                total: { amount: row.total_price, currency: row.currency_code },
                period: row.lines[0] ? pricePeriod(row.lines[0]) : "whole",
              }),
            ),
          ]
        : []),
      ...row.order_errors
        .slice(0, 5)
        .map((error) =>
          section(texts.markup("purchase.order_error", { code: error.code, description: error.description })),
        ),
      ...(row.status === "refused" || row.status === "needs_person" ? failureBlocks(texts, row) : []),
      ...row.orders.slice(0, 10).flatMap((order) => orderBlocks(texts, row, order)),
    ],
  });
}

function orderBlocks(texts: Texts, row: Purchase, order: PurchasedOrder): Block[] {
  return [
    fields([
      texts.markup("fact.order", { order: order.orderId }),
      texts.markup("fact.bought", { bought: { at: new Date(order.createdAt), show: "minute" } }),
    ]),
    ...order.lines.slice(0, 2).map((line) => {
      const kind =
        row.lines.find((candidate) => candidate.catalogItemId === line.catalogItemId)?.kind ?? "subscription";
      const value = encodeState("line", {
        customerId: row.customer_id,
        orderId: order.orderId,
        lineItemNumber: line.lineItemNumber,
      });
      return lineButtons(texts, kind, value);
    }),
  ].filter((block) => block !== null);
}

/** What can be done with a line of this kind: C3 and C4 can't be cancelled here, and only software has keys. */
function lineButtons(texts: Texts, kind: ProductKind, value: string): Block | null {
  const buttons = [
    ...(kind === "linux_plan" || kind === "reservation"
      ? []
      : [button({ text: texts.plain("keys.open"), actionId: actions.keysOpen, value, style: "primary" })]),
    ...(cancellationRules[kind] === "never"
      ? []
      : [button({ text: texts.plain("cancel.open_form"), actionId: actions.cancelOpen, value })]),
  ];
  return buttons.length === 0 ? null : actionRow(buttons);
}
