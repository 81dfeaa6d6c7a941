import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import type { Desk } from "#src/desk/context.ts";
import type { ChosenLine } from "#src/purchases/chosen.ts";
import { confirmPurchase } from "#src/purchases/confirm.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import { placePurchase } from "#src/purchases/place.ts";
import { type QuoteInput, quotePurchase } from "#src/purchases/quote.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import {
  activityOf,
  calls,
  customerId,
  fillForm,
  minute,
  pass,
  readRow,
  refusalOf,
  withLine,
} from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
let form: QuoteInput;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(() => under.close());
beforeEach(async () => {
  agent = await under.agent();
  form = await fillForm(under.desk, agent, {
    customerId: customerId("Contoso"),
    words: "sql enterprise 1 year",
  });
});

const quote = (change: Partial<ChosenLine> = {}, formToken = form.formToken) =>
  quotePurchase(under.desk, agent, { ...withLine(form, change), formToken });
const rows = async () => (await under.desk.db.selectFrom("purchases").select("id").execute()).length;

describe("B1 what was typed", () => {
  test.each(["", " ", "-1", "+1", "1.5", "1,5", "1e3", "0x10", "ten", "١", "1 2", "999999999999"])(
    "B1 %j is no quantity",
    async (quantity) => {
      const before = await rows();
      expect(await refusalOf(quote({ quantity }))).toMatchObject({
        code: "invalid_input",
        values: { field: "quantity" },
      });
      expect(await rows()).toBe(before);
    },
  );

  test.each(["0", "00", "10001", "10000001", "999999999"])(
    "B1 a quantity of %s is outside of what is sold, and the limits are said",
    async (quantity) => {
      expect(await refusalOf(quote({ quantity }))).toMatchObject({
        code: "quantity_not_allowed",
        values: { minimum: 1, maximum: 10_000 },
      });
    },
  );

  test.each([
    ["1", 1],
    [" 7 ", 7],
    ["007", 7],
    ["10000", 10_000],
  ])("B1 %j is a quantity", async (quantity, read) => {
    const quoted = await quote({ quantity }, randomUUID());
    expect(quoted.lines).toMatchObject([{ quantity: read }]);
    expect(Number(quoted.totalPrice)).toBe(5_434 * read);
  });

  test("B1 a term that the offer does not have is refused", async () => {
    expect(await refusalOf(quote({ termId: "P3Y:monthly" }))).toMatchObject({ code: "product_not_found" });
    expect(await refusalOf(quote({ termId: "" }))).toMatchObject({ code: "product_not_found" });
  });
});

describe("B1 the cart's answer", () => {
  test("B1 an error inside a cart that was made is said, with Partner Center's words", async () => {
    const few = await fillForm(under.desk, agent, {
      customerId: customerId("Contoso"),
      words: "biztalk 2016 standard",
      quantity: "6",
    });
    expect(await refusalOf(quotePurchase(under.desk, agent, few))).toMatchObject({
      code: "cart_line_refused",
      values: { code: 10003, description: "Only 5 are left." },
    });
    const row = await under.desk.db
      .selectFrom("purchases")
      .select(["id", "status", "cart_id"])
      .where("form_token", "=", few.formToken)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status: "quoted", cart_id: null });
    expect(
      await refusalOf(confirmPurchase(under.desk, agent, { purchaseId: row.id, hash: "-" })),
    ).toMatchObject({
      code: "request_moved_on",
    });
    const enough = await quotePurchase(under.desk, agent, withLine(few, { quantity: "5" }));
    expect(enough.purchaseId).not.toBe(row.id);
  });

  test("B1 a customer without the agreement is said to be so", async () => {
    under.simulator.addFault({
      path: "/carts$",
      method: "POST",
      fault: "answer",
      times: 1,
      answer: { status: 403, code: 13605, description: "The agreement is missing." },
    });
    expect(await refusalOf(quote())).toMatchObject({ code: "agreement_missing" });
    expect((await quote()).purchaseId).toMatch(/^pur_/);
  });

  test("B1 a lost cart is asked for again under the same request id: one cart", async () => {
    under.simulator.addFault({ path: "/carts$", method: "POST", fault: "reset-after-commit", times: 1 });
    expect(await refusalOf(quote())).toMatchObject({ code: "partner_center_unavailable" });
    const quoted = await quote();
    const asked = under.simulator.requests().filter((one) => /\/carts$/.test(one.path));
    expect(new Set(asked.slice(-2).map((one) => one.requestId)).size).toBe(1);
    expect(await readRow(under.desk, "purchase", quoted.purchaseId)).toMatchObject({ status: "quoted" });
  });

  test("B1 a cart without a price is no quote", async () => {
    const priceless = {
      ...under.desk,
      partnerCenter: {
        ...under.desk.partnerCenter,
        createCart: async (...input: Parameters<typeof under.desk.partnerCenter.createCart>) => {
          const cart = await under.desk.partnerCenter.createCart(...input);
          return { ...cart, lines: cart.lines.map((line) => ({ ...line, pricing: null })) };
        },
      },
    };
    expect(await refusalOf(quotePurchase(priceless, agent, form))).toMatchObject({
      code: "partner_center_unavailable",
    });
  });
});

