import type { Quote } from "#src/purchases/quote.ts";
import { actionRow, type Block, button, divider, fields, section } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { pricePeriod, termText } from "../blocks/terms.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeState, type StateOf } from "../state.ts";
import { linuxPlansLink } from "./form.ts";

/** The price before anything is bought: lines, total, tax (B2), hybrid benefit (B3), and how long it can be undone. */
export function quoteView(texts: Texts, quote: Quote, chosen: Omit<StateOf<"purchaseChoice">, "v">): Modal {
  const { purchaseId } = quote;
  return modal(texts, {
    title: texts.plain("buy.confirm.title"),
    submit: texts.plain("buy.confirm.submit"),
    callbackId: callbacks.buyConfirm,
    metadata: encodeState("purchase", { ...chosen, purchaseId }),
    blocks: [
      section(texts.markup("buy.confirm.customer", { customer: quote.customerName })),
      ...quote.lines.flatMap((line) => lineBlocks(texts, line, quote.currencyCode)),
      divider,
      section(
        texts.markup("buy.confirm.total", {
          total: { amount: quote.totalPrice, currency: quote.currencyCode },
          period: quote.lines[0] ? pricePeriod(quote.lines[0]) : "whole",
        }),
      ),
      section(texts.markup(quote.taxIncluded ? "buy.tax.included" : "buy.tax.excluded")),
      ...(quote.hybridBenefit ? [section(texts.markup(`hybrid.${quote.hybridBenefit}`))] : []),
      section(cancellationText(texts, quote)),
      actionRow([
        button({
          text: texts.plain("back"),
          actionId: actions.buyBack,
          value: encodeState("purchaseChoice", chosen),
        }),
      ]),
    ],
  });
}

function lineBlocks(texts: Texts, line: Quote["lines"][number], currency: string): Block[] {
  return [
    section(texts.markup("buy.confirm.line", { product: line.title, term: termText(texts, line) })),
    fields([
      texts.markup("buy.confirm.quantity", { quantity: line.quantity }),
      texts.markup("buy.confirm.unit", { price: { amount: line.unitPrice, currency } }),
    ]),
  ];
}

function cancellationText(texts: Texts, { cancellation, lines }: Quote): string {
  switch (cancellation.rule) {
    case "in_window":
      if (cancellation.deadlineIfBoughtNow === null) return texts.markup("buy.cancel.in_window_unknown");
      return texts.markup("buy.cancel.in_window", {
        deadline: { at: cancellation.deadlineIfBoughtNow, show: "minute" },
        days: cancellation.days ?? 0,
        refund: cancellation.refund ?? "prorated",
      });
    case "by_support_only":
      return texts.markup("buy.note.support_only", { kind: lines[0]?.kind ?? "other" });
    case "never":
      return texts.markup("buy.note.never", { more: linuxPlansLink(texts) });
    default:
      return cancellation.rule satisfies never;
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
