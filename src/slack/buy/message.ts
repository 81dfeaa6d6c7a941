import { cancellationRules, type ProductKind } from "#src/catalog/kinds.ts";
import type { PurchasedOrder, PurchaseLine } from "#src/db/rows.ts";
import { tenThousandths } from "#src/desk/decimals.ts";
import { boughtAs } from "#src/purchases/bought-as.ts";
import { type Rest, restLines, restOf } from "#src/purchases/retry.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { approvalBlocks } from "../approve/blocks.ts";
import { actionRow, type Block, button, section } from "../blocks/blocks.ts";
import { spokenLine } from "../blocks/spoken.ts";
import { actions } from "../ids.ts";
import type { Texts, Value } from "../locales/texts.ts";
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
  const missing = row.status === "partly_ordered" ? restLines(row) : [];
  const lines = row.lines
    .filter((line) => !missing.includes(line))
    .map((line) => ({ ...line, extendedPrice: orderedPrice(row, line) ?? line.extendedPrice }));
  if (lines.length === 0) return [];
  const key = row.tax_included ? "purchase.total_with_tax" : "purchase.total_without_tax";
  return [section(totals(texts, lines, row.currency_code, key).join("\n"))];
}

function whyBlocks(texts: Texts, row: Purchase): Block[] {
  const { failure } = row;
  return [...(failure ? [section(refusalText(texts, failure))] : []), ...failureBlocks(texts, row)];
}

/** What the order of this line says that it costs; null where it does not say, or the line is in no order. */
function orderedPrice(row: Purchase, line: PurchaseLine): string | null {
  const ordered = row.orders
    .flatMap((order) => order.lines)
    .find((candidate) => boughtAs(row.lines, candidate) === line && candidate.quantity === line.quantity);
  return ordered?.price ?? null;
}

function restTexts(texts: Texts, row: Purchase): string[] {
  return row.order_errors.length === 0 ? [] : restOf(row).flatMap((rest) => restOfGroup(texts, rest));
}

/** What is said of several lines together is said once, of all of them. */
function restOfGroup(texts: Texts, { lines, error }: Rest): string[] {
  const said = lines.map((line) =>
    texts.markup("purchase.not_ordered", { quantity: line.quantity, product: line.title }),
  );
  if (!error) return said;
  const why = refusalText(texts, error);
  return said.length === 1
    ? [`${said[0]}\n${why}`]
    : [...said, `${texts.markup("purchase.refused_together", { count: said.length })}\n${why}`];
}

/** What was not ordered, each with its reason, and the way to try exactly that again. */
function restBlocks(texts: Texts, row: Purchase): Block[] {
  if (row.status !== "refused" && row.status !== "partly_ordered") return [];
  const said = restTexts(texts, row).map((text) => section(text));
  if (restLines(row).length === 0) return said;
  if (row.retried_by !== null && row.retried_at !== null) {
    const by = { mention: row.retried_by };
    const at: Value = { at: row.retried_at, show: "minute" };
    return [...said, section(texts.markup("purchase.retried", { by, at }))];
  }
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
      return [said, priceText(texts, row, line), deadlineText(texts, line, bought?.kind)]
        .filter((text) => text !== null)
        .join("\n");
    }),
  };
}

/** What was ordered at another price than was confirmed, with the way out of it; null where it is the same, or not known. */
function priceText(texts: Texts, row: Purchase, line: OrderedLine): string | null {
  const bought = boughtAs(row.lines, line);
  const { price } = line;
  if (!price || !row.currency_code || bought?.quantity !== line.quantity) return null;
  if (tenThousandths(price) === tenThousandths(bought.extendedPrice)) return null;
  return texts.markup("purchase.price_differs", {
    ordered: { amount: price, currency: row.currency_code },
    confirmed: { amount: bought.extendedPrice, currency: row.currency_code },
    cancel: line.deadlineAt ? "yes" : "no",
    deadline: line.deadlineAt ? { at: new Date(line.deadlineAt), show: "minute" } : "–",
  });
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
      const bought = boughtAs(row.lines, line);
      const buttons = lineButtons(texts, bought?.kind ?? "subscription", {
        customerId: row.customer_id,
        orderId: order.orderId,
        lineItemNumber: line.lineItemNumber,
        title: bought?.title ?? "",
      });
      return [section(lines[index] ?? ""), ...(buttons ? [buttons] : [])];
    }),
  ];
}

/** What can be done with a line of this kind: C3 and C4 can't be cancelled here, and only software has keys. */
function lineButtons(
  texts: Texts,
  kind: ProductKind,
  line: Omit<StateOf<"line">, "v"> & { title: string },
): Block | null {
  const { customerId, orderId } = line;
  const called = (text: string) => ({ text, spoken: spokenLine(texts, text, line) });
  const value = encodeState("line", line);
  const buttons = [
    ...(kind === "linux_plan" || kind === "reservation"
      ? []
      : [
          button({
            ...called(texts.plain("keys.open")),
            actionId: actions.keysOpen,
            value,
            style: "primary",
          }),
        ]),
    ...(cancellationRules[kind] === "in_window"
      ? [button({ ...called(texts.plain("cancel.open_form")), actionId: actions.cancelOpen, value })]
      : []),
    ...(kind === "esu" || kind === "reservation"
      ? [
          button({
            ...called(texts.plain("support.open")),
            actionId: actions.supportOpen,
            value: encodeState("support", { customerId, orderId, reason: kind }),
          }),
        ]
      : []),
  ];
  return buttons.length === 0 ? null : actionRow(buttons);
}