describe("B1 one form", () => {
  test("B1 the same form with the same content is one purchase, also at the same moment", async () => {
    const before = await rows();
    const quotes = await Promise.all([quote(), quote(), quote(), quote(), quote()]);
    quotes.push(await quote());
    expect(new Set(quotes.map((one) => one.purchaseId)).size).toBe(1);
    expect(await rows()).toBe(before + 1);
    const [first] = quotes;
    expect(await activityOf(under.desk, first?.purchaseId ?? "")).toEqual([
      { act: "purchase.quoted", outcome: "done" },
    ]);
  });

  test.each([{ quantity: "2" }, { termId: "P1Y:annual", skuId: "0001", productId: "DG7GMGF0FLQ5" }])(
    "B1 another content in the same form is another purchase: %j",
    async (change) => {
      const one = await quote();
      const other = await quote(change);
      expect(other.purchaseId).not.toBe(one.purchaseId);
    },
  );

  test("B1 a form that was confirmed can't be quoted again", async () => {
    const quoted = await quote();
    await confirmPurchase(under.desk, agent, quoted);
    expect(await refusalOf(quote())).toMatchObject({ code: "request_moved_on" });
    await runDue(under.desk);
    expect(await refusalOf(quote())).toMatchObject({ code: "request_moved_on" });
  });
});

