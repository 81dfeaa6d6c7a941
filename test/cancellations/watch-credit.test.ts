import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { duties, tickDuties } from "#src/cancellations/duties.ts";
import { nextCreditLook } from "#src/cancellations/watch-credit.ts";
import type { Desk } from "#src/desk/context.ts";
import { place, sqlServer } from "../flows/placed.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, day, minute, pass, readRow, refusalOf, seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

const line = seededLine("recentPerpetual");
const row = (id: string) => readRow(under.desk, "cancellation", id);
const drawn = async (id: string) =>
  (await readRow(under.desk, "cancellation_batch", (await row(id)).batch_id ?? "")).version;
const requests = (path: RegExp) => under.simulator.requests().filter((one) => path.test(one.path)).length;

async function visible(of = line): Promise<string> {
  under.simulator.configure({ cancellationLagMs: 0 });
  const { cancellationId } = await requestCancellation(under.desk, agent, of);
  await runDue(under.desk);
  for (let look = 0; look < 20 && (await row(cancellationId)).status !== "visible"; look += 1)
    await pass(under, minute);
  expect(await row(cancellationId)).toMatchObject({ status: "visible", credit_status: null });
  return cancellationId;
}

async function until(instant: string): Promise<void> {
  while (under.clock.now() < new Date(instant)) await pass(under, day);
}

