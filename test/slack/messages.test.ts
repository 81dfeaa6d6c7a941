import { describe, expect, test } from "vitest";
import { cancellationStatuses } from "#src/cancellations/statuses.ts";
import { keyRequestStatuses } from "#src/fulfilment/statuses.ts";
import { purchaseStatuses } from "#src/purchases/statuses.ts";
import type { RequestRow, RequestRows } from "#src/requests/tables.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { supportRequestStatuses } from "#src/support-requests/statuses.ts";
import { brokenLimits, readable } from "./slack-limits.ts";

const draw = createDrawMessage({ portalUrl: "https://portal.example/dashboard" });
const at = new Date("2026-11-23T09:00:00Z");
const customerId = "11111111-2222-4333-8444-555555555555";
const nasty = "Fourth Coffee <!channel> & *Söhne* <@U0AGENT>";

const base = {
  id: "xxx_0123456789ABCDEF",
  workspace_id: "T0TEST",
  person_id: "per_1",
  customer_id: customerId,
  customer_name: nasty,
  correlation_id: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
  failure: null,
  version: 1,
  attempts: 0,
  due_at: null,
  lease: null,
  leased_until: null,
  created_at: at,
  updated_at: new Date(at.getTime() + 4 * 60_000),
};

const failure = {
  kind: "refused",
  status: 400,
  code: 800061,
  description: `Line <!here> ${"x".repeat(2_000)}`,
  operation: "CancelOrder",
  requestId: "12121212-3434-4565-8787-909090909090",
  correlationId: base.correlation_id,
};

function purchase(changes: Partial<RequestRows["purchase"]>): RequestRow {
  const line = {
    catalogItemId: "P:S:A",
    productId: "P",
    skuId: "S",
    title: `SQL Server 2019 ${nasty}`,
    kind: "subscription" as const,
    quantity: 3,
    billingCycle: "annual",
    termDuration: "P1Y",
    unitPrice: "100.0000",
    extendedPrice: "300.0000",
  };
  return {
    kind: "purchase",
    row: {
      ...base,
      status: "requested",
      market: "ES",
      form_token: "f",
      content_hash: "h",
      lines: [line],
      currency_code: "EUR",
      total_price: "300.0000",
      tax_included: false,
      cart_request_id: "c",
      cart_id: "cart",
      ms_request_id: null,
      perhaps_sent: false,
      sent_at: null,
      orders: [],
      order_errors: [],
      ...changes,
    },
  };
}

const order = {
  orderId: "ORDER-1",
  createdAt: at.toISOString(),
  lines: [{ lineItemNumber: 0, catalogItemId: "P:S:A", quantity: 3, subscriptionId: "sub" }],
};

function cancellation(changes: Partial<RequestRows["cancellation"]>): RequestRow {
  return {
    kind: "cancellation",
    row: {
      ...base,
      status: "requested",
      market: "ES",
      order_id: "ORDER-1",
      line_item_number: 0,
      catalog_item_id: "P:S:A",
      subscription_id: "sub",
      product_title: `SQL Server ${nasty}`,
      product_kind: "subscription",
      quantity: 3,
      purchased_at: at,
      deadline_at: new Date(at.getTime() + 60 * 86_400_000),
      deadline_origin: "policy",
      credit_amount: "250.00",
      credit_currency: "EUR",
      method: "subscription",
      ms_request_id: null,
      perhaps_sent: false,
      sent_at: at,
      accepted_at: at,
      visible_at: null,
      looks: 3,
      ...changes,
    },
  };
}

function keyRequest(changes: Partial<RequestRows["key_request"]>): RequestRow {
  return {
    kind: "key_request",
    row: {
      ...base,
      status: "shown",
      order_id: "ORDER-1",
      line_item_number: 0,
      product_title: `SQL Server ${nasty}`,
      form_token: "f",
      software_version: "2019",
      software_language: "en-us",
      file_type: "iso",
      hand_over_request_id: "h",
      link_expires_at: new Date(at.getTime() + 14 * 86_400_000),
      downloads_allowed: 50,
      revoked_at: null,
      ...changes,
    },
  };
}

