import { describe, expect, test } from "vitest";
import type { PartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import {
  as,
  buy,
  type Caller,
  customerIn,
  day,
  hour,
  minute,
  perpetual,
  simulate,
  subscription,
} from "./simulator.ts";

const us = customerIn("US");

interface Line {
  orderId: string;
  chargeType: string;
  totalForCustomer: number;
  quantity: number;
}

const unbilled = async (
  call: Caller,
  order: { alternateId: string },
  period = "current",
): Promise<Line[]> => {
  const query = `provider=onetime&invoicelineitemtype=billinglineitems&currencycode=usd&period=${period}`;
  const { body } = await call("GET", `/v1/invoices/unbilled/lineitems?${query}`);
  return body.items.filter(({ orderId }: Line) => orderId === order.alternateId);
};

const cancel = async (call: Caller, order: { id: string }) => {
  const body = { id: order.id, status: "cancelled" };
  const answer = await call("PATCH", `/v1/customers/${us}/orders/${order.id}`, { body });
  expect(answer.status).toBe(200);
};

const amounts = (lines: Line[]) =>
  lines.map(({ chargeType, totalForCustomer }) => [chargeType, totalForCustomer]);

async function setUp(options: Parameters<typeof simulate>[0] = {}) {
  const simulator = await simulate({ edition: "2019-12", ...options });
  return { simulator, call: await as(simulator, "global.admin"), agent: await as(simulator, "admin.agent") };
}

/** Tokens live an hour; time here moves by days. */
const later = (simulator: PartnerCenterSimulator) => as(simulator, "admin.agent");

describe("C12 the credit of a cancellation", () => {
  test("is everything for perpetual software, unbilled as soon as the cancellation shows", async () => {
    const { simulator, call, agent } = await setUp({ cancellationLagMs: 15 * minute });
    const [order] = await buy(agent, us, [{ ...perpetual, quantity: 2 }]);
    await cancel(agent, order);
    expect(amounts(await unbilled(call, order))).toEqual([["new", 7890]]);
    simulator.advance(15 * minute);
    const lines = await unbilled(call, order);
    expect(amounts(lines)).toEqual([
      ["new", 7890],
      ["cancelImmediate", -7890],
    ]);
    expect(lines[1]).toMatchObject({
      quantity: -2,
      invoiceNumber: "",
      termAndBillingCycle: "",
      billingProvider: "one_time",
      attributes: { objectType: "OneTimeInvoiceLineItem" },
    });
  });

  test("is what is left of the period that was paid, less its started days, for a term", async () => {
    const { simulator, agent } = await setUp();
    const [order] = await buy(agent, us, [subscription]);
    simulator.advance(2 * day + hour);
    const call = await later(simulator);
    await cancel(call, order);
    const credit = -Math.round((31_800 * (365 - 3)) / 365) / 100;
    expect(amounts(await unbilled(call, order))).toEqual([
      ["new", 318],
      ["cancelImmediate", credit],
    ]);
  });

  test("is everything for a term on its first day, where that is on offer", async () => {
    const { simulator, agent } = await setUp({ fullRefundOnFirstDay: true });
    const [order] = await buy(agent, us, [subscription]);
    const { subscriptionId } = order.lineItems[0];
    const { body } = await agent("GET", `/v1/customers/${us}/subscriptions/${subscriptionId}`);
    expect(body.refundOptions).toMatchObject([{ type: "Full" }, { type: "Partial" }]);
    simulator.advance(day);
    const call = await later(simulator);
    await cancel(call, order);
    expect((await unbilled(call, order)).map((line) => line.totalForCustomer)).toEqual([318, -318]);
  });

  test("comes with the next monthly invoice, from the sixth of the next month", async () => {
    const { simulator, agent } = await setUp();
    const [order] = await buy(agent, us, [perpetual]);
    simulator.setNow(new Date("2026-04-02T00:00:00Z"));
    let call = await later(simulator);
    await cancel(call, order);
    expect(amounts(await unbilled(call, order, "previous"))).toEqual([["new", 3945]]);
    expect(amounts(await unbilled(call, order))).toEqual([["cancelImmediate", -3945]]);
    const ids = async () =>
      (await call("GET", "/v1/invoices")).body.items.map(({ id }: { id: string }) => id);
    expect(await ids()).not.toContain("G202603001");

    simulator.setNow(new Date("2026-04-06T00:00:00Z"));
    call = await later(simulator);
    expect(await ids()).toContain("G202603001");
    expect(await unbilled(call, order, "previous")).toEqual([]);
    simulator.setNow(new Date("2026-05-06T00:00:00Z"));
    call = await later(simulator);
    const april = await call("GET", "/v1/invoices/G202604001/lineitems/OneTime/BillingLineItems");
    expect(april.body.items).toMatchObject([
      { orderId: order.alternateId, invoiceNumber: "G202604001", totalForCustomer: -3945 },
    ]);
    expect((await call("GET", "/v1/invoices/G202604001")).body.totalCharges).toBe(-3945);
  });
});

test("a term that is billed by the year is charged every year of it", async () => {
  const { simulator, agent } = await setUp();
  const threeYears = {
    productId: "DG7GMGF0DVT7",
    skuId: "000C",
    billingCycle: "annual",
    termDuration: "P3Y",
  };
  const [order] = await buy(agent, us, [threeYears]);
  const charges: string[] = [];
  for (const month of ["2026-03", "2027-03", "2028-03", "2029-03"]) {
    simulator.setNow(new Date(`${month}-20T00:00:00Z`));
    const lines = await unbilled(await as(simulator, null), order);
    charges.push(...lines.map(({ chargeType }) => chargeType));
  }
  expect(charges).toEqual(["new", "cycleCharge", "cycleCharge"]);
});

test("invoices: by offset, one, sums by currency, and lines page by page forwards", async () => {
  const { simulator, agent } = await setUp();
  for (let count = 0; count < 5; count += 1) await buy(agent, us, [perpetual]);
  simulator.setNow(new Date("2026-04-07T00:00:00Z"));
  const call = await later(simulator);
  const all = (await call("GET", "/v1/invoices")).body;
  expect(all.items.length).toBeGreaterThan(3);
  const first = (await call("GET", "/v1/invoices?size=2")).body;
  const second = (await call("GET", `/v1${first.links.next.uri}`)).body;
  expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 4));

  const path = "/v1/invoices/G202603001";
  const invoice = (await call("GET", path)).body;
  expect(invoice).toMatchObject({ documentType: "invoice", invoiceType: "OneTime", currencyCode: "USD" });
  expect(invoice.billingPeriodEndDate).toBe("2026-03-31T23:59:59.9990000Z");
  const lines: Line[] = [];
  const query = "provider=OneTime&invoiceLineItemType=BillingLineItems&size=2";
  let page = await call("GET", `${path}/lineitems?${query}`);
  for (;;) {
    lines.push(...page.body.items);
    const { next } = page.body.links;
    if (next === undefined) break;
    expect(page.body.items).toHaveLength(2);
    const [{ key, value }] = next.headers;
    page = await call("GET", `/v1${next.uri}`, { headers: { [key]: value } });
  }
  const sum = lines.reduce((total, { totalForCustomer }) => total + totalForCustomer, 0);
  expect(sum).toBeCloseTo(invoice.totalCharges, 2);

  const summaries = (await call("GET", "/v1/invoices/summaries")).body.items;
  expect(summaries.map(({ currencyCode }: { currencyCode: string }) => currencyCode)).toContain("AUD");
  expect((await call("GET", "/v1/invoices/summary")).body).toEqual(summaries[0]);
  const app = await as(simulator, null);
  expect((await app("GET", "/v1/invoices")).status).toBe(200);
  expect((await app("GET", path)).body.code).toBe(900329);
  expect((await call("GET", `${path}/lineitems?provider=azure`)).status).toBe(400);
  expect((await call("GET", "/v1/invoices/G1")).status).toBe(404);
});

test("B2 a line says tax apart where prices include it", async () => {
  const { agent } = await setUp();
  const au = customerIn("AU");
  const [order] = await buy(agent, au, [perpetual]);
  const query = "provider=onetime&invoicelineitemtype=billinglineitems&currencycode=AUD";
  const { body } = await agent("GET", `/v1/invoices/unbilled/lineitems?${query}`);
  const line = body.items.find(({ orderId }: Line) => orderId === order.alternateId);
  expect(line).toMatchObject({ subtotal: 5996.4, taxTotal: 599.64, totalForCustomer: 6596.04 });
});
