import { describe, expect, test } from "vitest";
import type { Offer } from "#src/catalog/offer.ts";
import { mostLines } from "#src/purchases/chosen.ts";
import { refusalReasons } from "#src/purchases/refusals.ts";
import { type BuyChoice, lineInHand, remove, settle } from "#src/slack/buy/choice.ts";
import { buyForm } from "#src/slack/buy/form.ts";
import { refusalText } from "#src/slack/buy/lines.ts";
import { actions, inputs } from "#src/slack/ids.ts";
import { en as english } from "#src/slack/locales/en.ts";
import { createTexts } from "#src/slack/locales/texts.ts";
import { decodeChosen, encodeChosen, StaleState } from "#src/slack/state.ts";
import {
  buyViews,
  cancellations,
  choiceOf,
  chosenLine,
  factsOf,
  lineOf,
  offerOf,
  priceView,
  productForm,
} from "./buy-views.ts";
import { brokenModal, readable } from "./slack-limits.ts";

const en = createTexts("en-US", "America/New_York");
const es = createTexts("es-ES", "Europe/Madrid");
const long = "Ærøskøbing Trading & Sons <!channel> 🎉 ".repeat(8);
const said = (changes: Partial<Offer> = {}, texts = en) =>
  readable(productForm(texts, "SQL Server", changes).blocks);

describe.each([
  ["English", en],
  ["Spanish", es],
])("in %s", (_name, texts) => {
  test("B1 every form and price fits Slack's limits with the longest names, and remembers no more than it may", () => {
    for (const view of buyViews(texts, long)) {
      expect(brokenModal(view)).toEqual([]);
      expect(view.private_metadata?.length ?? 0).toBeLessThanOrEqual(3_000);
    }
  });

  test("C1 C12 every way of cancelling has its own sentence", () => {
    const sentences = cancellations.map((cancellation) =>
      readable(priceView(texts, "Contoso", { cancellations: [cancellation] }).blocks),
    );
    expect(new Set(sentences).size).toBe(cancellations.length);
  });
});

test("B3 says where Azure Hybrid Benefit applies at the moment of choosing, with the edition's limits", () => {
  expect(said()).toContain("not in both places");
  expect(said({ hybridBenefit: "windows_server_datacenter" })).toContain("at the same time");
  expect(said({ hybridBenefit: null })).not.toContain("Hybrid Benefit");
});

test("M2 warns where the market is listed, and lets the agent go on", () => {
  expect(said()).toContain("among those where software subscriptions are not sold");
  expect(productForm(en, "SQL Server", {}).submit?.text).toBe("Check the price");
  expect(readable(priceView(en, "Contoso").blocks)).toContain("Microsoft lists Brazil among the markets");
});

test("C3 C4 says before buying what can't be cancelled", () => {
  const notes = (kind: Offer["kind"], cancellable: Offer["notes"]["cancellable"]) =>
    said({ kind, notes: { softwareMarketWarning: false, cancellable } });
  expect(notes("esu", "by_support_only")).toContain(
    "Windows 7 Extended Security Updates can't be cancelled here.* They are only refunded through a support request",
  );
  expect(notes("linux_plan", "never")).toContain("prepay-suse-software-charges");
});

test.each([
  ["esu", "Windows 7 Extended Security Updates", "Las actualizaciones de seguridad extendidas de Windows 7"],
  ["reservation", "Azure reservations", "Las reservas de Azure"],
] as const)("C3 C8 names what can only be undone through support: %s", (kind, inEnglish, inSpanish) => {
  const price = (texts: typeof en) =>
    readable(
      priceView(texts, "Contoso", {
        cancellations: [{ kind, rule: "by_support_only", lines: [0], window: null }],
      }).blocks,
    );
  expect(said({ kind, notes: { softwareMarketWarning: false, cancellable: "by_support_only" } })).toContain(
    `${inEnglish} can't be cancelled here`,
  );
  expect(price(en)).toContain(`${inEnglish} can't be cancelled here`);
  expect(price(es)).toContain(`${inSpanish} no se pueden cancelar aquí`);
});

test("M1 the list's day is the same day for every reader", () => {
  for (const zone of ["America/Bogota", "UTC", "Pacific/Kiritimati"]) {
    const drawn = buyForm(createTexts("en-US", zone), choiceOf("Contoso"), factsOf("Contoso", 0));
    expect(readable(drawn.blocks)).toContain(
      "Azure reservations are not sold in Cambodia (Microsoft's list of November 30, 2019).",
    );
  }
});

