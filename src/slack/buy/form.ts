import { marketName, reservationsNotSold } from "#src/catalog/markets.ts";
import type { Offer } from "#src/catalog/offer.ts";
import { type Block, context, input, plain, section, warning } from "../blocks/blocks.ts";
import { limits } from "../blocks/limits.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { type Choice, externalSelect, staticSelect } from "../blocks/selects.ts";
import { termText } from "../blocks/terms.ts";
import { type CustomerChoice, customerQuestion } from "../customer-choice.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import type { Texts } from "../locales/texts.ts";
import { encodeState } from "../state.ts";

/** How far the form has come; `refusal` is markup: why the product can't be bought. */
export interface BuyForm {
  formToken: string;
  customer: CustomerChoice | null;
  product: Choice | null;
  offer: Offer | null;
  termId?: string;
  quantity?: string;
  /** The customer's, ISO 3166-1 alpha-2, while no product has been chosen. */
  market?: string;
  refusal?: string;
}

/** The purchase form (B1): customer, then product, then term and quantity, with what must be known while choosing. */
export function buyForm(texts: Texts, form: BuyForm): Modal {
  const { customer, product, offer } = form;
  return modal(texts, {
    title: texts.plain("buy.title"),
    submit: texts.plain("buy.submit"),
    callbackId: callbacks.buyForm,
    metadata: encodeState("form", { formToken: form.formToken }),
    blocks: [
      customerQuestion(texts, actions.buyCustomer, customer),
      ...(customer ? [productQuestion(texts, customer, product)] : [context([texts.markup("buy.intro")])]),
      ...(form.market === undefined ? [] : marketNotes(texts, form.market)),
      ...(form.refusal === undefined ? [] : [warning(form.refusal)]),
      ...(offer && customer
        ? offerQuestions(texts, form, offer, `${customer.value}/${offer.productId}:${offer.skuId}`)
        : []),
    ],
  });
}

/** M1: what will not be in the customer's catalogue, and why. */
function marketNotes(texts: Texts, market: string): Block[] {
  if (!reservationsNotSold.markets.has(market)) return [];
  return [
    context([
      texts.markup("buy.note.reservations", {
        market: marketName(market, texts.language),
        asOf: { day: reservationsNotSold.asOf },
      }),
    ]),
  ];
}

function productQuestion(texts: Texts, customer: CustomerChoice, product: Choice | null): Block {
  return input({
    label: texts.plain("buy.product.label"),
    hint: texts.plain("buy.product.hint"),
    element: externalSelect({
      actionId: actions.buyProduct,
      placeholder: texts.plain("buy.product.placeholder"),
      minQueryLength: 0,
      chosen: product,
    }),
    scope: customer.value,
    dispatch: true,
  });
}

function offerQuestions(texts: Texts, form: BuyForm, offer: Offer, scope: string): Block[] {
  const minimum = Math.max(1, offer.minimumQuantity);
  return [
    input({
      label: texts.plain("buy.term.label"),
      element: staticSelect({
        actionId: inputs.buyTerm,
        placeholder: texts.plain("choose"),
        choices: offer.terms.map((term) => ({ value: term.id, text: termText(texts, term) })),
        chosen: form.termId ?? null,
      }),
      scope,
    }),
    input({
      label: texts.plain("buy.quantity.label"),
      hint: texts.plain("buy.quantity.hint", { minimum, maximum: offer.maximumQuantity }),
      element: {
        type: "number_input",
        action_id: inputs.buyQuantity,
        is_decimal_allowed: false,
        min_value: String(minimum),
        max_value: String(offer.maximumQuantity),
        initial_value: form.quantity ?? String(minimum),
        placeholder: plain(texts.plain("buy.quantity.placeholder"), limits.placeholder),
      },
      scope,
    }),
    ...offerNotes(texts, offer).map((note) => section(note)),
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