function supportRequest(changes: Partial<RequestRows["support_request"]>): RequestRow {
  return {
    kind: "support_request",
    row: {
      ...base,
      status: "to_file",
      form_token: "f",
      problem_type: "CSP purchase or refund on behalf of customers",
      impact: "moderate",
      title: `Refund ${nasty}`,
      tenant: `${customerId} (fourthcoffee.onmicrosoft.com)`,
      order_or_subscription_id: "ORDER-1",
      reason: `Bought by mistake \`\`\` <!channel> ${"y".repeat(2_000)}`,
      amount_requested: "300 EUR",
      contact_name: "Admin agent",
      contact_email: "admin.agent@partner.example",
      contact_phone: "+34 910 000 000",
      language: "en",
      desk: "portal",
      ticket_number: "123456789012345",
      ms_request_id: null,
      perhaps_sent: false,
      sent_at: null,
      filed_at: null,
      ...changes,
    },
  };
}

const all: [string, RequestRow][] = [
  ...purchaseStatuses.map((status): [string, RequestRow] => [
    `purchase ${status}`,
    purchase({
      status,
      orders: /ordered/.test(status) ? [order] : [],
      order_errors: status === "partly_ordered" ? [{ code: 4000, description: "<!everyone> no" }] : [],
      failure: status === "refused" || status === "needs_person" ? failure : null,
    }),
  ]),
  ...cancellationStatuses.map((status): [string, RequestRow] => [
    `cancellation ${status}`,
    cancellation({
      status,
      visible_at: status === "visible" ? at : null,
      failure: status === "refused" ? failure : null,
    }),
  ]),
  ...keyRequestStatuses.map((status): [string, RequestRow] => [
    `key request ${status}`,
    keyRequest({ status, failure: status === "refused" ? failure : null }),
  ]),
  ...supportRequestStatuses.map((status): [string, RequestRow] => [
    `support request ${status}`,
    supportRequest({ status, failure: status === "refused" ? failure : null }),
  ]),
  ["revoked key request", keyRequest({ revoked_at: at })],
];

const readers = [
  { slackUserId: "U0AGENT", locale: "en-US", timeZone: "America/New_York" },
  { slackUserId: "U0AGENT", locale: "es-ES", timeZone: "Europe/Madrid" },
];

const textOf = (request: RequestRow, locale = "en-US") =>
  readable(draw(request, { slackUserId: "U0AGENT", locale, timeZone: "UTC" }).blocks);

describe.each(readers)("in $locale", (reader) => {
  test.each(all)("%s fits Slack's limits and carries no markup of others", (_name, request) => {
    const drawn = draw(request, reader);
    expect(brokenLimits(drawn.blocks)).toEqual([]);
    expect(drawn.text.length).toBeGreaterThan(0);
    expect(drawn.text.length).toBeLessThanOrEqual(4_000);
    expect(draw(request, reader)).toEqual(drawn);
    // What is to be copied stands in preformatted text, where Slack reads no markup.
    const markup = (drawn.blocks as { type: string }[]).filter(({ type }) => type !== "rich_text");
    for (const forbidden of ["<!channel>", "<!here>", "<!everyone>", "<@U0AGENT>"]) {
      expect(JSON.stringify(markup)).not.toContain(forbidden);
      expect(drawn.text).not.toContain(forbidden);
    }
  });
});

test("languages differ in every message", () => {
  for (const [name, request] of all)
    expect([name, textOf(request) === textOf(request, "es-ES")]).toEqual([name, false]);
});

test("B1 an ordered purchase shows its order number, with the ways to its keys and its cancellation", () => {
  const drawn = JSON.stringify(
    draw(purchase({ status: "ordered", orders: [order] }), readers[0] as (typeof readers)[0]),
  );
  expect(drawn).toContain("ORDER-1");
  expect(drawn).toContain("keys.open.v1");
  expect(drawn).toContain("cancel.open.v1");
});