describe("B1 confirming", () => {
  test("B1 unconfirmed quotes buy nothing, and lapse after an hour", async () => {
    const before = {
      orders: under.simulator.orders().length,
      checkouts: calls(under.simulator, "POST", /checkout/),
    };
    const quoted = await quote();
    await pass(under, 60 * minute - 1);
    expect(await readRow(under.desk, "purchase", quoted.purchaseId)).toMatchObject({ status: "quoted" });
    await pass(under, 1);
    expect(await readRow(under.desk, "purchase", quoted.purchaseId)).toMatchObject({
      status: "lapsed",
      due_at: null,
    });
    expect(await refusalOf(confirmPurchase(under.desk, agent, quoted))).toMatchObject({
      code: "request_moved_on",
    });
    expect(await refusalOf(quote())).toMatchObject({ code: "request_moved_on" });
    for (let hour = 0; hour < 3; hour += 1) await pass(under, 60 * minute);
    expect({
      orders: under.simulator.orders().length,
      checkouts: calls(under.simulator, "POST", /checkout/),
    }).toEqual(before);
  });

  test("B1 a quote whose hour is over can't be confirmed, even before the sweeper came by", async () => {
    const quoted = await quote();
    under.clock.advance(60 * minute);
    agent = await under.agent();
    expect(await refusalOf(quote())).toMatchObject({ code: "request_moved_on" });
    expect(await refusalOf(confirmPurchase(under.desk, agent, quoted))).toMatchObject({
      code: "request_moved_on",
    });
    expect(await readRow(under.desk, "purchase", quoted.purchaseId)).toMatchObject({ status: "lapsed" });
  });

  test("B1 a quote is confirmed until the last moment of its hour", async () => {
    const quoted = await quote();
    under.clock.advance(60 * minute - 1);
    agent = await under.agent();
    expect(await confirmPurchase(under.desk, agent, quoted)).toMatchObject({ alreadyConfirmed: false });
    await runDue(under.desk);
  });

  test("B1 a price that was asked for again since is not confirmed unseen, and the new one is", async () => {
    const form = await fillForm(under.desk, agent, {
      customerId: customerId("Contoso"),
      words: "sql enterprise 1 year",
    });
    const seen = await quotePurchase(under.desk, agent, form);
    const desk: Desk = {
      ...under.desk,
      partnerCenter: {
        ...under.desk.partnerCenter,
        createCart: async (input, call) => {
          const cart = await under.desk.partnerCenter.createCart(input, call);
          const pricing = { unitPrice: "9000", extendedPrice: "9000" };
          return { ...cart, lines: cart.lines.map((line) => ({ ...line, pricing })) };
        },
      },
    };
    const dearer = await quotePurchase(desk, agent, form);
    expect(dearer).toMatchObject({ purchaseId: seen.purchaseId, totalPrice: expect.stringMatching(/^9000/) });
    expect(await refusalOf(confirmPurchase(under.desk, agent, seen))).toMatchObject({
      code: "quote_changed",
    });
    expect(await readRow(under.desk, "purchase", seen.purchaseId)).toMatchObject({ status: "quoted" });
    expect(await confirmPurchase(under.desk, agent, dearer)).toMatchObject({ alreadyConfirmed: false });
    await runDue(under.desk);
  });

  test("B1 a confirmation and the sweeper at the same moment: one of them wins, and no order comes of a lapsed quote", async () => {
    const quoted = await quote();
    under.clock.advance(60 * minute - 1);
    agent = await under.agent();
    const desk = { ...under.desk, clock: { now: () => new Date(under.clock.now().getTime() + 1) } };
    const [confirmation] = await Promise.allSettled([
      confirmPurchase(under.desk, agent, quoted),
      ringOverdue(desk),
    ]);
    const before = under.simulator.orders().length;
    await runDue(under.desk);
    const row = await readRow(under.desk, "purchase", quoted.purchaseId);
    expect(row.status).toBe(confirmation.status === "fulfilled" ? "ordered" : "lapsed");
    expect(under.simulator.orders().length).toBe(before + (row.status === "ordered" ? 1 : 0));
  });

  test("invariant 2: ten confirmations at once are one order", async () => {
    const quoted = await quote();
    const before = under.simulator.orders().length;
    const confirmations = await Promise.all(
      Array.from({ length: 10 }, () => confirmPurchase(under.desk, agent, quoted)),
    );
    expect(confirmations.filter((one) => !one.alreadyConfirmed)).toHaveLength(1);
    await runDue(under.desk);
    expect(under.simulator.orders().length).toBe(before + 1);
    expect((await activityOf(under.desk, quoted.purchaseId)).map((row) => row.act)).toEqual([
      "purchase.quoted",
      "purchase.requested",
      "purchase.sending",
      "purchase.ordered",
    ]);
  });

  /** How often the cart is checked out when nine more workers come while the first is about to send. */
  async function checkoutsOfTenWorkers(leaseSeconds: number): Promise<number> {
    const quoted = await quote();
    await confirmPurchase(under.desk, agent, quoted);
    const desk = { ...under.desk, timings: { ...under.desk.timings, leaseSeconds } };
    const before = calls(under.simulator, "POST", /checkout/);
    let others = 0;
    const first: Desk = {
      ...desk,
      failpoint: async (point) => {
        if (point !== "purchase.request_id_saved") return;
        others = (await Promise.all(Array.from({ length: 9 }, () => placePurchase(desk, quoted)))).length;
      },
    };
    await placePurchase(first, quoted);
    expect(others).toBe(9);
    return calls(under.simulator, "POST", /checkout/) - before;
  }

  test("invariant 2: ten workers with the same job ask once, because the row is leased", async () => {
    expect(await checkoutsOfTenWorkers(60)).toBe(1);
  });

  test("invariant 2: without a lease the same ten workers ask more than once", async () => {
    expect(await checkoutsOfTenWorkers(0)).toBeGreaterThan(1);
  });

  test("G1 the quote of another person or another workspace does not exist", async () => {
    const quoted = await quote();
    const other = await under.agent("U0AGENT2");
    expect(await refusalOf(confirmPurchase(under.desk, other, quoted))).toMatchObject({
      code: "request_not_found",
    });
    const elsewhere = await recognise(under.desk, { ...agent, workspaceId: "T0OTHER" });
    expect(await refusalOf(confirmPurchase(under.desk, elsewhere, quoted))).toMatchObject({
      code: "request_not_found",
    });
    expect(
      await refusalOf(confirmPurchase(under.desk, agent, { purchaseId: "pur_0000000000000000", hash: "-" })),
    ).toMatchObject({ code: "request_not_found" });
    expect(await readRow(under.desk, "purchase", quoted.purchaseId)).toMatchObject({ status: "quoted" });
    const recorded = await under.desk.db
      .selectFrom("activity")
      .select(["workspace_id", "person_id", "act", "outcome", "roles", "details"])
      .where("act", "=", "buy.asked")
      .orderBy("at")
      .orderBy("sequence")
      .execute();
    const refusal = {
      act: "buy.asked",
      outcome: "refused",
      roles: ["admin_agent"],
      details: { code: "request_not_found" },
    };
    expect(recorded).toHaveLength(3);
    expect(recorded).toEqual(
      expect.arrayContaining([
        { ...refusal, workspace_id: agent.workspaceId, person_id: other.personId },
        { ...refusal, workspace_id: "T0OTHER", person_id: elsewhere.personId },
        { ...refusal, workspace_id: agent.workspaceId, person_id: agent.personId },
      ]),
    );
  });
});

