import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { readMigrations } from "#src/db/migrate.ts";
import { listPackages } from "#src/fulfilment/packages.ts";
import { revealKey } from "#src/fulfilment/reveal.ts";
import { readStory, tellStory } from "#src/operations/story.ts";
import { requeueRequest } from "#src/requests/requeue.ts";
import { requestSupport } from "#src/support-requests/request.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { runScript, surroundings } from "../ground/run-script.ts";
import { customerId, seededLine } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
beforeAll(async () => {
  under = await openDesk();
  agent = await under.agent();
});
afterAll(() => under.close());

const rowOf = (id: string) =>
  under.desk.db.selectFrom("purchases").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
const loseQueue = () => under.desk.db.updateTable("outbox").set({ sent_at: under.clock.now() }).execute();
const requeue = (requestId: string, reason: string | null = null) =>
  requeueRequest(under.desk, { requestId, operator: "operator", reason });

describe("requeue", () => {
  test("B1 a request whose job was lost is rung for, done once, and the operator's act recorded", async () => {
    const id = await buy(under.desk, agent);
    await loseQueue();
    await runDue(under.desk);
    expect((await rowOf(id)).status).toBe("requested");
    expect(await requeue(id, "the queue was emptied")).toMatchObject([{ id, status: "requested" }]);
    await requeue(id);
    await runDue(under.desk);
    expect(await rowOf(id)).toMatchObject({ status: "ordered", perhaps_sent: false });
    const acts = await under.desk.db
      .selectFrom("activity")
      .select(["person_id", "details"])
      .where("request_id", "=", id)
      .where("act", "=", "purchase.requeued")
      .orderBy("sequence")
      .execute();
    expect(acts[0]).toEqual({
      person_id: null,
      details: { status: "requested", operator: "operator", reason: "the queue was emptied" },
    });
    expect(await requeue(id)).toEqual([{ id, status: "ordered", refused: "ended" }]);
  });

  test("B1 nothing is hurried: a wait that Partner Center asked for and a worker's lease hold", async () => {
    const id = await buy(under.desk, agent);
    await loseQueue();
    const later = new Date(under.clock.now().getTime() + 600_000);
    const patienceMs = under.desk.timings.patienceSeconds * 1_000;
    await under.desk.db
      .updateTable("purchases")
      .set({ due_at: new Date(later.getTime() + patienceMs) })
      .where("id", "=", id)
      .execute();
    expect(await requeue(id)).toEqual([{ id, status: "requested", ringsAt: later }]);
    await runDue(under.desk);
    expect(await rowOf(id)).toMatchObject({ status: "requested", attempts: 0 });
    const held = new Date(later.getTime() + 60_000);
    const byWorker = { lease: randomUUID(), leased_until: held };
    await under.desk.db.updateTable("purchases").set(byWorker).where("id", "=", id).execute();
    expect(await requeue(id)).toEqual([{ id, status: "requested", ringsAt: held }]);
    under.clock.advance(660_000);
    await runDue(under.desk);
    expect((await rowOf(id)).status).toBe("ordered");
  });

  test("C7 of several cancellations each is rung for, and those that ended are not", async () => {
    const { batchId } = await requestCancellations(under.desk, agent, {
      formToken: randomUUID(),
      customerId: customerId("Contoso"),
      lines: [seededLine("recentPerpetual"), seededLine("recentSubscription")],
    });
    await loseQueue();
    expect(await requeue(batchId)).toMatchObject([
      { status: "requested", ringsAt: expect.any(Date) },
      { status: "requested", ringsAt: expect.any(Date) },
    ]);
    await runDue(under.desk);
    const statuses = (await requeue(batchId))?.map(({ status }) => status);
    expect(statuses?.every((status) => status === "accepted" || status === "visible")).toBe(true);
    expect(under.simulator.requests().filter(({ method }) => method === "PATCH")).toHaveLength(2);
    const story = await readStory(under.desk.db, batchId);
    expect(story?.events.filter(({ source }) => source === "item")).toHaveLength(2);
    expect(story?.events.some(({ what }) => what === "cancellation.requeued")).toBe(true);
  });

  test("what was left to a person or never was is not rung for", async () => {
    const id = await buy(under.desk, agent);
    await under.desk.db
      .updateTable("purchases")
      .set({ status: "needs_person", due_at: null })
      .where("id", "=", id)
      .execute();
    expect(await requeue(id)).toEqual([{ id, status: "needs_person", refused: "left_to_person" }]);
    expect(await requeue("pur_0000000000000000")).toBeNull();
    expect(await requeue("'; drop table purchases")).toBeNull();
  });
});

