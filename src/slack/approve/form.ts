import { context, input, section } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { usersSelect } from "../blocks/selects.ts";
import { callbacks, inputs } from "../ids.ts";
import type { TextKey, Texts } from "../locales/texts.ts";

/** Asks why. `state` is that of the button. */
export function refuseForm(texts: Texts, state: string, customer: string): Modal {
  return modal(texts, {
    title: texts.plain("approve.refuse.title"),
    submit: texts.plain("approve.refuse"),
    callbackId: callbacks.approveRefuse,
    metadata: state,
    blocks: [
      section(texts.markup("approve.refuse.intro", { customer })),
      input({
        label: texts.plain("approve.reason.label"),
        hint: texts.plain("approve.reason.hint"),
        element: {
          type: "plain_text_input",
          action_id: inputs.approveReason,
          multiline: true,
          max_length: 500,
        },
      }),
    ],
  });
}

/** Asks who is to answer instead. */
export function handOverForm(texts: Texts, state: string, customer: string): Modal {
  return modal(texts, {
    title: texts.plain("approve.hand_over"),
    submit: texts.plain("approve.hand_over"),
    callbackId: callbacks.approveHandOver,
    metadata: state,
    blocks: [
      section(texts.markup("approve.hand_over.intro", { customer })),
      input({
        label: texts.plain("approve.person.label"),
        hint: texts.plain("approve.person.hint"),
        element: usersSelect({ actionId: inputs.approvePerson, placeholder: texts.plain("choose") }),
      }),
    ],
  });
}

/** After a click: what became of it. */
export function answeredView(texts: Texts, what: Extract<TextKey, `approve.done.${string}`>): Modal {
  return modal(texts, {
    title: texts.plain("approve.done.title"),
    close: texts.plain("done"),
    blocks: [section(texts.markup(what))],
  });
}

/** After a purchase was confirmed that somebody has to approve: who is asked, and until when. */
export function approvalAskedView(texts: Texts, awaiting: { approvers: string[]; until: Date }): Modal {
  return modal(texts, {
    title: texts.plain("buy.title"),
    close: texts.plain("done"),
    blocks: [
      section(texts.markup("approve.waits", { until: { at: awaiting.until, show: "minute" } })),
      context(awaiting.approvers.map((one) => texts.markup("approve.asked", { by: { mention: one } }))),
    ],
  });
}
