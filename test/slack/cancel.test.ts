import { describe, expect, test } from "vitest";
import { validate } from "#sandbox/slack/validate.ts";
import type { Assessment } from "#src/cancellations/assess.ts";
import { refusalKeyOf, refusalKeys } from "#src/cancellations/refusals.ts";
import { cancellationStatuses } from "#src/cancellations/statuses.ts";
import type { RefusedItem } from "#src/db/rows.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import type { RequestRows } from "#src/requests/tables.ts";
import { batchState, cancelConfirmView, cancelRequestedView } from "#src/slack/cancel/confirm.ts";
import { dutiesForm } from "#src/slack/cancel/duties.ts";
import {
  type CancelForm,
  cancelForm,
  type Item,
  itemBlocks,
  orderChoices,
  sorted,
} from "#src/slack/cancel/form.ts";
import { cancellationMessage } from "#src/slack/cancel/message.ts";
import { cancellationReport } from "#src/slack/cancel/report.ts";
import { encodeOrder, linesOf, typedOrders } from "#src/slack/cancel/selection.ts";
import { takeBackForm, takenBackView } from "#src/slack/cancel/take-back.ts";
import { restoreForm } from "#src/slack/form.ts";
import { actions } from "#src/slack/ids.ts";
import { createTexts, type Texts } from "#src/slack/locales/texts.ts";
import { encodeLine } from "#src/slack/state.ts";
import fc from "../ground/fast-check.ts";
import { at, customerId, requestColumns } from "./rows.ts";
import { readable } from "./slack-limits.ts";

type Cancellation = RequestRows["cancellation"];
type Batch = RequestRows["cancellation_batch"];

const en = createTexts("en-US", "Europe/London");
const es = createTexts("es-ES", "Europe/Madrid");
const languages: [string, Texts][] = [
  ["English", en],
  ["Spanish", es],
];
const minute = 60_000;
const nasty = "Fourth Coffee <!channel> & *Söhne* <@U0AGENT> 🎉".repeat(6);

const lineOf = (changes: Partial<SoftwareLine> = {}): SoftwareLine => ({
  customerId,
  orderId: "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1",
  lineItemNumber: 0,
  catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
  productId: "DG7GMGF0FKZV",
  skuId: "0003",
  title: nasty,
  kind: "subscription",
  quantity: 3,
  cancelled: false,
  subscriptionId: null,
  termDuration: "P1Y",
  billingCycle: "annual",
  currencyCode: "EUR",
  extendedPrice: "300.00",
  purchasedAt: at,
  ...changes,
});

const open: Assessment = {
  kind: "open",
  deadlineAt: new Date(at.getTime() + 36 * 3_600_000),
  daysLeft: 1,
  origin: "policy",
  creditAmount: "250.1000",
  creditCurrency: "EUR",
  refund: "prorated",
};
const assessments: Assessment[] = [
  open,
  { ...open, creditAmount: null, creditCurrency: null, refund: "full" },
  { kind: "passed", deadlineAt: at },
  { kind: "needs_support", reason: "esu" },
  { kind: "needs_support", reason: "reservation" },
  { kind: "never" },
  { kind: "already_cancelled" },
  { kind: "already_requested", by: "U0AGENT", cancellationId: "can_1", status: "accepted" },
];

const formOf = (items: Item[], changes: Partial<CancelForm> = {}): CancelForm => ({
  customer: { value: customerId, text: nasty },
  round: 0,
  typed: "",
  notices: [],
  products: [{ value: "P:S", text: nasty }],
  product: "P:S",
  choices: items.map(({ line }) => ({ value: encodeLine(line), text: line.orderId })),
  total: items.length,
  chosen: items.map(({ line }) => encodeLine(line)),
  items,
  now: at,
  ...changes,
});

const itemsOf = (kinds: Assessment[]): Item[] =>
  kinds.map((assessment, index) => ({
    line: lineOf({ orderId: `2y6dF_rVgDAXMxypQPPnTquuXhKVK_${index}` }),
    assessment,
  }));

const failure = {
  kind: "refused",
  status: 400,
  code: 800061,
  description: `Line <!here> ${"x".repeat(2_000)}`,
  operation: "CancelOrder",
  requestId: "12121212-3434-4565-8787-909090909090",
  correlationId: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
};