describe("story", () => {
  test("a request's row, acts, jobs, messages and ids in time order, and no name or word of anybody", async () => {
    const id = await buy(under.desk, agent);
    await runDue(under.desk);
    const story = await readStory(under.desk.db, id);
    const row = await rowOf(id);
    expect(story?.row).toMatchObject({
      status: "ordered",
      ms_request_id: row.ms_request_id,
      correlation_id: row.correlation_id,
    });
    const whats = story?.events.map(({ source, what }) => `${source} ${what}`) ?? [];
    expect(whats).toEqual(
      expect.arrayContaining([
        "activity purchase.quoted",
        "activity purchase.requested",
        "activity purchase.ordered",
        `outbox rung for ${id}`,
      ]),
    );
    const times = story?.events.map(({ at }) => at) ?? [];
    expect(times).toEqual(times.toSorted());
    const message = story?.events.find(({ source }) => source === "message");
    expect(message?.facts).toMatchObject({ channel: expect.any(String), ts: expect.any(String) });
    const job = story?.events.find(({ source, what }) => source === "outbox" && what.endsWith(id));
    expect(job?.facts.job).toMatch(new RegExp(`^purchase-${id}-o\\d+$`));
    if (!story) throw new Error("no story");
    for (const told of [JSON.stringify(story), tellStory(story)])
      for (const word of [row.customer_name, ...row.lines.map(({ title }) => title)])
        expect(told).not.toContain(word);
    expect(story.row.order_ids).toEqual(row.orders.map(({ orderId }) => orderId));
    expect(row.orders).not.toHaveLength(0);
    expect(await readStory(under.desk.db, "pur_0000000000000000")).toBeNull();
  });

  test("K1 S4 no key, no link and no word that a person typed, of a key request and a support request alike", async () => {
    const words = "words of a person";
    const line = seededLine("fiftyNineDaysOld");
    const [choice] = (await listPackages(under.desk, agent, line)).packages ?? [];
    if (!choice) throw new Error("there is nothing to choose from");
    const { keyRequestId, handOver } = await revealKey(under.desk, agent, {
      ...line,
      formToken: randomUUID(),
      choice,
      reason: words,
    });
    const { supportRequestId } = await requestSupport(under.desk, agent, {
      formToken: randomUUID(),
      customerId: line.customerId,
      impact: "moderate",
      title: words,
      orderOrSubscriptionId: line.orderId,
      reason: words,
      amountRequested: "100.00 USD",
      contactName: words,
      contactEmail: "words@contoso.com",
      contactPhone: "+1 555 0100",
    });
    await runDue(under.desk);
    if (handOver.kind !== "secrets") throw new Error("nothing was handed over");
    const secrets = [handOver.key, handOver.downloadLink].map((secret) => secret?.reveal() ?? "");
    expect(secrets).not.toContain("");
    for (const id of [keyRequestId, supportRequestId]) {
      const story = await readStory(under.desk.db, id);
      expect(story?.events.map(({ source }) => source)).toContain("activity");
      for (const secret of [...secrets, words, "words@contoso.com", "555 0100"])
        expect(JSON.stringify(story)).not.toContain(secret);
    }
  });
});

describe("commands", () => {
  const run = (name: string, ...words: string[]) =>
    runScript(
      name,
      {
        ...surroundings,
        VAULT_KEYS: `first:${Buffer.alloc(32, 1).toString("base64")}`,
        DATABASE_URL: under.databaseUrl,
      },
      ...words,
    );

  test("each says how it is used, and ends with 2 where it is used wrongly", async () => {
    const names = ["story", "migrate", "doctor"];
    const helped = await Promise.all(names.map((name) => run(name, "--help")));
    for (const [index, name] of names.entries())
      expect(helped[index]).toEqual({ code: 0, said: expect.stringContaining(`npm run ${name}`) });
    const used = await run("requeue");
    expect(used).toEqual({ code: 2, said: expect.stringMatching(/^Which request\?\n\nnpm run requeue -- /) });
  });

  test("migrate says how the database stands, and does not go down by accident", async () => {
    expect(await run("migrate", "status")).toEqual({ code: 0, said: "The database is up to date.\n" });
    await sql`insert into kysely_migration values ('29990101T000000-x-contract-since-29980101T000000', 'now')`.execute(
      under.desk.db,
    );
    const gone = await run("migrate", "status");
    await sql`delete from kysely_migration where name like '2999%'`.execute(under.desk.db);
    expect(gone).toEqual({ code: 1, said: expect.stringContaining("took away what this version needs") });
    const refused = await run("migrate", "down");
    expect(refused).toEqual({ code: 2, said: expect.stringContaining("--lose-data") });
    expect(await readMigrations(under.desk.db)).toEqual({ missing: [], unknown: [], gone: null });
  });

  test("requeue and story say in words what they did", async () => {
    const id = await buy(under.desk, agent);
    const rung = await run("requeue", id, "--reason", "asked by support");
    expect(rung).toEqual({ code: 0, said: expect.stringContaining(`${id} (requested) is rung for at`) });
    const told = await run("story", id, "--json");
    expect(told.code).toBe(0);
    expect(JSON.parse(told.said)).toMatchObject({ id, kind: "purchase" });
  });
});
