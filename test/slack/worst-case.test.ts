import type { ViewOutput } from "@slack/bolt";
import { describe, expect, test } from "vitest";
import { validate } from "#sandbox/slack/validate.ts";
import { roles } from "#src/access/rights.ts";
import type { Assessment } from "#src/cancellations/assess.ts";
import { cancellationStatuses } from "#src/cancellations/statuses.ts";
import type { Offer } from "#src/catalog/offer.ts";
import { Secret } from "#src/config/secret.ts";
import { keyRequestStatuses } from "#src/fulfilment/statuses.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { purchaseStatuses } from "#src/purchases/statuses.ts";
import type { RequestRow } from "#src/requests/tables.ts";
import { section } from "#src/slack/blocks/blocks.ts";
import { type Modal, modal } from "#src/slack/blocks/modal.ts";
import { type Choice, mostChoices, option } from "#src/slack/blocks/selects.ts";
import { buyForm } from "#src/slack/buy/form.ts";
import { orderedView, quoteView } from "#src/slack/buy/quote.ts";
import { cancelConfirmView, cancelRequestedView } from "#src/slack/cancel/confirm.ts";
import { cancelForm } from "#src/slack/cancel/form.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { restoreForm } from "#src/slack/form.ts";
import { helpView } from "#src/slack/help/command.ts";
import { keysForm } from "#src/slack/keys/form.ts";
import { handOverView } from "#src/slack/keys/hand-over.ts";
import { lineChoice } from "#src/slack/lines.ts";
import { createTexts, type Texts } from "#src/slack/locales/texts.ts";
import { filedForm, filedView, supportForm, supportRequestedView } from "#src/slack/support/form.ts";
import { loadingView, refusalView, workingView } from "#src/slack/waiting.ts";
import { supportRequestStatuses } from "#src/support-requests/statuses.ts";

/** What customers, products and people may be called. */
const names: [string, string][] = [
  ["long", "W".repeat(5_000)],
  ["emoji of many characters", "👩‍👩‍👧‍👦🏳️‍🌈".repeat(500)],
  ["right to left", "شركة كونتوسو للتجارة \u202eمحدودة ".repeat(200)],
  ["markup", "<!channel> *b* _i_ ~s~ `c` <https://evil.example|click> <@U1> :tada: ".repeat(80)],
  ["all escapes", "&<>".repeat(2_000)],
  ["lines", "a\n> b\n```\nc\n".repeat(500)],
  ["composed accents", "e\u0301".repeat(3_000)],
  ["a single blank", " "],
  ["nothing", ""],
];
const languages: [string, Texts][] = [
  ["English", createTexts("en-US", "America/New_York")],
  ["Spanish", createTexts("es-ES", "Europe/Madrid")],
];
const at = new Date("2026-11-23T09:00:00Z");
const customerId = "11111111-2222-4333-8444-555555555555";
const formToken = "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55";
const longestId = "O".repeat(100);
/** An order number as long as Partner Center's. */
const orderId = "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1";
const portalUrl = "https://partner.microsoft.com/dashboard";

const lineOf = (name: string, lineItemNumber = 0): SoftwareLine => ({
  customerId,
  orderId,
  lineItemNumber,
  catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
  productId: "DG7GMGF0FKZV",
  skuId: "0003",
  title: name,
  kind: "subscription",
  quantity: 999_999,
  cancelled: lineItemNumber % 2 === 1,
  subscriptionId: null,
  termDuration: "P3Y",
  billingCycle: "monthly",
  currencyCode: "EUR",
  extendedPrice: "123456789.1234",
  purchasedAt: at,
});

const assessments: Assessment[] = [
  {
    kind: "open",
    deadlineAt: at,
    daysLeft: 60,
    origin: "subscription",
    creditAmount: "123456789.1234",
    creditCurrency: "EUR",
    refund: "prorated",
  },
  { kind: "passed", deadlineAt: at },
  { kind: "needs_support", reason: "reservation" },
  { kind: "needs_support", reason: "esu" },
  { kind: "never" },
  { kind: "already_cancelled" },
  { kind: "already_requested", by: "U0AGENT", cancellationId: "can_1", status: "accepted" },
];

