import { describe, expect, test } from "vitest";
import { Secret } from "#src/config/secret.ts";
import type { HandOver, SoftwarePackage } from "#src/fulfilment/port.ts";
import type { SoftwareLine } from "#src/purchases/list-lines.ts";
import { itemBlocks } from "#src/slack/cancel/form.ts";
import { meant, nearest } from "#src/slack/help/words.ts";
import { actions, inputs } from "#src/slack/ids.ts";
import { keysForm, lineSection } from "#src/slack/keys/form.ts";
import { type Given, handOverView } from "#src/slack/keys/hand-over.ts";
import { softwarePage } from "#src/slack/keys/software.ts";
import { createTexts } from "#src/slack/locales/texts.ts";
import { decodeState, encodeState, StaleState } from "#src/slack/state.ts";
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

/** What was given for the line: with a life of the link where it is one. */
const given = (handOver: HandOver, choice: SoftwarePackage): Given => ({
  about: lineSection(en, line),
  line: { customerId: line.customerId, orderId: line.orderId, lineItemNumber: 0 },
  choice,
  deposited: null,
  reveal: {
    keyRequestId: "key_0123456789ABCDEF",
    askedAt: at,
    handOver,
    source: handOver.kind === "portal" ? "portal" : "service",
    link:
      handOver.kind === "portal"
        ? null
        : {
            linkId: "lnk_0123456789ABCDEF",
            issuedAt: at,
            expiresAt: handOver.linkExpiresAt,
            downloadsAllowed: handOver.downloadsAllowed,
            daysAfterFirstDownload: null,
            usesCounted: 12,
            exact: false,
            handedToCustomerAt: null,
            dead: null,
          },
  },
});

describe.each([
  ["English", en],
  ["Spanish", es],
])("in %s, every form fits Slack's limits with the longest names", (_name, texts) => {
  test("keys, with more lines than one list may hold", () => {
    for (const count of [0, 1, 10, 11, 700]) {
      const lines = Array.from({ length: count }, (_, lineItemNumber) => ({
        ...line,
        lineItemNumber,
        cancelled: lineItemNumber % 2 === 1,
      }));
      const page = softwarePage(texts, { listToken: formToken, customer, lines, query: "", page: 1 });
      expect(brokenModal(page)).toEqual([]);
    }
    const choice = { version: "2022", language: "en-us", fileType: "iso" };
    const handOvers: HandOver[] = [
      { kind: "portal", url: "https://portal.example/customers", steps: [] },
      {
        kind: "secrets",
        key: new Secret("K"),
        downloadLink: new Secret("https://x.example/y"),
        linkExpiresAt: at,
        downloadsAllowed: 50,
        daysAfterFirstDownload: null,
        linkReference: null,
      },
    ];
    for (const handOver of handOvers) {
      const drawn = handOverView(texts, given(handOver, choice));
      expect(brokenModal("after" in drawn ? drawn.view : drawn)).toEqual([]);
    }
  });
});

test.each([
  ["esu", "Windows 7 Extended Security Updates"],
  ["reservation", "Azure reservations"],
] as const)("C3 C8 names what can only be undone through support: %s", (kind, inEnglish) => {
  const cancelled = readable(
    itemBlocks(en, [{ line, assessment: { kind: "needs_support", reason: kind } }], at),
  );
  expect(cancelled).toContain(`${inEnglish} are only cancelled`);
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
      line,
      listed: false,
      packages,
      deposited: null,
      version,
      language,
      reason: null,
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
  const steps = [
    { act: "open_software", value: null },
    { act: "choose_version", value: "2022" },
    { act: "choose_language", value: "es-es" },
    { act: "choose_file_type", value: "iso" },
  ] as const;
  const drawn = handOverView(
    en,
    given({ kind: "portal", url: "https://portal.example/x", steps: [...steps] }, choice),
  );
  if ("after" in drawn) throw new Error("The way into the portal is no secret");
  expect(JSON.stringify(drawn)).toContain("https://portal.example/x");
  const text = readable(drawn.blocks);
  for (const step of [
    "1. Open the customer's",
    "2. Choose the version *2022*",
    "3. Choose the language *European Spanish*",
    "4. Choose the file type *iso*",
  ])
    expect(text).toContain(step);
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
  expect(["byu", "kesy", "cancle", "suport", "comprra", "xyzzy"].map((typed) => nearest(typed))).toEqual([
    "buy",
    "keys",
    "cancel",
    "support",
    "comprar",
    null,
  ]);
});
