import { describe, expect, test } from "vitest";
import type { Assessment } from "#src/cancellations/assess.ts";
import type { Offer } from "#src/catalog/offer.ts";
import { Secret } from "#src/config/secret.ts";
import type { HandOver } from "#src/fulfilment/port.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { buyForm } from "#src/slack/buy/form.ts";
import { quoteView } from "#src/slack/buy/quote.ts";
import { cancelConfirmView } from "#src/slack/cancel/confirm.ts";
import { cancelForm } from "#src/slack/cancel/form.ts";
import { meant, nearest } from "#src/slack/help/words.ts";
import { actions, inputs } from "#src/slack/ids.ts";
import { keysForm } from "#src/slack/keys/form.ts";
import { handOverView } from "#src/slack/keys/hand-over.ts";
import { createTexts } from "#src/slack/locales/texts.ts";
import { decodeState, encodeState, StaleState } from "#src/slack/state.ts";
import { filedForm, supportForm } from "#src/slack/support/form.ts";
import { brokenModal, readable } from "./slack-limits.ts";

const en = createTexts("en-US", "America/New_York");
const es = createTexts("es-ES", "Europe/Madrid");
const at = new Date("2026-11-23T09:00:00Z");
const long = "Ærøskøbing Trading & Sons <!channel> 🎉 ".repeat(8);
const customer = { value: "11111111-2222-4333-8444-555555555555", text: long };
const formToken = "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55";

const line: SoftwareLine = {
  customerId: customer.value,
  orderId: "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1",
  lineItemNumber: 0,
  catalogItemId: "DG7GMGF0FKZV:0003:DG7GMGF0DWMS",
  productId: "DG7GMGF0FKZV",
  skuId: "0003",
  title: long,
  kind: "subscription",
  quantity: 3,
  cancelled: false,
  subscriptionId: null,
  termDuration: "P1Y",
  billingCycle: "annual",
  currencyCode: "EUR",
  extendedPrice: "300.00",
  purchasedAt: at,
};

const offer: Offer = {
  productId: "P",
  skuId: "S",
  title: long,
  kind: "subscription",
  minimumQuantity: 0,
  maximumQuantity: 999,
  terms: [
    {
      id: "P1Y:annual",
      billingCycle: "annual",
      termDuration: "P1Y",
      catalogItemId: "P:S:A",
      refundOptions: [],
    },
    {
      id: "P3Y:annual",
      billingCycle: "annual",
      termDuration: "P3Y",
      catalogItemId: "P:S:B",
      refundOptions: [],
    },
  ],
  hybridBenefit: "windows_server_standard",
  notes: { softwareMarketWarning: true, cancellable: "in_window" },
};

const assessments: Assessment[] = [
  {
    kind: "open",
    deadlineAt: at,
    daysLeft: 1,
    origin: "policy",
    creditAmount: "10.50",
    creditCurrency: "EUR",
    refund: "prorated",
  },
  { kind: "passed", deadlineAt: at },
  { kind: "needs_support", reason: "esu" },
  { kind: "never" },
  { kind: "already_cancelled" },
  { kind: "already_requested", by: "U0AGENT", cancellationId: "can_1", status: "accepted" },
];

const buyAt = (changes: Partial<Offer> = {}) =>
  buyForm(en, {
    formToken,
    customer,
    product: { value: "P:S", text: long },
    offer: { ...offer, ...changes },
  });

const cancelWith = (assessment: Assessment, texts = en) =>
  cancelForm(texts, {
    customer,
    products: [{ value: "P:S", text: long }],
    product: "P:S",
    candidates: [{ line, assessment }],
    chosen: { line, assessment },
  });

