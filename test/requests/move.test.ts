import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { transact } from "#src/db/database.ts";
import { violatedConstraint } from "#src/db/violations.ts";
import { PartnerCenterFailure } from "#src/partner-center/port.ts";
import { claimRequest } from "#src/requests/claim.ts";
import { failureRecord, retryDelayMs } from "#src/requests/failures.ts";
import { type Move, moveRequest, RequestMovedOn } from "#src/requests/move.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { type RequestRows, requestMoves } from "#src/requests/tables.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { countWaiting, takeChain } from "../ground/locks.ts";
import { activityOf, confirmed, customerId, minute, readRow } from "./acts.ts";

type Purchase = RequestRows["purchase"];

let under: DeskUnderTest;
let agent: Agent;
let purchase: Purchase;
beforeAll(async () => {
  under = await openDesk();
});
afterAll(() => under.close());
beforeEach(async () => {
  agent = await under.agent();
  const { purchaseId } = await confirmed(under.desk, agent, {
    customerId: customerId("Contoso"),
    words: "sql enterprise 1 year",
  });
  purchase = await row(purchaseId);
});

const row = (id: string) => readRow(under.desk, "purchase", id);
const move = async (change: Partial<Move<"purchase">> = {}) => {
  await moveRequest(under.desk.db, under.desk, {
    kind: "purchase",
    row: purchase,
    to: "refused",
    set: { due_at: null },
    actor: null,
    ...change,
  });
  return row(purchase.id);
};
const send = (ringAt: Date) =>
  move({
    to: "sending",
    set: { due_at: null, ms_request_id: purchase.correlation_id, sent_at: under.clock.now() },
    ringAt,
  });
const messageOf = (id: string) =>
  under.desk.db
    .selectFrom("messages")
    .select("wanted_version")
    .where("request_id", "=", id)
    .executeTakeFirst();
const jobsFor = async (id: string) =>
  (await under.desk.db.selectFrom("outbox").select("id").where("subject_id", "=", id).execute()).length;

describe("invariant 4: a guarded move", () => {
  test("invariant 5: row, message, job and activity are one", async () => {
    const before = await jobsFor(purchase.id);
    const ringAt = new Date(under.clock.now().getTime() + minute);
    const moved = await send(ringAt);
    expect(moved).toMatchObject({ status: "sending", version: purchase.version + 1 });
    expect(moved.due_at).toEqual(new Date(ringAt.getTime() + 30_000));
    expect(await messageOf(purchase.id)).toEqual({ wanted_version: moved.version });
    expect(await jobsFor(purchase.id)).toBe(before + 1);
    expect((await activityOf(under.desk, purchase.id)).at(-1)).toEqual({
      act: "purchase.sending",
      outcome: "done",
    });
  });

  test("invariant 5: no activity row, no act", async () => {
    await sql
      .raw(`create or replace function refuse_all() returns trigger language plpgsql as
        $$ begin raise exception 'no activity'; end $$;
        create trigger refuse_all before insert on activity for each row execute function refuse_all();`)
      .execute(under.desk.db);
    const before = {
      row: await row(purchase.id),
      message: await messageOf(purchase.id),
      jobs: await jobsFor(purchase.id),
    };
    await expect(move()).rejects.toThrow("no activity");
    await sql`drop trigger refuse_all on activity`.execute(under.desk.db);
    expect({
      row: await row(purchase.id),
      message: await messageOf(purchase.id),
      jobs: await jobsFor(purchase.id),
    }).toEqual(before);
  });

  test("invariant 5: the activity's chain is locked last: who waits for a message holds nobody up", async () => {
    purchase = await send(under.clock.now());
    const moving = await transact(under.desk.db, async (trx) => {
      await sql`select from messages where request_id = ${purchase.id} for update`.execute(trx);
      const moved = move();
      await expect.poll(() => countWaiting(under.desk.db)).toBe(1);
      expect(await takeChain(trx, purchase.workspace_id)).toBe(true);
      return { moved };
    });
    expect(await moving.moved).toMatchObject({ status: "refused" });
  });

  test("invariant 4: of ten moves from the same row one is made; the others have moved on", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => move()));
    const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toHaveLength(9);
    for (const reason of refused) expect(reason).toBeInstanceOf(RequestMovedOn);
    expect(
      (await activityOf(under.desk, purchase.id)).filter(({ act }) => act === "purchase.refused"),
    ).toHaveLength(1);
  });

  test("invariant 4: a move that the table of moves does not hold is a fault, not a move", async () => {
    for (const to of ["quoted", "lapsed", "ordered"] as const)
      await expect(move({ to })).rejects.toThrow("may not go from requested");
    expect(await row(purchase.id)).toMatchObject({ status: "requested" });
  });

  test("invariant 3: from every status that does not rest, some way leads to rest", () => {
    for (const [kind, moves] of Object.entries(requestMoves)) {
      for (const start of Object.keys(moves)) {
        const reached = new Set([start]);
        for (const status of reached) for (const next of moves[status] ?? []) reached.add(next);
        const rests = [...reached].filter((status) => moves[status]?.length === 0);
        expect(rests, `${kind} ${start}`).not.toEqual([]);
        for (const status of reached) expect(moves, `${kind} ${status}`).toHaveProperty(status);
      }
    }
  });
});

