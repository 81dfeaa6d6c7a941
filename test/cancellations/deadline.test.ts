import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import { type MarketWindow, windowByPolicy } from "#src/cancellations/editions.ts";
import { refusalKeyOf, refusalKeys } from "#src/cancellations/refusals.ts";
import { marketWindowsFile } from "#src/config/market-windows.ts";
import type { Desk } from "#src/desk/context.ts";
import { readLine } from "#src/purchases/list-lines.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { day, minute, pass, readRow, refusalOf, seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(() => under.close());

const assess = async (line: ReturnType<typeof seededLine>, desk: Desk = under.desk) =>
  assessLine(desk, agent, { line: await readLine(desk, line) });
const request = async (line: ReturnType<typeof seededLine>, desk: Desk = under.desk) =>
  (await requestCancellation(desk, agent, line)).cancellationId;
const row = (id: string) => readRow(under.desk, "cancellation", id);
const patches = () => under.simulator.requests().filter(({ method }) => method === "PATCH").length;
const refuse = (path: string, code: number, description: string) =>
  under.simulator.addFault({
    path,
    method: "PATCH",
    fault: "answer",
    times: 1,
    answer: { status: 400, code, description },
  });

describe("C1 what Partner Center stated is remembered", () => {
  test("C1 the number in a refusal decides the next assessment of that line, and of no other", async () => {
    refuse("/orders/", 900117, "The 30-day cancellation window has passed.");
    await request(seededLine("fiftyNineDaysOld"));
    await runDue(under.desk);
    const learnt = new Date("2026-10-25T23:59:00.000Z");
    expect(await assess(seededLine("fiftyNineDaysOld"))).toEqual({ kind: "passed", deadlineAt: learnt });
    expect(await refusalOf(request(seededLine("fiftyNineDaysOld")))).toMatchObject({
      code: "window_passed",
      values: { deadline: learnt.toISOString() },
    });
    expect(await assess(seededLine("recentPerpetual"))).toMatchObject({ kind: "open", origin: "policy" });
  });

  test("C1 a number that our counting would still leave open is over when Partner Center says so", async () => {
    refuse("/orders/", 900117, "The 90-day cancellation window has passed.");
    const id = await request(seededLine("fiftyNineDaysOld"));
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ deadline_at: under.clock.now(), deadline_origin: "refusal" });
    expect(await assess(seededLine("fiftyNineDaysOld"))).toMatchObject({ kind: "passed" });
  });

  test("C1 what another workspace learnt or asked for says nothing here", async () => {
    refuse("/orders/", 900117, "The 30-day cancellation window has passed.");
    under.simulator.configure({ cancellationLagMs: 10 * minute });
    await request(seededLine("fiftyNineDaysOld"));
    await request(seededLine("recentPerpetual"));
    await runDue(under.desk);
    await under.desk.db.updateTable("cancellations").set({ workspace_id: "T0OTHER" }).execute();
    expect(await assess(seededLine("fiftyNineDaysOld"))).toMatchObject({ kind: "open", origin: "policy" });
    expect(await assess(seededLine("recentPerpetual"))).toMatchObject({ kind: "open" });
    expect(await refusalOf(request(seededLine("recentPerpetual")))).toMatchObject({
      code: "already_cancelled",
    });
  });

  test("C1 what a subscription stated is remembered where it can't be read, and its newer word beats it", async () => {
    under.simulator.configure({ edition: "2022-07" });
    const line = seededLine("recentSubscription");
    refuse("/subscriptions/", 800061, "The order cannot be cancelled.");
    const id = await request(line);
    await runDue(under.desk);
    const stated = (await row(id)).deadline_at;
    expect(await row(id)).toMatchObject({ status: "refused", deadline_origin: "subscription" });
    under.simulator.addFault({ path: "/subscriptions/", method: "GET", fault: "503", times: 1 });
    expect(await assess(line)).toMatchObject({ origin: "subscription", deadlineAt: stated });
    under.simulator.configure({ edition: "2019-12" });
    expect(await assess(line)).toMatchObject({
      origin: "subscription",
      deadlineAt: new Date("2027-01-20T23:59:00Z"),
    });
  });

  test("C1 what was stated with the offer counts where neither subscription nor refusal says anything, and is remembered as such", async () => {
    under.simulator.configure({ edition: "2022-07" });
    const purchaseId = await buy(under.desk, agent, { query: "sql server standard 2 core license pack - 1" });
    await runDue(under.desk);
    const { customer_id: customerId, orders } = await readRow(under.desk, "purchase", purchaseId);
    const line = { customerId, orderId: orders[0]?.orderId ?? "", lineItemNumber: 0 };
    const silent: Desk = {
      ...under.desk,
      policyEdition: "2021-06",
      partnerCenter: {
        ...under.desk.partnerCenter,
        getSubscription: async (input) => ({
          ...(await under.desk.partnerCenter.getSubscription(input)),
          cancellationAllowedUntil: null,
          refundOptions: [],
          refundableUntil: null,
        }),
      },
    };
    const stated = new Date(orders[0]?.lines[0]?.deadlineAt ?? 0);
    expect(await assess(line, silent)).toMatchObject({ origin: "offer", daysLeft: 7, refund: "prorated" });
    const id = await request(line, silent);
    expect(await row(id)).toMatchObject({ deadline_origin: "offer" });
    expect((await row(id)).deadline_at?.getTime()).toBeGreaterThanOrEqual(stated.getTime());
    expect(await assess(seededLine("tenDaysOldSubscription"), silent)).toMatchObject({ origin: "policy" });
  });

  test("C1 the last moment of a refundable quantity counts where nothing else is stated", async () => {
    const desk: Desk = {
      ...under.desk,
      partnerCenter: {
        ...under.desk.partnerCenter,
        getSubscription: async (input) => ({
          ...(await under.desk.partnerCenter.getSubscription(input)),
          cancellationAllowedUntil: null,
          refundOptions: [],
        }),
      },
    };
    expect(await assess(seededLine("recentSubscription"), desk)).toMatchObject({
      origin: "subscription",
      deadlineAt: new Date("2027-01-20T23:59:00Z"),
    });
  });
});