describe.each([
  ["English", en],
  ["Spanish", es],
])("in %s, every form fits Slack's limits with the longest names", (_name, texts) => {
  test("purchase", () => {
    expect(brokenModal(buyForm(texts, { formToken, customer: null, product: null, offer: null }))).toEqual(
      [],
    );
    for (const hybridBenefit of [
      "windows_server_standard",
      "windows_server_datacenter",
      "sql_server",
      null,
    ] as const) {
      const drawn = buyForm(texts, {
        formToken,
        customer,
        product: { value: "P:S", text: long },
        offer: { ...offer, hybridBenefit },
        refusal: long,
      });
      expect(brokenModal(drawn)).toEqual([]);
    }
    const quote = {
      purchaseId: "pur_1",
      customerName: long,
      market: "AU",
      lines: [{ ...line, unitPrice: "100.0000", extendedPrice: "300.0000" }],
      currencyCode: "AUD",
      totalPrice: "300.0000",
      taxIncluded: true,
      hybridBenefit: "sql_server" as const,
      cancellation: { rule: "never" as const, deadlineIfBoughtNow: null, days: null, refund: null },
    };
    const chosen = {
      formToken,
      customerId: customer.value,
      productId: "P",
      skuId: "S",
      termId: "P1Y:annual",
      quantity: "3",
    };
    expect(brokenModal(quoteView(texts, quote, chosen))).toEqual([]);
  });

  test("keys, with more lines than one list may hold", () => {
    for (const count of [0, 1, 100, 101, 700]) {
      const lines = Array.from({ length: count }, (_, lineItemNumber) => ({
        ...line,
        lineItemNumber,
        cancelled: lineItemNumber % 2 === 1,
      }));
      expect(
        brokenModal(
          keysForm(texts, { formToken, customer, lines, line: null, version: null, language: null }),
        ),
      ).toEqual([]);
    }
    const choice = { version: "2022", language: "en-us", fileType: "iso" };
    const handOvers: HandOver[] = [
      { kind: "portal", url: "https://portal.example/customers" },
      {
        kind: "secrets",
        key: new Secret("K"),
        downloadLink: new Secret("https://x.example/y"),
        linkExpiresAt: at,
        downloadsAllowed: 50,
      },
      { kind: "secrets", key: null, downloadLink: null, linkExpiresAt: null, downloadsAllowed: null },
    ];
    for (const handOver of handOvers)
      expect(brokenModal(handOverView(texts, { title: long, choice, handOver }))).toEqual([]);
  });

  test("cancellation and support", () => {
    for (const assessment of assessments) expect(brokenModal(cancelWith(assessment, texts))).toEqual([]);
    const [open] = assessments;
    if (open?.kind === "open") {
      expect(brokenModal(cancelConfirmView(texts, { customer: long, line, assessment: open }))).toEqual([]);
    }
    const support = {
      formToken,
      customer,
      orderOrSubscriptionId: line.orderId,
      contactName: long,
      contactEmail: "a@b.example",
    };
    expect(brokenModal(supportForm(texts, support))).toEqual([]);
    expect(brokenModal(filedForm(texts, "sup_1"))).toEqual([]);
  });
});

test("B3 says where Azure Hybrid Benefit applies at the moment of choosing, with the edition's limits", () => {
  expect(readable(buyAt().blocks)).toContain("not in both places");
  expect(readable(buyAt({ hybridBenefit: "windows_server_datacenter" }).blocks)).toContain(
    "at the same time",
  );
  expect(readable(buyAt({ hybridBenefit: null }).blocks)).not.toContain("Hybrid Benefit");
});

test("M2 warns where the market is listed, and lets the agent go on", () => {
  const drawn = buyAt();
  expect(readable(drawn.blocks)).toContain("among those where software subscriptions are not sold");
  expect(drawn.submit?.text).toBe("Check the price");
});

test("C3 C4 says before buying what can't be cancelled", () => {
  const notes = (kind: Offer["kind"], cancellable: Offer["notes"]["cancellable"]) =>
    readable(buyAt({ kind, notes: { softwareMarketWarning: false, cancellable } }).blocks);
  expect(notes("esu", "by_support_only")).toContain(
    "Windows 7 Extended Security Updates are only refunded through a support request",
  );
  expect(notes("linux_plan", "never")).toContain("prepay-suse-software-charges");
});

test.each([
  ["esu", "Windows 7 Extended Security Updates", "Las actualizaciones de seguridad extendidas de Windows 7"],
  ["reservation", "Azure reservations", "Las reservas de Azure"],
] as const)("C3 C8 names what can only be undone through support: %s", (kind, inEnglish, inSpanish) => {
  const quoteOf = (texts: typeof en) =>
    quoteView(
      texts,
      {
        purchaseId: "pur_1",
        customerName: "Contoso",
        market: "ES",
        lines: [{ ...line, kind, unitPrice: "100.0000", extendedPrice: "300.0000" }],
        currencyCode: "EUR",
        totalPrice: "300.0000",
        taxIncluded: false,
        hybridBenefit: null,
        cancellation: { rule: "by_support_only", deadlineIfBoughtNow: null, days: null, refund: null },
      },
      {
        formToken,
        customerId: customer.value,
        productId: "P",
        skuId: "S",
        termId: "P1Y:annual",
        quantity: "3",
      },
    );
  const offered = buyAt({ kind, notes: { softwareMarketWarning: false, cancellable: "by_support_only" } });
  expect(readable(offered.blocks)).toContain(`${inEnglish} are only refunded`);
  expect(readable(quoteOf(en).blocks)).toContain(`${inEnglish} are only refunded`);
  expect(readable(quoteOf(es).blocks)).toContain(`${inSpanish} solo se reembolsan`);
  const cancelled = cancelWith({ kind: "needs_support", reason: kind });
  expect(readable(cancelled.blocks)).toContain(`${inEnglish} are only cancelled`);
});

