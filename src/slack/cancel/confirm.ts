import type { Assessment } from "#src/cancellations/assess.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { actionRow, button, divider, fields, section } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeState } from "../state.ts";
import { assessmentBlocks } from "./form.ts";

/** The last look before an order is cancelled: what, for whom, what comes back, what is revoked. */
export function cancelConfirmView(
  texts: Texts,
  chosen: { customer: string; line: SoftwareLine; assessment: Extract<Assessment, { kind: "open" }> },
): Modal {
  const { line } = chosen;
  const state = encodeState("line", {
    customerId: line.customerId,
    orderId: line.orderId,
    lineItemNumber: line.lineItemNumber,
  });
  return modal(texts, {
    title: texts.plain("cancel.title"),
    submit: texts.plain("cancel.confirm.submit"),
    callbackId: callbacks.cancelConfirm,
    metadata: state,
    blocks: [
      section(texts.markup("cancel.confirm", { product: line.title, customer: chosen.customer })),
      fields([
        texts.markup("fact.order", { order: line.orderId }),
        texts.markup("fact.quantity", { quantity: line.quantity }),
        texts.markup("fact.bought", { bought: { at: line.purchasedAt, show: "day" } }),
      ]),
      divider,
      ...assessmentBlocks(texts, line, chosen.assessment),
      actionRow([button({ text: texts.plain("back"), actionId: actions.cancelBack, value: state })]),
    ],
  });
}

/** After the cancellation was asked for: what happens next (C9), and the way to another one (C7). */
export function cancelRequestedView(texts: Texts, order: { orderId: string; customerId: string }): Modal {
  return modal(texts, {
    title: texts.plain("cancel.title"),
    close: texts.plain("done"),
    blocks: [
      section(texts.markup("cancel.requested", { order: order.orderId })),
      actionRow([
        button({
          text: texts.plain("cancel.another"),
          actionId: actions.cancelOpen,
          value: encodeState("customer", { customerId: order.customerId }),
        }),
      ]),
    ],
  });
}
