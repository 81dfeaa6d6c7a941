import type { Assessment } from "#src/cancellations/assess.ts";
import { expectedCredit } from "#src/cancellations/credit.ts";
import { addDecimals } from "#src/desk/decimals.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import {
  actionRow,
  type Block,
  button,
  context,
  input,
  section,
  sections,
  sectionWith,
  warning,
} from "../blocks/blocks.ts";
import { limits } from "../blocks/limits.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import {
  type Choice,
  mostChoices,
  multiExternalSelect,
  multiStaticSelect,
  staticSelect,
} from "../blocks/selects.ts";
import { spokenLine } from "../blocks/spoken.ts";
import { linuxPlansLink } from "../buy/form.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { actions, callbacks } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeLine, encodeState, type StateOf } from "../state.ts";
import { encodeOrder, mostAtOnce } from "./selection.ts";

/** An order line with what C8 says about it. */
export interface Item {
  line: SoftwareLine;
  assessment: Assessment;
}

/** An order line among others to choose from; null where what C8 says was not asked. */
export interface Candidate {
  line: SoftwareLine;
  assessment: Assessment | null;
}

/** The choice of all products at once. */
export const allProducts = "*";

/** How far the form has come. */
export interface CancelForm {
  customer: CustomerChoice | null;
  /** Rises when answers are replaced by what was found, so that Slack shows the new ones. */
  round: number;
  /** The order numbers as they were typed, where they led nowhere yet. */
  typed: string;
  /** What came of the typed numbers, as markup. */
  notices: string[];
  /** The customer's products, as choices. */
  products: Choice[];
  product: string | null;
  /** Orders and lines to choose from (C6), newest first; everything chosen is among them. */
  choices: Choice[];
  /** How many there are before the list was cut. */
  total: number;
  chosen: string[];
  /** The lines that the chosen values stand for. */
  items: Item[];
  now: Date;
}

/** The cancellation form: customer, product, orders (C5, C6, C7), and what C8 says about each that was chosen. */
export function cancelForm(texts: Texts, form: CancelForm): Modal {
  const { customer } = form;
  return modal(texts, {
    title: texts.plain("cancel.title"),
    submit: texts.plain("continue"),
    callbackId: callbacks.cancelForm,
    metadata: encodeState("cancelForm", { round: form.round }),
    blocks: [
      customerQuestion(texts, actions.cancelCustomer, customer, true, {
        scope: `${form.round}`,
        // A typed order number needs no customer.
        optional: true,
      }),
      numberQuestion(texts, form),
      ...form.notices.map((notice) => warning(notice)),
      ...(customer ? productBlocks(texts, form, customer) : [context([texts.markup("cancel.intro")])]),
      ...(customer && (form.product !== null || form.chosen.length > 0)
        ? orderBlocks(texts, form, customer)
        : []),
      ...itemBlocks(texts, form.items, form.now),
    ],
  });
}

function numberQuestion(texts: Texts, form: CancelForm): Block {
  return input({
    label: texts.plain("cancel.order.label"),
    hint: texts.plain("cancel.order.hint"),
    element: {
      type: "plain_text_input",
      action_id: actions.cancelOrder,
      max_length: limits.section,
      ...(form.typed === "" ? {} : { initial_value: form.typed.slice(0, limits.section) }),
    },
    scope: `${form.round}`,
    dispatch: true,
    optional: true,
  });
}

function productBlocks(texts: Texts, form: CancelForm, customer: CustomerChoice): Block[] {
  if (form.products.length === 0) return [section(texts.markup("line.none", { customer: customer.text }))];
  const all = { value: allProducts, text: texts.plain("cancel.product.all") };
  const shown = mostChoices - 1;
  return [
    input({
      label: texts.plain("cancel.product.label"),
      element: staticSelect({
        actionId: actions.cancelProduct,
        placeholder: texts.plain("choose"),
        choices: form.products.length > 1 ? [all, ...form.products.slice(0, shown)] : form.products,
        chosen: form.product,
        chooseOnly: false,
      }),
      scope: `${customer.value}/${form.round}`,
      dispatch: true,
      // A typed number needs no product.
      optional: true,
    }),
    ...(form.products.length > shown
      ? [context([texts.markup("cancel.product.cut", { shown, total: form.products.length })])]
      : []),
  ];
}

