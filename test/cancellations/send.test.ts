import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "#sandbox/partner-center/faults.ts";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk, partnerCenterOf } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, minute, pass, readRow, refusalOf, seededLine } from "../requests/acts.ts";

/** Every test has Partner Center as it was seeded, and every chain is whole at its end. */
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

type Line = ReturnType<typeof seededLine>;
/** Everything that is due is done, and so are the first looks. */
const settle = async () => {
  await runDue(under.desk);
  for (const minutes of [4, 8, 4]) await pass(under, minutes * minute);
};
const perpetual = () => seededLine("recentPerpetual");
const subscription = () => seededLine("recentSubscription");
const request = async (line: Line, by = agent) =>
  (await requestCancellation(under.desk, by, line)).cancellationId;
const row = (id: string) => readRow(under.desk, "cancellation", id);
const patches = (what: "orders" | "subscriptions") =>
  under.simulator.requests().filter((one) => one.method === "PATCH" && one.path.includes(`/${what}/`));
const callsOf = ({ orderId }: Line) =>
  under.simulator.requests().flatMap(({ method, path }) => (path.includes(orderId) ? [method] : []));
const lineOf = ({ orderId, lineItemNumber }: Line) =>
  under.simulator.orders().find(({ id }) => id === orderId)?.lines[lineItemNumber];
const fault = (what: "orders" | "subscriptions", change: Partial<Fault> & Pick<Fault, "fault">) =>
  under.simulator.addFault({ path: `/${what}/`, method: "PATCH", times: 1, ...change });
const answer = (what: "orders" | "subscriptions", status: number, code: number, more: Partial<Fault> = {}) =>
  fault(what, { fault: "answer", answer: { status, code, description: `Code ${code}.` }, ...more });

describe("C13 by order and by subscription", () => {
  test("C13 perpetual software is cancelled by its order, that line only", async () => {
    const id = await request(perpetual());
    await settle();
    expect(await row(id)).toMatchObject({ status: "visible", method: "order" });
    expect(patches("orders")).toHaveLength(1);
    expect(lineOf(perpetual())).toMatchObject({ cancellation: "visible" });
    expect(lineOf(seededLine("recentPerpetual", 1))).toMatchObject({ cancellation: "none" });
  });

  test("C13 a term is cancelled by its subscription", async () => {
    const id = await request(subscription());
    await settle();
    expect(await row(id)).toMatchObject({ status: "visible", method: "subscription" });
    expect([patches("subscriptions").length, patches("orders").length]).toEqual([1, 0]);
    expect(lineOf(subscription())).toMatchObject({ cancellation: "visible" });
  });

  test.each([
    [400, 800096],
    [404, 20003],
  ])("C13 a subscription that answers %i:%i is cancelled by its order", async (status, code) => {
    const id = await request(subscription());
    answer("subscriptions", status, code);
    await settle();
    expect(await row(id)).toMatchObject({ status: "visible", method: "order" });
    const [first] = patches("subscriptions");
    const [second] = patches("orders");
    expect(first?.requestId).not.toBe(second?.requestId);
  });

  test("C13 a subscription that can't be found when it is read is cancelled by its order", async () => {
    const id = await request(subscription());
    under.simulator.addFault({
      path: "/subscriptions/",
      method: "GET",
      fault: "answer",
      times: 1,
      answer: { status: 404, code: 20003, description: "The subscription was not found." },
    });
    await settle();
    expect(await row(id)).toMatchObject({ status: "visible", method: "order" });
  });

  test("C13 an order that answers 800063 is cancelled by its subscription", async () => {
    const id = await request(subscription());
    await sql`update cancellations set method = 'order' where id = ${id}`.execute(under.desk.db);
    answer("orders", 400, 800063);
    await settle();
    expect(await row(id)).toMatchObject({ status: "visible", method: "subscription" });
  });

  test("C13 where each sends to the other, it ends: refused, after one try of each", async () => {
    const id = await request(subscription());
    answer("subscriptions", 400, 800096, { times: 20 });
    answer("orders", 400, 800063, { times: 20 });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "refused", failure: { code: 800063 } });
    expect([patches("subscriptions").length, patches("orders").length]).toEqual([1, 1]);
  });

  test("C13 800063 for a line without a subscription is refused", async () => {
    const id = await request(perpetual());
    answer("orders", 400, 800063);
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "refused", failure: { code: 800063 } });
  });

  test("C13 a subscription that changed meanwhile (2055) is read again and cancelled", async () => {
    const id = await request(subscription());
    answer("subscriptions", 400, 2055);
    await settle();
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(new Set(patches("subscriptions").map((one) => one.requestId)).size).toBe(2);
  });

  test("C13 one that changes every time is read and sent once more, and then refused", async () => {
    const id = await request(subscription());
    answer("subscriptions", 400, 2055, { times: 100 });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "refused", failure: { code: 2055 } });
    expect(patches("subscriptions")).toHaveLength(2);
  });
});

