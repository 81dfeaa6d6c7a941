import { describe, expect, test } from "vitest";
import { keyRequestStatuses } from "#src/fulfilment/statuses.ts";
import { purchaseStatuses } from "#src/purchases/statuses.ts";
import type { RequestRow, RequestRows } from "#src/requests/tables.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { approvalColumns } from "./approval-columns.ts";
import { at, customerId, requestColumns } from "./rows.ts";
import { brokenLimits, readable, unclear } from "./slack-limits.ts";

const draw = createDrawMessage({ portalUrl: "https://portal.example/dashboard", agentsSignIn: false });
const nasty = "Fourth Coffee <!channel> & *Söhne* <@U0AGENT>";

const base = {
  ...requestColumns("xxx_0123456789ABCDEF", nasty),
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
      ...approvalColumns({ status: changes.status ?? "requested", lines: [line] }),
      ...changes,
    },
  };
}

const order = {
  orderId: "ORDER-1",
  createdAt: at.toISOString(),
  lines: [{ lineItemNumber: 0, catalogItemId: "P:S:A", quantity: 3, subscriptionId: "sub" }],
};

/** As it stands after twelve clicks of our own button. */
const shownLink = {
  id: "lnk_1",
  workspace_id: "T0TEST",
  person_id: "per_1",
  customer_id: customerId,
  order_id: "ORDER-1",
  line_item_number: 0,
  product_title: "SQL Server",
  reference: null,
  secret_id: null,
  renews: null,
  issued_at: at,
  expires_at: new Date(at.getTime() + 14 * 86_400_000),
  days_after_first_download: null,
  downloads_allowed: 50,
  first_download_at: at,
  clicks: 12,
  downloads_stated: null,
  handed_to_customer_at: null,
  warned_at: null,
  revoked_at: null,
  updated_at: at,
};

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
      reason: "Ticket 4711",
      hand_over_request_id: "h",
      source: "service",
      link_id: "lnk_1",
      link: shownLink,
      renews: null,
      handed_to_customer_at: null,
      link_warned_at: null,
      link_expires_at: new Date(at.getTime() + 14 * 86_400_000),
      downloads_allowed: 50,
      revoked_at: null,
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
  ...keyRequestStatuses.map((status): [string, RequestRow] => [
    `key request ${status}`,
    keyRequest({ status, failure: status === "refused" ? failure : null }),
  ]),
  ["revoked key request", keyRequest({ revoked_at: at })],
];

const readers = [
  { personId: "per_1", slackUserId: "U0AGENT", locale: "en-US", timeZone: "America/New_York" },
  { personId: "per_1", slackUserId: "U0AGENT", locale: "es-ES", timeZone: "Europe/Madrid" },
  { personId: "per_2", slackUserId: "U0BOSS", locale: "en-US", timeZone: "UTC" },
  { personId: "per_3", slackUserId: "U0BEFORE", locale: "es-ES", timeZone: "UTC" },
];

const textOf = (request: RequestRow, locale = "en-US") =>
  readable(draw(request, { personId: "per_1", slackUserId: "U0AGENT", locale, timeZone: "UTC" }).blocks);

