import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { listCatalog } from "#src/catalog/list.ts";
import { readOffer } from "#src/catalog/offer.ts";
import { Secret } from "#src/config/secret.ts";
import { findCustomers } from "#src/customers/find.ts";
import { depositSecrets, readDeposit } from "#src/fulfilment/deposit.ts";
import { listLinks } from "#src/fulfilment/links.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { confirmPurchase } from "#src/purchases/confirm.ts";
import { listSoftware, readLine } from "#src/purchases/list-lines.ts";
import { type Quote, quotePurchase } from "#src/purchases/quote.ts";
import { markFiled } from "#src/support-requests/mark-filed.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { fillForm, refusalOf, seededLine } from "../requests/acts.ts";

/** Every verb asks for itself: whoever forgets the check in one of them meets this file. */

const line = seededLine("recentPerpetual");
const item = { customerId: line.customerId, productId: "DG7GMGF0FKZV", skuId: "0001" };
const choice = { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" };

let under: DeskUnderTest;
let quoted: Quote;
beforeAll(async () => {
  under = await openDesk();
  const agent = await under.agent();
  const form = await fillForm(under.desk, agent, { customerId: line.customerId, words: "sql enterprise" });
  quoted = await quotePurchase(under.desk, agent, form);
});
afterAll(() => under.close());

type Verb = (agent: Agent) => Promise<unknown>;
const verbs: [name: string, Verb][] = [
  ["G2 findCustomers", (agent) => findCustomers(under.desk, agent, { act: "buy", query: "contoso" })],
  ["C2 findCustomers", (agent) => findCustomers(under.desk, agent, { act: "cancel", query: "contoso" })],
  ["G2 listCatalog", (agent) => listCatalog(under.desk, agent, { customerId: line.customerId, query: "" })],
  ["G2 readOffer", (agent) => readOffer(under.desk, agent, item)],
  [
    "G2 quotePurchase",
    (agent) =>
      quotePurchase(under.desk, agent, {
        customerId: item.customerId,
        formToken: randomUUID(),
        lines: [{ ...item, termId: "P1Y:annual", quantity: "1", azureSubscriptionId: null, scope: null }],
      }),
  ],
  [
    "K1 listSoftware",
    (agent) => listSoftware(under.desk, agent, { act: "keys", customerId: line.customerId }),
  ],
  [
    "C2 assessLine",
    async (agent) => assessLine(under.desk, agent, { line: await readLine(under.desk, line) }),
  ],
  [
    "C2 requestCancellations",
    (agent) =>
      requestCancellations(under.desk, agent, {
        formToken: randomUUID(),
        customerId: line.customerId,
        lines: [line],
      }),
  ],
  ["K1 listPackages", (agent) => listPackages(under.desk, agent, line)],
  [
    "K1 revealKey",
    (agent) =>
      revealKey(under.desk, agent, { ...line, formToken: randomUUID(), choice, reason: "A new server" }),
  ],
  [
    "K1 depositSecrets",
    (agent) =>
      depositSecrets(under.desk, agent, {
        ...line,
        formToken: randomUUID(),
        choice,
        key: new Secret("FAKE0-DEMO0-11111-22222-33333"),
        downloadLink: null,
      }),
  ],
  ["K1 readDeposit", async (agent) => ({ read: await readDeposit(under.desk, agent, line) })],
  ["K1 listLinks", (agent) => listLinks(under.desk, agent, line)],
  [
    "S1 requestSupport",
    (agent) =>
      requestSupport(under.desk, agent, {
        formToken: randomUUID(),
        customerId: line.customerId,
        impact: "minimal",
        title: "Refund",
        orderOrSubscriptionId: line.orderId,
        reason: "Bought twice",
        amountRequested: "USD 1",
        contactName: "Accounts desk",
        contactEmail: "accounts@partner.example",
        contactPhone: "+1 425 555 0100",
      }),
  ],
];

describe.each(verbs)("%s", (name, verb) => {
  test.each([
    ["U0STRANGER", "not_linked"],
    ["U0GUEST", "not_member"],
    ["U0ACCOUNT", "not_allowed"],
    ["U0SALES", "not_allowed"],
  ] as const)(`${name} refuses %s, and nothing is written at Partner Center`, async (slackUserId, code) => {
    const agent = await under.agent(slackUserId);
    const written = () => under.simulator.requests().filter((request) => request.method !== "GET").length;
    const before = { written: written(), orders: under.simulator.orders().length };
    expect(await refusalOf(verb(agent))).toMatchObject({ code });
    expect({ written: written(), orders: under.simulator.orders().length }).toEqual(before);
    expect(
      await under.desk.db
        .selectFrom("activity")
        .select("outcome")
        .where("person_id", "=", agent.personId)
        .orderBy("sequence", "desc")
        .limit(1)
        .execute(),
    ).toEqual([{ outcome: "refused" }]);
  });
});

test("K1 an admin agent passes the same verbs that refuse the others", async () => {
  const agent = await under.agent();
  for (const [, verb] of verbs) await expect(verb(agent)).resolves.toBeDefined();
});

test("C5 a stranger searches in vain: Partner Center is not even asked", async () => {
  const stranger = await under.agent("U0STRANGER");
  const before = under.simulator.requests().length;
  await refusalOf(findCustomers(under.desk, stranger, { act: "buy", query: "contoso" }));
  expect(under.simulator.requests()).toHaveLength(before);
});

test("G2 a quote is confirmed by the right that holds at that moment", async () => {
  const agent = await under.agent();
  await under.desk.db
    .updateTable("partner_users")
    .set({ roles: ["sales_agent"] })
    .where("user_principal_name", "=", agent.email)
    .execute();
  expect(await refusalOf(confirmPurchase(under.desk, agent, quoted))).toMatchObject({
    code: "not_allowed",
  });
  await under.desk.db
    .updateTable("partner_users")
    .set({ roles: ["admin_agent"] })
    .where("user_principal_name", "=", agent.email)
    .execute();
});

test("S7 markFiled refuses who may not open support requests, and another workspace", async () => {
  const agent = await under.agent();
  const row = await under.desk.db.selectFrom("support_requests").select("id").executeTakeFirstOrThrow();
  const filing = { supportRequestId: row.id, ticketNumber: "616122292874577" };
  expect(await refusalOf(markFiled(under.desk, await under.agent("U0SALES"), filing))).toMatchObject({
    code: "not_allowed",
  });
  expect(await refusalOf(markFiled(under.desk, { ...agent, workspaceId: "T0OTHER" }, filing))).toMatchObject({
    code: "request_not_found",
  });
});