const rowOf = (changes: Partial<Cancellation> = {}): Cancellation => ({
  ...requestColumns("can_0123456789ABCDEF", nasty),
  updated_at: new Date(at.getTime() + 4 * minute),
  status: "requested",
  market: "ES",
  order_id: "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1",
  line_item_number: 0,
  catalog_item_id: "P:S:A",
  subscription_id: "sub",
  product_title: nasty,
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
  sent_at: null,
  accepted_at: null,
  visible_at: null,
  looks: 3,
  batch_id: "bat_1",
  leaves_at: null,
  next_look_at: null,
  alone: false,
  reroutes: 0,
  duties: { partner: [], customer: [] },
  alternate_order_id: null,
  credit_status: null,
  credit_seen: null,
  credit_invoice_id: null,
  credit_seen_currency: null,
  ...changes,
});

/** A row as it looks in this status. */
function rowIn(status: Cancellation["status"], changes: Partial<Cancellation> = {}): Cancellation {
  const accepted = ["accepted", "overdue", "visible"].includes(status);
  return rowOf({
    status,
    ...(status === "requested" ? { leaves_at: new Date(at.getTime() + minute) } : { sent_at: at }),
    ...(accepted ? { accepted_at: at, next_look_at: new Date(at.getTime() + 15 * minute) } : {}),
    ...(status === "visible" ? { visible_at: at, next_look_at: null } : {}),
    ...(status === "refused" || status === "needs_person" ? { failure } : {}),
    ...changes,
  });
}

const refusedItems: RefusedItem[] = [
  ["window_passed", { deadline: at.toISOString() }],
  ["already_requested", { by: "U0AGENT", id: "can_1" }],
  ["never_cancellable", {}],
  ["order_not_found", { orderId: "x" }],
].map(([code, values], index) => ({
  orderId: `gone-${index}`,
  lineItemNumber: index,
  productTitle: index % 2 === 0 ? nasty : null,
  quantity: index % 2 === 0 ? 3 : null,
  code: code as RefusedItem["code"],
  values: values as RefusedItem["values"],
}));

const batchOf = (items: Cancellation[], refused: RefusedItem[] = []): Batch => ({
  ...requestColumns("bat_0123456789ABCDEF", nasty),
  status: "under_way",
  form_token: "f",
  refused_items: refused,
  items,
});

const anyRow = fc
  .record({
    status: fc.constantFrom(...cancellationStatuses),
    product_title: fc.constantFrom(nasty, "SQL Server 2022 Standard", "&".repeat(300), "😀".repeat(200)),
    product_kind: fc.constantFrom("perpetual" as const, "subscription" as const),
    order_id: fc.constantFrom("2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1", "0a3624c6e47d", "<".repeat(100)),
    credit: fc.constantFrom(
      { credit_amount: "250.00", credit_currency: "EUR" },
      { credit_amount: "123456789.1234", credit_currency: "JPY" },
      { credit_amount: null, credit_currency: null },
    ),
    credit_status: fc.constantFrom(null, "seen" as const, "different" as const, "overdue" as const),
    code: fc.constantFrom(900117, 800061, 900150, 800014, 424242),
  })
  .map(({ status, credit, credit_status, code, ...rest }) =>
    rowIn(status, {
      ...rest,
      ...credit,
      ...(status === "visible"
        ? { credit_status, credit_seen: "1.00", credit_invoice_id: "D0400ABCDE" }
        : {}),
      ...(status === "refused" ? { failure: { ...failure, code } } : {}),
    }),
  );

/** Everything that Slack reads as markup. */
function markupOf(content: unknown): string {
  if (Array.isArray(content)) return content.map(markupOf).join("\n");
  if (typeof content !== "object" || content === null) return "";
  const own = "type" in content && content.type === "mrkdwn" && "text" in content ? String(content.text) : "";
  return `${own}\n${Object.values(content).map(markupOf).join("\n")}`;
}
const forbidden = ["<!channel>", "<!here>", "<!everyone>"];