describe("C7 each order stands alone", () => {
  test("C7 of three cancellations one is refused; the others go through", async () => {
    const refused = seededLine("fiftyNineDaysOld");
    const ids = [await request(perpetual()), await request(refused), await request(subscription())];
    under.simulator.addFault({
      path: `/orders/${refused.orderId}`,
      method: "PATCH",
      fault: "answer",
      answer: { status: 400, code: 800061, description: "The order cannot be cancelled." },
    });
    await settle();
    const rows = await Promise.all(ids.map(row));
    expect(rows.map(({ status }) => status)).toEqual(["visible", "refused", "visible"]);
    expect(new Set(rows.map(({ ms_request_id }) => ms_request_id)).size).toBe(3);
    const texts = under.chat.posted.map(({ message }) => message.text);
    expect(texts.filter((text) => text.includes("refused"))).toHaveLength(1);
    expect(texts).toHaveLength(3);
  });

  const both = async () =>
    [await request(perpetual()), await request(seededLine("recentPerpetual", 1))] as const;
  const statusesOf = async (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await row(id)).status));

  test("C7 two lines of one order that were asked for leave in one call, and are followed by one read", async () => {
    under.simulator.configure({ cancellationLagMs: 10 * minute });
    const ids = await both();
    const before = callsOf(perpetual()).length;
    await runDue(under.desk);
    expect(await statusesOf(ids)).toEqual(["accepted", "accepted"]);
    await settle();
    expect(await statusesOf(ids)).toEqual(["visible", "visible"]);
    expect(callsOf(perpetual()).slice(before)).toEqual(["PATCH", "GET", "GET"]);
    expect([lineOf(perpetual()), lineOf(seededLine("recentPerpetual", 1))]).toMatchObject([
      { cancellation: "visible" },
      { cancellation: "visible" },
    ]);
  });

  test("C7 a lost answer to one call for two lines is asked for again under the same id, and told for both", async () => {
    under.simulator.configure({ cancellationLagMs: 14 * minute });
    const ids = await both();
    fault("orders", { fault: "reset-after-commit" });
    await runDue(under.desk);
    expect(await statusesOf(ids)).toEqual(["unknown", "unknown"]);
    for (let passed = 0; passed < 20; passed += 1) await pass(under, minute);
    expect(await statusesOf(ids)).toEqual(["visible", "visible"]);
    expect(new Set(patches("orders").map(({ requestId }) => requestId)).size).toBe(1);
  });

  test("C7 lines that are refused together go one by one: one is refused, the other waits for nobody", async () => {
    const ids = await both();
    answer("orders", 400, 800061, { times: 2 });
    await runDue(under.desk);
    expect((await statusesOf(ids)).toSorted()).toEqual(["accepted", "refused"]);
    expect(patches("orders")).toHaveLength(3);
    expect(new Set(patches("orders").map(({ requestId }) => requestId)).size).toBe(3);
    await settle();
    expect((await statusesOf(ids)).toSorted()).toEqual(["refused", "visible"]);
  });

  test("C7 lines of one order that go one by one wait for each other (409, 800014), and are rung for when the first shows", async () => {
    under.simulator.configure({ cancellationLagMs: 2 * minute });
    const ids = await both();
    answer("orders", 400, 800061);
    await runDue(under.desk);
    expect((await statusesOf(ids)).toSorted()).toEqual(["accepted", "requested"]);
    await pass(under, 3 * minute);
    expect((await statusesOf(ids)).toSorted()).toEqual(["accepted", "visible"]);
    await pass(under, 3 * minute);
    expect(await statusesOf(ids)).toEqual(["visible", "visible"]);
  });

  test("C7 a line that another worker holds does not leave twice", async () => {
    const ids = await both();
    fault("orders", { fault: "reset-after-commit" });
    await runDue(under.desk);
    const [, second] = ids;
    const held = new Date(under.clock.now().getTime() + minute);
    await sql`update cancellations set lease = gen_random_uuid(), leased_until = ${held} where id = ${second}`.execute(
      under.desk.db,
    );
    await pass(under, 10_000);
    expect(patches("orders")).toHaveLength(1);
    expect(await statusesOf(ids)).toEqual(["unknown", "unknown"]);
    for (let passed = 0; passed < 20; passed += 1) await pass(under, minute);
    expect(await statusesOf(ids)).toEqual(["visible", "visible"]);
  });

  test("C7 a line whose request was lost is not taken for cancelled because its neighbour's is pending", async () => {
    under.simulator.configure({ cancellationLagMs: 10 * minute });
    const first = await request(seededLine("recentPerpetual", 0));
    await runDue(under.desk);
    const second = await request(seededLine("recentPerpetual", 1));
    fault("orders", { fault: "reset-before" });
    await runDue(under.desk);
    for (let passed = 0; passed < 45; passed += 1) await pass(under, minute);
    expect(lineOf(seededLine("recentPerpetual", 1))).toMatchObject({ cancellation: "visible" });
    expect([(await row(first)).status, (await row(second)).status]).toEqual(["visible", "visible"]);
  });
});