const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

function buyViews(texts: Texts, name: string): Modal[] {
  const customer = { value: customerId, text: name };
  const chosen = {
    formToken,
    customerId,
    productId: longestId,
    skuId: longestId,
    termId: longestId,
    quantity: "999999",
  };
  const offer: Offer = {
    productId: "DG7GMGF0FKZV",
    skuId: "0003",
    title: name,
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
    hybridBenefit: "sql_server",
    notes: { softwareMarketWarning: true, cancellable: "never" },
  };
  const line = { ...lineOf(name), unitPrice: "123456789.1234", extendedPrice: "123456789.1234" };
  const quote = {
    purchaseId: "pur_0123456789ABCDEF",
    customerName: name,
    market: "BR",
    lines: many(3, () => line),
    currencyCode: "BRL",
    totalPrice: "123456789.1234",
    taxIncluded: true,
    hybridBenefit: "windows_server_datacenter" as const,
  };
  const cancellations = [
    { rule: "in_window" as const, deadlineIfBoughtNow: at, days: 60, refund: "full" as const },
    { rule: "in_window" as const, deadlineIfBoughtNow: null, days: null, refund: null },
    { rule: "by_support_only" as const, deadlineIfBoughtNow: null, days: null, refund: null },
    { rule: "never" as const, deadlineIfBoughtNow: null, days: null, refund: null },
  ];
  return [
    buyForm(texts, { formToken, customer: null, product: null, offer: null }),
    buyForm(texts, {
      formToken,
      customer,
      product: { value: `${longestId.slice(0, 40)}:0003`, text: name, description: name },
      offer,
      refusal: texts.markup("help.unknown_word", { typed: name }),
    }),
    ...cancellations.map((cancellation) => quoteView(texts, { ...quote, cancellation }, chosen)),
    orderedView(texts),
  ];
}

function keysViews(texts: Texts, name: string): Modal[] {
  const customer = { value: customerId, text: name };
  const lines = many(mostChoices + 100, (index) => lineOf(name, index));
  const line = lineOf(name);
  const packages = many(150, (index) => ({
    version: "2019",
    language: index % 2 === 0 ? "en-us" : `x-${index}`,
    fileType: `iso ${index}`,
  }));
  const form = { formToken, customer, lines, line, version: "2019", language: "en-us" };
  const choice = { version: name.slice(0, 60), language: name.slice(0, 60), fileType: name.slice(0, 60) };
  const secrets = {
    kind: "secrets" as const,
    key: new Secret("ABCDE-12345-FGHIJ-67890-KLMNO"),
    downloadLink: new Secret(`https://files.example.com/download/${"s".repeat(2_900)}`),
    linkExpiresAt: at,
    downloadsAllowed: 50,
  };
  return [
    keysForm(texts, { ...form, customer: null, lines: [], line: null }),
    keysForm(texts, { ...form, lines: [], line: null }),
    ...[1, 100, 101].map((count) => keysForm(texts, { ...form, lines: lines.slice(0, count), line: null })),
    keysForm(texts, { ...form, packages, refusal: texts.markup("help.unknown_word", { typed: name }) }),
    keysForm(texts, { ...form, packages: null }),
    handOverView(texts, { title: name, choice, handOver: secrets }),
    handOverView(texts, { title: name, choice, handOver: { ...secrets, key: null, downloadLink: null } }),
    handOverView(texts, { title: name, choice, handOver: { kind: "portal", url: portalUrl } }),
  ];
}

