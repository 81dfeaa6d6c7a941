import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { lacksAgreement } from "#src/customers/lacks-agreement.ts";
import type { PurchaseLine } from "#src/db/rows.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import { type CartLineResult, type PartnerCenter, PartnerCenterFailure } from "#src/partner-center/port.ts";
import { checkLine } from "#src/purchases/check-line.ts";
import { type ChosenLine, LinesRefused, mostLines } from "#src/purchases/chosen.ts";
import { confirmPurchase, withdrawPurchase } from "#src/purchases/confirm.ts";
import { contentHash } from "#src/purchases/content.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import { placePurchase } from "#src/purchases/place.ts";
import { type QuoteInput, quotePurchase } from "#src/purchases/quote.ts";
import { readRest } from "#src/purchases/retry.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { calls, customerId, fillForm, minute, pass, readRow, refusalOf } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(() => under.close());
beforeEach(async () => {
  agent = await under.agent();
});
afterEach(() => {
  under.simulator.clearFaults();
  under.simulator.configure({ orderListLagMs: 0, partnerAttestation: "optional", creditLimitUsd: null });
  under.simulator.setRestriction({ productId: "DG7GMGF0RVM1", reasonCode: null });
  under.simulator.setInventory({ productId: "DG7GMGF0DWM3", skuId: "0003", left: 5 });
});

const contoso = customerId("Contoso");
const perpetual = "sql server 2022 standard";
const subscription = "sql server standard 2 core license pack - 1";
const threeYears = "windows server datacenter 8 core license pack - 3";
const scarce = "biztalk server 2016 standard";
const reservation = "D2s_v3 EU West 1 Year";

/** A form with a line for each of these, one unit each unless said otherwise. */
async function form(words: readonly (string | [string, string])[], desk = under.desk, customer = contoso) {
  const forms = await Promise.all(
    words.map((one) => {
      const [query, quantity] = typeof one === "string" ? [one, "1"] : one;
      return fillForm(desk, agent, { customerId: customer, words: query, quantity });
    }),
  );
  const [first] = forms;
  if (!first) throw new Error("no words");
  return { ...first, lines: forms.flatMap(({ lines }) => lines) };
}

const quote = (input: QuoteInput, desk: Desk = under.desk) => quotePurchase(desk, agent, input);

async function linesRefused(verb: Promise<unknown>): Promise<readonly { line: number; code: string }[]> {
  const error = await refusalOf(verb);
  if (!(error instanceof LinesRefused)) throw error;
  return error.problems.map(({ line, error: { code } }) => ({ line, code }));
}

async function bought(words: readonly (string | [string, string])[]): Promise<string> {
  const quoted = await quote(await form(words));
  await confirmPurchase(under.desk, agent, quoted);
  await runDue(under.desk);
  return quoted.purchaseId;
}

