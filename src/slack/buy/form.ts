import type { CatalogEntry } from "#src/catalog/list.ts";
import { marketName, reservationsNotSold } from "#src/catalog/markets.ts";
import { type Offer, type ReservationOffer, splitTermId } from "#src/catalog/offer.ts";
import { type ChosenLine, mostLines, reservationScopes } from "#src/purchases/chosen.ts";
import {
  actionRow,
  type Block,
  button,
  context,
  input,
  plain,
  section,
  sectionWith,
  warning,
} from "../blocks/blocks.ts";
import { limits } from "../blocks/limits.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { externalSelect, staticSelect } from "../blocks/selects.ts";
import { spoken } from "../blocks/spoken.ts";
import { termText } from "../blocks/terms.ts";
import { customerQuestion } from "../customer-choice.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeChosen } from "../state.ts";
import { type BuyChoice, choiceState, lineInHand } from "./choice.ts";

/** What is known about what was chosen. Reasons are markup. */
export interface BuyFacts {
  /** Null while no customer is chosen. */
  customer: { market: string; lacksAgreement: boolean; accountUrl: string } | null;
  /** For each settled line: its entry in the catalogue, and why it can't be bought as it is. */
  lines: { entry: CatalogEntry | null; problem?: string }[];
  /** Of the product in hand. */
  offer: Offer | null;
  /** Why the product in hand can't be bought at all. */
  refusal?: string;
  /** What stands in the way of the line in hand as it is now. */
  problem?: string;
  /** Nothing of it is there, for what has been chosen so far: no use asking for the rest. */
  restricted?: boolean;
}

/** The purchase form (B1): customer, the lines so far, then a product with its term, quantity and what else it asks. */
export function buyForm(texts: Texts, choice: BuyChoice, facts: BuyFacts): Modal {
  const { customer } = facts;
  return modal(texts, {
    title: texts.plain("buy.title"),
    submit: texts.plain("buy.submit"),
    callbackId: callbacks.buyForm,
    metadata: choiceState(choice),
    blocks: [
      customerQuestion(texts, actions.buyCustomer, choice.customer),
      ...(customer ? customerNotes(texts, customer) : [context([texts.markup("buy.intro")])]),
      ...(choice.customer ? settledLines(texts, choice, facts) : []),
      ...(choice.customer && choice.lines.length < mostLines
        ? productInHand(texts, choice, facts, choice.customer.value)
        : []),
    ],
  });
}

/** What about this customer decides what can be bought: the agreement, and M1. */
function customerNotes(texts: Texts, customer: NonNullable<BuyFacts["customer"]>): Block[] {
  return [
    ...(customer.lacksAgreement
      ? [
          warning(
            texts.markup("buy.note.agreement", {
              account: { link: customer.accountUrl, label: texts.plain("buy.note.agreement.link") },
            }),
          ),
        ]
      : []),
    ...(reservationsNotSold.markets.has(customer.market)
      ? [
          context([
            texts.markup("buy.note.reservations", {
              market: marketName(customer.market, texts.language),
              asOf: { day: reservationsNotSold.asOf },
            }),
          ]),
        ]
      : []),
  ];
}

function settledLines(texts: Texts, choice: BuyChoice, facts: BuyFacts): Block[] {
  const { lines } = choice;
  if (lines.length === 0) return [];
  const label = texts.plain("buy.lines.remove");
  const remove = (line: ChosenLine, entry: CatalogEntry | null, index: number) =>
    button({
      text: label,
      actionId: actions.buyRemove,
      value: encodeChosen(line),
      spoken: spoken(texts, label, index + 1, entry?.title ?? line.productId),
    });
  return [
    section(texts.markup("buy.lines", { count: lines.length, most: mostLines })),
    ...lines.flatMap((line, index) => {
      const { entry, problem } = facts.lines[index] ?? { entry: null };
      return [
        sectionWith(settledLine(texts, line, entry), remove(line, entry, index)),
        ...(problem === undefined ? [] : [warning(problem)]),
      ];
    }),
    ...(lines.length >= mostLines ? [context([texts.markup("buy.lines.full", { most: mostLines })])] : []),
  ];
}

function settledLine(texts: Texts, line: ChosenLine, entry: CatalogEntry | null): string {
  const said = texts.markup("buy.lines.line", {
    product: entry?.title ?? `${line.productId}:${line.skuId}`,
    quantity: Number(line.quantity),
    term: termText(texts, splitTermId(line.termId)),
  });
  if (line.scope === null) return said;
  return `${said}\n${texts.markup("buy.reservation", { region: entry?.region ?? "–", scope: line.scope })}`;
}

