import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import { transact } from "#src/db/database.ts";
import { lockLine } from "#src/fulfilment/lock-line.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import { keepReminder } from "#src/reminders/set.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { countWaiting, takeChain } from "../ground/locks.ts";
import { runDue } from "../ground/run-due.ts";
import { activityOf, minute, pass, readRow, refusalOf, seededLine, toNextJob } from "../requests/acts.ts";

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
const choice = { version: "SQL Server 2022", language: "en-US", fileType: "ISO (Windows, 64-bit)" };
const request = async () => (await requestCancellation(under.desk, agent, line)).cancellationId;
const row = (id: string) => readRow(under.desk, "cancellation", id);
const handOver = (by = agent, wanted = choice) =>
  revealKey(under.desk, by, { ...line, formToken: randomUUID(), choice: wanted, reason: "A new server" });
const reads = () =>
  under.simulator
    .requests()
    .filter((one) => one.method === "GET" && one.path.includes(`/orders/${line.orderId}`)).length;
const messageOf = (id: string) => {
  const texts = under.chat.posted
    .filter(({ message }) => message.text.includes(id))
    .map(({ message }) => message.text);
  expect(texts.length).toBeLessThanOrEqual(1);
  return texts[0];
};

describe("C9 followed until it shows", () => {
  test("C9 accepted is confirmed at once; after 14 minutes of lag it shows at the quarter of an hour, in four calls", async () => {
    under.simulator.configure({ cancellationLagMs: 14 * minute });
    const id = await request();
    const before = reads();
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({
      status: "accepted",
      accepted_at: under.clock.now(),
      visible_at: null,
    });
    expect(messageOf(id)).toContain("accepted");
    let elapsed = 0;
    const looked: number[] = [];
    while ((await row(id)).status === "accepted") {
      elapsed += await toNextJob(under);
      looked.push(elapsed / 1_000);
    }
    expect(looked).toEqual([20, 180, 915]);
    expect(reads() - before).toBe(3);
    expect(await row(id)).toMatchObject({
      status: "visible",
      looks: 3,
      next_look_at: null,
      visible_at: under.clock.now(),
      due_at: null,
    });
    expect(messageOf(id)).toContain("visible");
  });

  test("C9 sweeping every ten seconds meanwhile adds no looks", async () => {
    under.simulator.configure({ cancellationLagMs: 14 * minute });
    const id = await request();
    await runDue(under.desk);
    for (let passed = 0; passed < 16 * minute; passed += 20_000) await pass(under, 20_000);
    expect(await row(id)).toMatchObject({ status: "visible", looks: 3 });
  });

  test("C9 a queue that lost everything costs time, not the cancellation", async () => {
    under.simulator.configure({ cancellationLagMs: 14 * minute });
    const id = await request();
    await runDue(under.desk);
    for (let passed = 0; passed < 20; passed += 1) {
      await under.desk.db.deleteFrom("outbox").execute();
      await pass(under, minute);
    }
    expect(await row(id)).toMatchObject({ status: "visible" });
  });

  test("C9 after 17 minutes it is overdue and its agent is told; later it still shows", async () => {
    under.simulator.configure({ cancellationLagMs: 20 * minute });
    const id = await request();
    await runDue(under.desk);
    let elapsed = 0;
    while ((await row(id)).status === "accepted") elapsed += await toNextJob(under);
    expect(elapsed).toBe(17 * minute);
    expect(await row(id)).toMatchObject({ status: "overdue" });
    expect(messageOf(id)).toContain("overdue");
    while ((await row(id)).status === "overdue") elapsed += await toNextJob(under);
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect(elapsed).toBe(32 * minute);
  });

  test("C9 what does not show for a day is left to a person, who is told", async () => {
    under.simulator.configure({ cancellationLagMs: 48 * 60 * minute });
    const id = await request();
    await runDue(under.desk);
    let elapsed = 0;
    while (["accepted", "overdue"].includes((await row(id)).status)) elapsed += await toNextJob(under);
    expect(await row(id)).toMatchObject({ status: "needs_person", due_at: null });
    expect(elapsed).toBeGreaterThan(24 * 60 * minute);
    expect(elapsed).toBeLessThan(25.5 * 60 * minute);
    expect(messageOf(id)).toContain("needs_person");
    expect((await activityOf(under.desk, id)).at(-1)).toEqual({
      act: "cancellation.needs_person",
      outcome: "failed",
    });
    // That person has looked, and may ask again: the line is not held for ever.
    await under.agent();
    const again = await request();
    expect(again).not.toBe(id);
    await runDue(under.desk);
    expect(await row(id)).toMatchObject({ status: "needs_person" });
    expect((await row(again)).status).not.toBe("accepted");
  });

  test("C9 a look that is not answered is no answer: it is followed on, not before Retry-After", async () => {
    under.simulator.configure({ cancellationLagMs: 3_000 });
    const id = await request();
    await runDue(under.desk);
    under.simulator.addFault({
      path: `/orders/${line.orderId}`,
      method: "GET",
      fault: "429",
      times: 1,
      retryAfterSeconds: 70,
    });
    expect(await toNextJob(under)).toBe(20_000);
    expect(await row(id)).toMatchObject({ status: "accepted", failure: { kind: "wait" } });
    const before = reads();
    await advanceCancellation(under.desk, { cancellationId: id });
    expect(reads()).toBe(before);
    expect(await toNextJob(under)).toBe(70_000);
    expect(await row(id)).toMatchObject({ status: "visible", failure: null });
  });

  test("invariant 2: ten workers that look at once are one look", async () => {
    const id = await request();
    under.simulator.configure({ cancellationLagMs: minute });
    await runDue(under.desk);
    under.clock.advance(20_000);
    const before = reads();
    await Promise.all(
      Array.from({ length: 10 }, () => advanceCancellation(under.desk, { cancellationId: id })),
    );
    expect(reads() - before).toBe(1);
    expect(await row(id)).toMatchObject({ looks: 1 });
  });
});