describe("B1 several lines in one purchase", () => {
  test("B1 perpetual, subscription and reservation are one cart, one price and orders that name the purchase", async () => {
    const input = await form([[perpetual, "3"], [subscription, "2"], reservation]);
    const before = calls(under.simulator, "POST", /\/carts$/);
    const quoted = await quote(input);
    expect(calls(under.simulator, "POST", /\/carts$/)).toBe(before + 1);
    expect(quoted.lines.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ["perpetual", 3],
      ["subscription", 2],
      ["reservation", 1],
    ]);
    const sum = quoted.lines.reduce((all, line) => all + Number(line.extendedPrice), 0);
    expect(Number(quoted.totalPrice)).toBeCloseTo(sum, 2);
    await confirmPurchase(under.desk, agent, quoted);
    await runDue(under.desk);
    const row = await readRow(under.desk, "purchase", quoted.purchaseId);
    expect(row.status).toBe("ordered");
    expect(row.orders).toHaveLength(3);
    for (const { orderId } of row.orders) {
      const order = under.simulator.orders().find(({ id }) => id === orderId);
      expect(order?.lines.map((line) => line.friendlyName)).toEqual([quoted.purchaseId]);
    }
  });

  test("B1 ten lines are a purchase, none and eleven are not", async () => {
    const [line] = (await form([perpetual])).lines;
    if (!line) throw new Error("no line");
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...line, quantity: String(index + 1) }));
    const input = await form([perpetual]);
    for (const count of [0, mostLines + 1]) {
      expect(await refusalOf(quote({ ...input, lines: many(count) }))).toMatchObject({
        code: "invalid_input",
        values: { field: "lines" },
      });
    }
    const words = [
      perpetual,
      subscription,
      threeYears,
      scarce,
      reservation,
      "windows server standard 8 core license pack - 1",
      "windows server standard 8 core license pack - 3",
      "windows server CAL - 1 user",
      "biztalk branch",
      "red hat",
    ];
    expect((await quote(await form(words))).lines).toHaveLength(mostLines);
  });

  test("B1 the same thing twice is one line too many, and says which", async () => {
    const input = await form([perpetual, subscription, [perpetual, "4"]]);
    expect(await linesRefused(quote(input))).toEqual([{ line: 2, code: "line_repeated" }]);
    expect(
      await refusalOf(checkLine(under.desk, agent, { customerId: contoso, lines: input.lines })),
    ).toMatchObject({ code: "line_repeated" });
  });

  test("B1 every line that can't be bought is said at once, beside its number", async () => {
    const input = await form([perpetual, [subscription, "x"], [threeYears, "10001"], scarce]);
    const [first, ...others] = input.lines;
    if (!first) throw new Error("no line");
    const before = calls(under.simulator, "POST", /\/carts$/);
    const wrong = { ...input, lines: [{ ...first, termId: "P9Y:annual" }, ...others] };
    expect(await linesRefused(quote(wrong))).toEqual([
      { line: 0, code: "product_not_found" },
      { line: 1, code: "invalid_input" },
      { line: 2, code: "quantity_not_allowed" },
    ]);
    expect(calls(under.simulator, "POST", /\/carts$/)).toBe(before);
  });

  test("B1 a check of one line asks no price", async () => {
    const before = under.simulator.requests().filter(({ method }) => method === "POST").length;
    const input = await form([perpetual, subscription]);
    await checkLine(under.desk, agent, { customerId: contoso, lines: input.lines });
    expect(under.simulator.requests().filter(({ method }) => method === "POST")).toHaveLength(before);
  });
});

describe("B1 the frozen content", () => {
  const line = {
    catalogItemId: "P:S:A",
    quantity: 2,
    billingCycle: "annual",
    termDuration: "P1Y",
    provisioningContext: { scope: "shared", subscriptionId: "one" },
  };
  const other = { ...line, catalogItemId: "P:S:B" };
  const frozen = contentHash("customer", [line, other]);

  test.each([
    ["quantity", [{ ...line, quantity: 3 }, other]],
    ["availability", [{ ...line, catalogItemId: "P:S:C" }, other]],
    ["billing", [{ ...line, billingCycle: "monthly" }, other]],
    ["term", [{ ...line, termDuration: "P3Y" }, other]],
    ["scope", [{ ...line, provisioningContext: { scope: "single", subscriptionId: "one" } }, other]],
    ["subscription", [{ ...line, provisioningContext: { scope: "shared", subscriptionId: "two" } }, other]],
    ["a line less", [line]],
    ["a line more", [line, other, line]],
    ["the second line", [line, { ...other, quantity: 7 }]],
  ])("invariant 2: another content has another hash: %s", (_, lines) => {
    expect(contentHash("customer", lines)).not.toBe(frozen);
  });

  test("invariant 2: for another customer, too; the order of a context's words does not matter", () => {
    expect(contentHash("other", [line, other])).not.toBe(frozen);
    const turned = { ...line, provisioningContext: { subscriptionId: "one", scope: "shared" } };
    expect(contentHash("customer", [turned, other])).toBe(frozen);
  });

  test("invariant 2: the row holds the hash of the lines that it holds", async () => {
    const { purchaseId } = await quote(await form([[perpetual, "3"], reservation]));
    const row = await readRow(under.desk, "purchase", purchaseId);
    expect(row.content_hash).toBe(contentHash(contoso, row.lines));
  });
});