describe("invariant 2: lost answers", () => {
  const kinds = [
    ["order", perpetual, "orders"],
    ["subscription", subscription, "subscriptions"],
  ] as const;
  const lags = [0, 14 * minute];

  for (const [method, line, what] of kinds) {
    for (const lag of lags) {
      test(`C9 a PATCH by ${method} whose answer was lost, showing after ${lag / minute} minutes: one cancellation`, async () => {
        under.simulator.configure({ cancellationLagMs: lag });
        const id = await request(line());
        const sentAt = under.clock.now();
        fault(what, { fault: "reset-after-commit" });
        await runDue(under.desk);
        expect(await row(id)).toMatchObject({ status: "unknown" });
        for (let passed = 0; passed < 25; passed += 1) await pass(under, minute);
        expect(await row(id)).toMatchObject({ status: "visible" });
        expect(lineOf(line())).toMatchObject({ acceptedAt: sentAt.toISOString() });
        expect(patches(what).every((one) => one.requestId === patches(what)[0]?.requestId)).toBe(true);
        expect(
          (await activityOf(under.desk, id)).filter(({ act }) => act === "cancellation.visible"),
        ).toHaveLength(1);
      });
    }
  }

  test("C9 a PATCH that never arrived is sent again and cancels", async () => {
    const id = await request(perpetual());
    fault("orders", { fault: "reset-before" });
    await runDue(under.desk);
    for (let passed = 0; passed < 5; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "visible" });
  });

  test("C9 a PATCH that never answers is found again", async () => {
    const { cancelOrderLines } = partnerCenterOf(under.simulator, under.clock, 2_000);
    const impatient = { ...under.desk, partnerCenter: { ...under.desk.partnerCenter, cancelOrderLines } };
    const id = await request(perpetual());
    fault("orders", { fault: "hang" });
    await runDue(impatient);
    expect(await row(id)).toMatchObject({ status: "unknown" });
    for (let passed = 0; passed < 5; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "visible" });
  });

  test("C9 an answer that can't be read is found by reading", async () => {
    under.simulator.configure({ cancellationLagMs: 5 * minute });
    const id = await request(perpetual());
    fault("orders", { fault: "invalid-json" });
    await runDue(under.desk);
    for (let passed = 0; passed < 8; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(patches("orders")).toHaveLength(1);
  });
});