describe("C1 nothing leaves after the deadline", () => {
  const late = async (line: ReturnType<typeof seededLine>, ms: number) => {
    const id = await request(line);
    await under.desk.db.deleteFrom("outbox").execute();
    under.clock.advance(ms);
    await pass(under, minute);
    return id;
  };

  test("C1 one that waited too long for a worker is refused here, without a call", async () => {
    const id = await late(seededLine("fiftyNineDaysOld"), 2 * day);
    expect(await row(id)).toMatchObject({ status: "refused", deadline_origin: "policy" });
    expect(refusalKeyOf(await row(id))).toBe("window_passed");
    expect(patches()).toBe(0);
  });

  test("C1 unless the subscription states a later one by now", async () => {
    under.simulator.configure({ edition: "2022-07" });
    const line = seededLine("recentSubscription");
    const id = await request(line);
    await under.desk.db.deleteFrom("outbox").execute();
    under.clock.advance(7 * day);
    under.simulator.configure({ edition: "2019-12" });
    await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "accepted" });
  });

  test("C1 and one whose subscription states an earlier one is refused with that", async () => {
    const line = seededLine("tenDaysOldSubscription");
    const id = await request(line);
    under.simulator.configure({ edition: "2022-07" });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "refused",
      deadline_at: new Date(under.clock.now().getTime() - 3 * day),
      deadline_origin: "subscription",
    });
    expect(patches()).toBe(0);
  });

  test("C1 a lost answer is looked for, not sent again, once the deadline is over", async () => {
    const line = seededLine("fiftyNineDaysOld");
    under.simulator.configure({ cancellationLagMs: 14 * minute });
    under.clock.advance(Date.parse("2026-11-24T23:58:00.000Z") - under.clock.now().getTime());
    agent = await under.agent();
    const id = await request(line);
    under.simulator.addFault({ path: "/orders/", method: "PATCH", fault: "reset-after-commit", times: 1 });
    await runDue(under.desk);
    under.clock.advance(2 * minute);
    for (let passed = 0; passed < 25; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(patches()).toBe(1);
  });
});

