import { cancellationRules, type ProductKind } from "#src/catalog/kinds.ts";
import type { PurchasedOrder, PurchaseLine } from "#src/db/rows.ts";
import { boughtAs } from "#src/purchases/bought-as.ts";
import { type RestLine, restOf } from "#src/purchases/retry.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { approvalBlocks } from "../approve/blocks.ts";
import { actionRow, type Block, button, section } from "../blocks/blocks.ts";
import { actions } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState, type StateOf } from "../state.ts";
import { refusalText, reservationText, totals } from "./lines.ts";

type Purchase = RequestRows["purchase"];
type OrderedLine = PurchasedOrder["lines"][number];

/** The message of a purchase, as it stands; once it is ordered, the receipt. */
export function purchaseMessage(texts: Texts, row: Purchase): Message {
  const receipt = row.orders.slice(0, 10).map((order) => orderText(texts, row, order));
  return message(texts, row, {
    title: texts.markup("purchase.title", { customer: row.customer_name }),
    status: texts.markup(`purchase.${row.status}`),
    also: [...restTexts(texts, row), ...receipt.flatMap(({ title, lines }) => [title, ...lines])],
    blocks: [
      // Where the price changed, lines and total stand there old and new.
      ...(row.orders.length > 0 || row.status === "changed"
        ? []
        : row.lines.map((line) => section(lineText(texts, line)))),
      ...(row.status === "changed" ? [] : totalBlocks(texts, row)),
      ...approvalBlocks(texts, row),
      ...(row.status === "refused" || row.status === "needs_person" ? whyBlocks(texts, row) : []),
      ...restBlocks(texts, row),
      ...row.orders.slice(0, 10).flatMap((order) => orderBlocks(texts, row, order)),
    ],
  });
}

function lineText(texts: Texts, line: PurchaseLine): string {
  const reservation = reservationText(texts, line);
  const said = texts.markup("purchase.line", { quantity: line.quantity, product: line.title });
  return reservation === null ? said : `${said}\n${reservation}`;
}

/** What it costs: of an order in part, what was ordered. */
function totalBlocks(texts: Texts, row: Purchase): Block[] {
  if (row.total_price === null || row.currency_code === null) return [];
  const missing = row.status === "partly_ordered" ? restOf(row).map(({ line }) => line) : [];
  const lines = row.lines.filter((line) => !missing.includes(line));
  if (lines.length === 0) return [];
  const key = row.tax_included ? "purchase.total_with_tax" : "purchase.total_without_tax";
  return [section(totals(texts, lines, row.currency_code, key).join("\n"))];
}

function whyBlocks(texts: Texts, row: Purchase): Block[] {
  const { failure } = row;
  return [...(failure ? [section(refusalText(texts, failure))] : []), ...failureBlocks(texts, row)];
}

function restTexts(texts: Texts, row: Purchase): string[] {
  return row.order_errors.length === 0 ? [] : restOf(row).map((rest) => restText(texts, rest));
}

function restText(texts: Texts, { line, error }: RestLine): string {
  const said = texts.markup("purchase.not_ordered", { quantity: line.quantity, product: line.title });
  return error ? `${said}\n${refusalText(texts, error)}` : said;
}

/** What was not ordered, each with its reason, and the way to try exactly that again. */
function restBlocks(texts: Texts, row: Purchase): Block[] {
  if (row.status !== "refused" && row.status !== "partly_ordered") return [];
  const said = restTexts(texts, row).map((text) => section(text));
  if (restOf(row).length === 0) return said;
  const value = encodeState("purchaseRest", { purchaseId: row.id });
  const text = texts.plain(row.status === "refused" ? "purchase.retry_all" : "purchase.retry");
  return [...said, actionRow([button({ text, actionId: actions.buyRetry, value })])];
}

/** An order of the receipt in words: its number, and each line with the moment until which it can be cancelled. */
function orderText(texts: Texts, row: Purchase, order: PurchasedOrder): { title: string; lines: string[] } {
  return {
    title: texts.markup("purchase.order", {
      order: order.orderId,
      bought: { at: new Date(order.createdAt), show: "minute" },
    }),
    lines: order.lines.slice(0, 10).map((line) => {
      const bought = boughtAs(row.lines, line);
      const said = bought
        ? lineText(texts, { ...bought, quantity: line.quantity })
        : texts.markup("purchase.line", { quantity: line.quantity, product: line.catalogItemId });
      return [said, deadlineText(texts, line, bought?.kind)].filter((text) => text !== null).join("\n");
    }),
  };
}

/** C1 C3 C4: until when, or why not; null where an older purchase did not keep it. */
function deadlineText(texts: Texts, line: OrderedLine, kind: ProductKind | undefined): string | null {
  if (line.deadlineAt) {
    return texts.markup("purchase.cancel_until", {
      deadline: { at: new Date(line.deadlineAt), show: "minute" },
    });
  }
  const rule = kind && cancellationRules[kind];
  return rule === undefined || rule === "in_window" ? null : texts.markup(`purchase.cancel_${rule}`);
}

function orderBlocks(texts: Texts, row: Purchase, order: PurchasedOrder): Block[] {
  const { title, lines } = orderText(texts, row, order);
  return [
    section(title),
    ...order.lines.slice(0, 10).flatMap((line, index) => {
      const buttons = lineButtons(texts, boughtAs(row.lines, line)?.kind ?? "subscription", {
        customerId: row.customer_id,
        orderId: order.orderId,
        lineItemNumber: line.lineItemNumber,
      });
      return [section(lines[index] ?? ""), ...(buttons ? [buttons] : [])];
    }),
  ];
}

/** What can be done with a line of this kind: C3 and C4 can't be cancelled here, and only software has keys. */
function lineButtons(texts: Texts, kind: ProductKind, line: Omit<StateOf<"line">, "v">): Block | null {
  const { customerId, orderId } = line;
  const value = encodeState("line", line);
  const buttons = [
    ...(kind === "linux_plan" || kind === "reservation"
      ? []
      : [button({ text: texts.plain("keys.open"), actionId: actions.keysOpen, value, style: "primary" })]),
    ...(cancellationRules[kind] === "in_window"
      ? [button({ text: texts.plain("cancel.open_form"), actionId: actions.cancelOpen, value })]
      : []),
    ...(kind === "esu" || kind === "reservation"
      ? [
          button({
            text: texts.plain("support.open"),
            actionId: actions.supportOpen,
            value: encodeState("support", { customerId, orderId, reason: kind }),
          }),
        ]
      : []),
  ];
  return buttons.length === 0 ? null : actionRow(buttons);
}
