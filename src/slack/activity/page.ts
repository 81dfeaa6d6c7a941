import type { ActivityQuestion } from "#src/activity/filter.ts";
import type { ActivityPage } from "#src/activity/read-activity.ts";
import {
  type ActionsElement,
  actionRow,
  button,
  context,
  divider,
  section,
  warning,
} from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { actions } from "../ids.ts";
import type { TextKey, Texts } from "../locales/texts.ts";
import { encodeState } from "../state.ts";
import { entryBlocks } from "./entry.ts";

/** A page of the activity: what was asked, how new Microsoft's records are, the entries, and ways on. */
export function activityPage(
  texts: Texts,
  asked: { formToken: string; question: ActivityQuestion },
  page: ActivityPage,
): Modal {
  const { question } = asked;
  const { entries } = page;
  const customer = entries.find((entry) => entry.customer_name !== null)?.customer_name;
  return modal(texts, {
    title: texts.plain("activity.title"),
    metadata: encodeState("activity", { formToken: asked.formToken, ...question }),
    blocks: [
      section(
        texts.markup("activity.asked", {
          from: { day: question.from },
          to: { day: question.to },
          hasPerson: question.slackUserId === null ? "no" : "yes",
          person: { mention: question.slackUserId ?? "" },
          hasCustomer: question.customerId === null ? "no" : "yes",
          customer: customer ?? question.customerId ?? "",
          hasKind: question.kind === null ? "no" : "yes",
          kind: texts.plain("activity.kind", { kind: question.kind ?? "other" }),
        }),
      ),
      context([mirrorText(texts, page.mirror)]),
      ...(page.mirror?.failure
        ? [
            warning(
              texts.markup("activity.mirror.failed", {
                code: `${page.mirror.failure.status}:${page.mirror.failure.code}`,
                reference: page.mirror.failure.correlationId,
              }),
            ),
          ]
        : []),
      actionRow([
        plainButton(texts, "activity.change", actions.activityChange),
        plainButton(texts, "activity.csv", actions.activityCsv),
        plainButton(texts, "activity.json", actions.activityJson),
      ]),
      divider,
      ...(entries.length === 0 ? [section(texts.markup("activity.none"))] : []),
      ...entries.flatMap((entry) => entryBlocks(texts, entry)),
      divider,
      ...turnButtons(texts, page),
    ],
  });
}

function mirrorText(texts: Texts, mirror: ActivityPage["mirror"]): string {
  return mirror?.readAt
    ? texts.markup("activity.mirror", { at: { at: mirror.readAt, show: "minute" } })
    : texts.markup("activity.mirror.none");
}

function plainButton(texts: Texts, key: TextKey, actionId: string): ActionsElement {
  return button({ text: texts.plain(key), actionId });
}

function turnButtons(texts: Texts, page: ActivityPage) {
  const turn = (key: TextKey, actionId: string, entry: ActivityPage["entries"][number] | undefined) =>
    entry
      ? [
          button({
            text: texts.plain(key),
            actionId,
            value: encodeState("activityPlace", {
              at: entry.at.toISOString(),
              source: entry.source,
              number: entry.number,
            }),
          }),
        ]
      : [];
  return [
    actionRow([
      ...(page.newer ? turn("activity.newer", actions.activityNewer, page.entries[0]) : []),
      ...(page.older ? turn("activity.older", actions.activityOlder, page.entries.at(-1)) : []),
      plainButton(texts, "activity.newest", actions.activityNewest),
    ]),
  ];
}

/** After an export was asked for: where it comes. */
export function exportRequestedView(texts: Texts): Modal {
  return modal(texts, {
    title: texts.plain("activity.title"),
    close: texts.plain("back"),
    blocks: [section(texts.markup("activity.export.requested"))],
  });
}