describe("invariant 2: a claim", () => {
  const claim = () => claimRequest(under.desk, "purchase", purchase.id, ["requested"]);

  test("invariant 2: of ten workers one gets the row, until its lease ends", async () => {
    const claims = await Promise.all(Array.from({ length: 10 }, claim));
    expect(claims.filter(Boolean)).toHaveLength(1);
    under.clock.advance(59_999);
    expect(await claim()).toBeNull();
    under.clock.advance(1);
    expect(await claim()).toMatchObject({ attempts: 2 });
  });

  test("invariant 2: a worker that lost its lease writes nothing", async () => {
    const first = await claim();
    under.clock.advance(minute);
    const second = await claim();
    if (!first || !second) throw new Error("not claimed");
    await expect(move({ row: first })).rejects.toBeInstanceOf(RequestMovedOn);
    await expect(move({ row: purchase })).rejects.toBeInstanceOf(RequestMovedOn);
    expect(await move({ row: second })).toMatchObject({ status: "refused", lease: null, leased_until: null });
  });

  test("invariant 2: a row that stands elsewhere, or none, is claimed by nobody", async () => {
    await move();
    expect(await claim()).toBeNull();
    expect(await claimRequest(under.desk, "purchase", "pur_0", ["requested"])).toBeNull();
  });

  test("invariant 2: a row whose time has not come is claimed by nobody", async () => {
    const sending = await claim();
    if (!sending) throw new Error("not claimed");
    const later = new Date(under.clock.now().getTime() + 10 * minute);
    const set = { due_at: null, ms_request_id: sending.correlation_id, sent_at: under.clock.now() };
    const unknown = await move({ row: sending, to: "sending", set, ringAt: later });
    const again = () => claimRequest(under.desk, "purchase", unknown.id, ["sending"]);
    under.clock.advance(9 * minute);
    expect(await again()).toBeNull();
    under.clock.advance(minute);
    expect(await again()).not.toBeNull();
  });
});

describe("invariant 1: the sweeper", () => {
  test("invariant 1: rings for what is overdue, once per patience, and for nothing else", async () => {
    await ringOverdue(under.desk);
    const before = await jobsFor(purchase.id);
    under.clock.advance(29_000);
    await ringOverdue(under.desk);
    expect(await jobsFor(purchase.id)).toBe(before);
    under.clock.advance(1_000);
    await ringOverdue(under.desk);
    await ringOverdue(under.desk);
    expect(await jobsFor(purchase.id)).toBe(before + 1);
  });

  test("invariant 1: two sweepers at once ring once", async () => {
    under.clock.advance(minute);
    const before = await jobsFor(purchase.id);
    await Promise.all([ringOverdue(under.desk), ringOverdue(under.desk), ringOverdue(under.desk)]);
    expect(await jobsFor(purchase.id)).toBe(before + 1);
  });
});

test("invariant 2: waits grow from two seconds to two minutes", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 40].map(retryDelayMs)).toEqual(
    [2, 5, 15, 30, 60, 120, 120, 120].map((seconds) => seconds * 1_000),
  );
});

test("invariant 6: of a failure codes and ids are kept, and of its text no more than fits", () => {
  const failure = new PartnerCenterFailure({
    kind: "refused",
    status: 400,
    code: 800061,
    description: "x".repeat(5_000),
    operation: "cancelOrderLines",
    requestId: "r",
    correlationId: "c",
    retryAfterMs: 1,
    cause: new Error("a secret"),
  });
  expect(failureRecord(failure)).toEqual({
    kind: "refused",
    status: 400,
    code: 800061,
    description: "x".repeat(1_024),
    operation: "cancelOrderLines",
    requestId: "r",
    correlationId: "c",
  });
});

test("invariant 4: a refusal of the database is told by the name of its constraint", async () => {
  const twice = sql`insert into partner_users values ('A@b.example', 'x', 'x', '{}', now())`.execute(
    under.desk.db,
  );
  expect(violatedConstraint(await twice.catch((error: unknown) => error))).toBe(
    "partner_users_user_principal_name_check",
  );
  const wrong = sql`select 1 / 0`.execute(under.desk.db);
  expect(violatedConstraint(await wrong.catch((error: unknown) => error))).toBeNull();
  expect(violatedConstraint("23505")).toBeNull();
});
