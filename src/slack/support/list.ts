import type { SupportFile } from "#src/db/rows.ts";
import type { SupportRequest } from "#src/support-requests/amend.ts";
import type { HandedBack } from "#src/support-requests/hand-back-files.ts";
import type { listSupportRequests } from "#src/support-requests/read.ts";
import {
  type ActionsElement,
  actionRow,
  type Block,
  button,
  section,
  sectionWith,
} from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { spoken } from "../blocks/spoken.ts";
import { actions } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeState } from "../state.ts";
import { fileLink } from "./file-link.ts";
import { supportRequestMessage } from "./message.ts";

type Page = Awaited<ReturnType<typeof listSupportRequests>>;

/** A person's open support requests (S7), newest first, each with a button to all that is known of it. */
export function listView(texts: Texts, { requests, page, more }: Page): Modal {
  return modal(texts, {
    title: texts.plain("support.list.title"),
    blocks: [
      ...(requests.length === 0 ? [section(texts.markup("support.list.none"))] : []),
      ...requests.map((request) =>
        sectionWith(
          texts.markup("support.list.item", {
            title: request.title,
            customer: request.customer_name,
            status: texts.plain(`support.status.${request.status}`),
            number: request.ticket_number ?? request.id,
            known: request.ticket_number === null ? "no" : "yes",
            opened: { at: request.created_at, show: "day" },
          }),
          button({
            text: texts.plain("support.show.open"),
            actionId: actions.supportShow,
            value: encodeState("supportRequest", { supportRequestId: request.id }),
            spoken: spoken(
              texts,
              texts.plain("support.show.open"),
              request.ticket_number ?? request.id,
              request.title,
            ),
          }),
        ),
      ),
      ...pagerBlocks(texts, page, more),
    ],
  });
}

function pagerBlocks(texts: Texts, page: number, more: boolean): Block[] {
  // Two buttons of one row must not share a name, so each turn of the page has a row of its own.
  const turns = [
    ...(page > 0 ? [turn(texts.plain("support.list.newer"), page - 1)] : []),
    ...(more ? [turn(texts.plain("support.list.older"), page + 1)] : []),
  ];
  return turns.map((element) => actionRow([element]));
}

function turn(text: string, page: number): ActionsElement {
  return button({ text, actionId: actions.supportList, value: encodeState("supportList", { page }) });
}

/** Everything known of one support request: what its message says, and the way back to the list. */
export function detailsView(texts: Texts, request: SupportRequest, portalUrl: string): Modal {
  return modal(texts, {
    title: texts.plain("support.title"),
    blocks: [
      ...supportRequestMessage(texts, request, portalUrl).blocks,
      actionRow([turn(texts.plain("support.list.back"), 0)]),
    ],
  });
}

/** A word after the command that means nothing: the nearest that does, and the two ways on. */
export function unknownWordView(texts: Texts, typed: string, word: string | null): Modal {
  const text = word
    ? texts.markup("support.did_you_mean", { typed, word })
    : texts.markup("support.unknown_word", { typed });
  return modal(texts, {
    title: texts.plain("support.title"),
    blocks: [
      section(text),
      actionRow([
        button({ text: texts.plain("support.list.open"), actionId: actions.supportList }),
        button({ text: texts.plain("support.open"), actionId: actions.supportOpen }),
      ]),
    ],
  });
}

/** Where the files are now (S6): still in Slack, sent again, or lost. */
export function handedBackView(texts: Texts, { there, sent, lost }: HandedBack): Modal {
  const none = there.length + sent.length + lost.length === 0;
  return modal(texts, {
    title: texts.plain("support.files.title"),
    close: texts.plain("done"),
    blocks: [
      ...(none ? [section(texts.markup("support.files.none"))] : []),
      ...(there.length > 0 ? [section(texts.markup("support.files.there"))] : []),
      ...there.map((file) => section(texts.markup("support.file.name", { file: fileLink(file) }))),
      ...(sent.length > 0 ? [section(texts.markup("support.files.sent", { names: namesOf(sent) }))] : []),
      ...(lost.length > 0 ? [section(texts.markup("support.files.lost", { names: namesOf(lost) }))] : []),
    ],
  });
}

function namesOf(files: SupportFile[]): string {
  return files.map(({ name, fileId }) => name ?? fileId).join(", ");
}