describe("C10 keys and links are revoked", () => {
  test("C10 in the moment in which it shows, for everyone who got one, and their messages say so", async () => {
    const other = await under.agent("U0AGENT2");
    const mine = (await handOver()).keyRequestId;
    const theirs = (await handOver(other)).keyRequestId;
    under.simulator.configure({ cancellationLagMs: minute });
    const id = await request();
    await runDue(under.desk);
    expect((await readRow(under.desk, "key_request", mine)).revoked_at).toBeNull();
    const versions = [messageOf(mine), messageOf(theirs)];
    while ((await row(id)).status === "accepted") await toNextJob(under);
    const { visible_at } = await row(id);
    for (const keyRequestId of [mine, theirs]) {
      expect(await readRow(under.desk, "key_request", keyRequestId)).toMatchObject({
        status: "shown",
        revoked_at: visible_at,
      });
    }
    expect(messageOf(mine)).not.toBe(versions[0]);
    expect(messageOf(theirs)).not.toBe(versions[1]);
  });

  test("C10 together or not at all: what does not become visible revokes nothing", async () => {
    const { keyRequestId } = await handOver();
    const id = await request();
    await sql
      .raw(`create function no_visible() returns trigger language plpgsql as
        $$ begin if new.status = 'visible' then raise exception 'not visible'; end if; return new; end $$;
        create trigger no_visible before update on cancellations for each row execute function no_visible();`)
      .execute(under.desk.db);
    await runDue(under.desk);
    under.clock.advance(20_000);
    await expect(runDue(under.desk)).rejects.toThrow("not visible");
    expect(await readRow(under.desk, "key_request", keyRequestId)).toMatchObject({ revoked_at: null });
    await sql`drop trigger no_visible on cancellations`.execute(under.desk.db);
    for (let passed = 0; passed < 5; passed += 1) await pass(under, minute);
    expect(await row(id)).toMatchObject({ status: "visible" });
    expect((await readRow(under.desk, "key_request", keyRequestId)).revoked_at).not.toBeNull();
  });

  test("C10 a request that was refused has nothing to revoke, and nobody is written to about it", async () => {
    await refusalOf(handOver(agent, { ...choice, language: "xx-XX" }));
    const refused = await under.desk.db.selectFrom("key_requests").selectAll().executeTakeFirstOrThrow();
    expect(refused.status).toBe("refused");
    await request();
    await runDue(under.desk);
    await toNextJob(under);
    expect(await readRow(under.desk, "key_request", refused.id)).toMatchObject({ revoked_at: null });
    expect(messageOf(refused.id)).toBeUndefined();
  });

  test("C10 hand-overs of another line stay", async () => {
    const other = seededLine("markup");
    const { keyRequestId } = await revealKey(under.desk, agent, {
      ...other,
      formToken: randomUUID(),
      choice,
      reason: "A new server",
    });
    await request();
    await runDue(under.desk);
    await toNextJob(under);
    expect(await readRow(under.desk, "key_request", keyRequestId)).toMatchObject({ revoked_at: null });
  });
});

