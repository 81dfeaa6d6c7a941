import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedProducts } from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import { hybridBenefit, productKind } from "#src/catalog/kinds.ts";
import { listCatalog } from "#src/catalog/list.ts";
import { readOffer } from "#src/catalog/offer.ts";
import type { Desk } from "#src/desk/context.ts";
import { quotePurchase } from "#src/purchases/quote.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { calls, customerId, fillForm, refusalOf } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeAll(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterAll(() => under.close());

/** The same Partner Center, with every customer living in another market. */
function livingIn(country: string): Desk {
  return {
    ...under.desk,
    partnerCenter: {
      ...under.desk.partnerCenter,
      getBillingProfile: async () => ({ country, culture: "en-US" }),
    },
  };
}

const reservation = { productId: "DG7GMGF0RVM1", skuId: "0001" };
const contoso = customerId("Contoso");

describe("M1 reservations in a listed market", () => {
  test.each(["KH", "XK", "SJ", "AZ"])(
    "M1 refuses a reservation in %s before any cart, with the reason",
    async (market) => {
      const desk = livingIn(market);
      const before = calls(under.simulator, "POST", /./);
      const reason = { code: "reservations_not_sold", values: { market, asOf: "2019-11-30" } };
      const item = { customerId: contoso, ...reservation };
      expect(await refusalOf(readOffer(desk, agent, item))).toMatchObject(reason);
      const line = {
        ...reservation,
        termId: "P1Y:annual",
        quantity: "1",
        azureSubscriptionId: null,
        scope: null,
      };
      const form = { customerId: contoso, formToken: "f1", lines: [line] };
      expect(await refusalOf(quotePurchase(desk, agent, form))).toMatchObject(reason);
      expect(calls(under.simulator, "POST", /./)).toBe(before);
      expect(await desk.db.selectFrom("purchases").select("id").execute()).toEqual([]);
    },
  );

  test("M1 without the list the same form would fill a cart", async () => {
    const desk = livingIn("DE");
    const before = calls(under.simulator, "POST", /carts/);
    const form = await fillForm(desk, agent, { customerId: contoso, words: "reserved 1 year" });
    await quotePurchase(desk, agent, form);
    expect(calls(under.simulator, "POST", /carts/)).toBe(before + 1);
  });

  test.each(["Wingtip Toys", "Litware, Inc."])(
    "M1 the catalogue of %s holds no reservation to choose",
    async (name) => {
      const entries = await listCatalog(under.desk, agent, { customerId: customerId(name), query: "" });
      expect(entries.length).toBeGreaterThan(0);
      expect(entries.filter((entry) => entry.kind === "reservation")).toEqual([]);
      const before = calls(under.simulator, "POST", /carts/);
      await refusalOf(readOffer(under.desk, agent, { customerId: customerId(name), ...reservation }));
      expect(calls(under.simulator, "POST", /carts/)).toBe(before);
    },
  );

  test("M1 other software is sold in a listed market", async () => {
    const offer = await readOffer(livingIn("KH"), agent, {
      customerId: contoso,
      productId: "DG7GMGF0PSQ2",
      skuId: "0001",
    });
    expect(offer.kind).toBe("perpetual");
  });
});

test.each([
  ["Litware, Inc.", "sql enterprise", true],
  ["Tailspin Toys", "sql enterprise", true],
  ["Contoso", "sql enterprise", false],
  ["Tailspin Toys", "sql 2022 standard", false],
])(
  "M2 in the market of %s, %s warns: %s; the catalogue's answer decides and it can be bought",
  async (name, words, warns) => {
    const form = await fillForm(under.desk, agent, { customerId: customerId(name), words });
    const [line] = form.lines;
    if (!line) throw new Error("no line");
    const offer = await readOffer(under.desk, agent, { ...line, customerId: form.customerId });
    expect(offer.notes.softwareMarketWarning).toBe(warns);
    expect(Number((await quotePurchase(under.desk, agent, form)).totalPrice)).toBeGreaterThan(0);
  },
);

test.each([
  ["Adventure Works Cycles", "AU", true],
  ["Tailspin Toys", "BR", true],
  ["Contoso", "US", false],
  ["Contoso Suites", "JP", false],
])("B2 a price for %s in %s includes tax: %s", async (name, market, included) => {
  const form = await fillForm(under.desk, agent, { customerId: customerId(name), words: "sql enterprise" });
  const quote = await quotePurchase(under.desk, agent, form);
  expect(quote).toMatchObject({ market, taxIncluded: included });
  expect(
    await under.desk.db
      .selectFrom("purchases")
      .select("tax_included")
      .where("id", "=", quote.purchaseId)
      .executeTakeFirst(),
  ).toEqual({ tax_included: included });
});

