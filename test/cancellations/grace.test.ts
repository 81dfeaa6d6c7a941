import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { takeBack } from "#src/cancellations/take-back.ts";
import type { Desk } from "#src/desk/context.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, minute, pass, readRow, refusalOf, seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeEach(async () => {
  under = await openDesk({ override: (desk) => ({ timings: { ...desk.timings, graceSeconds: 60 } }) });
  agent = await under.agent();
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, agent.workspaceId)).toMatchObject({ intact: true });
  await under.close();
});

const line = seededLine("recentPerpetual");
const request = async (of = line, desk: Desk = under.desk) =>
  (await requestCancellation(desk, agent, of)).cancellationId;
const row = (id: string) => readRow(under.desk, "cancellation", id);
const patches = () => under.simulator.requests().filter(({ method }) => method === "PATCH").length;

describe("a grace period", () => {
  test("C9 nothing leaves before it is over, whoever rings; then it leaves", async () => {
    const id = await request();
    expect(await row(id)).toMatchObject({
      status: "requested",
      leaves_at: new Date(under.clock.now().getTime() + minute),
    });
    await runDue(under.desk);
    await advanceCancellation(under.desk, { cancellationId: id });
    await pass(under, 55_000);
    expect(patches()).toBe(0);
    await pass(under, 5_000);
    expect(await row(id)).toMatchObject({ status: "accepted" });
  });

  test("C9 what is taken back never leaves, is recorded, is said, and frees its line", async () => {
    const id = await request();
    await runDue(under.desk);
    const other = await under.agent("U0AGENT2");
    await takeBack(under.desk, other, { cancellationId: id });
    await pass(under, 10 * minute);
    expect(patches()).toBe(0);
    expect(await row(id)).toMatchObject({ status: "taken_back", due_at: null, sent_at: null });
    expect((await activityOf(under.desk, id)).at(-1)).toEqual({
      act: "cancellation.taken_back",
      outcome: "done",
    });
    expect(under.chat.posted.map(({ message }) => message.text)).toEqual([
      expect.stringContaining("taken_back"),
    ]);
    expect(await refusalOf(takeBack(under.desk, agent, { cancellationId: id }))).toMatchObject({
      code: "request_moved_on",
    });
    const again = await request();
    await pass(under, minute);
    expect(await row(again)).toMatchObject({ status: "accepted" });
  });

  test("C9 what has left is not taken back, and neither is one without a grace period", async () => {
    const id = await request();
    await pass(under, minute);
    expect(await refusalOf(takeBack(under.desk, agent, { cancellationId: id }))).toMatchObject({
      code: "request_moved_on",
    });
    const hasty = { ...under.desk, timings: { ...under.desk.timings, graceSeconds: 0 } };
    const atOnce = await request(seededLine("markup"), hasty);
    expect(await row(atOnce)).toMatchObject({ leaves_at: null });
    expect(await refusalOf(takeBack(under.desk, agent, { cancellationId: atOnce }))).toMatchObject({
      code: "request_moved_on",
    });
  });

  test("C2 a sales agent, or somebody of another workspace, takes nothing back", async () => {
    const id = await request();
    const sales = await under.agent("U0SALES");
    expect(await refusalOf(takeBack(under.desk, sales, { cancellationId: id }))).toMatchObject({
      code: "not_allowed",
    });
    const stranger = { ...agent, workspaceId: "T0OTHER" };
    expect(await refusalOf(takeBack(under.desk, stranger, { cancellationId: id }))).toMatchObject({
      code: "request_not_found",
    });
    expect(await row(id)).toMatchObject({ status: "requested" });
  });

  test("C7 of a batch one item is taken back; the others leave, the report tells of both", async () => {
    const { batchId } = await requestCancellations(under.desk, agent, {
      formToken: randomUUID(),
      customerId: line.customerId,
      lines: [line, seededLine("recentPerpetual", 1)],
    });
    const items = await under.desk.db
      .selectFrom("cancellations")
      .select(["id", "line_item_number"])
      .where("batch_id", "=", batchId)
      .orderBy("line_item_number")
      .execute();
    await takeBack(under.desk, agent, { cancellationId: items[0]?.id ?? "" });
    for (const minutes of [2, 4, 8, 4]) await pass(under, minutes * minute);
    expect(await Promise.all(items.map(async ({ id }) => (await row(id)).status))).toEqual([
      "taken_back",
      "visible",
    ]);
    expect(await readRow(under.desk, "cancellation_batch", batchId)).toMatchObject({ status: "ended" });
    expect(patches()).toBe(1);
    expect(
      under.simulator
        .orders()
        .find(({ id }) => id === line.orderId)
        ?.lines.map((one) => one.cancellation),
    ).toEqual(["none", "visible"]);
  });
});