describe("a cancellation that shows waits for others", () => {
  const oneWaits = () => expect.poll(() => countWaiting(under.desk.db)).toBe(1);

  test("C10 a key that is handed over at that very moment is revoked with the others", async () => {
    const { keyRequestId } = await revealKey(under.desk, agent, {
      ...seededLine("markup"),
      formToken: randomUUID(),
      choice,
      reason: "A new server",
    });
    const id = await request();
    await runDue(under.desk);
    const { showing } = await transact(under.desk.db, async (trx) => {
      await lockLine(trx, line);
      // Nobody else sees it there before this transaction ends.
      await trx
        .updateTable("key_requests")
        .set({ customer_id: line.customerId, order_id: line.orderId, line_item_number: line.lineItemNumber })
        .where("id", "=", keyRequestId)
        .execute();
      const next = toNextJob(under);
      await oneWaits();
      return { showing: next };
    });
    await showing;
    const { status, visible_at } = await row(id);
    expect(status).toBe("visible");
    expect((await readRow(under.desk, "key_request", keyRequestId)).revoked_at).toEqual(visible_at);
  });

  test("invariant 5: for the watch for its credit, without keeping anybody from the activity's chain meanwhile", async () => {
    const id = await request();
    await runDue(under.desk);
    const { workspaceId } = agent;
    const { showing } = await transact(under.desk.db, async (trx) => {
      await keepReminder(trx, under.desk, {
        workspaceId,
        kind: "credit",
        subjectId: workspaceId,
        dueAt: under.clock.now(),
      });
      const next = toNextJob(under);
      await oneWaits();
      expect(await takeChain(trx, workspaceId)).toBe(true);
      return { showing: next };
    });
    await showing;
    expect(await row(id)).toMatchObject({ status: "visible" });
  });
});

test("C11 the cancelled line stays on the software page, and its key is refused", async () => {
  await handOver();
  const id = await request();
  await runDue(under.desk);
  while ((await row(id)).status === "accepted") await toNextJob(under);
  const lines = await listSoftware(under.desk, agent, { act: "keys", customerId: line.customerId });
  const mine = lines.filter((one) => one.orderId === line.orderId);
  expect(mine.map(({ cancelled, quantity }) => [cancelled, quantity])).toEqual([
    [true, 0],
    [false, 50],
  ]);
  const before = under.simulator.requests().filter((one) => one.path.startsWith("/_sim/")).length;
  expect(await refusalOf(listPackages(under.desk, agent, line))).toMatchObject({ code: "key_revoked" });
  expect(await refusalOf(handOver())).toMatchObject({ code: "key_revoked" });
  expect(under.simulator.requests().filter((one) => one.path.startsWith("/_sim/"))).toHaveLength(before);
});

test("C11 a cancellation that the order does not show yet is refused by the fulfilment service itself", async () => {
  const stale = await under.desk.partnerCenter.getOrder(line);
  await request();
  await runDue(under.desk);
  const lagging = {
    ...under.desk,
    partnerCenter: { ...under.desk.partnerCenter, getOrder: async () => stale },
  };
  expect(
    await refusalOf(
      revealKey(lagging, agent, { ...line, formToken: randomUUID(), choice, reason: "A new server" }),
    ),
  ).toMatchObject({ code: "key_revoked" });
});
