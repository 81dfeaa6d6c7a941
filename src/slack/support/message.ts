import type { RequestRows } from "#src/requests/tables.ts";
import { composeDescription } from "#src/support-requests/compose.ts";
import { actionRow, type Block, button, copyable, fields, linkButton, section } from "../blocks/blocks.ts";
import { actions } from "../ids.ts";
import { languageOf, type TextKey, type Texts } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";

type SupportRequest = RequestRows["support_request"];

const statusTexts = {
  requested: "support_request.requested",
  sending: "support_request.sending",
  unknown: "support_request.unknown",
  to_file: "support_request.to_file",
  filed: "support_request.filed",
  refused: "support_request.refused",
  needs_person: "support_request.needs_person",
} as const satisfies Record<SupportRequest["status"], TextKey>;

/** The message of a support request; where a person has to file it, with the text to paste (S2-S5) and the way there. */
export function supportRequestMessage(texts: Texts, row: SupportRequest, portalUrl: string): Message {
  return message(texts, row, {
    title: texts.markup("support_request.title", { title: row.title, customer: row.customer_name }),
    status: texts.markup(statusTexts[row.status], { ticket: row.ticket_number ?? "–" }),
    blocks: [
      fields([
        texts.markup("fact.impact", { impact: texts.plain(`impact.${row.impact}`) }),
        texts.markup("fact.order", { order: row.order_or_subscription_id }),
      ]),
      ...statusBlocks(texts, row, portalUrl),
    ],
  });
}

function statusBlocks(texts: Texts, row: SupportRequest, portalUrl: string): Block[] {
  if (row.status === "to_file") return filingBlocks(texts, row, portalUrl);
  if (row.status === "refused" || row.status === "needs_person") return failureBlocks(texts, row);
  return [];
}

function filingBlocks(texts: Texts, row: SupportRequest, portalUrl: string): Block[] {
  const parts = [
    { label: "support_request.copy.problem_type", text: row.problem_type },
    { label: "support_request.copy.title", text: row.title },
    { label: "support_request.copy.description", text: composeDescription(row, languageOf(row.language)) },
  ] as const;
  return [
    ...parts.flatMap(({ label, text }) => [section(texts.markup(label)), copyable(text)]),
    actionRow([
      linkButton({
        text: texts.plain("portal.open"),
        actionId: actions.supportPortal,
        url: portalUrl,
        style: "primary",
      }),
      button({
        text: texts.plain("support.filed.open"),
        actionId: actions.supportFiled,
        value: encodeState("supportRequest", { supportRequestId: row.id }),
      }),
    ]),
  ];
}
