import { describe, expect, test } from "vitest";
import { validate } from "#sandbox/slack/validate.ts";
import { roles } from "#src/access/rights.ts";
import type { Assessment } from "#src/cancellations/assess.ts";
import { cancellationStatuses } from "#src/cancellations/statuses.ts";
import { keyRequestStatuses } from "#src/fulfilment/statuses.ts";
import { purchaseStatuses } from "#src/purchases/statuses.ts";
import type { RequestRow } from "#src/requests/tables.ts";
import { section } from "#src/slack/blocks/blocks.ts";
import { shorten } from "#src/slack/blocks/limits.ts";
import { type Modal, modal } from "#src/slack/blocks/modal.ts";
import { type Choice, mostChoices, option } from "#src/slack/blocks/selects.ts";
import { batchState, cancelConfirmView, cancelRequestedView } from "#src/slack/cancel/confirm.ts";
import { cancelForm, orderChoices, sorted } from "#src/slack/cancel/form.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { restoreForm } from "#src/slack/form.ts";
import { helpView } from "#src/slack/help/command.ts";
import { flows, usageView } from "#src/slack/help/usage.ts";
import { welcomeBlocks, welcomeMessage } from "#src/slack/help/welcome.ts";
import type { Texts } from "#src/slack/locales/texts.ts";
import { encodeLine } from "#src/slack/state.ts";
import { loadingView, refusalView, workingView } from "#src/slack/waiting.ts";
import { approvalColumns } from "./approval-columns.ts";
import { buyViews } from "./buy-views.ts";
import { at, customerId, orderId, requestColumns, softwareLine } from "./rows.ts";
import { languages, names, returned } from "./worst.ts";

const formToken = "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55";
const longestId = "O".repeat(100);
const portalUrl = "https://partner.microsoft.com/dashboard";

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

/** Versions, languages and file types are never empty nor longer than this: the fulfilment adapter and the form see to it. */
const ofPackage = (name: string) => shorten(name, 150);

function cancelViews(texts: Texts, name: string): Modal[] {
  const customer = { value: customerId, text: name };
  const products = many(mostChoices + 100, (index) => ({ value: `P${index}:0001`, text: name }));
  const empty = { products: [], product: null, choices: [], total: 0, chosen: [], items: [] };
  const form = {
    customer,
    round: 3,
    typed: name,
    notices: [texts.markup("help.unknown_word", { typed: name })],
    now: at,
  };
  const items = many(50, (index) => ({
    line: softwareLine(name, index),
    assessment: assessments[index % assessments.length] ?? { kind: "never" as const },
  }));
  const choices = items.flatMap((item) => orderChoices(texts, [item, item])).slice(0, 100);
  const { open } = sorted(items);
  const state = batchState({ formToken, customerId, open });
  return [
    cancelForm(texts, { ...form, ...empty, customer: null }),
    cancelForm(texts, { ...form, ...empty }),
    ...[100, 700].map((total) =>
      cancelForm(texts, {
        ...form,
        products,
        product: "P7:0001",
        choices: [...new Map(choices.map((choice) => [choice.value, choice])).values()],
        total,
        chosen: items.map(({ line }) => encodeLine(line)),
        items,
      }),
    ),
    ...items
      .slice(0, assessments.length)
      .map((item) => cancelForm(texts, { ...form, ...empty, items: [item] })),
    cancelConfirmView(texts, { customer: name, items, open, state, now: at }),
    cancelRequestedView(texts, { count: 50, left: 3, customerId }),
  ];
}

function otherViews(texts: Texts, name: string): Modal[] {
  const desk = { helpContact: `https://help.example/${"x".repeat(180)}` } as Parameters<
    typeof usageView
  >[0]["desk"];
  const reader = { portalUrl, helpContact: desk.helpContact };
  return [
    helpView(texts, { ...reader, roles: [...roles] }, name),
    helpView(texts, { ...reader, roles: [] }),
    ...flows.map((flow) => usageView({ texts, desk }, flow, name)),
  ];
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
    ...requestColumns("xxx_0123456789ABCDEF", name),
    failure,
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
          ...approvalColumns({ status, lines: many(10, () => line) }, name.slice(0, 500)),
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
          batch_id: null,
          leaves_at: at,
          next_look_at: at,
          alone: false,
          reroutes: 0,
          duties: { partner: ["uninstall"], customer: [] },
          alternate_order_id: null,
          credit_status: status === "visible" ? "different" : null,
          credit_seen: "1.0000",
          credit_invoice_id: longestId,
          credit_seen_currency: null,
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
          software_version: ofPackage(name),
          software_language: ofPackage(name),
          file_type: ofPackage(name),
          reason: name.slice(0, 300),
          hand_over_request_id: "h",
          source: "service",
          link_id: "lnk_1",
          link: {
            id: "lnk_1",
            workspace_id: "T0TEST",
            person_id: "per_1",
            customer_id: customerId,
            order_id: longestId,
            line_item_number: 0,
            product_title: name,
            reference: null,
            secret_id: null,
            renews: null,
            issued_at: at,
            expires_at: at,
            days_after_first_download: null,
            downloads_allowed: 50,
            first_download_at: at,
            clicks: 12,
            downloads_stated: null,
            handed_to_customer_at: at,
            warned_at: at,
            revoked_at: null,
            updated_at: at,
          },
          renews: null,
          handed_to_customer_at: at,
          link_warned_at: at,
          link_expires_at: at,
          downloads_allowed: 50,
          revoked_at: null,
        },
      }),
    ),
  ];
}

describe.each(languages)("in %s Slack takes", (_language, texts) => {
  const locale = texts.language === "en" ? "en-US" : "es-ES";
  const draw = createDrawMessage({ portalUrl, agentsSignIn: false });

  test.each(names)("every modal with names that are %s", (_kind, name) => {
    for (const view of [...buyViews(texts, name), ...cancelViews(texts, name), ...otherViews(texts, name)]) {
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
        refusalView(texts, said, "#it-help"),
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
      const reader = { slackUserId: "U0BOSS", locale, timeZone: texts.timeZone };
      expect(validate("message", draw(request, { ...reader, personId: "per_2" }))).toEqual([]);
      const drawn = draw(request, { ...reader, personId: "per_1" });
      expect([request.kind, request.row.status, validate("message", drawn)]).toEqual([
        request.kind,
        request.row.status,
        [],
      ]);
      expect(drawn.text.length).toBeLessThanOrEqual(4_000);
    }
  });

  test("both greetings", () => {
    const row = { id: "wel_1", workspace_id: "T0", slack_user_id: "U0", person_id: null, version: 1 };
    for (const app_id of ["A0", null])
      expect(
        validate("message", welcomeMessage(texts, { ...row, app_id, created_at: at, updated_at: at })),
      ).toEqual([]);
    for (const role of roles)
      expect(
        validate("home", { type: "home", blocks: [section("."), ...welcomeBlocks(texts, [role])] }),
      ).toEqual([]);
  });

  test.each(names)("a hundred suggestions with names that are %s", (_kind, name) => {
    const choices: Choice[] = [
      ...many(50, (index) => ({ value: `${customerId}${index}`, text: name, description: name })),
    ];
    expect(validate("options", { options: choices.map(option) })).toEqual([]);
  });
});
