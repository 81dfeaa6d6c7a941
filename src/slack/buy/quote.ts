import { marketName } from "#src/catalog/markets.ts";
import type { ChosenLine } from "#src/purchases/chosen.ts";
import type { Quote, QuotedCancellation } from "#src/purchases/quote.ts";
import { actionRow, type Block, button, divider, fields, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { pricePeriod, termText } from "../blocks/terms.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts, Value } from "../locales/texts.ts";
import { encodeChosen, encodeState } from "../state.ts";
import { linuxPlansLink } from "./form.ts";
import { reservationText, totals } from "./lines.ts";

/** The price before anything is bought: lines, total, tax (B2), hybrid benefit (B3), and how long it can be undone. */
export function quoteView(
  texts: Texts,
  quote: Quote,
  asked: {
    formToken: string;
    customerId: string;
    lines: readonly ChosenLine[];
    retryOf?: string | undefined;
  },
): Modal {
  return modal(texts, {
    title: texts.plain("buy.confirm.title"),
    submit: texts.plain("buy.confirm.submit"),
    callbackId: callbacks.buyConfirm,
    metadata: encodeState("purchase", {
      formToken: asked.formToken,
      customerId: asked.customerId,
      purchaseId: quote.purchaseId,
      hash: quote.hash,
      lines: asked.lines.map(encodeChosen),
      ...(asked.retryOf === undefined ? {} : { retryOf: asked.retryOf }),
    }),
    blocks: [
      section(texts.markup("buy.confirm.customer", { customer: quote.customerName })),
      ...quote.lines.flatMap((line) => lineBlocks(texts, line, quote.currencyCode)),
      divider,
      section(totals(texts, quote.lines, quote.currencyCode, "buy.confirm.total").join("\n")),
      section(texts.markup(quote.taxIncluded ? "buy.tax.included" : "buy.tax.excluded")),
      ...(quote.softwareMarketWarning
        ? [warning(texts.markup("buy.confirm.market", { market: marketName(quote.market, texts.language) }))]
        : []),
      ...quote.hybridBenefits.map((benefit) => section(texts.markup(`hybrid.${benefit}`))),
      ...quote.cancellations.map((cancellation) => section(cancellationText(texts, quote, cancellation))),
      actionRow([button({ text: texts.plain("back"), actionId: actions.buyBack })]),
    ],
  });
}

function lineBlocks(texts: Texts, line: Quote["lines"][number], currency: string): Block[] {
  const reservation = reservationText(texts, line);
  return [
    section(
      [
        texts.markup("buy.confirm.line", { product: line.title, term: termText(texts, line) }),
        ...(reservation === null ? [] : [reservation]),
      ].join("\n"),
    ),
    fields([
      texts.markup("buy.confirm.quantity", { quantity: line.quantity }),
      texts.markup("buy.confirm.unit", { price: { amount: line.unitPrice, currency } }),
      texts.markup("buy.confirm.line_total", {
        price: { amount: line.extendedPrice, currency },
        period: pricePeriod(line),
      }),
    ]),
  ];
}

function cancellationText(texts: Texts, quote: Quote, { kind, rule, window }: QuotedCancellation): string {
  switch (rule) {
    case "in_window": {
      if (window === null) return texts.markup("buy.cancel.in_window_unknown");
      const credit = (amount: string | null): Value =>
        amount === null ? "–" : { amount, currency: quote.currencyCode };
      return texts.markup("buy.cancel.in_window", {
        kind: texts.plain(`kind.${kind}`),
        deadline: { at: window.deadlineAt, show: "minute" },
        days: window.days,
        refund: window.fullUntil && window.refund === "prorated" ? "full_first" : window.refund,
        known: window.creditAtFirst === null || window.creditAtLast === null ? "no" : "yes",
        first: credit(window.creditAtFirst),
        last: credit(window.creditAtLast),
        full: window.fullUntil ? { at: window.fullUntil, show: "minute" } : "–",
      });
    }
    case "by_support_only":
      return texts.markup("buy.note.support_only", { kind });
    case "never":
      return texts.markup("buy.note.never", { more: linuxPlansLink(texts) });
    default:
      return rule satisfies never;
  }
}

/** After the order was asked for: what happens next. */
export function orderedView(texts: Texts): Modal {
  return modal(texts, {
    title: texts.plain("buy.title"),
    close: texts.plain("done"),
    blocks: [section(texts.markup("buy.requested"))],
  });
}
