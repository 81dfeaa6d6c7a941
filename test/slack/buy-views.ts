import type { CatalogEntry } from "#src/catalog/list.ts";
import type { Offer } from "#src/catalog/offer.ts";
import type { PurchaseLine } from "#src/db/rows.ts";
import { type ChosenLine, mostLines } from "#src/purchases/chosen.ts";
import type { Quote, QuotedCancellation } from "#src/purchases/quote.ts";
import type { Modal } from "#src/slack/blocks/modal.ts";
import type { BuyChoice } from "#src/slack/buy/choice.ts";
import { type BuyFacts, buyForm } from "#src/slack/buy/form.ts";
import { orderedView, quoteView } from "#src/slack/buy/quote.ts";
import type { Texts } from "#src/slack/locales/texts.ts";

/** What a purchase form and its price are drawn from, everything in it as long as it gets. */

const buyer = "11111111-2222-4333-8444-555555555555";
const formToken = "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55";
const at = new Date("2026-11-23T09:00:00Z");
const item = { productId: "DG7GMGF0RVM1", skuId: "0003" };

export const chosenLine: ChosenLine = {
  ...item,
  termId: "P3Y:triennial",
  quantity: "999999999",
  azureSubscriptionId: "99999999-8888-4777-8666-555555555555",
  scope: "shared",
};

const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

export function offerOf(title: string, changes: Partial<Offer> = {}): Offer {
  return {
    ...item,
    title,
    kind: "subscription",
    minimumQuantity: 1,
    maximumQuantity: 999_999,
    terms: many(120, (index) => ({
      id: `P${index + 1}M:monthly`,
      billingCycle: "monthly",
      termDuration: `P${index + 1}M`,
      catalogItemId: `P:S:${index}`,
      refundOptions: [],
    })),
    hybridBenefit: "windows_server_standard",
    reservation: null,
    inventoryVariables: null,
    notes: { softwareMarketWarning: true, cancellable: "in_window" },
    ...changes,
  };
}

/** A product in hand after so many lines. */
export function choiceOf(title: string, lines = 0): BuyChoice {
  return {
    formToken,
    customer: { value: buyer, text: title },
    lines: many(lines, (index) => ({ ...chosenLine, quantity: String(index + 1) })),
    product: { value: `${item.productId}:${item.skuId}`, text: title },
    drafts: many(3, () => chosenLine),
  };
}

/** What is known of that choice; every line has something wrong with it. */
export function factsOf(title: string, lines: number, changes: Partial<BuyFacts> = {}): BuyFacts {
  const entry: CatalogEntry = { ...item, title, kind: "reservation", region: "southafricanorth" };
  return {
    customer: {
      market: "KH",
      lacksAgreement: true,
      accountUrl: "https://portal.example/customers/1/account",
    },
    lines: many(lines, (index) => (index % 2 === 0 ? { entry, problem: "*no*" } : { entry: null })),
    offer: offerOf(title),
    ...changes,
  };
}

/** The form with one product in hand and nothing wrong with its customer. */
export function productForm(texts: Texts, title: string, changes: Partial<Offer>): Modal {
  const customer = { market: "ES", lacksAgreement: false, accountUrl: "https://portal.example" };
  return buyForm(texts, choiceOf(title), { customer, lines: [], offer: offerOf(title, changes) });
}

export function lineOf(title: string, changes: Partial<PurchaseLine> = {}): PurchaseLine {
  return {
    ...item,
    catalogItemId: "P:S:A",
    title,
    kind: "subscription",
    quantity: 999_999,
    billingCycle: "annual",
    termDuration: "P1Y",
    unitPrice: "123456789.1234",
    extendedPrice: "123456789.1234",
    ...changes,
  };
}

const window = {
  deadlineAt: at,
  days: 60,
  origin: "policy" as const,
  refund: "prorated" as const,
  fullUntil: at,
  creditAtFirst: "123456789.1234",
  creditAtLast: "123456789.1234",
};

/** Every way in which a line can or can't be cancelled. */
export const cancellations: QuotedCancellation[] = [
  { kind: "subscription", rule: "in_window", lines: [0], window },
  { kind: "subscription", rule: "in_window", lines: [1], window: { ...window, fullUntil: null } },
  {
    kind: "perpetual",
    rule: "in_window",
    lines: [2],
    window: { ...window, refund: "full", fullUntil: null },
  },
  { kind: "perpetual", rule: "in_window", lines: [3], window: { ...window, creditAtFirst: null } },
  { kind: "reservation", rule: "by_support_only", lines: [4], window: null },
  { kind: "linux_plan", rule: "never", lines: [5], window: null },
];

export function priceView(texts: Texts, name: string, changes: Partial<Quote> = {}): Modal {
  const reservation = lineOf(name, {
    kind: "reservation",
    billingCycle: "monthly",
    region: "southafricanorth",
    azureSubscription: name,
    provisioningContext: { subscriptionId: chosenLine.azureSubscriptionId ?? "", scope: "single" },
  });
  const quote: Quote = {
    purchaseId: "pur_0123456789ABCDEF",
    hash: "0".repeat(64),
    customerName: name,
    market: "BR",
    lines: many(mostLines, (index) => (index % 2 === 0 ? lineOf(name) : reservation)),
    currencyCode: "BRL",
    totalPrice: "123456789.1234",
    taxIncluded: true,
    hybridBenefits: ["windows_server_datacenter", "windows_server_standard", "sql_server"],
    softwareMarketWarning: true,
    cancellations,
    ...changes,
  };
  const lines = many(mostLines, () => chosenLine);
  return quoteView(texts, quote, { formToken, customerId: buyer, lines });
}

/** Every look of the flow with this name wherever a customer, a product or a subscription may put one. */
export function buyViews(texts: Texts, name: string): Modal[] {
  const refusal = texts.markup("help.unknown_word", { typed: name });
  const reservation = {
    region: "southafricanorth",
    subscriptions: many(120, (index) => ({ id: `sub-${index}`, name })),
    provisioningVariables: [],
  };
  const bound = offerOf(name, { kind: "reservation", reservation });
  const unbound = offerOf(name, { kind: "reservation", reservation: { ...reservation, subscriptions: [] } });
  return [
    buyForm(
      texts,
      { formToken, customer: null, lines: [], product: null, drafts: [] },
      { customer: null, lines: [], offer: null },
    ),
    buyForm(texts, choiceOf(name), factsOf(name, 0, { offer: null, refusal })),
    buyForm(texts, choiceOf(name, mostLines - 1), factsOf(name, mostLines - 1, { problem: refusal })),
    buyForm(texts, choiceOf(name, mostLines), factsOf(name, mostLines)),
    buyForm(texts, choiceOf(name, 3), factsOf(name, 3, { offer: bound })),
    buyForm(texts, choiceOf(name, 3), factsOf(name, 3, { offer: bound, problem: refusal, restricted: true })),
    buyForm(texts, choiceOf(name, 3), factsOf(name, 3, { offer: unbound })),
    priceView(texts, name),
    orderedView(texts),
  ];
}