describe.each(languages)("in %s", (_name, texts) => {
  test("C7 any set of statuses of 1 to 50 items draws a message that Slack takes, and counts every item", () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { minLength: 1, maxLength: 50 }),
        fc.subarray(refusedItems),
        fc.constantFrom(nasty, "&".repeat(600), "Contoso"),
        (rows, refused, customer) => {
          const items = rows
            .slice(0, 50 - refused.length || 1)
            .map((row) => ({ ...row, customer_name: customer }));
          const drawn = cancellationReport(texts, {
            ...batchOf(items, refused),
            customer_name: customer,
          });
          expect(validate("message", drawn)).toEqual([]);
          expect(drawn.text.length).toBeLessThanOrEqual(4_000);
          for (const word of forbidden) expect(markupOf(drawn.blocks)).not.toContain(word);
          if (items.length + refused.length === 1) return;
          const text = readable(drawn.blocks);
          const more = /…(?:and|y) (\d+) (?:more|más)/.exec(text)?.[1] ?? "0";
          const listed = text.split(/, (?:line|línea) \d+(?: ·|\n)/).length - 1;
          expect(listed + Number(more)).toBe(items.length + refused.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("C7 the twin: a report that cuts what does not fit without a word would lose items", () => {
    const items = Array.from({ length: 50 }, (_, index) =>
      rowIn("visible", { order_id: `${index}`.repeat(60) }),
    );
    const drawn = cancellationReport(texts, batchOf(items));
    const silent = drawn.blocks.filter((block) => !/…(and|y) \d+/.test(JSON.stringify(block)));
    expect(silent.length).toBe(drawn.blocks.length - 1);
    expect(readable(silent).split(/, (?:line|línea) \d+(?: ·|\n)/).length - 1).toBeLessThan(50);
  });

  test("C8 any choice of 1 to 50 items draws a form and a confirmation that Slack takes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...assessments), { minLength: 1, maxLength: 50 }),
        fc.boolean(),
        (kinds, cut) => {
          const items = itemsOf(kinds);
          const notices = [texts.markup("cancel.too_many", { most: 50 })];
          const form = cancelForm(texts, formOf(items, { notices, total: cut ? 240 : items.length }));
          expect(validate("modal", form)).toEqual([]);
          const { open: opened } = sorted(items);
          if (opened.length === 0) return;
          const state = batchState({
            formToken: "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55",
            customerId,
            open: opened,
          });
          const confirm = cancelConfirmView(texts, { customer: nasty, items, open: opened, state, now: at });
          expect(validate("modal", confirm)).toEqual([]);
          for (const word of forbidden)
            expect(markupOf([...form.blocks, ...confirm.blocks])).not.toContain(word);
          for (const { line } of items.length > 1 ? items : [])
            expect(readable(confirm.blocks)).toContain(line.orderId);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("C8 C10 every other modal of the flow is one that Slack takes", () => {
    const rows = Array.from({ length: 50 }, (_, index) => rowIn("visible", { id: `can_${index}` }));
    const order = [lineOf(), lineOf({ lineItemNumber: 1 })];
    const choices = orderChoices(
      texts,
      order.map((line) => ({ line, assessment: open })),
    );
    const empty = { choices: [], total: 0, chosen: [], items: [] };
    for (const view of [
      cancelForm(
        texts,
        formOf([], { customer: null, products: [], product: null, typed: "x".repeat(4_000) }),
      ),
      cancelForm(texts, formOf([], { products: [], product: null, ...empty })),
      cancelForm(texts, formOf([], empty)),
      cancelForm(texts, formOf([], { choices, total: 240, chosen: choices.map(({ value }) => value) })),
      cancelRequestedView(texts, { count: 50, left: 3, customerId }),
      takeBackForm(texts, rows, JSON.stringify({ v: 1, batchId: "bat_1" })),
      takenBackView(texts, rows, rows),
      dutiesForm(texts, {
        rows,
        about: { v: 1, batchId: "bat_1" },
        ticked: { partner: ["uninstall"], customer: [] },
      }),
    ])
      expect(validate("modal", view)).toEqual([]);
  });

  test.each([
    ["ES", "Hola"],
    ["US", "Hello"],
    ["FR", texts.language === "es" ? "Hola" : "Hello"],
  ])("C10 the text for a customer in %s is in their language, else in the agent's", (market, greeting) => {
    const about = { v: 1 as const, cancellationId: "can_1" };
    const rows = [rowIn("visible", { market })];
    const view = dutiesForm(texts, { rows, about, ticked: { partner: [], customer: [] } });
    expect(JSON.stringify(view.blocks)).toContain(greeting);
  });

  test.each(cancellationStatuses)(
    "C9 a cancellation of one item that is %s draws a message that Slack takes",
    (status) => {
      const drawn = cancellationMessage(texts, rowIn(status));
      expect(validate("message", drawn)).toEqual([]);
      expect(cancellationReport(texts, batchOf([rowIn(status)]))).toEqual(drawn);
    },
  );

  test.each(refusalKeys)("C9 a refusal says in plain words why and what next: %s", (key) => {
    const code = Array.from({ length: 1_000_000 }, (_, index) => index).find(
      (candidate) => refusalKeyOf({ failure: { ...failure, code: candidate } }) === key,
    );
    const drawn = cancellationMessage(texts, rowIn("refused", { failure: { ...failure, code: code ?? 0 } }));
    const said = texts.markup(`cancellation.refusal.${key}`, {
      deadline: { at: rowOf().deadline_at ?? at, show: "minute" },
    });
    expect(readable(drawn.blocks)).toContain(said);
    expect(JSON.stringify(drawn.blocks)).toContain(actions.supportOpen);
  });
});

test("C8 C12 several items: what goes, with days, deadline and credit each, the total by currency, and what stays and why", () => {
  const items = itemsOf([
    open,
    { ...open, refund: "full", creditAmount: "0.2000" },
    { ...open, creditAmount: "10", creditCurrency: "USD" },
    { kind: "passed", deadlineAt: at },
    { kind: "already_requested", by: "U0AGENT", cancellationId: "can_1", status: "accepted" },
  ]);
  const text = readable(itemBlocks(en, items, at)).replaceAll("\u00a0", " ");
  expect(text).toContain("3 items can be cancelled");
  expect(text).toContain("1 day left, until");
  expect(text).toContain("EUR 250.10 back (prorated)");
  expect(text).toContain("EUR 0.20 back (100 %)");
  expect(text).toContain("*EUR 250.30*, with the next monthly invoice, the one for November 2026");
  expect(text).toContain("*USD 10.00*");
  expect(text).toContain("2 items stay as they are");
  expect(text).toContain("The cancellation window has passed");
  expect(text).toContain("<@U0AGENT> has already asked");
});

test("C8 S1 a window that has passed, and what needs support, lead to the support form with order, reason and amount", () => {
  const supports = (assessment: Assessment) => {
    const blocks = itemBlocks(en, [{ line: lineOf(), assessment }], at);
    const found = /"action_id":"cancel\.support\.v1","value":("(?:[^"\\]|\\.)*")/.exec(
      JSON.stringify(blocks),
    )?.[1];
    return found ? (JSON.parse(JSON.parse(found)) as object) : null;
  };
  expect(assessments.map((assessment) => [assessment.kind, supports(assessment) !== null])).toEqual([
    ["open", false],
    ["open", false],
    ["passed", true],
    ["needs_support", true],
    ["needs_support", true],
    ["never", false],
    ["already_cancelled", false],
    ["already_requested", false],
  ]);
  expect(supports({ kind: "passed", deadlineAt: at })).toEqual({
    v: 1,
    customerId,
    orderId: lineOf().orderId,
    reason: "window_passed",
    amount: "299.18",
    currency: "EUR",
  });
  expect(supports({ kind: "needs_support", reason: "esu" })).toMatchObject({ reason: "esu" });
});

test("C8 one item: how many days are left and until when, or why not", () => {
  const texts = assessments.map((assessment) =>
    readable(itemBlocks(en, [{ line: lineOf(), assessment }], at)),
  );
  expect(texts[0]).toContain("1 day left to cancel this order");
  expect(texts[0]).toContain(`<!date^${at.getTime() / 1_000 + 36 * 3_600}^`);
  expect(texts[2]).toContain("The cancellation window has passed");
  expect(texts[3]).toContain("More information is needed");
  expect(texts[5]).toContain("neither cancelled nor exchanged");
  expect(texts[6]).toContain("has been cancelled already");
  expect(texts[7]).toContain("<@U0AGENT>");
});

test("C6 an order with several lines offers the whole of it and each line; choosing both cancels each line once", () => {
  const lines = [lineOf(), lineOf({ lineItemNumber: 1, title: "SQL Server" }), lineOf({ orderId: "other" })];
  const choices = orderChoices(
    en,
    lines.slice(0, 2).map((line) => ({ line, assessment: open })),
  );
  const { orderId } = lineOf();
  expect(choices.map(({ value }) => value)).toEqual([encodeOrder(orderId), `${orderId}#0`, `${orderId}#1`]);
  expect(choices[0]?.description).toBe("The whole order: 2 lines");
  expect(choices[2]?.text).toContain("line 2: SQL Server");
  expect(linesOf([encodeOrder(orderId), `${orderId}#1`], lines)).toEqual(lines.slice(0, 2));
  expect(linesOf([`${orderId}#1`], lines)).toEqual([lines[1]]);
});

test("C5 order numbers are read however they are separated, each once", () => {
  expect(typedOrders(" 2y6dF_rVg,0a36;0a36\n 2y6dF_rVg\t7 ")).toEqual(["2y6dF_rVg", "0a36", "7"]);
  expect(typedOrders("  ")).toEqual([]);
});

test("C6 a list that was cut says so and can be searched", () => {
  const items = itemsOf([open]);
  const choices = Array.from({ length: 100 }, (_, index) => ({ value: `o${index}#0`, text: `o${index}` }));
  const cut = cancelForm(en, formOf(items, { choices, total: 240 }));
  expect(readable(cut.blocks)).toContain("The newest 100 of 240 are listed.");
  expect(JSON.stringify(cut.blocks)).toContain("multi_external_select");
  const products = Array.from({ length: 700 }, (_, index) => ({ value: `P${index}:S`, text: `P${index}` }));
  expect(readable(cancelForm(en, formOf(items, { products })).blocks)).toContain(
    "499 of 700 products are listed.",
  );
  const whole = cancelForm(en, formOf(items, { choices, total: 100 }));
  expect(readable(whole.blocks)).not.toContain("are listed");
  expect(JSON.stringify(whole.blocks)).toContain("multi_static_select");
});

test("C7 what is chosen in a list of several stays chosen when the form comes back", () => {
  const items = itemsOf([open, { kind: "never" }]);
  const view = cancelForm(en, formOf(items));
  const block = view.blocks.find(({ block_id }) => block_id?.startsWith(actions.cancelLines));
  const [option] = (block as unknown as { element: { options: object[] } }).element.options;
  const answered = {
    ...view,
    state: { values: { [block?.block_id ?? ""]: { [actions.cancelLines]: { selected_options: [option] } } } },
  };
  const again = restoreForm(answered as unknown as Parameters<typeof restoreForm>[0], {});
  expect(validate("modal", again)).toEqual([]);
  expect(JSON.stringify(again)).toContain('"initial_options":[{');
  const element = (
    again.blocks.find(({ block_id }) => block_id === block?.block_id) as unknown as {
      element: { initial_options: object[] };
    }
  ).element;
  expect(element.initial_options).toEqual([option]);
});

test("C9 an accepted cancellation says since when, until when, how long so far, and when the next look is", () => {
  const text = readable(cancellationMessage(en, rowIn("accepted")).blocks);
  const seconds = at.getTime() / 1_000;
  expect(text).toContain(`<!date^${seconds}^{date_short} {time}|Nov 23, 2026, 9:00`);
  expect(text).toContain(`<!date^${seconds + 15 * 60}^{date_short} {time}|Nov 23, 2026, 9:15`);
  expect(text).toMatch(/by <!date\^\d+\^\{time\}\|[^>]+> 4 minutes had gone by/);
  expect(text).toContain(`I look again at <!date^${seconds + 15 * 60}^`);
});

test("C9 an overdue cancellation has the support form ready, as the first thing to do", () => {
  const blocks = JSON.stringify(cancellationMessage(en, rowIn("overdue")).blocks);
  expect(blocks).toContain(`"action_id":"${actions.supportOpen}"`);
  expect(blocks).toContain('"style":"primary"');
  expect(blocks).toContain('\\"reason\\":\\"overdue\\"');
  expect(blocks).toContain('\\"amount\\":\\"250.00\\"');
});

test("C9 a cancellation can be taken back while it has not left, and only then", () => {
  const offers = (row: Cancellation) =>
    JSON.stringify(cancellationMessage(en, row).blocks).includes(actions.cancelTakeBack);
  expect(offers(rowIn("requested"))).toBe(true);
  expect(offers(rowIn("requested", { leaves_at: null }))).toBe(false);
  for (const status of cancellationStatuses.filter((one) => one !== "requested"))
    expect([status, offers(rowIn(status))]).toEqual([status, false]);
  expect(readable(cancellationMessage(en, rowIn("requested")).blocks)).toContain(
    "until then you can take it back",
  );
});

test("C10 C11 a visible cancellation names what partner and customer must do, and what was done", () => {
  const row = rowIn("visible", {
    customer_name: "Contoso",
    duties: { partner: ["uninstall"], customer: [] },
  });
  const text = readable(cancellationMessage(en, row).blocks);
  for (const duty of ["• Stop using", ":white_check_mark: Uninstall it everywhere", "• Delete its downloads"])
    expect(text).toContain(duty);
  expect(text).toContain("*You, the partner*");
  expect(text).toContain("*Contoso, the customer*");
  expect(text).toContain("its key is no longer available");
  expect(readable(cancellationMessage(es, row).blocks)).toContain(":white_check_mark: Desinstalarlo");
});

test("C12 the credit: amount, currency and the month of its invoice in words, and what came of it", () => {
  const say = (changes: Partial<Cancellation>, texts = en) =>
    readable(cancellationMessage(texts, rowIn("visible", changes)).blocks).replaceAll("\u00a0", " ");
  expect(say({})).toContain(
    "Expected credit: *EUR 250.00*, with the next monthly invoice, the one for November 2026 (prorated",
  );
  expect(say({ product_kind: "perpetual" })).toContain("100 %, perpetual software");
  expect(say({}, es)).toContain("la de noviembre de 2026");
  const came = { credit_seen: "249.00", credit_invoice_id: "D0400ABCDE" };
  expect(say({ ...came, credit_status: "seen" })).toContain("EUR 249.00 on invoice D0400ABCDE");
  expect(say({ ...came, credit_status: "different" })).toContain(
    "EUR 249.00 on invoice D0400ABCDE, EUR 250.00 expected",
  );
  expect(say({ credit_status: "overdue" })).toContain("the invoice for November 2026 came without it");
  const blocks = JSON.stringify(
    cancellationMessage(en, rowIn("visible", { credit_status: "overdue" })).blocks,
  );
  expect(blocks).toContain('\\"reason\\":\\"credit\\"');
});

test("C9 a message of a cancellation differs between the languages, whatever its status", () => {
  for (const status of cancellationStatuses) {
    const [english, spanish] = [en, es].map((texts) =>
      readable(cancellationMessage(texts, rowIn(status)).blocks),
    );
    expect([status, english === spanish]).toEqual([status, false]);
  }
});

test("C7 a report lists what went wrong first, each with its own outcome and its own way on", () => {
  const drawn = cancellationReport(
    en,
    batchOf(
      [
        rowIn("visible", { order_id: "ORDER-1" }),
        rowIn("refused", { order_id: "ORDER-2", failure: { ...failure, code: 900117 } }),
        rowIn("accepted", { order_id: "ORDER-3" }),
        rowIn("requested", { order_id: "ORDER-4" }),
      ],
      refusedItems.slice(1, 2),
    ),
  );
  const text = readable(drawn.blocks);
  expect(text).toContain("1 refused · 1 not requested · 1 not sent yet · 1 accepted · 1 cancelled");
  const places = ["ORDER-2", "gone-1", "ORDER-4", "ORDER-3", "ORDER-1"].map((id) => text.indexOf(id));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(text).toContain("The cancellation window has passed");
  expect(text).toContain("<@U0AGENT> has already asked");
  expect(JSON.stringify(drawn.blocks).split(actions.supportOpen)).toHaveLength(2);
  expect(JSON.stringify(drawn.blocks)).toContain(actions.cancelTakeBack);
});