describe("B1 Azure reservations", () => {
  test("B1 the cart line says subscription, scope and duration, and the order keeps them", async () => {
    const input = await form([reservation]);
    const lines = input.lines.map((line): ChosenLine => ({ ...line, scope: "single" }));
    const quoted = await quote({ ...input, lines });
    const [subscriptionId] = lines.map((line) => line.azureSubscriptionId);
    expect(quoted.lines).toMatchObject([
      {
        region: "westeurope",
        azureSubscription: "Production",
        provisioningContext: { subscriptionId, scope: "single", duration: "1Year" },
      },
    ]);
    const row = await readRow(under.desk, "purchase", quoted.purchaseId);
    const cart = await under.desk.partnerCenter.getCart({ customerId: contoso, cartId: row.cart_id ?? "" });
    expect(cart.lines[0]?.provisioningContext).toEqual({
      subscriptionId,
      scope: "single",
      duration: "1Year",
    });
  });

  test.each([
    ["of nobody", "11111111-2222-4333-8444-555555555555", "azure_subscription_missing"],
    ["that was not chosen", null, "azure_subscription_missing"],
  ])("B1 an Azure subscription %s is refused before any cart", async (_, azureSubscriptionId, code) => {
    const input = await form([reservation]);
    const lines = input.lines.map((line) => ({ ...line, azureSubscriptionId }));
    const before = calls(under.simulator, "POST", /\/carts$/);
    expect(await linesRefused(quote({ ...input, lines }))).toEqual([{ line: 0, code }]);
    expect(calls(under.simulator, "POST", /\/carts$/)).toBe(before);
  });

  test("B1 without a scope it is refused", async () => {
    const input = await form([reservation]);
    const lines = input.lines.map((line) => ({ ...line, scope: null }));
    expect(await linesRefused(quote({ ...input, lines }))).toEqual([{ line: 0, code: "invalid_input" }]);
  });

  test("B1 a customer without an Azure subscription is told that there is none", async () => {
    const input = await form([reservation], under.desk, customerId("Alpine Ski House"));
    const error = await refusalOf(quote(input));
    expect(error).toMatchObject({ code: "azure_subscription_missing", values: { available: 0 } });
  });

  test("B1 the inventory is asked, with region and subscription, before the price", async () => {
    under.simulator.setRestriction({ productId: "DG7GMGF0RVM1", reasonCode: "InventoryNotAvailable" });
    const input = await form([perpetual, reservation]);
    const before = calls(under.simulator, "POST", /\/carts$/);
    const error = await refusalOf(quote(input));
    expect(error).toMatchObject({
      code: "inventory_restricted",
      values: { restriction: "InventoryNotAvailable" },
    });
    expect(error instanceof LinesRefused && error.problems.map(({ line }) => line)).toEqual([1]);
    expect(calls(under.simulator, "POST", /\/carts$/)).toBe(before);
    const asked: unknown[] = [];
    const listening: PartnerCenter = {
      ...under.desk.partnerCenter,
      checkInventory: (item, call) => {
        asked.push(item);
        return under.desk.partnerCenter.checkInventory(item, call);
      },
    };
    under.simulator.setRestriction({ productId: "DG7GMGF0RVM1", reasonCode: null });
    await quote(input, { ...under.desk, partnerCenter: listening });
    expect(asked).toMatchObject([
      {
        customerId: contoso,
        armRegionName: "westeurope",
        azureSubscriptionId: input.lines[1]?.azureSubscriptionId,
      },
    ]);
  });

  test("K2 what was bought is listed line by line, each of its kind", async () => {
    const purchaseId = await bought([
      ["windows server 2025 - 1 user CAL", "5"],
      [perpetual, "2"],
      reservation,
    ]);
    const { orders } = await readRow(under.desk, "purchase", purchaseId);
    const ids = orders.map(({ orderId }) => orderId);
    const listed = (await listSoftware(under.desk, agent, { act: "keys", customerId: contoso })).filter(
      (line) => ids.includes(line.orderId),
    );
    expect(listed.map(({ kind, quantity }) => `${kind} ${quantity}`).sort()).toEqual([
      "perpetual 2",
      "perpetual 5",
      "reservation 1",
    ]);
    const perpetuals = listed.filter(({ kind }) => kind === "perpetual");
    expect(new Set(perpetuals.map(({ orderId }) => orderId)).size).toBe(1);
    expect(perpetuals.map(({ lineItemNumber }) => lineItemNumber)).toEqual([0, 1]);
  });
});