describe("C1 a deadline within the grace period", () => {
  test("C1 shortens it to a minute before the deadline", async () => {
    const near = seededLine("fiftyNineDaysOld");
    const deadline = new Date("2026-11-24T23:59:00.000Z");
    under.clock.advance(deadline.getTime() - 90_000 - under.clock.now().getTime());
    agent = await under.agent();
    const id = await request(near);
    expect(await row(id)).toMatchObject({ leaves_at: new Date(deadline.getTime() - minute) });
    await pass(under, 30_000);
    expect(await row(id)).toMatchObject({ status: "accepted" });
  });

  test("C1 leaves none where the deadline is nearer than a minute", async () => {
    const near = seededLine("fiftyNineDaysOld");
    under.clock.advance(Date.parse("2026-11-24T23:58:30.000Z") - under.clock.now().getTime());
    agent = await under.agent();
    const id = await request(near);
    expect(await row(id)).toMatchObject({ leaves_at: null });
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "accepted" });
  });
});

describe("invariant 4: it leaves or it is taken back, never both", () => {
  /** Both at the moment at which it leaves. */
  const race = async (id: string, desk: Desk) => {
    under.clock.advance(minute);
    agent = await under.agent();
    return Promise.allSettled([
      advanceCancellation(desk, { cancellationId: id }),
      takeBack(desk, agent, { cancellationId: id }),
    ]);
  };

  test("invariant 4: in twenty races one side wins, and the other knows", async () => {
    for (let n = 0; n < 20; n += 1) {
      await sql`truncate cancellations, messages, outbox`.execute(under.desk.db);
      const fresh = seededLine(n % 2 === 0 ? "recentPerpetual" : "markup");
      const before = patches();
      const id = await request(fresh);
      under.simulator.addFault({
        path: "/orders/",
        method: "PATCH",
        fault: "answer",
        times: 1,
        answer: { status: 400, code: 800061, description: "The order cannot be cancelled." },
      });
      const [, back] = await race(id, under.desk);
      under.simulator.clearFaults();
      const { status } = await row(id);
      expect(status).toBe(back.status === "fulfilled" ? "taken_back" : "refused");
      expect(patches() - before).toBe(back.status === "fulfilled" ? 0 : 1);
    }
  });

  test("invariant 4: taken back while the worker is about to send: the claim is ahead", async () => {
    const id = await request();
    const desk: Desk = {
      ...under.desk,
      failpoint: async (point) => {
        if (point !== "cancellation.claimed") return;
        expect(await refusalOf(takeBack(under.desk, agent, { cancellationId: id }))).toMatchObject({
          code: "request_moved_on",
        });
      },
    };
    under.clock.advance(minute);
    agent = await under.agent();
    await runDue(desk);
    expect(await row(id)).toMatchObject({ status: "accepted" });
    expect(patches()).toBe(1);
  });

  test("invariant 4: taken back from a worker that slept over its lease: it wakes up and sends nothing", async () => {
    const id = await request();
    let slept = false;
    const desk: Desk = {
      ...under.desk,
      failpoint: async (point) => {
        if (point !== "cancellation.claimed" || slept) return;
        slept = true;
        under.clock.advance(2 * minute);
        agent = await under.agent();
        await takeBack(under.desk, agent, { cancellationId: id });
      },
    };
    under.clock.advance(minute);
    await runDue(desk);
    expect(slept).toBe(true);
    expect(await row(id)).toMatchObject({ status: "taken_back" });
    expect(patches()).toBe(0);
  });

  test("invariant 4: the database refuses to take back what was sent", async () => {
    const id = await request();
    await pass(under, minute);
    const back = sql`update cancellations set status = 'taken_back', due_at = null where id = ${id}`;
    await expect(back.execute(under.desk.db)).rejects.toThrow("cancellations_taken_back_unsent");
    await sql`alter table cancellations drop constraint cancellations_taken_back_unsent`.execute(
      under.desk.db,
    );
    await back.execute(under.desk.db);
    expect(await row(id)).toMatchObject({ status: "taken_back" });
  });
});
