import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import type { Desk } from "#src/desk/context.ts";
import { readLine } from "#src/purchases/list-lines.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { confirmed, customerId, day, readRow, refusalOf, seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeAll(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterAll(() => under.close());

type Line = ReturnType<typeof seededLine>;
const assess = async (line: Line, desk: Desk = under.desk) =>
  assessLine(desk, agent, { line: await readLine(desk, line) });
const patches = () => under.simulator.requests().filter((one) => one.method === "PATCH").length;

async function reservationLine(): Promise<Line> {
  const { purchaseId } = await confirmed(under.desk, agent, {
    customerId: customerId("Contoso"),
    words: "reserved 1 year",
  });
  await runDue(under.desk);
  const [order] = (await readRow(under.desk, "purchase", purchaseId)).orders;
  return { customerId: customerId("Contoso"), orderId: order?.orderId ?? "", lineItemNumber: 0 };
}

describe("C8 what the agent sees while choosing", () => {
  test("C8 a subscription in its window: the date that Partner Center states, days left and the credit", async () => {
    expect(await assess(seededLine("recentSubscription"))).toEqual({
      kind: "open",
      deadlineAt: new Date("2027-01-20T23:59:00Z"),
      daysLeft: 58,
      origin: "subscription",
      // 4 licences of 859.00 for three years (1096 days), two of them begun.
      creditAmount: "3429.73",
      creditCurrency: "USD",
      refund: "prorated",
    });
  });

  test("C8 C12 perpetual software in its window: our policy's date and all of the price", async () => {
    expect(await assess(seededLine("recentPerpetual"))).toEqual({
      kind: "open",
      deadlineAt: new Date("2027-01-17T23:59:00Z"),
      daysLeft: 55,
      origin: "policy",
      creditAmount: "7890.00",
      creditCurrency: "USD",
      refund: "full",
    });
    expect(await assess(seededLine("recentPerpetual", 1))).toMatchObject({ creditAmount: "2900.00" });
  });

  test("C8 on the 59th day there is a day left", async () => {
    expect(await assess(seededLine("fiftyNineDaysOld"))).toMatchObject({ kind: "open", daysLeft: 1 });
  });

  test.each([
    ["C1", "seventyFiveDaysOld", { kind: "passed", deadlineAt: new Date("2026-11-08T23:59:00Z") }],
    ["C3", "extendedSecurityUpdates", { kind: "needs_support", reason: "esu" }],
    ["C4", "suse", { kind: "never" }],
    ["C4", "redHat", { kind: "never" }],
    ["C11", "cancelled", { kind: "already_cancelled" }],
  ] as const)("%s %s", async (_rule, key, expected) => {
    expect(await assess(seededLine(key))).toEqual(expected);
  });

  test("C8 S1 a reservation needs support", async () => {
    expect(await assess(await reservationLine())).toEqual({ kind: "needs_support", reason: "reservation" });
  });

  test("C7 a line with a cancellation under way says whose it is and where it stands", async () => {
    const line = seededLine("australia");
    const { cancellationId } = await requestCancellation(under.desk, agent, line);
    const seen = { kind: "already_requested", by: "U0AGENT", cancellationId };
    expect(await assess(line)).toEqual({ ...seen, status: "requested" });
    await runDue(under.desk);
    expect(await assess(line)).toEqual({ ...seen, status: "accepted" });
  });
});

describe("C1 a date that Partner Center states beats ours", () => {
  test("C1 it is over there though our policy says open", async () => {
    under.simulator.configure({ edition: "2022-07" });
    expect(await assess(seededLine("tenDaysOldSubscription"))).toEqual({
      kind: "passed",
      deadlineAt: new Date(under.clock.now().getTime() - 3 * day),
    });
    under.simulator.configure({ edition: "2019-12" });
  });

  test("C1 it is open there though our policy says over", async () => {
    const strict = { ...under.desk, policyEdition: "2022-07" as const };
    expect(await assess(seededLine("tenDaysOldSubscription"), strict)).toMatchObject({
      kind: "open",
      origin: "subscription",
      deadlineAt: new Date("2027-01-12T23:59:00Z"),
    });
  });

  test("C1 the last refund option counts where no date is given", async () => {
    const optional: Desk = {
      ...under.desk,
      partnerCenter: {
        ...under.desk.partnerCenter,
        getSubscription: async (input) => ({
          ...(await under.desk.partnerCenter.getSubscription(input)),
          cancellationAllowedUntil: null,
          refundOptions: [
            { type: "Full", expiresAt: "2026-11-24T00:00:00Z" },
            { type: "Partial", expiresAt: "2026-11-25T00:00:00Z" },
          ],
        }),
      },
    };
    expect(await assess(seededLine("tenDaysOldSubscription"), optional)).toMatchObject({
      deadlineAt: new Date("2026-11-25T00:00:00Z"),
      daysLeft: 1,
    });
  });

  test("C1 where the subscription can't be read just now, our policy speaks", async () => {
    under.simulator.addFault({ path: "/subscriptions/", fault: "503", times: 1 });
    expect(await assess(seededLine("tenDaysOldSubscription"))).toMatchObject({
      kind: "open",
      origin: "policy",
      deadlineAt: new Date("2027-01-12T23:59:00Z"),
    });
  });
});

describe("C1 C3 C4 what may not be cancelled is refused before any write", () => {
  test.each([
    ["C1", "seventyFiveDaysOld", "window_passed"],
    ["C3", "extendedSecurityUpdates", "cancel_by_support_only"],
    ["C4", "suse", "never_cancellable"],
    ["C4", "redHat", "never_cancellable"],
    ["C11", "cancelled", "already_cancelled"],
  ] as const)("%s %s: %s", async (_rule, key, code) => {
    const before = patches();
    const line = seededLine(key);
    expect(await refusalOf(requestCancellation(under.desk, agent, line))).toMatchObject({
      code,
      values: { orderId: line.orderId },
    });
    expect(patches()).toBe(before);
    expect(
      await under.desk.db
        .selectFrom("cancellations")
        .select("id")
        .where("order_id", "=", line.orderId)
        .execute(),
    ).toEqual([]);
  });

  test("C8 a reservation: only through support", async () => {
    expect(await refusalOf(requestCancellation(under.desk, agent, await reservationLine()))).toMatchObject({
      code: "cancel_by_support_only",
    });
  });

  test("C6 an order or a line that is not this customer's is not found", async () => {
    const line = seededLine("recentPerpetual");
    for (const wrong of [
      { ...line, orderId: "no-such-order" },
      { ...line, lineItemNumber: 7 },
      { ...line, customerId: customerId("Fabrikam, Inc.") },
    ]) {
      expect(await refusalOf(requestCancellation(under.desk, agent, wrong))).toMatchObject({
        code: "order_not_found",
      });
    }
  });
});

test("C1 refuses after the window, to the moment, also when the form was opened before", async () => {
  const line = seededLine("fiftyNineDaysOld");
  const deadline = new Date("2026-11-24T23:59:00.000Z");
  under.clock.advance(deadline.getTime() - 1 - under.clock.now().getTime());
  agent = await under.agent();
  expect(await assess(line)).toMatchObject({ kind: "open", daysLeft: 0, deadlineAt: deadline });
  under.clock.advance(1);
  expect(await assess(line)).toEqual({ kind: "passed", deadlineAt: deadline });
  expect(await refusalOf(requestCancellation(under.desk, agent, line))).toMatchObject({
    code: "window_passed",
    values: { deadline: deadline.toISOString() },
  });
});