test("K2 what we bought keeps its name and kind when its product leaves the catalogue", async () => {
  const purchaseId = await bought([reservation]);
  const { orders } = await readRow(under.desk, "purchase", purchaseId);
  const gone: PartnerCenter = {
    ...under.desk.partnerCenter,
    getProduct: () =>
      Promise.reject(
        new PartnerCenterFailure({
          kind: "refused",
          status: 404,
          code: 400013,
          description: "The product was not found.",
          operation: "getProduct",
          requestId: "",
          correlationId: "",
        }),
      ),
  };
  const desk: Desk = { ...under.desk, partnerCenter: gone };
  const listed = await listSoftware(desk, agent, { act: "keys", customerId: contoso });
  expect(listed.filter(({ orderId }) => orderId === orders[0]?.orderId)).toMatchObject([
    { kind: "reservation", title: expect.stringContaining("Standard_D2s_v3") },
  ]);
});

describe("C1 C12 what the price says about cancelling", () => {
  test("C1 each kind has its deadline and its credit", async () => {
    const quoted = await quote(
      await form([[perpetual, "2"], subscription, threeYears, reservation, "red hat"]),
    );
    const days = quoted.cancellations.map(({ kind, rule, lines, window }) => [
      kind,
      rule,
      lines,
      window?.days ?? null,
      window?.refund ?? null,
    ]);
    expect(days).toEqual([
      ["perpetual", "in_window", [0], 60, "full"],
      ["subscription", "in_window", [1, 2], 60, "prorated"],
      ["reservation", "by_support_only", [3], null, null],
      ["linux_plan", "never", [4], null, null],
    ]);
    const [perpetualWindow, subscriptionWindow] = quoted.cancellations.map(({ window }) => window);
    expect(Number(perpetualWindow?.creditAtLast)).toBe(Number(quoted.lines[0]?.extendedPrice));
    const paid = Number(quoted.lines[1]?.extendedPrice) + Number(quoted.lines[2]?.extendedPrice);
    expect(Number(subscriptionWindow?.creditAtFirst)).toBeLessThan(paid);
    expect(Number(subscriptionWindow?.creditAtLast)).toBeLessThan(Number(subscriptionWindow?.creditAtFirst));
  });

  test("C1 what Partner Center states beats our edition, and a full refund at first is said", async () => {
    under.simulator.configure({ edition: "2022-07", fullRefundOnFirstDay: true });
    const desk: Desk = { ...under.desk, policyEdition: "2019-12" };
    const { cancellations, lines } = await quote(await form([subscription], desk), desk);
    under.simulator.configure({ edition: "2019-12", fullRefundOnFirstDay: false });
    const [{ window } = { window: null }] = cancellations;
    expect(window).toMatchObject({ days: 7, refund: "prorated" });
    expect(window?.fullUntil?.getTime()).toBe(under.clock.now().getTime() + 24 * 60 * minute);
    expect(window?.creditAtFirst).toBe(lines[0]?.extendedPrice);
  });

  test("C1 without a word of Partner Center's our edition decides", async () => {
    const silent: PartnerCenter = {
      ...under.desk.partnerCenter,
      listAvailabilities: async (item, call) =>
        (await under.desk.partnerCenter.listAvailabilities(item, call)).map((one) => ({
          ...one,
          terms: one.terms.map((term) => ({ ...term, refundOptions: [] })),
        })),
    };
    const desk: Desk = { ...under.desk, partnerCenter: silent, policyEdition: "2021-06" };
    const { cancellations } = await quote(await form([subscription], desk), desk);
    expect(cancellations).toMatchObject([{ window: { days: 30 } }]);
  });

  test("C1 the receipt keeps the deadline of every ordered line", async () => {
    const purchaseId = await bought([perpetual, subscription, reservation]);
    const row = await readRow(under.desk, "purchase", purchaseId);
    const deadlines = row.orders.flatMap(({ createdAt, lines }) =>
      lines.map(({ deadlineAt }) =>
        deadlineAt
          ? Math.floor((Date.parse(deadlineAt) - Date.parse(createdAt)) / (24 * 60 * minute))
          : deadlineAt,
      ),
    );
    expect(deadlines).toEqual([60, 60, null]);
  });
});

