import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { findCustomers } from "#src/customers/find.ts";
import { readCustomer } from "#src/customers/read.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { customerId, refusalOf } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeAll(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterAll(() => under.close());

const find = async (query: string) =>
  (await findCustomers(under.desk, agent, { act: "cancel", query })).map((customer) => customer.companyName);

test.each([
  ["the beginning of a name", "cont", ["Contoso", "Contoso Suites"]],
  ["a whole name with a comma", "Fabrikam, Inc.", ["Fabrikam, Inc."]],
  ["spaces around it", "  northwind  ", ["Northwind Traders"]],
  ["the beginning of a domain that is no name", "adventureworks.on", ["Adventure Works Cycles"]],
  ["a whole domain", "alpineskihouse.onmicrosoft.com", ["Alpine Ski House"]],
  ["a quotation mark", 'Contoso"', []],
  ["nothing that exists", "zzz", []],
])("C5 finds customers by %s", async (_by, query, names) => {
  expect(await find(query)).toEqual(names);
});

test("C5 finds a customer by tenant GUID, in any case and with spaces around it", async () => {
  const id = customerId("Proseware, Inc.");
  expect(await findCustomers(under.desk, agent, { act: "buy", query: ` ${id.toUpperCase()} ` })).toEqual([
    { id, companyName: "Proseware, Inc.", domain: "proseware.onmicrosoft.com" },
  ]);
});

test("C5 an unknown tenant GUID and one that is not the partner's customer find nobody", async () => {
  expect(await find("00000000-0000-4000-8000-000000000001")).toEqual([]);
  expect(await find(customerId("Relecloud"))).toEqual([]);
});

test("C5 a name with markup is found and handed on exactly as Partner Center has it", async () => {
  expect(await find("Fourth Coffee <!channel>")).toEqual(["Fourth Coffee <!channel> & Söhne"]);
});

test("C5 lists at most 20, by name, when nothing is typed yet", async () => {
  const all = await find("");
  expect(all).toEqual(all.toSorted((a, b) => a.localeCompare(b)));
  expect(all).toHaveLength(12);
  const many = {
    ...under.desk,
    partnerCenter: {
      ...under.desk.partnerCenter,
      searchCustomers: async () =>
        Array.from({ length: 30 }, (_, index) => ({
          id: `c${index}`,
          companyName: `N${index}`,
          domain: "d",
        })),
    },
  };
  expect(await findCustomers(many, agent, { act: "buy", query: "n" })).toHaveLength(20);
});

test("C5 a customer found by name and by domain is listed once", async () => {
  expect(await find("litware")).toEqual(["Litware, Inc."]);
});

test("G1 a search that Partner Center does not answer says so and finds nobody", async () => {
  under.simulator.addFault({ path: "/v1/customers", fault: "503", times: 2 });
  expect(await refusalOf(findCustomers(under.desk, agent, { act: "buy", query: "contoso" }))).toMatchObject({
    code: "partner_center_unavailable",
  });
  under.simulator.clearFaults();
});

test("G1 reads a customer with its market, and refuses one that is not the partner's", async () => {
  expect(await readCustomer(under.desk, customerId("Wingtip Toys"))).toMatchObject({ market: "XK" });
  for (const id of [customerId("Relecloud"), "00000000-0000-4000-8000-000000000001", "no-guid"]) {
    expect(await refusalOf(readCustomer(under.desk, id))).toMatchObject({ code: "customer_not_found" });
  }
});
