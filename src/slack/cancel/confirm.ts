import { actionRow, button, divider, fields, section, warning } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeLine, encodeState } from "../state.ts";
import { type Item, itemBlocks, type OpenItem } from "./form.ts";

/** What one confirmation sends, as its modal remembers it. */
export function batchState(batch: { formToken: string; customerId: string; open: OpenItem[] }): string {
  return encodeState("cancelBatch", {
    formToken: batch.formToken,
    customerId: batch.customerId,
    lines: batch.open.map(({ line }) => encodeLine(line)),
  });
}

/**
 * The last look before orders are cancelled: every item with what comes back, what is revoked, and what of the chosen stays
 * and why. `state` is what `batchState` makes of the open ones.
 */
export function cancelConfirmView(
  texts: Texts,
  chosen: { customer: string; items: Item[]; open: OpenItem[]; state: string; now: Date },
): Modal {
  const [only] = chosen.open;
  const single = chosen.items.length === 1;
  return modal(texts, {
    title: texts.plain("cancel.title"),
    submit: texts.plain(chosen.open.length === 1 ? "cancel.confirm.submit" : "cancel.confirm.submit_all"),
    callbackId: callbacks.cancelConfirm,
    metadata: chosen.state,
    blocks: [
      section(
        chosen.open.length === 1 && only
          ? texts.markup("cancel.confirm", { product: only.line.title, customer: chosen.customer })
          : texts.markup("cancel.confirm.many", { count: chosen.open.length, customer: chosen.customer }),
      ),
      ...(single && only
        ? [
            fields([
              texts.markup("fact.order", { order: only.line.orderId }),
              texts.markup("fact.quantity", { quantity: only.line.quantity }),
              texts.markup("fact.bought", { bought: { at: only.line.purchasedAt, show: "minute" } }),
            ]),
          ]
        : []),
      divider,
      ...itemBlocks(texts, chosen.items, chosen.now),
      actionRow([button({ text: texts.plain("back"), actionId: actions.cancelBack })]),
    ],
  });
}

/** After the cancellations were asked for: what happens next (C9), and the way to more (C7). */
export function cancelRequestedView(
  texts: Texts,
  requested: { count: number; left: number; customerId: string },
): Modal {
  return modal(texts, {
    title: texts.plain("cancel.title"),
    close: texts.plain("done"),
    blocks: [
      section(texts.markup("cancel.requested", { count: requested.count })),
      ...(requested.left > 0
        ? [warning(texts.markup("cancel.requested.left", { count: requested.left }))]
        : []),
      actionRow([
        button({
          text: texts.plain("cancel.another"),
          actionId: actions.cancelOpen,
          value: encodeState("customer", { customerId: requested.customerId }),
        }),
      ]),
    ],
  });
}