describe("B1 the terms that are really offered", () => {
  const withSku = (supportedBillingCycles: string[]): Desk => ({
    ...under.desk,
    partnerCenter: {
      ...under.desk.partnerCenter,
      getSku: async (item, call) => ({
        ...(await under.desk.partnerCenter.getSku(item, call)),
        supportedBillingCycles,
      }),
    },
  });

  test("B1 a billing cycle that only the availability has can't be chosen", async () => {
    const input = await form(["windows server CAL - 1 user - 1 year"]);
    const lines = input.lines.map((line) => ({ ...line, termId: "P1Y:monthly" }));
    expect((await quote({ ...input, lines })).lines).toMatchObject([{ billingCycle: "monthly" }]);
    expect(await linesRefused(quote({ ...input, lines }, withSku(["annual"])))).toEqual([
      { line: 0, code: "product_not_found" },
    ]);
    expect(await refusalOf(quote(input, withSku(["triennial"])))).toMatchObject({
      code: "product_not_found",
    });
  });
});

describe("B1 the customer's agreement", () => {
  test("B1 a customer without it is known before any cart, also to the form", async () => {
    const id = customerId("Woodgrove Bank");
    expect(await lacksAgreement(under.desk, id)).toBe(true);
    expect(await lacksAgreement(under.desk, contoso)).toBe(false);
    const before = calls(under.simulator, "POST", /\/carts$/);
    expect(await refusalOf(quote(await form([perpetual], under.desk, id)))).toMatchObject({
      code: "agreement_missing",
    });
    expect(calls(under.simulator, "POST", /\/carts$/)).toBe(before);
  });

  test("B1 where Partner Center does not say, the purchase finds out", async () => {
    under.simulator.addFault({
      path: "/agreements",
      fault: "answer",
      answer: { status: 403, code: 900329, description: "no" },
    });
    expect(await lacksAgreement(under.desk, customerId("Woodgrove Bank"))).toBe(false);
  });
});