describe.each(readers)("for $personId in $locale", (reader) => {
  test.each(all)("%s fits Slack's limits and carries no markup of others", (_name, request) => {
    const drawn = draw(request, reader);
    expect(brokenLimits(drawn.blocks)).toEqual([]);
    expect(unclear(drawn.blocks)).toEqual([]);
    expect(drawn.text.trim().length).toBeGreaterThan(0);
    expect(drawn.text.length).toBeLessThanOrEqual(4_000);
    expect(draw(request, reader)).toEqual(drawn);
    // What is to be copied stands in preformatted text, where Slack reads no markup.
    const markup = (drawn.blocks as { type: string }[]).filter(({ type }) => type !== "rich_text");
    // What a screen reader says for a button is plain text.
    const shown = JSON.stringify(markup, (key, value) => (key === "accessibility_label" ? undefined : value));
    for (const forbidden of ["<!channel>", "<!here>", "<!everyone>", "<@U0AGENT>"]) {
      expect(shown).not.toContain(forbidden);
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

/** Ten lines of ten products, in orders of two. */
function tenLines(): Pick<RequestRows["purchase"], "lines" | "orders"> {
  const lines = Array.from({ length: 10 }, (_, index) => ({
    catalogItemId: `P${index}:S:A`,
    productId: `P${index}`,
    skuId: "S",
    title: `Product ${index}`,
    kind: index === 0 ? ("reservation" as const) : ("perpetual" as const),
    quantity: index + 1,
    billingCycle: "one_time",
    termDuration: null,
    unitPrice: "1.0000",
    extendedPrice: "10.0000",
    orderGroup: String(Math.floor(index / 2)),
  }));
  const orders = Array.from({ length: 5 }, (_, number) => ({
    orderId: `ORDER-${number}`,
    createdAt: at.toISOString(),
    lines: lines.slice(number * 2, number * 2 + 2).map((line, lineItemNumber) => ({
      lineItemNumber,
      catalogItemId: line.catalogItemId,
      quantity: line.quantity,
      subscriptionId: null,
      deadlineAt:
        line.kind === "perpetual" ? new Date(at.getTime() + line.quantity * 86_400_000).toISOString() : null,
    })),
  }));
  return { lines, orders };
}

test("B1 C1 the receipt of ten lines: each order with its lines, deadlines and buttons, and the same in the notification", () => {
  const request = purchase({ status: "ordered", ...tenLines() });
  const drawn = draw(request, readers[0] as (typeof readers)[0]);
  expect(brokenLimits(drawn.blocks)).toEqual([]);
  expect(unclear(drawn.blocks)).toEqual([]);
  const blocks = JSON.stringify(drawn.blocks);
  expect(blocks.split('"keys.open.v1"')).toHaveLength(10);
  expect(blocks.split('"cancel.open.v1"')).toHaveLength(10);
  expect(blocks.split('"support.open.v1"')).toHaveLength(2);
  for (const said of [readable(drawn.blocks), drawn.text]) {
    for (let number = 0; number < 5; number += 1) expect(said).toContain(`Order ORDER-${number}`);
    for (let index = 0; index < 10; index += 1) expect(said).toContain(`${index + 1} × Product ${index}`);
    expect(said.match(/Can be cancelled until <!date\^\d+\^\{date_short\} \{time\}\|/g)).toHaveLength(9);
    expect(said).toContain("Can't be cancelled here: only through a support request.");
  }
});

test("B1 an order in part: what stands, what failed with its reason, the total of what stands, and the way to try the rest", () => {
  const { lines, orders } = tenLines();
  const request = purchase({
    status: "partly_ordered",
    lines,
    orders: orders.slice(0, 3),
    order_errors: [
      { code: 800010, description: "none left", orderGroup: "3" },
      { code: 800023, description: "credit", orderGroup: "4" },
    ],
    total_price: "100.0000",
  });
  const drawn = draw(request, readers[0] as (typeof readers)[0]);
  const said = readable(drawn.blocks).replaceAll("\u00a0", " ");
  expect(said).toContain("Total: *EUR 60.00*");
  for (const index of [6, 7, 8, 9]) expect(said).toContain(`Not ordered:* ${index + 1} × Product ${index}`);
  for (const why of ["There is not", "Your company's credit limit"])
    expect(said.match(new RegExp(`these 2 lines together[^\\n]*\\n${why}`, "g"))).toHaveLength(1);
  expect(said).not.toContain("Not ordered:* 6 ×");
  expect(JSON.stringify(drawn.blocks)).toContain("buy.retry.v1");
  expect(drawn.text).toContain("Not ordered:* 10 × Product 9");
});

test("B1 several lines that were refused together are not blamed one by one: it is said once, of all of them", () => {
  const { lines } = tenLines();
  const request = purchase({
    status: "refused",
    lines: lines.slice(0, 3).map((line) => ({ ...line, orderGroup: "0" })),
    orders: [],
    order_errors: [{ code: 800010, description: "none left", orderGroup: "0" }],
  });
  for (const reader of readers.slice(0, 2)) {
    const said = readable(draw(request, reader).blocks);
    expect(said.match(/800010/g)).toHaveLength(1);
    expect(said).toMatch(/these 3 lines together|estas 3 líneas juntas/);
  }
});

test("B1 what was tried again is offered no more: who did so stands there instead", () => {
  const { lines, orders } = tenLines();
  const partly = {
    status: "partly_ordered" as const,
    lines,
    orders: orders.slice(0, 3),
    order_errors: [{ code: 800010, description: "none left", orderGroup: "3" }],
  };
  const [reader] = readers;
  if (!reader) throw new Error("nobody reads");
  expect(JSON.stringify(draw(purchase(partly), reader).blocks)).toContain("buy.retry.v1");
  const retried = draw(purchase({ ...partly, retried_by: "U0OTHER", retried_at: at }), reader);
  expect(JSON.stringify(retried.blocks)).not.toContain("buy.retry.v1");
  expect(readable(retried.blocks)).toContain("<@U0OTHER> tried again");
});

test("B1 an order at another price than was confirmed says both, that it is bought, and until when it can be cancelled", () => {
  const { lines, orders } = tenLines();
  const [first] = orders;
  const dearer = orders.slice(0, 1).map((order) => ({
    ...order,
    lines: order.lines.map((line) => ({ ...line, price: "77.0000", deadlineAt: at.toISOString() })),
  }));
  const ordered = { status: "ordered" as const, lines: lines.slice(0, first?.lines.length) };
  const [reader] = readers;
  if (!reader) throw new Error("nobody reads");
  const said = draw(purchase({ ...ordered, orders: dearer }), reader);
  const text = readable(said.blocks).replaceAll("\u00a0", " ");
  expect(text).toContain("Ordered at EUR 77.00, not at the EUR");
  expect(text).toContain("It is bought.");
  expect(text).toContain(`Total: *EUR ${77 * (first?.lines.length ?? 0)}.00*`);
  expect(said.text).toContain("not at the EUR");
  const same = orders.slice(0, 1).map((order) => ({
    ...order,
    lines: order.lines.map((line, index) => ({ ...line, price: lines[index]?.extendedPrice ?? null })),
  }));
  expect(readable(draw(purchase({ ...ordered, orders: same }), reader).blocks)).not.toContain("not at the");
});

test("B1 a refused purchase says why in our words, with Partner Center's and the ids, and can be tried again", () => {
  const refused = purchase({
    status: "refused",
    failure: { ...failure, code: 800023, description: "credit" },
  });
  const drawn = draw(refused, readers[0] as (typeof readers)[0]);
  const said = readable(drawn.blocks);
  for (const part of ["credit limit with Microsoft is too low", "The answer was: credit", failure.requestId])
    expect(said).toContain(part);
  expect(JSON.stringify(drawn.blocks)).toContain("buy.retry.v1");
});

test("B2 a total says whether it includes tax", () => {
  expect(textOf(purchase({}))).toContain("without tax");
  expect(textOf(purchase({ tax_included: true }))).toContain("tax included");
});

test("K5 a key request shows how long its link lives and how often it was used, until it is revoked (C10)", () => {
  expect(textOf(keyRequest({}))).toContain("or for 50 downloads, whichever comes first");
  expect(textOf(keyRequest({}))).toContain("At least 12 of 50 downloads used");
  expect(textOf(keyRequest({ link: { ...shownLink, downloads_stated: 13 } }))).toContain(
    "\n13 of 50 downloads used",
  );
  expect(textOf(keyRequest({ revoked_at: at }))).not.toContain("50 downloads");
  expect(textOf(keyRequest({ revoked_at: at }))).toContain("Revoked");
});

test("K5 a link that lives from its first download says so, and one that dies offers a new one", () => {
  const link = { ...shownLink, expires_at: null, first_download_at: null, days_after_first_download: 5 };
  expect(textOf(keyRequest({ link: { ...link, downloads_allowed: null } }))).toContain(
    "works for 5 days after its first download.",
  );
  const dying = keyRequest({ link_warned_at: at, handed_to_customer_at: at });
  expect(textOf(dying)).toContain("is dead or about to die");
  expect(textOf(dying)).toContain("Your customer has the link since");
  expect(textOf(dying)).toContain("Renew the link");
});

test("a request that a person has to look at shows the ids for the operator", () => {
  const text = textOf(purchase({ status: "needs_person", failure }));
  expect(text).toContain(failure.requestId);
  expect(text).toContain(failure.correlationId);
});

describe("approval: what an approver sees", () => {
  const approver = { personId: "per_2", slackUserId: "U0BOSS", locale: "en-US", timeZone: "UTC" };
  const drawn = (change: Parameters<typeof purchase>[0], reader = approver) =>
    JSON.stringify(draw(purchase(change), reader).blocks);

  test("approval: lines, prices, total, tax, deadline and who asks, with three answers", () => {
    const text = readable(draw(purchase({ status: "awaiting_approval" }), approver).blocks).replaceAll(
      "\u00a0",
      " ",
    );
    for (const fact of ["<@U0REQUESTER>", "3 × EUR 100.00 = *EUR 300.00*", "without tax", customerId, "9:00"])
      expect(text).toContain(fact);
    const blocks = drawn({ status: "awaiting_approval" });
    for (const id of ["approve.approve.v1", "approve.refuse.open.v1", "approve.hand-over.open.v1"])
      expect(blocks).toContain(id);
  });

  test.each(purchaseStatuses)(
    "approval: %s: no button of the requester's, and no answer but to a question",
    (status) => {
      const blocks = drawn({ status, orders: /ordered/.test(status) ? [order] : [] });
      for (const id of ["keys.open", "cancel.open", "approve.withdraw", "approve.new-price", "buy.retry"])
        expect(blocks).not.toContain(id);
      expect(blocks.includes("approve.approve")).toBe(status === "awaiting_approval");
      expect(drawn({ status }, { ...approver, slackUserId: "U0BEFORE" })).not.toContain("approve.approve");
    },
  );

  test("approval: the requester has no answer to give but to take it back", () => {
    const own = drawn({ status: "awaiting_approval" }, { ...approver, personId: "per_1" });
    expect(own).toContain("approve.withdraw.v1");
    expect(own).not.toContain("approve.approve");
  });
});

test("B1 a changed price shows old and new by line and together, with the difference and both answers", () => {
  const line = (unitPrice: string, extendedPrice: string) => ({
    catalogItemId: "P:S:A",
    productId: "P",
    skuId: "S",
    title: "SQL Server",
    kind: "subscription" as const,
    quantity: 3,
    billingCycle: "annual",
    termDuration: "P1Y",
    unitPrice,
    extendedPrice,
  });
  const changed = purchase({
    status: "changed",
    due_at: at,
    offered: {
      why: "price",
      cartId: "c",
      lines: [line("90", "270")],
      currencyCode: "EUR",
      totalPrice: "270.0000",
      hash: "e".repeat(64),
    },
  });
  const text = textOf(changed).replaceAll("\u00a0", " ");
  expect(text).toContain("Confirmed: EUR 300.00 · now: *EUR 270.00* (EUR 30.00 less)");
  expect(text).toContain("*Total* confirmed: EUR 300.00 · now: *EUR 270.00* (EUR 30.00 less)");
  expect(text).toContain("Prices do not include tax.");
  for (const id of ["approve.new-price.v1", "approve.leave.v1"])
    expect(JSON.stringify(draw(changed, readers[0] as (typeof readers)[0]).blocks)).toContain(id);
});