test("M1 the list's day is the same day for every reader", () => {
  for (const zone of ["America/Bogota", "UTC", "Pacific/Kiritimati"]) {
    const drawn = buyForm(createTexts("en-US", zone), {
      formToken,
      customer,
      product: null,
      offer: null,
      market: "KH",
    });
    expect(readable(drawn.blocks)).toContain(
      "Azure reservations are not sold in Cambodia (Microsoft's list of November 30, 2019).",
    );
  }
});

test("C8 says how many days are left and until when, or why not", () => {
  const texts = assessments.map((assessment) => readable(cancelWith(assessment).blocks));
  expect(texts[0]).toContain("1 day left to cancel this order");
  expect(texts[0]).toContain(`<!date^${at.getTime() / 1_000}^`);
  expect(texts[1]).toContain("The cancellation window has passed");
  expect(texts[2]).toContain("More information is needed");
  expect(texts[3]).toContain("neither cancelled nor exchanged");
  expect(texts[5]).toContain("<@U0AGENT>");
});

test("S1 the way to the support form is offered exactly where more information is needed, prefilled", () => {
  const offering = assessments.filter((assessment) =>
    JSON.stringify(cancelWith(assessment)).includes(actions.supportOpen),
  );
  expect(offering.map(({ kind }) => kind)).toEqual(["needs_support"]);
  expect(JSON.stringify(cancelWith({ kind: "needs_support", reason: "esu" }))).toContain(line.orderId);
});

test("K3 offers only versions, languages and file types that exist together", () => {
  const packages = [
    { version: "2019", language: "en-us", fileType: "iso" },
    { version: "2019", language: "es-es", fileType: "iso" },
    { version: "2022", language: "en-us", fileType: "vhd" },
  ];
  const offered = (version: string | null, language: string | null, actionId: string) => {
    const { blocks } = keysForm(en, {
      formToken,
      customer,
      lines: [line],
      line,
      packages,
      version,
      language,
    });
    const found = JSON.parse(JSON.stringify(blocks)).find(
      (block: { element?: { action_id: string } }) => block.element?.action_id === actionId,
    );
    return found?.element.options.map(({ value }: { value: string }) => value) ?? null;
  };
  expect(offered(null, null, actions.keysVersion)).toEqual(["2019", "2022"]);
  expect(offered(null, null, actions.keysLanguage)).toBeNull();
  expect(offered("2019", null, actions.keysLanguage)).toEqual(["en-us", "es-es"]);
  expect(offered("2019", "es-es", inputs.keysFileType)).toEqual(["iso"]);
  expect(offered("2022", null, inputs.keysFileType)).toEqual(["vhd"]);
});

test("K4 the portal's choices are shown exactly, with the way there", () => {
  const choice = { version: "2022", language: "es-es", fileType: "iso" };
  const drawn = handOverView(en, {
    title: "SQL Server",
    choice,
    handOver: { kind: "portal", url: "https://portal.example/x" },
  });
  expect(JSON.stringify(drawn)).toContain("https://portal.example/x");
  for (const text of ["2022", "European Spanish", "iso"]) expect(readable(drawn.blocks)).toContain(text);
});

test("states carry ids only, and nothing of another shape is believed", () => {
  const state = encodeState("line", {
    customerId: "c",
    orderId: "o",
    lineItemNumber: 0,
    ...{ name: "Contoso" },
  });
  expect(JSON.parse(state)).toEqual({ v: 1, customerId: "c", orderId: "o", lineItemNumber: 0 });
  expect(decodeState("line", state)).toMatchObject({ orderId: "o" });
  for (const wrong of [
    "",
    "{",
    "null",
    '{"v":2,"customerId":"c","orderId":"o","lineItemNumber":0}',
    '{"v":1}',
  ]) {
    expect(() => decodeState("line", wrong)).toThrow(StaleState);
  }
});

test("words are known in both languages, and mistyped ones have a nearest", () => {
  expect(["", "help", "ayuda", "BUY", "comprar", "claves"].map(meant)).toEqual([
    "help",
    "help",
    "help",
    "buy",
    "buy",
    "keys",
  ]);
  expect(["byu", "kesy", "cancle", "suport", "comprra", "xyzzy"].map(nearest)).toEqual([
    "buy",
    "keys",
    "cancel",
    "support",
    "comprar",
    null,
  ]);
});