describe("C1 the window is said before buying", () => {
  test.each([
    ["2019-12", "sql enterprise 1 year", 60, "prorated"],
    ["2021-06", "sql enterprise 1 year", 30, "prorated"],
    ["2022-07", "sql enterprise 1 year", 7, "prorated"],
    ["2022-07", "sql 2022 standard", 30, "full"],
  ] as const)(
    "C1 in edition %s, %s may be cancelled for %i days with a %s refund",
    async (edition, words, days, refund) => {
      const desk = { ...under.desk, policyEdition: edition };
      under.simulator.configure({ edition });
      const filled = await fillForm(desk, agent, { customerId: customerId("Contoso"), words });
      const { cancellations } = await quotePurchase(desk, agent, filled);
      expect(cancellations).toMatchObject([{ rule: "in_window", lines: [0], window: { days, refund } }]);
    },
  );

  test.each([
    ["suse 1 year", "never"],
    ["red hat", "never"],
    ["windows 7 extended", "by_support_only"],
    ["reserved 1 year", "by_support_only"],
  ])("C3 C4 %s: %s", async (words, rule) => {
    const filled = await fillForm(under.desk, agent, { customerId: customerId("Contoso"), words });
    expect((await quotePurchase(under.desk, agent, filled)).cancellations).toMatchObject([
      { rule, lines: [0], window: null },
    ]);
  });
});

describe("K2 the customer's software page", () => {
  test("K2 lists everything that was bought, newest first, cancelled lines included", async () => {
    const lines = await listSoftware(under.desk, agent, {
      act: "keys",
      customerId: customerId("Proseware, Inc."),
    });
    expect(lines.map((line) => [line.productId, line.kind, line.quantity, line.cancelled])).toEqual([
      ["DG7GMGF0FKZV", "subscription", 8, false],
      ["DG7GMGF0PWS5", "perpetual", 0, true],
    ]);
    const times = lines.map((line) => line.purchasedAt.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test("K2 shows our own purchase at once, while Partner Center's list lags behind", async () => {
    under.simulator.configure({ orderListLagMs: 15 * minute });
    const mine = await fillForm(under.desk, agent, {
      customerId: customerId("Northwind Traders"),
      words: "biztalk branch",
    });
    const quoted = await quotePurchase(under.desk, agent, mine);
    await confirmPurchase(under.desk, agent, quoted);
    await runDue(under.desk);
    const [order] = (await readRow(under.desk, "purchase", quoted.purchaseId)).orders;
    const list = async () =>
      (await listSoftware(under.desk, agent, { act: "keys", customerId: mine.customerId })).filter(
        (line) => line.orderId === order?.orderId,
      );
    expect(await list()).toHaveLength(1);
    await pass(under, 16 * minute);
    expect(await list()).toHaveLength(1);
    under.simulator.configure({ orderListLagMs: 0 });
  });

  test("K2 a product that left the catalogue is listed by its id", async () => {
    const gone = {
      ...under.desk,
      partnerCenter: {
        ...under.desk.partnerCenter,
        getProduct: (input: { customerId: string; productId: string }) =>
          under.desk.partnerCenter.getProduct({ ...input, productId: "DG7GMGF00000" }),
      },
    };
    const lines = await listSoftware(gone, agent, { act: "keys", customerId: customerId("Proseware, Inc.") });
    expect(lines.map((line) => line.title)).toEqual(["DG7GMGF0FKZV:0001", "DG7GMGF0PWS5:0002"]);
  });
});