function orderBlocks(texts: Texts, form: CancelForm, customer: CustomerChoice): Block[] {
  if (form.choices.length === 0) return [section(texts.markup("cancel.none"))];
  const several = {
    actionId: actions.cancelLines,
    placeholder: texts.plain("choose"),
    most: mostAtOnce,
  };
  const cut = form.total > form.choices.length;
  return [
    input({
      label: texts.plain("cancel.lines.label"),
      hint: texts.plain("cancel.lines.hint", { most: mostAtOnce }),
      element: cut
        ? multiExternalSelect({
            ...several,
            chosen: form.choices.filter(({ value }) => form.chosen.includes(value)),
          })
        : multiStaticSelect({ ...several, choices: form.choices, chosen: form.chosen }),
      scope: `${customer.value}/${form.product ?? ""}/${form.round}`,
      dispatch: true,
      optional: true,
    }),
    ...(cut
      ? [context([texts.markup("cancel.lines.cut", { shown: form.choices.length, total: form.total })])]
      : []),
  ];
}

/** The choices of one order: its line, or where it has several the whole of it and each line. */
export function orderChoices(texts: Texts, lines: Candidate[]): Choice[] {
  const [first] = lines;
  if (!first) return [];
  const { orderId } = first.line;
  if (lines.length === 1) return [lineChoice(texts, orderId, first)];
  return [
    {
      value: encodeOrder(orderId),
      text: orderId,
      description: texts.plain("cancel.choice.whole", { lines: lines.length }),
    },
    ...lines.map((candidate) =>
      lineChoice(
        texts,
        texts.plain("cancel.choice.line", {
          order: orderId,
          number: candidate.line.lineItemNumber + 1,
          product: candidate.line.title,
        }),
        candidate,
      ),
    ),
  ];
}

function lineChoice(texts: Texts, text: string, { line, assessment }: Candidate): Choice {
  return {
    value: encodeLine(line),
    text,
    description: texts.plain("cancel.line.state", {
      state: line.cancelled ? "already_cancelled" : (assessment?.kind ?? "unasked"),
      days: assessment?.kind === "open" ? assessment.daysLeft : 0,
      deadline: {
        at: assessment?.kind === "open" ? assessment.deadlineAt : line.purchasedAt,
        show: "minute",
      },
      quantity: line.quantity,
      bought: { at: line.purchasedAt, show: "day" },
    }),
  };
}

/** What the agent is told about everything chosen (C8): what can go, what comes back, and what stays and why. */
export function itemBlocks(texts: Texts, items: Item[], now: Date): Block[] {
  const [only] = items;
  if (items.length === 1 && only) return assessmentBlocks(texts, only, now);
  const { open, kept } = sorted(items);
  return [
    ...(open.length > 0
      ? [
          section(texts.markup("cancel.list.open", { count: open.length })),
          ...sections(
            open.map((item) => openText(texts, item, now)),
            "\n\n",
          ),
          ...totalBlocks(
            texts,
            open.map((item) => creditOf(item, now)),
          ),
          section(texts.markup("cancel.keys", { count: open.length })),
        ]
      : []),
    ...(kept.length > 0
      ? [
          section(texts.markup("cancel.list.kept", { count: kept.length })),
          ...kept.map((item) => keptBlock(texts, item, now)),
        ]
      : []),
  ];
}

export type OpenItem = { line: SoftwareLine; assessment: Extract<Assessment, { kind: "open" }> };

function isOpen(item: Item): item is OpenItem {
  return item.assessment.kind === "open";
}

/** What can be cancelled, and what can't. */
export function sorted(items: Item[]): { open: OpenItem[]; kept: Item[] } {
  return { open: items.filter(isOpen), kept: items.filter((item) => !isOpen(item)) };
}

function assessmentBlocks(texts: Texts, item: Item, now: Date): Block[] {
  if (!isOpen(item)) {
    const support = supportButton(texts, item, now);
    return [warning(keptText(texts, item.assessment)), ...(support ? [actionRow([support])] : [])];
  }
  return [
    section(
      texts.markup("cancel.open", {
        days: item.assessment.daysLeft,
        deadline: { at: item.assessment.deadlineAt, show: "minute" },
      }),
    ),
    section(creditText(texts, creditOf(item, now))),
    section(texts.markup("cancel.keys", { count: 1 })),
  ];
}

function openText(texts: Texts, item: OpenItem, now: Date): string {
  const { line, assessment } = item;
  return texts.markup("cancel.item.open", {
    product: short(line.title),
    order: line.orderId,
    quantity: line.quantity,
    days: assessment.daysLeft,
    deadline: { at: assessment.deadlineAt, show: "minute" },
    ...creditValues(creditOf(item, now)),
  });
}

