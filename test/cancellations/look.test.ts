import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { nextLook } from "#src/cancellations/follow-schedule.ts";
import type { Desk } from "#src/desk/context.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { customerId, minute, pass, readRow, seededLine } from "../requests/acts.ts";
import { placeOrder, type StockLine } from "./stock.ts";
import { untilNextJob, work } from "./work.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterEach(() => under.close());

const request = async (line: StockLine, desk: Desk = under.desk) =>
  (await requestCancellation(desk, agent, line)).cancellationId;
const row = (id: string) => readRow(under.desk, "cancellation", id);
const counted = /\/(orders|subscriptions)([/?]|$)/;
const made = () => under.simulator.requests().filter(({ path }) => counted.test(path));
const names = (from: number) =>
  made()
    .slice(from)
    .map(({ method, path }) =>
      method === "GET"
        ? /\/orders(\?|$)/.test(path)
          ? "list"
          : path.includes("/orders/")
            ? "order"
            : "etag"
        : method,
    );
/** Runs until nothing is due any more, from job to job. */
const follow = async (desk: Desk = under.desk) => {
  for (let step = await untilNextJob(desk); step !== null; step = await untilNextJob(desk)) {
    under.clock.advance(step);
    await work(desk);
  }
};

describe("C9 four calls at most", () => {
  test.each([0, 1, 10, 15])("C9 a perpetual line that shows after %i minutes", async (minutes) => {
    under.simulator.configure({ cancellationLagMs: minutes * minute });
    const id = await request(seededLine("recentPerpetual"));
    const before = made().length;
    await follow();
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(names(before)).toEqual(
      ["PATCH", "order", "order", "order"].slice(0, minutes === 0 ? 2 : minutes === 1 ? 3 : 4),
    );
  });

  test.each([0, 1, 10, 15])("C9 a subscription that shows after %i minutes", async (minutes) => {
    under.simulator.configure({ cancellationLagMs: minutes * minute });
    const id = await request(seededLine("recentSubscription"));
    const before = made().length;
    await follow();
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(names(before)).toEqual(["etag", "PATCH", "order", "order"].slice(0, minutes < 3 ? 3 : 4));
  });

  test("C9 one whose answer was lost and repeated", async () => {
    under.simulator.configure({ cancellationLagMs: 14 * minute });
    const id = await request(seededLine("recentPerpetual"));
    under.simulator.addFault({ path: "/orders/", method: "PATCH", fault: "reset-after-commit", times: 1 });
    const before = made().length;
    await follow();
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(names(before)).toEqual(["PATCH", "PATCH", "order", "order"]);
  });

  test("C9 the text can name the next look: it is in the row, and in none that has ended", async () => {
    under.simulator.configure({ cancellationLagMs: minute });
    const id = await request(seededLine("recentPerpetual"));
    await work(under.desk);
    expect((await row(id)).next_look_at).toEqual(new Date(under.clock.now().getTime() + 20_000));
    await follow();
    expect((await row(id)).next_look_at).toBeNull();
  });
});