describe("a pending operation", () => {
  const pend = (code: number, times: number) =>
    under.simulator.addFault({
      path: "/subscriptions/",
      method: "PATCH",
      fault: "answer",
      times,
      answer: { status: 409, code, description: "Pending." },
    });

  test.each([900278, 800082])("C9 409:%i is asked again for up to a day, in few calls", async (code) => {
    pend(code, 5);
    const id = await request(seededLine("recentSubscription"));
    await runDue(under.desk);
    for (let passed = 0; passed < 6 * 60; passed += 15) await pass(under, 15 * minute);
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(patches()).toBe(6);
  });

  test("C9 one that does not end within a day is left to a person, who is told why", async () => {
    pend(900278, 1_000);
    const id = await request(seededLine("recentSubscription"));
    await runDue(under.desk);
    for (let passed = 0; passed < 26 * 60; passed += 30) await pass(under, 30 * minute);
    expect(await row(id)).toMatchObject({ status: "needs_person", due_at: null });
    expect(refusalKeyOf(await row(id))).toBe("pending");
    expect(patches()).toBeLessThan(32);
  });

  test("C1 C9 one that is pending is asked for once more a minute before the deadline", async () => {
    const line = seededLine("fiftyNineDaysOld");
    const deadline = Date.parse("2026-11-24T23:59:00.000Z");
    under.clock.advance(deadline - 10 * minute - under.clock.now().getTime());
    agent = await under.agent();
    under.simulator.addFault({
      path: "/orders/",
      method: "PATCH",
      fault: "answer",
      times: 1,
      answer: { status: 409, code: 900278, description: "Pending." },
    });
    const id = await request(line);
    await runDue(under.desk);
    await pass(under, 9 * minute);
    expect(await row(id)).toMatchObject({ status: "accepted" });
  });

  test("C9 a limit that lasts for hours does not use up the tries of a cancellation", async () => {
    under.simulator.addFault({
      path: "/orders/",
      method: "PATCH",
      fault: "429",
      times: 60,
      retryAfterSeconds: 120,
    });
    const id = await request(seededLine("recentPerpetual"));
    await runDue(under.desk);
    for (let passed = 0; passed < 64; passed += 1) await pass(under, 121_000);
    expect((await row(id)).status).toMatch(/accepted|visible/);
  });
});

describe("C1 a market's own law", () => {
  const norway: MarketWindow[] = [
    { market: "US", from: "2026-10-01", days: 90, source: "a law of the test" },
  ];

  test("C1 a longer window of the customer's market replaces the policy's, and says so", async () => {
    const desk = { ...under.desk, marketWindows: norway };
    expect(await assess(seededLine("recentPerpetual"), desk)).toMatchObject({
      kind: "open",
      origin: "market",
      deadlineAt: new Date("2027-02-16T23:59:00.000Z"),
    });
    const id = await request(seededLine("recentPerpetual"), desk);
    expect(await row(id)).toMatchObject({ deadline_origin: "market" });
  });

  test("C1 it counts for no other market, for no earlier purchase, and never shortens", () => {
    const bought = new Date("2026-11-23T09:00:00Z");
    const end = (windows: MarketWindow[], at = bought) => windowByPolicy(at, "perpetual", "2019-12", windows);
    expect(end(norway)).toMatchObject({ days: 90, origin: "market" });
    expect(end(norway, new Date("2026-09-30T23:59:59Z"))).toMatchObject({ days: 60, origin: "policy" });
    expect(end([{ market: "US", from: "2026-10-01", days: 14, source: "x" }])).toMatchObject({
      days: 60,
      origin: "policy",
    });
  });

  test("C1 a market that is not the customer's leaves the policy alone", async () => {
    const desk = { ...under.desk, marketWindows: norway.map((one) => ({ ...one, market: "NO" })) };
    expect(await assess(seededLine("recentPerpetual"), desk)).toMatchObject({ origin: "policy" });
  });

  test("POLICY_OVERRIDES_FILE is read, or said to be wrong", async () => {
    const path = join(tmpdir(), `market-windows-${process.pid}.json`);
    await writeFile(path, JSON.stringify(norway));
    expect(marketWindowsFile.parse(path)).toEqual(norway);
    for (const [content, what] of [
      ["{", "is not JSON"],
      [JSON.stringify([{ ...norway[0], days: 0, market: "Norway" }]), "wrong at 0.market, 0.days"],
    ] as const) {
      await writeFile(path, content);
      expect(marketWindowsFile.safeParse(path).error?.issues[0]?.message).toContain(what);
    }
    expect(marketWindowsFile.safeParse(`${path}.none`).error?.issues[0]?.message).toContain("can't be read");
  });
});

test("each of Partner Center's codes has one meaning for the agent", () => {
  const failure = (code: number, kind = "refused") => ({
    failure: {
      kind,
      status: 400,
      code,
      description: "",
      operation: "cancelOrderLines",
      requestId: "",
      correlationId: "",
    },
  });
  expect(
    [900117, 800061, 800019, 2011, 20000, 900150, 2030, 20002, 2055, 900278, 900127, 4711].map((code) =>
      refusalKeyOf(failure(code)),
    ),
  ).toEqual(refusalKeys);
  expect(refusalKeyOf(failure(0, "retry_same_id"))).toBeNull();
  expect(refusalKeyOf({ failure: null })).toBeNull();
});