test("B2 lines that are billed in different rhythms have a first bill, and each rhythm its sum", () => {
  const lines = [
    lineOf("One", { billingCycle: "one_time", termDuration: null, extendedPrice: "10.00" }),
    lineOf("Two", { billingCycle: "monthly", termDuration: "P1Y", extendedPrice: "2.50" }),
    lineOf("Three", { billingCycle: "monthly", termDuration: "P3Y", extendedPrice: "1.50" }),
    lineOf("Four", { billingCycle: "annual", termDuration: "P3Y", extendedPrice: "4.00" }),
  ];
  const price = readable(priceView(en, "Contoso", { lines, currencyCode: "EUR" }).blocks).replaceAll(
    "\u00a0",
    " ",
  );
  expect(price).toContain("*Total: EUR 18.00* with the first bills");
  for (const part of ["EUR 10.00 once", "EUR 4.00 for each month", "EUR 4.00 for each year"])
    expect(price).toContain(part);
  const alike = readable(
    priceView(en, "Contoso", { lines: lines.slice(1, 3), currencyCode: "EUR" }).blocks,
  ).replaceAll("\u00a0", " ");
  expect(alike).toContain("*Total: EUR 4.00* for each month");
  expect(alike).not.toContain("with the first bills");
});

test("B1 every reason of Partner Center's has words of its own, with the code, in both languages", () => {
  const drawn = (texts: typeof en) =>
    refusalReasons.map((reason) =>
      texts.markup(`refusal.${reason}`, { code: 4711, description: "no", available: -1, purchased: -1 }),
    );
  for (const texts of [en, es]) {
    expect(new Set(drawn(texts)).size).toBe(refusalReasons.length);
    for (const text of drawn(texts)) expect(text).toContain("4711");
  }
  expect(refusalText(en, { code: 1, description: "<!here>" })).toBe("Refused: &lt;!here&gt; (code 1)");
});

test("B1 a quantity beyond what this product allows is not carried into its field", () => {
  const field = (offer: Partial<Offer>) =>
    JSON.stringify(productForm(en, "SQL Server", offer).blocks).match(/"initial_value":"(\d+)"/)?.[1];
  expect(field({ maximumQuantity: 5 })).toBe("1");
  expect(field({ minimumQuantity: 2, maximumQuantity: 5 })).toBe("2");
  expect(field({ maximumQuantity: 999_999_999 })).toBe(chosenLine.quantity);
});

test("B1 a reservation asks for subscription and scope; without a subscription for nothing at all", () => {
  const reservation = {
    region: "westeurope",
    subscriptions: [{ id: "one", name: "Production" }],
    provisioningVariables: [],
  };
  const asked = (subscriptions: { id: string; name: string }[], restricted = false) =>
    JSON.stringify(
      buyForm(
        en,
        choiceOf("Contoso"),
        factsOf("Contoso", 0, {
          restricted,
          offer: offerOf("Reserved", { kind: "reservation", reservation: { ...reservation, subscriptions } }),
        }),
      ).blocks,
    );
  const names = [
    actions.buySubscription,
    inputs.buyScope,
    inputs.buyTerm,
    inputs.buyQuantity,
    actions.buyAdd,
  ];
  const which = (drawn: string) => names.filter((name) => drawn.includes(`"${name}"`));
  expect(which(asked(reservation.subscriptions))).toEqual(names);
  expect(which(asked(reservation.subscriptions, true))).toEqual(names.slice(0, 2));
  expect(which(asked([]))).toEqual([]);
});

describe("B1 the choice", () => {
  test("B1 a settled line leaves the hand free for the next product, up to ten", () => {
    const settled = settle(choiceOf("Contoso", 2));
    expect(settled.lines).toHaveLength(3);
    expect(lineInHand(settled)).toBeNull();
    expect(settle(settled)).toEqual(settled);
    const full = choiceOf("Contoso", mostLines);
    expect(settle(full).lines).toHaveLength(mostLines);
  });

  test("B1 taking a line out twice takes out one", () => {
    const choice: BuyChoice = choiceOf("Contoso", 3);
    const [first] = choice.lines.map(encodeChosen);
    const once = remove(choice, first ?? "");
    expect(once.lines).toHaveLength(2);
    expect(remove(once, first ?? "").lines).toHaveLength(2);
  });

  test("B1 a line survives the way to Slack and back, and nothing else does", () => {
    const free = { ...chosenLine, azureSubscriptionId: null, scope: null };
    for (const line of [chosenLine, free, { ...free, termId: "", quantity: "" }])
      expect(decodeChosen(encodeChosen(line))).toEqual(line);
    expect(encodeChosen({ ...free, quantity: `1|shared|${"9".repeat(99)}` }).length).toBeLessThan(60);
    for (const forged of ["", "a", "a|b|c", "a|b|c|d|e|f|g", "|b|c|d||"])
      expect(() => decodeChosen(forged)).toThrow(StaleState);
    expect(decodeChosen("a|b|c|d||everything").scope).toBeNull();
  });
});

test("texts of refusals fit a section", () => {
  for (const reason of refusalReasons) expect(english[`refusal.${reason}`].length).toBeLessThan(600);
});