describe("B1 errors of a cart that was made", () => {
  test.each([
    [0, "processing"],
    [10000, "currency"],
    [10001, "availability_gone"],
    [10002, "quota"],
    [10003, "inventory"],
    [10004, "reseller"],
    [10006, "processing"],
    [10007, "subscription_invalid"],
    [10008, "subscription_not_enabled"],
    [10009, "sandbox"],
    [10010, "item_invalid"],
    [10011, "subscription_not_registered"],
    [10012, "attestation_item"],
    [10015, "seats"],
  ])("B1 %i is said as %s, beside its line", async (code, reason) => {
    const error = { code, description: "no", availableQuantity: 3, purchasedQuantity: 2 };
    const spoiled: PartnerCenter = {
      ...under.desk.partnerCenter,
      createCart: async (input, call) => {
        const cart = await under.desk.partnerCenter.createCart(input, call);
        return {
          ...cart,
          lines: cart.lines.map((line): CartLineResult => (line.id === 1 ? { ...line, error } : line)),
        };
      },
    };
    const refused = await refusalOf(
      quote(await form([perpetual, subscription]), { ...under.desk, partnerCenter: spoiled }),
    );
    expect(refused).toBeInstanceOf(LinesRefused);
    expect(refused).toMatchObject({
      code: "cart_line_refused",
      values: { code, reason, available: 3, purchased: 2 },
      problems: [{ line: 1 }],
    });
  });

  test("B1 what Partner Center has left is part of the answer", async () => {
    const refused = await refusalOf(quote(await form([perpetual, [scarce, "6"]])));
    expect(refused).toMatchObject({ values: { reason: "inventory", available: 5 }, problems: [{ line: 1 }] });
  });

  test.each([
    [400, 900275, "quantity_limits"],
    [400, 2002, "quantity_limits"],
    [403, 800023, "credit_limit"],
    [400, 800025, "credit_limit"],
    [403, 900121, "credit_limit"],
    [403, 800073, "under_review"],
    [403, 800074, "not_approved"],
    [403, 800075, "not_approved"],
    [403, 800020, "not_eligible"],
    [403, 2085, "not_sold"],
    [403, 2091, "not_sold"],
    [400, 800070, "country"],
    [400, 800010, "inventory"],
    [400, 800017, "inventory"],
    [403, 800069, "risk_check"],
    [400, 800018, "sandbox"],
    [403, 900322, "sandbox"],
    [400, 900206, "attestation"],
  ])("B1 a cart refused with %i:%i is told as %s", async (status, code, reason) => {
    const answer = { status, code, description: "no" };
    under.simulator.addFault({ path: "/carts$", method: "POST", fault: "answer", times: 1, answer });
    const refused = await refusalOf(quote(await form([perpetual])));
    expect(refused).toBeInstanceOf(DeskError);
    expect(refused).toMatchObject({ code: "partner_center_refused", values: { code, reason } });
  });
});