/** The questions of the product in hand. A new place for each line, so that nothing of the last one stays in the fields. */
function productInHand(texts: Texts, choice: BuyChoice, facts: BuyFacts, customerId: string): Block[] {
  const { offer, refusal, problem } = facts;
  const scope = `${customerId}/${choice.lines.length}`;
  const inHand = lineInHand(choice);
  return [
    input({
      label: texts.plain(choice.lines.length === 0 ? "buy.product.label" : "buy.product.another"),
      hint: texts.plain("buy.product.hint"),
      element: externalSelect({
        actionId: actions.buyProduct,
        placeholder: texts.plain("buy.product.placeholder"),
        minQueryLength: 0,
        chosen: choice.product,
      }),
      scope,
      dispatch: true,
      optional: choice.lines.length > 0,
    }),
    ...(refusal === undefined ? [] : [warning(refusal)]),
    ...(offer && inHand
      ? offerQuestions(texts, offer, inHand, facts, `${scope}/${choice.product?.value}`)
      : []),
    ...(problem === undefined ? [] : [warning(problem)]),
    ...(offer ? offerNotes(texts, offer).map((note) => section(note)) : []),
    ...(offer && canGoOn(offer, facts) && choice.lines.length < mostLines - 1
      ? [actionRow([button({ text: texts.plain("buy.add"), actionId: actions.buyAdd })])]
      : []),
  ];
}

/** Whether the product can be bought for what is known so far: else nothing further is asked. */
function canGoOn(offer: Offer, facts: BuyFacts): boolean {
  return facts.restricted !== true && offer.reservation?.subscriptions.length !== 0;
}

function offerQuestions(
  texts: Texts,
  offer: Offer,
  inHand: ChosenLine,
  facts: BuyFacts,
  scope: string,
): Block[] {
  return [
    ...(offer.reservation ? reservationQuestions(texts, offer.reservation, inHand, scope) : []),
    ...(canGoOn(offer, facts)
      ? [
          input({
            label: texts.plain("buy.term.label"),
            element: staticSelect({
              actionId: inputs.buyTerm,
              placeholder: texts.plain("choose"),
              choices: offer.terms.map((term) => ({ value: term.id, text: termText(texts, term) })),
              chosen: inHand.termId,
            }),
            scope,
          }),
          quantityQuestion(texts, offer, inHand, scope),
        ]
      : []),
  ];
}

function quantityQuestion(texts: Texts, offer: Offer, inHand: ChosenLine, scope: string): Block {
  const { minimumQuantity: minimum, maximumQuantity: maximum } = offer;
  const typed = /^\d{1,9}$/.test(inHand.quantity) ? Number(inHand.quantity) : minimum;
  return input({
    label: texts.plain("buy.quantity.label"),
    hint: texts.plain("buy.quantity.hint", { minimum, maximum }),
    element: {
      type: "number_input",
      action_id: inputs.buyQuantity,
      is_decimal_allowed: false,
      min_value: String(minimum),
      max_value: String(maximum),
      initial_value: String(typed >= minimum && typed <= maximum ? typed : minimum),
      placeholder: plain(texts.plain("buy.quantity.placeholder"), limits.placeholder),
    },
    scope,
  });
}

/** Where a reservation belongs: one of the customer's Azure subscriptions, and how far it reaches. */
function reservationQuestions(
  texts: Texts,
  reservation: ReservationOffer,
  inHand: ChosenLine,
  scope: string,
): Block[] {
  if (reservation.subscriptions.length === 0) return [warning(texts.markup("buy.subscription.none"))];
  return [
    ...(reservation.region === null
      ? []
      : [context([texts.markup("buy.region", { region: reservation.region })])]),
    input({
      label: texts.plain("buy.subscription.label"),
      hint: texts.plain("buy.subscription.hint"),
      element: staticSelect({
        actionId: actions.buySubscription,
        placeholder: texts.plain("choose"),
        choices: reservation.subscriptions.map(({ id, name }) => ({
          value: id,
          text: name,
          description: id,
        })),
        chosen: inHand.azureSubscriptionId,
      }),
      scope,
      dispatch: true,
    }),
    input({
      label: texts.plain("buy.scope.label"),
      element: staticSelect({
        actionId: inputs.buyScope,
        placeholder: texts.plain("choose"),
        choices: reservationScopes.map((value) => ({
          value,
          text: texts.plain("buy.scope.choice", { scope: value }),
          description: texts.plain("buy.scope.means", { scope: value }),
        })),
        chosen: inHand.scope,
      }),
      scope,
    }),
  ];
}

/** What must be known at the moment of choosing: B3, M2, C3, C4. */
export function offerNotes(texts: Texts, offer: Pick<Offer, "kind" | "hybridBenefit" | "notes">): string[] {
  return [
    ...(offer.hybridBenefit ? [texts.markup(`hybrid.${offer.hybridBenefit}`)] : []),
    ...(offer.notes.softwareMarketWarning ? [texts.markup("buy.note.market")] : []),
    ...(offer.notes.cancellable === "by_support_only"
      ? [texts.markup("buy.note.support_only", { kind: offer.kind })]
      : []),
    ...(offer.notes.cancellable === "never"
      ? [texts.markup("buy.note.never", { more: linuxPlansLink(texts) })]
      : []),
  ];
}

/** C4: Microsoft's page about SUSE and Red Hat plans, linked in "Sell software subscriptions through CSP" (December 2019). */
export function linuxPlansLink(texts: Texts): { link: string; label: string } {
  return {
    link: "https://docs.microsoft.com/azure/virtual-machines/linux/prepay-suse-software-charges",
    label: texts.plain("cancel.never.link"),
  };
}
