import type { SupportFile, SupportTicket } from "#src/db/rows.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { readAmount } from "#src/support-requests/amount.ts";
import { composeDescription, descriptionParts } from "#src/support-requests/compose.ts";
import { takesTicketNumber } from "#src/support-requests/mark-filed.ts";
import { isFollowed } from "#src/support-requests/statuses.ts";
import {
  type ActionsElement,
  actionRow,
  type Block,
  button,
  context,
  copyable,
  divider,
  fields,
  linkButton,
  question,
  section,
  sections,
  warning,
} from "../blocks/blocks.ts";
import { actions } from "../ids.ts";
import { languageOf, type TextKey, type Texts } from "../locales/texts.ts";
import { failureBlocks, type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";
import { fileLink } from "./file-link.ts";

type SupportRequest = RequestRows["support_request"];

const statusTexts = {
  requested: "support_request.requested",
  sending: "support_request.sending",
  unknown: "support_request.unknown",
  to_file: "support_request.to_file",
  filed: "support_request.filed",
  attention_needed: "support_request.attention_needed",
  closed: "support_request.closed",
  refused: "support_request.refused",
  needs_person: "support_request.needs_person",
} as const satisfies Record<SupportRequest["status"], TextKey>;

/**
 * The message of a support request: where it stands, what Microsoft said (S7), its files (S6); where a person has to file
 * it, with the texts to copy, in the order of the form there (S2-S5).
 */
export function supportRequestMessage(texts: Texts, row: SupportRequest, portalUrl: string): Message {
  const amount = readAmount(row.amount_requested);
  return message(texts, row, {
    title: texts.markup("support_request.title", { title: row.title, customer: row.customer_name }),
    status: texts.markup(statusTexts[row.status], {
      ticket: row.ticket_number ?? "–",
      closed: { at: row.closed_at ?? row.updated_at, show: "minute" },
    }),
    blocks: [
      ...(row.ticket && isFollowed(row.status) ? troubleBlocks(texts, row, row.ticket) : []),
      fields([
        texts.markup("fact.impact", { impact: texts.plain(`impact.${row.impact}`) }),
        texts.markup("support.fact.order", {
          order: row.order_or_subscription_id,
          known: row.order_known === null ? "unasked" : row.order_known ? "yes" : "no",
        }),
        texts.markup("support.fact.amount", { amount: amount ?? row.amount_requested }),
      ]),
      ...(row.status === "to_file" ? copyBlocks(texts, row) : []),
      ...(row.status === "refused" || row.status === "needs_person" ? failureBlocks(texts, row) : []),
      ...(row.ticket ? noteBlocks(texts, row.ticket) : []),
      ...updateBlocks(texts, row),
      ...fileBlocks(texts, row),
      ...buttonBlocks(texts, row, portalUrl),
    ],
  });
}

/** What a person must put right before the ticket can be followed, or that nobody follows it any more. */
function troubleBlocks(texts: Texts, row: SupportRequest, ticket: SupportTicket): Block[] {
  const number = row.ticket_number ?? "–";
  if (ticket.trouble === "not_found")
    return [warning(texts.markup("support_request.not_found", { ticket: number }))];
  if (ticket.trouble === "other") {
    const values = { ticket: number, title: ticket.otherTitle ?? "–" };
    return [warning(texts.markup("support_request.other_ticket", values))];
  }
  return ticket.endedAt === null ? [] : [warning(texts.markup("support_request.not_followed"))];
}

/** The fields of Microsoft's form, in its order; each can be copied on its own, the description also in one piece. */
function copyBlocks(texts: Texts, row: SupportRequest): Block[] {
  const language = languageOf(row.language);
  const one = (label: string, text: string) => [section(label), copyable(text)];
  return [
    divider,
    ...one(texts.markup("support_request.copy.problem_type"), row.problem_type),
    ...one(texts.markup("support_request.copy.impact"), texts.plain(`impact.${row.impact}`)),
    ...one(texts.markup("support_request.copy.title"), row.title),
    ...one(texts.markup("support_request.copy.description"), composeDescription(row, language)),
    context([texts.markup("support_request.copy.parts")]),
    ...descriptionParts(row, language).flatMap(({ label, text }) =>
      one(texts.markup("support_request.copy.part", { label }), text),
    ),
    ...one(texts.markup("support_request.copy.contact_name"), row.contact_name),
    ...one(texts.markup("support_request.copy.contact_email"), row.contact_email),
    ...one(texts.markup("support_request.copy.contact_phone"), row.contact_phone),
    divider,
  ];
}

/** Long notes are cut; the ticket has them whole. */
const longestNote = 300;

function noteBlocks(texts: Texts, ticket: SupportTicket): Block[] {
  if (ticket.noteCount === 0) return [];
  return [
    section(texts.markup("support_request.notes", { count: ticket.noteCount, fresh: ticket.newNotes })),
    ...ticket.notes.map(({ text, by, at }) =>
      section(
        texts.markup("support_request.note", {
          by: by || "–",
          dated: at === null ? "no" : "yes",
          at: { at: new Date(at ?? 0), show: "minute" },
          text: text.length > longestNote ? `${[...text].slice(0, longestNote).join("")}…` : text,
        }),
      ),
    ),
  ];
}

function updateBlocks(texts: Texts, { last_update: last }: SupportRequest): Block[] {
  if (!last || last.status === "sent") return [];
  if (last.status === "requested" || last.status === "sending") {
    return [context([texts.markup(`support_request.${last.kind}_waiting`)])];
  }
  return [
    warning(texts.markup(`support_request.${last.kind}_failed`)),
    ...(last.text === null ? [] : [copyable(last.text)]),
  ];
}

function fileBlocks(texts: Texts, row: SupportRequest): Block[] {
  if (row.files.length === 0) return [];
  const kept = row.files.some(({ state }) => state === "kept");
  return [
    ...sections([
      texts.markup("support_request.files"),
      ...row.files.map((file) => `• ${fileText(texts, file)}`),
    ]),
    ...(kept
      ? [context([texts.markup("support_request.files.hint", { filed: row.filed_at ? "yes" : "no" })])]
      : []),
  ];
}

function fileText(texts: Texts, file: SupportFile): string {
  const stands = file.problem ?? (file.state === "wanted" ? "wanted" : "name");
  return texts.markup(`support.file.${stands}`, { file: fileLink(file) });
}

function buttonBlocks(texts: Texts, row: SupportRequest, portalUrl: string): Block[] {
  const value = encodeState("supportRequest", { supportRequestId: row.id });
  const to = (text: TextKey, actionId: string, style?: "primary") =>
    button({ text: texts.plain(text), actionId, value, ...(style ? { style } : {}) });
  const followed = isFollowed(row.status);
  const kept = row.files.some(({ state }) => state === "kept");
  const elements: ActionsElement[] = [
    ...portalButton(texts, row, portalUrl),
    ...(takesTicketNumber(row)
      ? [to(followed ? "support.filed.correct" : "support.filed.open", actions.supportFiled)]
      : []),
    ...(followed
      ? [
          to(
            "support.note.open",
            actions.supportNote,
            row.status === "attention_needed" ? "primary" : undefined,
          ),
          to("support.close.open", actions.supportClose),
        ]
      : []),
    ...(kept ? [to("support.files.open", actions.supportFiles)] : []),
    ...(kept && row.filed_at
      ? [
          button({
            text: texts.plain("support.files_added.open"),
            actionId: actions.supportFilesAdded,
            value,
            confirm: question(texts, {
              title: texts.plain("support.files_added.title"),
              text: texts.markup("support.files_added.text"),
              confirm: texts.plain("support.files_added.confirm"),
            }),
          }),
        ]
      : []),
  ];
  return elements.length === 0 ? [] : [actionRow(elements)];
}

/** To the form, or to the ticket. */
function portalButton(texts: Texts, row: SupportRequest, portalUrl: string): ActionsElement[] {
  const place = `${portalUrl}/v2/support/servicerequests`;
  const link = (text: string, url: string, style?: "primary") =>
    linkButton({ text, actionId: actions.supportPortal, url, ...(style ? { style } : {}) });
  if (row.status === "to_file")
    return [link(texts.plain("portal.open"), `${place}/create?stage=1`, "primary")];
  if (row.status === "needs_person") return [link(texts.plain("portal.open"), place)];
  if (row.ticket_number === null) return [];
  const ticket = encodeURIComponent(row.ticket_number);
  return [link(texts.plain("support.ticket.open"), `${place}/activity?tid=${ticket}`)];
}