describe("B1 an order in part", () => {
  async function partlyOrdered(): Promise<string> {
    const quoted = await quote(
      await form([
        [perpetual, "2"],
        [subscription, "3"],
      ]),
    );
    await confirmPurchase(under.desk, agent, quoted);
    const row = await readRow(under.desk, "purchase", quoted.purchaseId);
    const group = row.lines[1]?.orderGroup ?? "";
    const partly: PartnerCenter = {
      ...under.desk.partnerCenter,
      checkoutCart: async (input, call) => {
        const result = await under.desk.partnerCenter.checkoutCart(input, call);
        return {
          orders: result.orders.filter(({ lines }) =>
            lines.some(({ termDuration }) => termDuration === null),
          ),
          orderErrors: [{ orderGroupId: group, code: 800010, description: "There is not enough of it." }],
        };
      },
    };
    await runDue({ ...under.desk, partnerCenter: partly });
    return quoted.purchaseId;
  }

  test("B1 what succeeded stands, and exactly the rest is what a new form is filled with", async () => {
    const purchaseId = await partlyOrdered();
    const row = await readRow(under.desk, "purchase", purchaseId);
    expect(row).toMatchObject({ status: "partly_ordered", order_errors: [{ code: 800010 }] });
    expect(row.orders.flatMap(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([2]);
    const rest = await readRest(under.desk, agent, { purchaseId });
    const [wanted] = (await form([[subscription, "3"]])).lines;
    expect(rest).toEqual({ customerId: contoso, lines: [wanted] });
    expect((await quote({ ...rest, formToken: crypto.randomUUID() })).lines).toMatchObject([{ quantity: 3 }]);
  });

  const tryAgain = async (retryOf: string, by = agent) => {
    const rest = await readRest(under.desk, by, { purchaseId: retryOf });
    return quotePurchase(under.desk, by, { ...rest, formToken: crypto.randomUUID(), retryOf });
  };

  test("B1 the rest is tried again once: of two who do so at the same moment one orders, and the other is told who", async () => {
    const purchaseId = await partlyOrdered();
    const other = await under.agent("U0AGENT2");
    const forms = [
      { by: agent, quoted: await tryAgain(purchaseId) },
      { by: other, quoted: await tryAgain(purchaseId, other) },
    ];
    expect(await readRow(under.desk, "purchase", purchaseId)).toMatchObject({ retried_by: null });
    const confirmed = await Promise.allSettled(
      forms.map(({ by, quoted }) => confirmPurchase(under.desk, by, quoted)),
    );
    expect(confirmed.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const first = forms[confirmed.findIndex(({ status }) => status === "fulfilled")]?.by.slackUserId;
    for (const said of [
      confirmed.flatMap((one) => (one.status === "rejected" ? [one.reason] : []))[0],
      await refusalOf(readRest(under.desk, agent, { purchaseId })),
      await refusalOf(tryAgain(purchaseId)),
    ])
      expect(said).toMatchObject({ code: "already_retried", values: { by: first } });
    expect(await readRow(under.desk, "purchase", purchaseId)).toMatchObject({
      status: "partly_ordered",
      retried_by: first,
      retried_at: under.clock.now(),
    });
    // The database refuses another one, whatever the code thinks.
    const third = await bought([perpetual]);
    await expect(
      under.desk.db.updateTable("purchases").set({ retry_of: purchaseId }).where("id", "=", third).execute(),
    ).rejects.toThrow("purchases_one_retry");
    await runDue(under.desk);
  });

  test("B1 a second try that comes to nothing before it is sent leaves the rest to be tried again", async () => {
    const purchaseId = await partlyOrdered();
    const quoted = await tryAgain(purchaseId);
    const [line] = quoted.lines;
    await confirmPurchase(under.desk, agent, quoted);
    const { version } = await readRow(under.desk, "purchase", purchaseId);
    const sku = { productId: line?.productId ?? "", skuId: line?.skuId ?? "" };
    under.simulator.setPrice({ ...sku, unitPrice: 9_999 });
    await runDue(under.desk);
    under.simulator.setPrice({ ...sku, unitPrice: null });
    expect(await readRow(under.desk, "purchase", quoted.purchaseId)).toMatchObject({ status: "changed" });
    await withdrawPurchase(under.desk, agent, quoted);
    expect(await readRow(under.desk, "purchase", purchaseId)).toMatchObject({
      retried_by: null,
      retried_at: null,
      version: version + 1,
    });
    expect((await readRest(under.desk, agent, { purchaseId })).lines).toHaveLength(1);
  });

  test.each(["annual", "monthly"])(
    "B1 of one SKU in two billing cycles the rest is the one that no order holds (%s was ordered)",
    async (ordered) => {
      const asked = await form(["windows server CAL - 1 user - 1 year"]);
      const [line] = asked.lines;
      if (!line) throw new Error("no line");
      const lines = ["P1Y:annual", "P1Y:monthly"].map((termId) => ({ ...line, termId }));
      const quoted = await quote({ ...asked, lines });
      await confirmPurchase(under.desk, agent, quoted);
      const half: PartnerCenter = {
        ...under.desk.partnerCenter,
        checkoutCart: async (input, call) => {
          const { orders } = await under.desk.partnerCenter.checkoutCart(input, call);
          const kept = orders.filter(({ billingCycle }) => billingCycle.toLowerCase() === ordered);
          expect(kept).toHaveLength(1);
          return { orders: kept, orderErrors: [{ orderGroupId: "", code: 0, description: "" }] };
        },
      };
      await runDue({ ...under.desk, partnerCenter: half });
      const rest = await readRest(under.desk, agent, quoted);
      expect(rest.lines).toEqual(lines.filter(({ termId }) => termId !== `P1Y:${ordered}`));
    },
  );

  test("B1 an order without failures has no rest, and another workspace's purchase does not exist", async () => {
    const purchaseId = await bought([perpetual]);
    expect(await refusalOf(readRest(under.desk, agent, { purchaseId }))).toMatchObject({
      code: "request_moved_on",
    });
    const elsewhere = { ...agent, workspaceId: "T0OTHER" };
    expect(await refusalOf(readRest(under.desk, elsewhere, { purchaseId }))).toMatchObject({
      code: "request_not_found",
    });
    const sales = await under.agent("U0SALES");
    expect(await refusalOf(readRest(under.desk, sales, { purchaseId }))).toMatchObject({
      code: "not_allowed",
    });
  });

  test("B1 orders that come up one after the other are found by the purchase's id, every one of them", async () => {
    const quoted = await quote(await form([perpetual, subscription]));
    await confirmPurchase(under.desk, agent, quoted);
    under.simulator.addFault({ path: "/checkout$", method: "POST", fault: "reset-after-commit" });
    await placePurchase(under.desk, quoted);
    const mine = under.simulator
      .orders()
      .filter(({ lines }) => lines.some(({ friendlyName }) => friendlyName === quoted.purchaseId));
    expect(mine).toHaveLength(2);
    let shown = 1;
    const lagging: PartnerCenter = {
      ...under.desk.partnerCenter,
      listOrders: async (input, call) => {
        const all = await under.desk.partnerCenter.listOrders(input, call);
        const late = mine.slice(shown).map(({ id }) => id);
        return all.filter(({ id }) => !late.includes(id));
      },
    };
    const desk: Desk = { ...under.desk, partnerCenter: lagging };
    await pass(under, 12 * minute, desk);
    expect(await readRow(under.desk, "purchase", quoted.purchaseId)).toMatchObject({ status: "unknown" });
    shown = 2;
    await pass(under, 5 * minute, desk);
    const row = await readRow(under.desk, "purchase", quoted.purchaseId);
    expect(row.status).toBe("ordered");
    expect(row.orders.map(({ orderId }) => orderId).sort()).toEqual(mine.map(({ id }) => id).sort());
  });

  test("B1 an order that never comes up leaves its line unordered, which is said", async () => {
    const quoted = await quote(await form([perpetual, subscription]));
    await confirmPurchase(under.desk, agent, quoted);
    under.simulator.addFault({ path: "/checkout$", method: "POST", fault: "reset-after-commit" });
    await placePurchase(under.desk, quoted);
    const half: PartnerCenter = {
      ...under.desk.partnerCenter,
      listOrders: async (input, call) =>
        (await under.desk.partnerCenter.listOrders(input, call)).filter(({ lines }) =>
          lines.every(({ termDuration }) => termDuration === null),
        ),
    };
    const desk: Desk = { ...under.desk, partnerCenter: half };
    for (let passed = 0; passed < 24; passed += 4) await pass(under, 4 * minute, desk);
    const row = await readRow(under.desk, "purchase", quoted.purchaseId);
    expect(row).toMatchObject({ status: "partly_ordered", order_errors: [{ code: 0 }] });
    expect((await readRest(under.desk, agent, quoted)).lines).toHaveLength(1);
  });
});

test("B1 the attestation of the partner on record is sent only by those who make it", async () => {
  under.simulator.configure({ partnerAttestation: "required" });
  const purchaseId = await bought([perpetual]);
  expect(await readRow(under.desk, "purchase", purchaseId)).toMatchObject({
    status: "refused",
    failure: { code: 900206 },
  });
  const lines: PurchaseLine[] = (await readRow(under.desk, "purchase", purchaseId)).lines;
  expect((await readRest(under.desk, agent, { purchaseId })).lines).toHaveLength(lines.length);
});