test.each([
  ["DG7GMGF0FLR2", "0001", "subscription", "windows_server_standard"],
  ["DG7GMGF0FLR3", "0001", "subscription", "windows_server_datacenter"],
  ["DG7GMGF0FLQ5", "0001", "subscription", "sql_server"],
  ["DG7GMGF0FKZV", "0003", "subscription", "sql_server"],
  ["DG7GMGF0DVT7", "000C", "subscription", null],
  ["DG7GMGF0PWS5", "0001", "perpetual", null],
  ["DG7GMGF0PSQ2", "0001", "perpetual", null],
  ["DG7GMGF0SUSE", "0001", "linux_plan", null],
  ["DG7GMGF0RHEL", "0001", "linux_plan", null],
  ["DG7GMGF0RVM1", "0001", "reservation", null],
  ["DG7GMGF0ESU7", "0001", "esu", null],
] as const)("B3 %s:%s is a %s with hybrid benefit %s", async (productId, skuId, kind, benefit) => {
  const offer = await readOffer(under.desk, agent, { customerId: contoso, productId, skuId });
  expect(offer).toMatchObject({ kind, hybridBenefit: benefit });
});

test("C8 what can be cancelled is said before buying: in the window, through support, or never", async () => {
  const rules = await Promise.all(
    ["DG7GMGF0FLR2", "DG7GMGF0PWS5", "DG7GMGF0ESU7", "DG7GMGF0RVM1", "DG7GMGF0SUSE", "DG7GMGF0RHEL"].map(
      async (productId) =>
        (await readOffer(under.desk, agent, { customerId: contoso, productId, skuId: "0001" })).notes
          .cancellable,
    ),
  );
  expect(rules).toEqual(["in_window", "in_window", "by_support_only", "by_support_only", "never", "never"]);
});

test("B3 the kinds and benefits of titles as they come in the catalogue", () => {
  const software = { publisherName: "Microsoft Corporation", productTypeId: "Software" };
  expect(productKind({ ...software, title: "Extended Security Updates 2020 for Windows 7" }, true)).toBe(
    "esu",
  );
  expect(productKind({ ...software, title: "Extended Security Updates for SQL Server" }, true)).toBe(
    "subscription",
  );
  expect(productKind({ ...software, title: "RedHat plan" }, true)).toBe("linux_plan");
  expect(hybridBenefit("SQL Server 2 core", "perpetual")).toBeNull();
  expect(hybridBenefit("Windows Server 2022 Datacenter – 8 core", "subscription")).toBe(
    "windows_server_datacenter",
  );
});

test("B1 the catalogue lists every SKU of the customer's market once, by title", async () => {
  const entries = await listCatalog(under.desk, agent, { customerId: contoso, query: "" });
  expect(entries.map((entry) => `${entry.productId}:${entry.skuId}`).toSorted()).toEqual(
    seedProducts.flatMap((product) => product.skus.map((sku) => `${product.id}:${sku.id}`)).toSorted(),
  );
  expect(entries.map((entry) => entry.title)).toEqual(
    entries.map((entry) => entry.title).toSorted((a, b) => a.localeCompare(b)),
  );
});

test("B1 words of a title find it in any order and case", async () => {
  const found = await listCatalog(under.desk, agent, { customerId: contoso, query: "YEARS enterprise  sql" });
  expect(found.map((entry) => entry.skuId)).toEqual(["0003"]);
  expect(await listCatalog(under.desk, agent, { customerId: contoso, query: "no such thing" })).toEqual([]);
});

test("B1 a catalogue that could not be read is not remembered", async () => {
  const id = customerId("Alpine Ski House");
  under.simulator.addFault({ path: `/v1/customers/${id}/products`, fault: "503", times: 1 });
  expect(await refusalOf(listCatalog(under.desk, agent, { customerId: id, query: "sql" }))).toMatchObject({
    code: "partner_center_unavailable",
  });
  under.simulator.clearFaults();
  expect(await listCatalog(under.desk, agent, { customerId: id, query: "sql" })).not.toEqual([]);
});

test("B1 a product, a SKU or a customer that does not exist is said to be so", async () => {
  const item = { customerId: contoso, productId: "DG7GMGF0FKZV", skuId: "0001" };
  for (const [wrong, code] of [
    [{ ...item, productId: "DG7GMGF00000" }, "product_not_found"],
    [{ ...item, skuId: "9999" }, "product_not_found"],
    [{ ...item, customerId: customerId("Relecloud") }, "customer_not_found"],
  ] as const) {
    expect(await refusalOf(readOffer(under.desk, agent, wrong))).toMatchObject({ code });
  }
});

test("B1 what is sold out is not offered", async () => {
  const sold = {
    ...under.desk,
    partnerCenter: {
      ...under.desk.partnerCenter,
      listAvailabilities: async (input: { customerId: string; productId: string; skuId: string }) =>
        (await under.desk.partnerCenter.listAvailabilities(input)).map((one) => ({
          ...one,
          isPurchasable: false,
        })),
    },
  };
  expect(
    await refusalOf(
      readOffer(sold, agent, { customerId: contoso, productId: "DG7GMGF0DWM3", skuId: "0003" }),
    ),
  ).toMatchObject({ code: "product_not_found" });
});