test("C4 a SUSE or Red Hat plan offers neither keys nor a cancellation", () => {
  const request = purchase({ status: "ordered", orders: [order] });
  if (request.kind === "purchase") for (const line of request.row.lines) line.kind = "linux_plan";
  const drawn = JSON.stringify(draw(request, readers[0] as (typeof readers)[0]));
  expect(drawn).not.toContain("keys.open.v1");
  expect(drawn).not.toContain("cancel.open.v1");
});

test("B2 a total says whether it includes tax", () => {
  expect(textOf(purchase({}))).toContain("without tax");
  expect(textOf(purchase({ tax_included: true }))).toContain("tax included");
});

test("C9 an accepted cancellation says since when, until when and how long so far", () => {
  const text = textOf(cancellation({ status: "accepted" }));
  const seconds = at.getTime() / 1_000;
  expect(text).toContain(`<!date^${seconds}^{time}|9:00`);
  expect(text).toContain(`<!date^${seconds + 15 * 60}^{time}|9:15`);
  expect(text).toContain("4 minutes have gone by");
});

test("C9 an overdue cancellation offers the support form", () => {
  expect(
    JSON.stringify(draw(cancellation({ status: "overdue" }), readers[0] as (typeof readers)[0])),
  ).toContain("support.open.v1");
});

test("C10 a visible cancellation names the duties: stop using, uninstall, delete", () => {
  const text = textOf(cancellation({ status: "visible", visible_at: at }));
  for (const duty of ["Stop using", "Uninstall", "Delete"]) expect(text).toContain(duty);
  expect(textOf(cancellation({ status: "visible", visible_at: at }), "es-ES")).toContain("Desinstalarlo");
});

test("C11 a visible cancellation says that the item stays listed without its key", () => {
  expect(textOf(cancellation({ status: "visible", visible_at: at }))).toContain(
    "its key is no longer available",
  );
});

test("C12 the credit is everything for perpetual software and prorated for a subscription", () => {
  expect(textOf(cancellation({ status: "visible", visible_at: at, product_kind: "perpetual" }))).toContain(
    "100 %",
  );
  const prorated = textOf(cancellation({ status: "visible", visible_at: at }));
  expect(prorated).toContain("prorated");
  expect(prorated.replaceAll("\u00a0", " ")).toContain("EUR 250.00");
});

test("C1 a refusal by the window says so", () => {
  expect(textOf(cancellation({ status: "refused", failure: { ...failure, code: 900117 } }))).toContain(
    "the window has passed",
  );
  expect(textOf(cancellation({ status: "refused", failure }))).toContain("Partner Center refused");
});

test("K5 a key request shows how long its link lives, until it is revoked (C10)", () => {
  expect(textOf(keyRequest({}))).toContain("or for 50 downloads, whichever comes first");
  expect(textOf(keyRequest({ revoked_at: at }))).not.toContain("50 downloads");
  expect(textOf(keyRequest({ revoked_at: at }))).toContain("Revoked");
});

test("S4 a request to be filed shows the text to copy, whole and untouched by markup", () => {
  const text = textOf(supportRequest({}));
  expect(text).toContain(`Customer tenant GUID or domain: ${customerId}`);
  expect(text).toContain("```");
  expect(JSON.stringify(draw(supportRequest({}), readers[0] as (typeof readers)[0]))).toContain(
    "https://portal.example/dashboard",
  );
});

test("S7 a filed request shows its ticket number", () => {
  expect(textOf(supportRequest({ status: "filed" }))).toContain("123456789012345");
});

test("a request that a person has to look at shows the ids for the operator", () => {
  const text = textOf(purchase({ status: "needs_person", failure }));
  expect(text).toContain(failure.requestId);
  expect(text).toContain(failure.correlationId);
});
