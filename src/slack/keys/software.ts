import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { actionRow, type Block, button, context, input, section, sectionWith } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { spokenLine } from "../blocks/spoken.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { actions, callbacks } from "../ids.ts";
import type { TextKey, Texts } from "../locales/texts.ts";
import { encodeLine, encodeState, softwareQueryLength } from "../state.ts";
import { searchSoftware } from "./search.ts";

const pageSize = 10;

/** A customer's software page. `page` counts from 0; one that is not there (any more) becomes the last. */
export interface SoftwarePage {
  listToken: string;
  customer: CustomerChoice | null;
  lines: SoftwareLine[];
  query: string;
  page: number;
  /** What was found for a typed customer, as markup. */
  notice?: string | undefined;
}

/** Everything bought for the customer, ten at a time, cancelled items with their key unavailable (K2, C11). */
export function softwarePage(
  texts: Texts,
  { listToken, customer, lines, query, notice, ...asked }: SoftwarePage,
): Modal {
  const found = searchSoftware(texts, lines, query);
  const page = Math.max(0, Math.min(asked.page, Math.ceil(found.length / pageSize) - 1));
  return modal(texts, {
    title: texts.plain("keys.title"),
    submit: texts.plain(customer ? "software.submit" : "software.open"),
    callbackId: callbacks.keysSoftware,
    metadata: encodeState("software", { listToken, page, query: query.slice(0, softwareQueryLength) }),
    blocks: [
      customerQuestion(texts, actions.keysCustomer, customer),
      ...(notice === undefined ? [] : [section(notice)]),
      ...(customer
        ? listBlocks(texts, { customer, bought: lines.length, found, query, page })
        : [context([texts.markup("keys.intro")])]),
    ],
  });
}

function listBlocks(
  texts: Texts,
  list: { customer: CustomerChoice; bought: number; found: SoftwareLine[]; query: string; page: number },
): Block[] {
  const { customer, bought, found, query, page } = list;
  if (bought === 0) return [section(texts.markup("line.none", { customer: customer.text }))];
  const from = page * pageSize;
  const shown = found.slice(from, from + pageSize);
  return [
    input({
      label: texts.plain("software.search.label"),
      hint: texts.plain("software.search.hint"),
      element: {
        type: "plain_text_input",
        action_id: actions.keysSearch,
        max_length: softwareQueryLength,
        ...(query === "" ? {} : { initial_value: query }),
      },
      scope: customer.value,
      dispatch: true,
      optional: true,
    }),
    ...(found.length === 0
      ? [section(texts.markup("software.nothing", { query }))]
      : [
          context([
            texts.markup("software.range", { from: from + 1, to: from + shown.length, count: found.length }),
          ]),
          ...shown.map((line) => lineBlock(texts, line)),
          ...pageButtons(texts, { page, more: from + shown.length < found.length }),
        ]),
  ];
}

function lineBlock(texts: Texts, line: SoftwareLine): Block {
  const markup = texts.markup("software.line", {
    product: line.title,
    order: line.orderId,
    quantity: line.quantity,
    bought: { at: line.purchasedAt, show: "day" },
    state: stateOf(line),
  });
  const blockId = `${actions.keysGet}/${encodeLine(line)}`.slice(0, 255);
  if (stateOf(line) !== "ready") return section(markup, blockId);
  const text = texts.plain("software.get");
  const get = button({
    text,
    spoken: spokenLine(texts, text, line),
    actionId: actions.keysGet,
    value: encodeState("line", {
      customerId: line.customerId,
      orderId: line.orderId,
      lineItemNumber: line.lineItemNumber,
    }),
  });
  return sectionWith(markup, get, blockId);
}

/** Reservations and Linux plans come without keys; a cancelled purchase has its key no more (C11). */
function stateOf(line: SoftwareLine): "ready" | "cancelled" | "without" {
  if (line.cancelled) return "cancelled";
  return line.kind === "reservation" || line.kind === "linux_plan" ? "without" : "ready";
}

function pageButtons(texts: Texts, { page, more }: { page: number; more: boolean }): Block[] {
  const turn = (key: TextKey, actionId: string) => button({ text: texts.plain(key), actionId });
  const buttons = [
    ...(page > 0 ? [turn("software.previous", actions.keysPrevious)] : []),
    ...(more ? [turn("software.next", actions.keysNext)] : []),
  ];
  return buttons.length === 0 ? [] : [actionRow(buttons)];
}
