import type { ActivityQuestion } from "#src/activity/filter.ts";
import { activityKinds } from "#src/activity/kinds.ts";
import { context, input } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { type Choice, datePicker, staticSelect, usersSelect } from "../blocks/selects.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";

/** Every kind of entry, as it can be asked for. */
export const askedKinds = ["outside", ...activityKinds] as const;

/** What to look for (A2): days, and if one likes a person, a customer and a kind. */
export function activityForm(
  texts: Texts,
  asked: Omit<ActivityQuestion, "customerId"> & { customer: CustomerChoice | null },
): Modal {
  const kinds: Choice[] = askedKinds.map((kind) => ({
    value: kind,
    text: texts.plain("activity.kind", { kind }),
  }));
  return modal(texts, {
    title: texts.plain("activity.title"),
    submit: texts.plain("activity.submit"),
    callbackId: callbacks.activityForm,
    blocks: [
      context([texts.markup("activity.intro")]),
      input({
        label: texts.plain("activity.from"),
        element: datePicker({ actionId: inputs.activityFrom, day: asked.from }),
      }),
      input({
        label: texts.plain("activity.to"),
        hint: texts.plain("activity.to.hint"),
        element: datePicker({ actionId: inputs.activityTo, day: asked.to }),
      }),
      input({
        label: texts.plain("activity.person"),
        element: usersSelect({
          actionId: inputs.activityPerson,
          placeholder: texts.plain("activity.person.any"),
          chosen: asked.slackUserId,
        }),
        optional: true,
      }),
      customerQuestion(texts, inputs.activityCustomer, asked.customer, false, { optional: true }),
      input({
        label: texts.plain("activity.kind.label"),
        element: staticSelect({
          actionId: inputs.activityKind,
          placeholder: texts.plain("activity.kind.any"),
          choices: kinds,
          chosen: asked.kind,
        }),
        optional: true,
      }),
    ],
  });
}
