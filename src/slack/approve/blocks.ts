import type { OfferedContent, PurchaseLine } from "#src/db/rows.ts";
import { subtractDecimals } from "#src/desk/decimals.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, context, question, section } from "../blocks/blocks.ts";
import { shorten } from "../blocks/limits.ts";
import { pricePeriod, termText } from "../blocks/terms.ts";
import { reservationText, totals } from "../buy/lines.ts";
import { actions } from "../ids.ts";
import type { Texts, Value, Values } from "../locales/texts.ts";
import { encodeState } from "../state.ts";

type Purchase = RequestRows["purchase"];

/** Ten lines, each with its prices, have to fit into one message. */
const longestTitle = 300;

/** A customer's name in Slack's question, which holds 300 characters. */
export const longestInQuestion = 80;

/** Who can be named one by one; more of them are counted. */
const mostNamed = 8;

/**
 * What the requester sees of an approval and of a price that changed, with what they can do about it; nothing where neither
 * plays a part.
 */
export function approvalBlocks(texts: Texts, row: Purchase): Block[] {
  if (row.status === "awaiting_approval") return waitingBlocks(texts, row);
  if (row.status === "changed") return row.offered ? changedBlocks(texts, row, row.offered) : [];
  return [
    ...(row.decided_by === null ? [] : [context([decisionText(texts, row)])]),
    ...reasonBlocks(texts, row),
  ];
}

function waitingBlocks(texts: Texts, row: Purchase): Block[] {
  return [
    section(texts.markup("approve.waits", { until: deadline(row) })),
    askedBlock(texts, row),
    actionRow([
      button({
        text: texts.plain("approve.withdraw"),
        actionId: actions.approveWithdraw,
        value: seen(row),
        style: "danger",
        confirm: withdrawQuestion(texts, row, texts.plain("approve.withdraw")),
      }),
    ]),
  ];
}

/** Whom the approval is asked of now. */
export function askedBlock(texts: Texts, row: Purchase): Block {
  const asked = [...new Set(row.approvers)];
  return context([
    ...asked.slice(0, mostNamed).map((one) => texts.markup("approve.asked", { by: { mention: one } })),
    ...(asked.length > mostNamed
      ? [texts.markup("approve.asked_more", { count: asked.length - mostNamed })]
      : []),
  ]);
}

function changedBlocks(texts: Texts, row: Purchase, offered: OfferedContent): Block[] {
  const value = encodeState("approval", { purchaseId: row.id, hash: offered.hash });
  const periods = new Set(offered.lines.map(pricePeriod));
  return [
    section(texts.markup("approve.changed", { why: offered.why })),
    ...offered.lines.map((line, index) =>
      section(
        texts.markup("approve.changed.line", {
          product: shorten(line.title, longestTitle),
          quantity: line.quantity,
          ...prices(
            row.lines[index]?.extendedPrice,
            line.extendedPrice,
            row.currency_code,
            offered.currencyCode,
          ),
        }),
      ),
    ),
    section(
      texts.markup("approve.changed.total", {
        ...prices(row.total_price, offered.totalPrice, row.currency_code, offered.currencyCode),
        period: periods.size === 1 ? ([...periods][0] ?? "whole") : "first",
      }),
    ),
    context([taxText(texts, row)]),
    ...(row.decided_by === null
      ? []
      : [context([texts.markup("approve.void", { by: { mention: row.decided_by_slack_id ?? "" } })])]),
    context([
      texts.markup("approve.changed.until", { until: { at: row.due_at ?? row.updated_at, show: "minute" } }),
    ]),
    actionRow([
      button({
        text: texts.plain("approve.new_price"),
        actionId: actions.approveNewPrice,
        value,
        style: "primary",
        confirm: question(texts, {
          title: texts.plain("approve.new_price.title"),
          text: texts.markup("approve.new_price.text", {
            customer: shorten(row.customer_name, longestInQuestion),
            total: { amount: offered.totalPrice, currency: offered.currencyCode ?? "" },
          }),
          confirm: texts.plain("approve.new_price.confirm"),
          style: "primary",
        }),
      }),
      button({
        text: texts.plain("approve.leave"),
        actionId: actions.approveLeave,
        value,
        confirm: withdrawQuestion(texts, row, texts.plain("approve.leave")),
      }),
    ]),
  ];
}

/** Nothing was ordered yet, and nothing will be. */
function withdrawQuestion(texts: Texts, row: Purchase, confirm: string) {
  return question(texts, {
    title: texts.plain("approve.withdraw.title"),
    text: texts.markup("approve.withdraw.text", { customer: shorten(row.customer_name, longestInQuestion) }),
    confirm,
  });
}

/** Old price, new price and what lies between, where both are in one currency. */
function prices(
  before: string | null | undefined,
  now: string,
  currencyBefore: string | null,
  currency: string | null,
): Values {
  const comparable = before !== null && before !== undefined && currencyBefore === currency;
  const difference = comparable ? subtractDecimals(now, before) : "0";
  return {
    before: money(before ?? "0", currencyBefore),
    now: money(now, currency),
    difference: money(difference.replace("-", ""), currency),
    change: !comparable
      ? "unknown"
      : difference.startsWith("-")
        ? "less"
        : /[1-9]/.test(difference)
          ? "more"
          : "same",
  };
}

function money(amount: string, currency: string | null): Value {
  return { amount, currency: currency ?? "" };
}

/** What is to be approved: every line with its prices, the total, and whether tax is in it (B2). */
export function contentBlocks(texts: Texts, row: Purchase): Block[] {
  const key = row.tax_included ? "purchase.total_with_tax" : "purchase.total_without_tax";
  return [
    ...row.lines.map((line) => section(lineText(texts, line, row.currency_code))),
    section(totals(texts, row.lines, row.currency_code ?? "", key).join("\n")),
    context([taxText(texts, row)]),
  ];
}

function lineText(texts: Texts, line: PurchaseLine, currency: string | null): string {
  const said = texts.markup("approve.line", {
    product: line.title,
    term: termText(texts, line),
    quantity: line.quantity,
    price: money(line.unitPrice, currency),
    together: money(line.extendedPrice, currency),
  });
  const reservation = reservationText(texts, line);
  return reservation === null ? said : `${said}\n${reservation}`;
}

function taxText(texts: Texts, row: Purchase): string {
  return texts.markup(row.tax_included ? "buy.tax.included" : "buy.tax.excluded");
}

/** Who decided, and when. */
export function decisionText(texts: Texts, row: Purchase): string {
  return texts.markup("approve.decided", {
    what: row.decline_reason === null ? "approved" : "declined",
    by: { mention: row.decided_by_slack_id ?? "" },
    at: { at: row.decided_at ?? row.updated_at, show: "minute" },
  });
}

export function reasonBlocks(texts: Texts, row: Purchase): Block[] {
  return row.decline_reason === null
    ? []
    : [section(texts.markup("approve.reason", { reason: row.decline_reason }))];
}

/** Until when an answer counts. */
export function deadline(row: Purchase): Value {
  return { at: row.approval_due_at ?? row.updated_at, show: "minute" };
}

/** The state of a button about what the message shows. */
export function seen(row: Purchase): string {
  return encodeState("approval", { purchaseId: row.id, hash: row.frozen_hash ?? "-" });
}