describe("C9 cancellations of one customer share their looks", () => {
  const contoso = customerId("Contoso");
  const ordersOf = async (count: number) => {
    const lines: StockLine[] = [];
    for (let n = 0; n < count; n += 1)
      lines.push(...(await placeOrder(under.desk, contoso, { kind: "perpetual", lines: 1 })));
    return lines;
  };
  const statuses = async (ids: string[]) => Promise.all(ids.map(async (id) => (await row(id)).status));

  test("C9 five orders cost five calls to send, and one list for each look", async () => {
    under.simulator.configure({ cancellationLagMs: 2 * minute });
    const ids: string[] = [];
    for (const line of await ordersOf(5)) ids.push(await request(line));
    const before = made().length;
    await follow();
    expect(new Set(await statuses(ids))).toEqual(new Set(["visible"]));
    expect(names(before)).toEqual(["PATCH", "PATCH", "PATCH", "PATCH", "PATCH", "list", "list"]);
  });

  test("C9 two orders are read by id: a list would be no cheaper for long", async () => {
    const ids: string[] = [];
    for (const line of await ordersOf(2)) ids.push(await request(line));
    const before = made().length;
    await follow();
    expect(await statuses(ids)).toEqual(["visible", "visible"]);
    expect(names(before)).toEqual(["PATCH", "PATCH", "order", "order"]);
  });

  test("C9 a list that lags settles nothing: what it does not show is read by id at the last look", async () => {
    const lines = await ordersOf(3);
    const stale = await under.desk.partnerCenter.listOrders({ customerId: contoso });
    const lagging: Desk = {
      ...under.desk,
      partnerCenter: { ...under.desk.partnerCenter, listOrders: async () => stale },
    };
    const ids: string[] = [];
    for (const line of lines) ids.push(await request(line, lagging));
    await work(lagging);
    for (const ms of [20_000, 160_000]) {
      under.clock.advance(ms);
      await work(lagging);
      expect(new Set(await statuses(ids))).toEqual(new Set(["accepted"]));
    }
    const before = made().length;
    await follow(lagging);
    expect(new Set(await statuses(ids))).toEqual(new Set(["visible"]));
    expect(names(before)).toEqual(["order", "order", "order"]);
  });

  test("C9 a list that is not answered is no answer for any of them", async () => {
    const ids: string[] = [];
    for (const line of await ordersOf(3)) ids.push(await request(line));
    await work(under.desk);
    under.simulator.addFault({ path: "/orders$", method: "GET", fault: "503", times: 1 });
    under.clock.advance(20_000);
    await work(under.desk);
    expect(new Set(await statuses(ids))).toEqual(new Set(["accepted"]));
    await follow();
    expect(new Set(await statuses(ids))).toEqual(new Set(["visible"]));
  });

  test("C9 another customer's, and another workspace's, are left alone", async () => {
    const mine = await request(seededLine("recentPerpetual"));
    const theirs = await request(seededLine("fiftyNineDaysOld"));
    await work(under.desk);
    await under.desk.db
      .updateTable("cancellations")
      .set({ workspace_id: "T0OTHER" })
      .where("id", "=", theirs)
      .execute();
    const before = made().length;
    under.clock.advance(20_000);
    await work(under.desk);
    expect(await statuses([mine, theirs])).toEqual(["visible", "visible"]);
    expect(names(before)).toEqual(["order", "order"]);
  });
});

describe("C9 the schedule", () => {
  const acceptedAt = new Date("2026-11-23T09:00:00Z");
  const looks = (method: "order" | "subscription", sendsBefore: number) => {
    const found: number[] = [];
    for (let now = acceptedAt; now.getTime() - acceptedAt.getTime() < 60 * minute; ) {
      now = nextLook(under.desk, { method, perhaps_sent: sendsBefore > 0, reroutes: 0 }, acceptedAt, now);
      found.push((now.getTime() - acceptedAt.getTime()) / 1_000);
    }
    return found;
  };

  test("C9 is an order's, a subscription's, and that of one that was sent twice; then it is slow", () => {
    const slow = [1_020, 1_920, 2_820, 3_720];
    expect(looks("order", 0)).toEqual([20, 180, 915, ...slow]);
    expect(looks("subscription", 0)).toEqual([180, 915, ...slow]);
    expect(looks("order", 1)).toEqual([180, 915, ...slow]);
    expect(looks("subscription", 1)).toEqual([915, ...slow]);
  });

  test("C9 sweeping every minute for a day asks no more often than an hour apart in the end", async () => {
    under.simulator.configure({ cancellationLagMs: 48 * 60 * minute });
    const id = await request(seededLine("recentPerpetual"));
    await work(under.desk);
    const before = made().length;
    for (let passed = 0; passed < 5 * 60; passed += 5) await pass(under, 5 * minute);
    expect(await row(id)).toMatchObject({ status: "overdue" });
    expect(made().length - before).toBeLessThan(16);
  });
});