function keptBlock(texts: Texts, item: Item, now: Date): Block {
  const text = `${texts.markup("cancel.item.kept", { product: short(item.line.title), order: item.line.orderId })}\n${keptText(texts, item.assessment)}`;
  const support = supportButton(texts, item, now);
  return support ? sectionWith(text, support) : section(text);
}

/** Long names are cut so that fifty items fit. */
export function short(title: string): string {
  const characters = [...title];
  return characters.length > 70 ? `${characters.slice(0, 69).join("")}…` : title;
}

/** Why a line can't be cancelled here. */
function keptText(texts: Texts, assessment: Assessment): string {
  switch (assessment.kind) {
    case "open":
      return "";
    case "passed":
      return texts.markup("cancel.passed", { deadline: { at: assessment.deadlineAt, show: "minute" } });
    case "needs_support":
      return texts.markup("cancel.needs_support", { kind: assessment.reason });
    case "never":
      return texts.markup("cancel.never", { more: linuxPlansLink(texts) });
    case "already_cancelled":
      return texts.markup("cancel.already");
    case "already_requested":
      return texts.markup("cancel.already_requested", { by: { mention: assessment.by } });
    default:
      return assessment satisfies never;
  }
}

/** The way to the support form where one can help (C8), with what is known; the form below stays as it is. */
function supportButton(texts: Texts, { line, assessment }: Item, now: Date) {
  if (assessment.kind !== "passed" && assessment.kind !== "needs_support") return null;
  const amount = expectedCredit({
    paid: line.extendedPrice,
    termDuration: line.kind === "perpetual" ? null : line.termDuration,
    billingCycle: line.billingCycle,
    purchasedAt: line.purchasedAt,
    now,
  });
  const text = texts.plain("support.open");
  return button({
    text,
    spoken: spokenLine(texts, text, line),
    actionId: actions.cancelSupport,
    value: supportState({
      customerId: line.customerId,
      orderId: line.orderId,
      reason: assessment.kind === "passed" ? "window_passed" : assessment.reason,
      amount,
      currency: line.currencyCode,
    }),
    style: "primary",
  });
}

/** What a cancellation knows for the support form (S4). */
export function supportState(known: {
  customerId: string;
  orderId: string;
  reason: NonNullable<StateOf<"support">["reason"]>;
  amount: string | null;
  currency: string | null;
}): string {
  const { amount, currency, ...rest } = known;
  return encodeState("support", {
    ...rest,
    ...(amount === null || currency === null ? {} : { amount, currency }),
  });
}

/** What comes back for one item, null where it can't be told, and with the invoice for which month. */
export interface Credit {
  month: Date;
  refund: "full" | "prorated";
  amount: string | null;
  currency: string | null;
}

function creditOf({ assessment }: OpenItem, now: Date): Credit {
  return {
    month: now,
    refund: assessment.refund,
    amount: assessment.creditAmount,
    currency: assessment.creditCurrency,
  };
}

function creditValues(credit: Credit) {
  return {
    refund: credit.refund,
    month: { month: credit.month },
    known: credit.amount !== null && credit.currency !== null ? "yes" : "no",
    credit: { amount: credit.amount ?? "0", currency: credit.currency ?? "" },
  };
}

/** What comes back and when (C12): everything for perpetual software, the unused part for a subscription. */
export function creditText(texts: Texts, credit: Credit): string {
  return texts.markup("cancel.credit", creditValues(credit));
}

/** What comes back in all, by currency (C12), and of how many items that is not known. */
export function totalBlocks(texts: Texts, credits: Credit[]): Block[] {
  const [first] = credits;
  if (!first) return [];
  const month = { month: first.month };
  const byCurrency = new Map<string, string[]>();
  for (const { amount, currency } of credits) {
    if (amount === null || currency === null) continue;
    byCurrency.set(currency, [...(byCurrency.get(currency) ?? []), amount]);
  }
  const unknown = credits.filter(({ amount, currency }) => amount === null || currency === null).length;
  const lines = [
    ...[...byCurrency].map(([currency, amounts]) =>
      texts.markup("cancel.total", { total: { amount: addDecimals(amounts), currency }, month }),
    ),
    ...(unknown > 0 ? [texts.markup("cancel.total.unknown", { count: unknown, month })] : []),
  ];
  return sections(lines);
}
