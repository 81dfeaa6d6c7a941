import { canBeTakenBack } from "#src/cancellations/take-back.ts";
import type { RefusedItem } from "#src/db/rows.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { actionRow, type Block, button, section, sections, sectionWith } from "../blocks/blocks.ts";
import { listOf } from "../blocks/list.ts";
import { spokenLine } from "../blocks/spoken.ts";
import { refusalMarkup } from "../explain.ts";
import { actions } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { type Message, message } from "../message.ts";
import { encodeState } from "../state.ts";
import { short, supportState, totalBlocks } from "./form.ts";
import {
  type Cancellation,
  creditCameText,
  creditOfRow,
  dutyBlocks,
  refusalText,
  supportButton,
  timesOf,
} from "./item-text.ts";
import { cancellationMessage } from "./message.ts";

type Batch = RequestRows["cancellation_batch"];

/** What went wrong first, what is settled last. */
const order = [
  "needs_person",
  "refused",
  "not_sent",
  "overdue",
  "unknown",
  "sending",
  "requested",
  "accepted",
  "visible",
  "taken_back",
] as const;

type State = (typeof order)[number];

/** One line of the report; `beside` is what can be done about it. */
interface Entry {
  state: State;
  text: string;
  beside: Parameters<typeof sectionWith>[1] | null;
}

/** So many items stand alone with their button; more would leave no room for the rest (Slack takes 50 blocks). */
const mostWithButton = 25;
/** What all items may say together: Slack refuses a message of more than 13,000 characters, and the rest needs some. */
const mostCharacters = 9_000;

/**
 * The one message of several cancellations (C7): each item on its own with where it stands, failures first. What does not fit
 * is counted, never cut silently.
 */
export function cancellationReport(texts: Texts, batch: Batch): Message {
  const [only] = batch.items;
  if (only && batch.items.length === 1 && batch.refused_items.length === 0)
    return cancellationMessage(texts, only);
  const entries = [
    ...batch.items.map((row) => itemEntry(texts, row)),
    ...batch.refused_items.map((item) => refusedEntry(texts, batch, item)),
  ].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const { shown, left } = holdable(entries);
  return message(texts, batch, {
    title: texts.markup("cancellation.report.title", {
      count: entries.length,
      customer: batch.customer_name,
    }),
    status: countText(texts, entries),
    blocks: [
      ...takeBackBlocks(texts, batch),
      ...shown,
      ...(left.length > 0
        ? [
            section(
              texts.markup("cancellation.report.more", {
                count: left.length,
                states: countPlain(texts, left),
              }),
            ),
          ]
        : []),
      ...endBlocks(texts, batch),
    ],
  });
}

function itemEntry(texts: Texts, row: Cancellation): Entry {
  const { status } = row;
  const item = texts.markup("cancellation.report.item", {
    product: short(row.product_title),
    order: row.order_id,
    line: row.line_item_number + 1,
    quantity: row.quantity,
  });
  const stands = texts.markup(`cancellation.item.${status}`, {
    ...timesOf(row),
    credit: { amount: row.credit_amount ?? "0", currency: row.credit_currency ?? "" },
    known: row.credit_amount !== null && row.credit_currency !== null ? "yes" : "no",
    id: row.correlation_id,
  });
  const more =
    status === "refused"
      ? [refusalText(texts, row), texts.markup("cancellation.item.code", { code: row.failure?.code ?? 0 })]
      : status === "visible" && row.credit_status !== null
        ? [creditCameText(texts, row)]
        : [];
  const helps =
    status === "refused" ||
    status === "needs_person" ||
    status === "overdue" ||
    row.credit_status === "overdue" ||
    row.credit_status === "different";
  return {
    state: status,
    text: [item, stands, ...more].join("\n"),
    beside: helps ? supportButton(texts, row) : null,
  };
}

/** An item that could not be asked for, because somebody else was first or its window closed meanwhile. */
function refusedEntry(texts: Texts, batch: Batch, item: RefusedItem): Entry {
  const about = texts.markup("cancellation.report.item", {
    product: short(item.productTitle ?? "–"),
    order: item.orderId,
    line: item.lineItemNumber + 1,
    quantity: item.quantity ?? 0,
  });
  const reason = item.code === "window_passed" ? "window_passed" : "refused";
  const support = texts.plain("support.open");
  const helps = ["window_passed", "cancel_by_support_only", "partner_center_refused"].includes(item.code);
  return {
    state: "not_sent",
    text: [about, texts.markup("cancellation.item.not_sent"), refusalMarkup(texts, item)].join("\n"),
    beside: helps
      ? button({
          text: support,
          spoken: spokenLine(texts, support, { ...item, title: item.productTitle ?? "" }),
          actionId: actions.supportOpen,
          value: supportState({
            customerId: batch.customer_id,
            orderId: item.orderId,
            reason,
            amount: null,
            currency: null,
          }),
        })
      : null,
  };
}

/** As many entries as a message holds: the first ones with their buttons, then lines packed together. */
function holdable(entries: Entry[]): { shown: Block[]; left: Entry[] } {
  const alone: Block[] = [];
  const packed: string[] = [];
  let characters = 0;
  for (const [index, { text, beside }] of entries.entries()) {
    characters += text.length + 2;
    if (characters > mostCharacters)
      return { shown: [...alone, ...sections(packed, "\n\n")], left: entries.slice(index) };
    if (beside && packed.length === 0 && alone.length < mostWithButton) alone.push(sectionWith(text, beside));
    else packed.push(text);
  }
  return { shown: [...alone, ...sections(packed, "\n\n")], left: [] };
}

function takeBackBlocks(texts: Texts, batch: Batch): Block[] {
  const waiting = batch.items.filter(canBeTakenBack);
  if (waiting.length === 0) return [];
  return [
    actionRow([
      button({
        text: texts.plain(waiting.length > 1 ? "cancel.take_back.submit" : "cancel.take_back"),
        actionId: actions.cancelTakeBack,
        value: encodeState("batch", { batchId: batch.id }),
      }),
    ]),
  ];
}

/** What comes back in all (C12), and what is to be done now (C10, C11), once something was accepted. */
function endBlocks(texts: Texts, batch: Batch): Block[] {
  const taken = batch.items.filter(({ accepted_at }) => accepted_at !== null);
  if (taken.length === 0) return [];
  return [
    ...totalBlocks(texts, taken.filter(({ credit_status }) => credit_status === null).map(creditOfRow)),
    ...dutyBlocks(texts, taken, { batchId: batch.id }),
    section(texts.markup("cancellation.stays_listed.many")),
  ];
}

function counts(entries: Entry[]): { state: State; count: number }[] {
  return order
    .map((state) => ({ state, count: entries.filter((entry) => entry.state === state).length }))
    .filter(({ count }) => count > 0);
}

/** "2 refused · 3 cancelled", what went wrong first. */
function countText(texts: Texts, entries: Entry[]): string {
  return counts(entries)
    .map(({ state, count }) => texts.markup("cancellation.report.count", { state, count }))
    .join(" · ");
}

function countPlain(texts: Texts, entries: Entry[]): string {
  return listOf(
    texts,
    counts(entries).map(({ state, count }) => texts.plain("cancellation.report.count", { state, count })),
    "all",
  );
}