function cancelViews(texts: Texts, name: string): Modal[] {
  const customer = { value: customerId, text: name };
  const products = many(mostChoices + 100, (index) => ({ value: `P${index}:0001`, text: name }));
  const form = { customer, products, product: "P7:0001" };
  const [open] = assessments;
  return [
    cancelForm(texts, { customer: null, products: [], product: null, candidates: [], chosen: null }),
    cancelForm(texts, { customer, products: [], product: null, candidates: [], chosen: null }),
    ...assessments.map((assessment) => {
      const candidates = many(mostChoices + 100, (index) => ({ line: lineOf(name, index), assessment }));
      return cancelForm(texts, { ...form, candidates, chosen: candidates[3] ?? null });
    }),
    ...(open?.kind === "open"
      ? [cancelConfirmView(texts, { customer: name, line: lineOf(name), assessment: open })]
      : []),
    cancelRequestedView(texts, { orderId: longestId, customerId }),
  ];
}

function otherViews(texts: Texts, name: string): Modal[] {
  const support = {
    formToken,
    customer: { value: customerId, text: name },
    orderOrSubscriptionId: name,
    contactName: name,
    contactEmail: name,
  };
  return [
    helpView(texts, { roles: [...roles], portalUrl }, name),
    helpView(texts, { roles: [], portalUrl }),
    supportForm(texts, support),
    supportForm(texts, { ...support, customer: null }),
    supportRequestedView(texts, "sup_0123456789ABCDEF"),
    filedForm(texts, "sup_0123456789ABCDEF"),
    filedView(texts),
  ];
}

/** A form as Slack gives it back, everything in it chosen or typed that was there from the start. */
function returned(view: Modal): ViewOutput {
  const values: Record<string, Record<string, object>> = {};
  const blocks = view.blocks.map((block, index) => ({ ...block, block_id: block.block_id ?? `b${index}` }));
  for (const block of blocks) {
    if (!("element" in block)) continue;
    const { action_id: actionId = "", ...element } = block.element as unknown as Record<string, string>;
    values[block.block_id] = {
      [actionId]: { value: element.initial_value ?? null, selected_option: element.initial_option ?? null },
    };
  }
  return {
    ...view,
    blocks,
    state: { values },
    id: "V1",
    private_metadata: view.private_metadata ?? "",
    callback_id: view.callback_id ?? "",
  } as unknown as ViewOutput;
}

/** Every request in every status, with this name wherever a person or another service may put one. */
function requests(name: string): RequestRow[] {
  const failure = {
    kind: "refused",
    status: 400,
    code: 800_061,
    description: name,
    operation: "CancelOrder",
    requestId: "12121212-3434-4565-8787-909090909090",
    correlationId: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
  };
  const common = {
    id: "xxx_0123456789ABCDEF",
    workspace_id: "T0TEST",
    person_id: "per_1",
    customer_id: customerId,
    customer_name: name,
    correlation_id: failure.correlationId,
    failure,
    version: 1,
    attempts: 0,
    due_at: null,
    lease: null,
    leased_until: null,
    created_at: at,
    updated_at: at,
    form_token: formToken,
    perhaps_sent: false,
    ms_request_id: null,
    sent_at: at,
  };
  const orders = many(40, (index) => ({
    orderId: `${orderId}${index}`,
    createdAt: at.toISOString(),
    lines: many(5, (lineItemNumber) => ({
      lineItemNumber,
      catalogItemId: "P:S:A",
      quantity: 999_999,
      subscriptionId: null,
    })),
  }));
  const line = {
    catalogItemId: "P:S:A",
    productId: "P",
    skuId: "S",
    title: name,
    kind: "subscription" as const,
    quantity: 999_999,
    billingCycle: "monthly",
    termDuration: "P3Y",
    unitPrice: "123456789.1234",
    extendedPrice: "123456789.1234",
  };
  return [
    ...purchaseStatuses.map(
      (status): RequestRow => ({
        kind: "purchase",
        row: {
          ...common,
          status,
          market: "BR",
          content_hash: "h",
          lines: [line],
          currency_code: "BRL",
          total_price: "123456789.1234",
          tax_included: true,
          cart_request_id: "c",
          cart_id: "c",
          orders,
          order_errors: many(20, () => ({ code: 800_061, description: name })),
        },
      }),
    ),
    ...cancellationStatuses.map(
      (status): RequestRow => ({
        kind: "cancellation",
        row: {
          ...common,
          status,
          market: "BR",
          order_id: longestId,
          line_item_number: 0,
          catalog_item_id: "P:S:A",
          subscription_id: null,
          product_title: name,
          product_kind: "subscription",
          quantity: 999_999,
          purchased_at: at,
          deadline_at: at,
          deadline_origin: "policy",
          credit_amount: "123456789.1234",
          credit_currency: "BRL",
          method: "order",
          accepted_at: at,
          visible_at: at,
          looks: 99,
        },
      }),
    ),
    ...keyRequestStatuses.map(
      (status): RequestRow => ({
        kind: "key_request",
        row: {
          ...common,
          status,
          order_id: longestId,
          line_item_number: 0,
          product_title: name,
          software_version: name,
          software_language: name,
          file_type: name,
          hand_over_request_id: "h",
          link_expires_at: at,
          downloads_allowed: 50,
          revoked_at: null,
        },
      }),
    ),
    ...supportRequestStatuses.map(
      (status): RequestRow => ({
        kind: "support_request",
        row: {
          ...common,
          status,
          problem_type: "CSP purchase or refund on behalf of customers",
          impact: "critical",
          title: name.slice(0, 255),
          tenant: name,
          order_or_subscription_id: name.slice(0, 100),
          reason: name.slice(0, 2_000),
          amount_requested: name.slice(0, 50),
          contact_name: name.slice(0, 100),
          contact_email: `${"a".repeat(64)}@partner.example`,
          contact_phone: name.slice(0, 40),
          language: "es",
          desk: "portal",
          ticket_number: name.slice(0, 40),
          filed_at: at,
        },
      }),
    ),
  ];
}