describe("C1 the server's refusal", () => {
  test.each([
    [900117, "The 30-day cancellation window has passed.", "2026-10-25T23:59:00.000Z"],
    [900213, "The 168-hour cancellation window has passed.", "2026-10-02T09:00:00.000Z"],
  ])("C1 %i carries the number that beats our policy: %s", async (code, description, deadline) => {
    const id = await request(seededLine("fiftyNineDaysOld"));
    fault("orders", { fault: "answer", answer: { status: 400, code, description } });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "refused",
      failure: { code, description },
      deadline_at: new Date(deadline),
      deadline_origin: "refusal",
    });
  });

  test("C1 the server's window is the one that holds: refused there, with its number of days", async () => {
    under.simulator.configure({ edition: "2021-06" });
    const id = await request(seededLine("fiftyNineDaysOld"));
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "refused",
      failure: { code: 900117, description: expect.stringContaining("30-day") },
    });
    expect(lineOf(seededLine("fiftyNineDaysOld"))).toMatchObject({ cancellation: "none" });
  });

  test("C1 a refusal without a number leaves the deadline as it was", async () => {
    const id = await request(seededLine("fiftyNineDaysOld"));
    const before = (await row(id)).deadline_at;
    answer("orders", 400, 900117, { answer: { status: 400, code: 900117, description: "Too late." } });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "refused",
      deadline_at: before,
      deadline_origin: "policy",
    });
  });

  test("C13 an order that cannot be cancelled (800061) is refused and said so", async () => {
    const id = await request(perpetual());
    answer("orders", 400, 800061);
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "refused", failure: { code: 800061 }, due_at: null });
    expect((await activityOf(under.desk, id)).at(-1)).toEqual({
      act: "cancellation.refused",
      outcome: "refused",
    });
    await pass(under, 60 * minute);
    expect(patches("orders")).toHaveLength(1);
  });

  test("C7 a refusal frees the line for another request", async () => {
    const first = await request(perpetual());
    answer("orders", 400, 800061);
    await runDue(under.desk);
    const second = await request(perpetual());
    await settle();
    expect([(await row(first)).status, (await row(second)).status]).toEqual(["refused", "visible"]);
  });
});

describe("C7 two agents at once", () => {
  /** Six requests that have all read and found the line free before the first of them writes. */
  async function allAtOnce() {
    const other = await under.agent("U0AGENT2");
    const agents = [agent, other, agent, other, agent, other];
    let waiting = 0;
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const desk = {
      ...under.desk,
      partnerCenter: {
        ...under.desk.partnerCenter,
        getSubscription: async (input: { customerId: string; subscriptionId: string }) => {
          waiting += 1;
          if (waiting === agents.length) open();
          await gate;
          return under.desk.partnerCenter.getSubscription(input);
        },
      },
    };
    const requests = agents.map((by) => requestCancellation(desk, by, subscription()));
    const outcomes = await Promise.allSettled(requests);
    const rows = await under.desk.db
      .selectFrom("cancellations")
      .innerJoin("people", "people.id", "cancellations.person_id")
      .select(["cancellations.id", "people.slack_user_id"])
      .execute();
    return { rows, outcomes, requests };
  }

  test("C7 one cancellation is written; the others are told who asked first", async () => {
    const { rows, outcomes, requests } = await allAtOnce();
    expect(rows).toHaveLength(1);
    const told = outcomes.flatMap((outcome, index) =>
      outcome.status === "rejected" ? [requests[index]] : [],
    );
    expect(told).toHaveLength(5);
    for (const one of told) {
      expect(await refusalOf(one ?? Promise.resolve())).toMatchObject({
        code: "already_requested",
        values: { by: rows[0]?.slack_user_id, id: rows[0]?.id, orderId: subscription().orderId },
      });
    }
    await runDue(under.desk);
    expect(patches("subscriptions")).toHaveLength(1);
    expect((await activityOf(under.desk, rows[0]?.id ?? ""))[0]).toMatchObject({
      act: "cancellation.requested",
    });
  });

  test("C7 without the unique index the same line is cancelled more than once", async () => {
    await sql`drop index cancellations_one_per_line`.execute(under.desk.db);
    const { rows } = await allAtOnce();
    expect(rows.length).toBeGreaterThan(1);
    await runDue(under.desk);
    expect(patches("subscriptions").length).toBeGreaterThan(1);
  });

  test("C7 a line that was cancelled stays taken", async () => {
    const id = await request(perpetual());
    await runDue(under.desk);
    expect(await refusalOf(request(perpetual()))).toMatchObject({
      code: "already_requested",
      values: { id },
    });
  });
});

test("invariant 4: a cancellation that is visible or refused stays so", async () => {
  const id = await request(perpetual());
  await settle();
  const back = sql`update cancellations set status = 'accepted', visible_at = null, due_at = now() where id = ${id}`;
  await expect(back.execute(under.desk.db)).rejects.toThrow("is visible and stays so");
  await sql`drop trigger cancellations_keep_final on cancellations`.execute(under.desk.db);
  await back.execute(under.desk.db);
  expect(await row(id)).toMatchObject({ status: "accepted" });
});