describe("C12 the credit is looked for on the next invoices", () => {
  test("C12 seen: the whole price of perpetual software on the invoice of its month", async () => {
    const id = await visible();
    await until("2026-12-10T00:00:00Z");
    const seen = await row(id);
    expect(seen).toMatchObject({ credit_status: "seen", credit_seen: seen.credit_amount });
    expect(seen.credit_invoice_id).toMatch(/^[GD]/);
    expect((await activityOf(under.desk, id)).map(({ act }) => act)).toContain("credit.seen");
    const reads = requests(/invoices/);
    await until("2027-02-10T00:00:00Z");
    expect(requests(/invoices/)).toBe(reads);
  });

  test("C12 different: another amount is told with both", async () => {
    const id = await visible();
    under.simulator.setCredit({ orderId: line.orderId, lineItemNumber: 0, percent: 40 });
    await until("2026-12-10T00:00:00Z");
    const different = await row(id);
    expect(different.credit_status).toBe("different");
    expect(Number(different.credit_seen)).toBeCloseTo(0.4 * Number(different.credit_amount), 1);
  });

  test("C12 different currency: what came is told as it is, and never compared as a number", async () => {
    const id = await visible();
    const abroad: Desk = {
      ...under.desk,
      partnerCenter: {
        ...under.desk.partnerCenter,
        listInvoiceLines: async (input) =>
          (await under.desk.partnerCenter.listInvoiceLines(input)).map((one) => ({
            ...one,
            currencyCode: "EUR",
          })),
      },
    };
    while (under.clock.now() < new Date("2026-12-10T00:00:00Z")) await pass(under, day, abroad);
    const { credit_amount: expected, ...told } = await row(id);
    expect(told).toMatchObject({
      credit_currency: "USD",
      credit_status: "different",
      credit_seen: expected,
      credit_seen_currency: "EUR",
    });
  });

  test("C12 overdue: told once when the invoices of its month are all out", async () => {
    const id = await visible();
    under.simulator.setCredit({ orderId: line.orderId, lineItemNumber: 0, percent: "none" });
    await until("2026-12-14T00:00:00Z");
    expect(await row(id)).toMatchObject({ credit_status: null });
    await until("2026-12-16T00:00:00Z");
    expect(await row(id)).toMatchObject({ credit_status: "overdue" });
    const version = await drawn(id);
    await until("2027-01-20T00:00:00Z");
    expect(await row(id)).toMatchObject({ credit_status: "overdue" });
    expect(await drawn(id)).toBe(version);
  });

  test("C12 the credit of a line is not taken for that of another one of its product, cancelled a month later", async () => {
    const awaited = await visible();
    under.simulator.setCredit({ orderId: line.orderId, lineItemNumber: 0, percent: "none" });
    const { customerId } = line;
    const orderId = await place({ app: under }, customerId, [sqlServer, sqlServer]);
    const first = await visible({ customerId, orderId, lineItemNumber: 0 });
    await until("2026-12-07T00:00:00Z");
    expect(await row(awaited)).toMatchObject({ credit_status: null });
    expect(await row(first)).toMatchObject({ credit_status: "seen" });
    const second = await visible({ customerId, orderId, lineItemNumber: 1 });
    await until("2026-12-20T00:00:00Z");
    expect(await row(second)).toMatchObject({ credit_status: null });
    await until("2027-01-10T00:00:00Z");
    const { credit_amount } = await row(second);
    expect(await row(second)).toMatchObject({ credit_status: "seen", credit_seen: credit_amount });
  });

  test("C12 of two lines of one product in one order each has its own credit, and the one that is missing is told", async () => {
    const { customerId } = line;
    const orderId = await place({ app: under }, customerId, [sqlServer, sqlServer]);
    const ids = [
      await visible({ customerId, orderId, lineItemNumber: 0 }),
      await visible({ customerId, orderId, lineItemNumber: 1 }),
    ] as const;
    under.simulator.setCredit({ orderId, lineItemNumber: 1, percent: 40 });
    await until("2026-12-07T00:00:00Z");
    const [first, second] = [await row(ids[0]), await row(ids[1])];
    expect(first).toMatchObject({ credit_status: "seen", credit_seen: first.credit_amount });
    expect(second.credit_status).toBe("different");
    expect(Number(second.credit_seen)).toBeCloseTo(0.4 * Number(second.credit_amount), 1);
  });

  test("C12 losing the queue loses no look, and a look that failed comes again", async () => {
    const id = await visible();
    await until("2026-12-05T00:00:00Z");
    under.simulator.addFault({
      path: "/v1/invoices",
      times: 2,
      fault: "answer",
      answer: { status: 503, code: 0, description: "planted" },
    });
    await under.desk.db.deleteFrom("outbox").execute();
    await until("2026-12-12T00:00:00Z");
    expect(await row(id)).toMatchObject({ credit_status: "seen" });
  });

  test.each([
    ["2026-11-23T09:00:00Z", "2026-12-06T06:00:00.000Z"],
    ["2026-12-06T06:00:00Z", "2026-12-07T06:00:00.000Z"],
    ["2026-12-15T07:00:00Z", "2027-01-06T06:00:00.000Z"],
    ["2026-01-31T23:00:00Z", "2026-02-06T06:00:00.000Z"],
  ])("C12 after %s the next look is at %s", (now, next) => {
    expect(nextCreditLook(new Date(now)).toISOString()).toBe(next);
  });
});

describe("C10 the duties of both sides", () => {
  const all = { partner: [...duties], customer: [] };

  test("C10 ticked by an agent, recorded, drawn, and the same again changes nothing", async () => {
    const id = await visible();
    const before = await drawn(id);
    await tickDuties(under.desk, agent, { cancellationId: id, ticked: all });
    await tickDuties(under.desk, agent, { cancellationId: id, ticked: all });
    expect(await row(id)).toMatchObject({ duties: all });
    expect(await drawn(id)).toBe(before + 1);
    const acts = (await activityOf(under.desk, id)).map(({ act }) => act);
    expect(acts.filter((act) => act === "cancellation.duties")).toHaveLength(1);
  });

  test("C2 C10 not before it is accepted, and not by someone who may not cancel", async () => {
    const { cancellationId } = await requestCancellation(under.desk, agent, line);
    expect((await refusalOf(tickDuties(under.desk, agent, { cancellationId, ticked: all }))).code).toBe(
      "request_not_found",
    );
    await runDue(under.desk);
    const sales = await under.agent("U0SALES");
    expect((await refusalOf(tickDuties(under.desk, sales, { cancellationId, ticked: all }))).code).toBe(
      "not_allowed",
    );
  });
});