describe.each(languages)("in %s Slack takes", (_language, texts) => {
  const locale = texts.language === "en" ? "en-US" : "es-ES";
  const draw = createDrawMessage({ portalUrl });

  test.each(names)("every modal with names that are %s", (_kind, name) => {
    for (const view of [
      ...buyViews(texts, name),
      ...keysViews(texts, name),
      ...cancelViews(texts, name),
      ...otherViews(texts, name),
    ]) {
      expect(validate("modal", view)).toEqual([]);
      const banner = texts.markup("help.unknown_word", { typed: name });
      const again = restoreForm(returned(view), { banner, busy: texts.markup("loading") });
      expect(validate("modal", again)).toEqual([]);
      expect(validate("modal", restoreForm(returned(again), {}))).toEqual([]);
    }
  });

  test.each(names)(
    "what stands in for a form, and what is only said, with names that are %s",
    (_kind, name) => {
      const said = texts.markup("error.partner_center_refused", {
        code: 400_036,
        description: name,
        reference: name,
      });
      const views = [
        loadingView(texts),
        workingView(texts, texts.plain("buy.title"), "buy.working"),
        refusalView(texts, said),
        modal(texts, { title: texts.plain("app"), blocks: [section(texts.markup("late.view"))] }),
      ];
      for (const view of views) expect(validate("modal", view)).toEqual([]);
      for (const text of [
        said,
        texts.markup("late.command"),
        texts.markup("late.button"),
        texts.markup("trigger_expired.command"),
      ]) {
        expect(validate("message", { text })).toEqual([]);
      }
    },
  );

  test.each(names)("every message with names that are %s", (_kind, name) => {
    for (const request of requests(name)) {
      const drawn = draw(request, { slackUserId: "U0AGENT", locale, timeZone: texts.timeZone });
      expect([request.kind, request.row.status, validate("message", drawn)]).toEqual([
        request.kind,
        request.row.status,
        [],
      ]);
      expect(drawn.text.length).toBeLessThanOrEqual(4_000);
    }
  });

  test.each(names)("a hundred suggestions with names that are %s", (_kind, name) => {
    const choices: Choice[] = [
      ...many(50, (index) => ({ value: `${customerId}${index}`, text: name, description: name })),
      ...many(50, (index) => lineChoice(texts, lineOf(name, index))),
    ];
    expect(validate("options", { options: choices.map(option) })).toEqual([]);
  });
});
