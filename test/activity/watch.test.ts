import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sweepOnce } from "#jobs/sweeper.ts";
import type { Agent } from "#src/access/agent.ts";
import { checkChain } from "#src/activity/check-chain.ts";
import { publishHead } from "#src/activity/publish-head.ts";
import { recordActivity } from "#src/activity/record.ts";
import { readHead } from "#src/activity/verify.ts";
import { nextRun } from "#src/activity/watch.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { ChatFailure } from "#src/messages/port.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { runScript, surroundings } from "../ground/run-script.ts";
import { onDatabase } from "../ground/server.ts";
import { day } from "../requests/acts.ts";

let under: DeskUnderTest;
let auditor: Agent;
let desk: Desk;
const channel = "C0HEADS";
beforeEach(async () => {
  under = await openDesk({ override: () => ({ activityChannel: channel }) });
  desk = under.desk;
  await under.agent();
  auditor = await under.agent("U0ACCOUNT");
  for (let index = 0; index < 5; index += 1) await append(index);
});
afterEach(() => under.close());

const workspaceId = "T0TEST";
const append = (index: number) =>
  transact(desk.db, (trx) =>
    recordActivity(trx, {
      workspaceId,
      at: under.clock.now(),
      actor: auditor,
      act: "purchase.ordered",
      outcome: "done",
      request: null,
      customerId: null,
      details: { index },
      correlationId: null,
    }),
  );

/** As a superuser who silences the triggers. */
const tamper = (...statements: string[]) =>
  onDatabase(under.databaseUrl, async (client) => {
    await client.query("set session_replication_role = replica");
    for (const statement of statements) await client.query(statement);
  });

const tampering: [string, string[], string][] = [
  ["changed", [`update activity set details = '{"index": 9}' where sequence = 3`], "3"],
  ["deleted in the middle", ["delete from activity where sequence = 3"], "3"],
  ["deleted at the end", ["delete from activity where sequence = 5"], "5"],
  [
    "inserted",
    [
      `insert into activity (workspace_id, sequence, at, person_id, roles, act, outcome, customer_id, details, previous_hash, hash)
       select workspace_id, 6, at, person_id, roles, act, outcome, customer_id, details, hash, repeat('a', 64) from activity where sequence = 5`,
    ],
    "6",
  ],
  [
    "reordered",
    [
      "update activity set sequence = 99 where sequence = 2",
      "update activity set sequence = 2 where sequence = 3",
      "update activity set sequence = 3 where sequence = 99",
    ],
    "2",
  ],
];

const alerts = () => desk.db.selectFrom("activity_alerts").selectAll().execute();
const posted = () => under.chat.posted.filter((post) => post.channel === channel);
const publish = (with_: Partial<Desk> = {}) => publishHead({ ...desk, ...with_ }, { subjectId: workspaceId });

describe("A3 the nightly look at the chain", () => {
  test("A3 an intact chain is left alone until the next morning", async () => {
    expect((await checkChain(desk, { subjectId: workspaceId })).toISOString()).toBe(
      "2026-11-24T04:00:00.000Z",
    );
    expect(await alerts()).toEqual([]);
  });

  test.each(tampering)(
    "A3 a row %s is found, logged, recorded, and told to the readers once",
    async (what, statements, row) => {
      await publish();
      await tamper(...statements);
      await checkChain(desk, { subjectId: workspaceId });
      await checkChain(desk, { subjectId: workspaceId });
      expect(await alerts()).toMatchObject([{ kind: "chain_broken", details: { sequence: row } }]);
      expect(under.logged.filter((text) => text.includes("chain is broken"))).toHaveLength(2);
      await runDue(desk);
      const told = under.chat.posted.filter(({ message }) => message.text.startsWith("activity_alert"));
      expect(told.map((message) => message.channel)).toEqual(["D-U0ACCOUNT"]);
      const recorded = await desk.db
        .selectFrom("activity")
        .select("details")
        .where("act", "=", "activity.chain_broken")
        .execute();
      expect(recorded).toMatchObject([{ details: { sequence: row, told: [auditor.personId] } }]);
      expect(what).toBeTruthy();
    },
  );

  test("A3 without a published head the chain alone does not show that its newest row is gone", async () => {
    await tamper("delete from activity where sequence = 5");
    await checkChain(desk, { subjectId: workspaceId });
    expect(await alerts()).toEqual([]);
  });
});

describe("A3 the published head", () => {
  test("A3 is posted once a day, with sequence, hash and time", async () => {
    const head = await readHead(desk.db, workspaceId);
    await publish();
    await append(6);
    expect((await publish())?.toISOString()).toBe("2026-11-24T06:00:00.000Z");
    expect(posted().map(({ message }) => message.text)).toEqual([`chain_head 5:${head?.hash}`]);
    under.clock.advance(day);
    await publish();
    expect(posted()).toHaveLength(2);
    expect(posted()[1]?.message.text).toContain("chain_head 6:");
  });

  test("A3 a lost answer leads to no second post, and the head stays the one of the first try", async () => {
    under.chat.loseNextPostAnswer();
    await expect(publish()).rejects.toThrow(ChatFailure);
    await append(6);
    await publish();
    expect(posted()).toHaveLength(1);
    expect(posted()[0]?.message.text).toContain("chain_head 5:");
  });

  test("A3 without looking first there would be two", async () => {
    under.chat.loseNextPostAnswer();
    await expect(publish()).rejects.toThrow(ChatFailure);
    const blind = { ...under.chat, findPosted: async () => null };
    await publish({ chat: blind });
    expect(posted()).toHaveLength(2);
  });

  test("A3 where the app may not read the channel the same words come twice rather than never", async () => {
    under.chat.loseNextPostAnswer();
    await expect(publish()).rejects.toThrow(ChatFailure);
    const unread = {
      ...under.chat,
      findPosted: async () => {
        throw new ChatFailure("wait", "Slack answered missing_scope");
      },
    };
    await publish({ chat: unread });
    expect(new Set(posted().map(({ message }) => message.text)).size).toBe(1);
  });

  test("A3 a channel without the app in it is an operator's concern: logged, and tried the next day", async () => {
    const refusing = {
      ...under.chat,
      post: async () => {
        throw new ChatFailure("refused", "Slack answered not_in_channel");
      },
    };
    expect(await publish({ chat: refusing })).toEqual(nextRun("chain_head", under.clock.now()));
    expect(under.logged.join()).toContain("is the app in ACTIVITY_CHANNEL?");
  });

  test("A3 nothing is published of a workspace where nothing happened, or without a channel", async () => {
    await publishHead(desk, { subjectId: "T0EMPTY" });
    expect(await publish({ activityChannel: null })).toBeNull();
    expect(posted()).toEqual([]);
  });
});

describe("A3 every workspace is watched", () => {
  const reminders = (kinds: string[]) =>
    desk.db
      .selectFrom("reminders")
      .select(["kind", "subject_id", "due_at"])
      .where(sql<boolean>`kind = any(${kinds})`)
      .orderBy("due_at")
      .execute();

  test("A3 from the first sweep on, in the morning, and not twice", async () => {
    await sweepOnce(desk);
    await sweepOnce(desk);
    const set = await reminders(["chain_check", "chain_head", "audit_mirror"]);
    expect(set.map((one) => [one.kind, one.subject_id, one.due_at.toISOString()])).toEqual([
      ["chain_check", workspaceId, "2026-11-24T04:00:00.000Z"],
      ["audit_mirror", workspaceId, "2026-11-24T05:00:00.000Z"],
      ["chain_head", workspaceId, "2026-11-24T06:00:00.000Z"],
    ]);
  });

  test("A3 a night later all of it was done, and is due again", async () => {
    await sweepOnce(desk);
    under.clock.advance(day);
    await sweepOnce(desk);
    await runDue(desk);
    expect(posted()).toHaveLength(1);
    const mirror = await desk.db.selectFrom("audit_mirrors").select("read_at").execute();
    expect(mirror).toEqual([{ read_at: under.clock.now() }]);
    const set = await reminders(["chain_check", "chain_head", "audit_mirror"]);
    expect(set.every((one) => one.due_at > under.clock.now())).toBe(true);
  });
});

describe("A3 npm run verify-activity", () => {
  const run = (...words: string[]) =>
    runScript(
      "verify-activity",
      {
        ...surroundings,
        VAULT_KEYS: `first:${Buffer.alloc(32).toString("base64")}`,
        DATABASE_URL: under.databaseUrl,
      },
      ...words,
    );

  test("A3 names every chain and its head, and finds a published head again", async () => {
    const head = await readHead(desk.db, workspaceId);
    const named = `${head?.sequence}:${head?.hash}`;
    expect(await run()).toEqual({ code: 0, said: `${workspaceId}: intact, 5 rows; head ${named}\n` });
    await append(6);
    expect(await run("--head", named)).toMatchObject({ code: 0 });
    await tamper("delete from activity where sequence >= 5");
    expect(await run()).toMatchObject({ code: 0 });
    const gone = await run("--head", named);
    expect(gone).toMatchObject({
      code: 1,
      said: expect.stringContaining("No chain has row 5 with this hash"),
    });
  });

  test("A3 names the first bad row and ends with 1; a head that is none with 2", async () => {
    await tamper(...(tampering[0]?.[1] ?? []));
    const broken = await run();
    expect(broken.code).toBe(1);
    expect(broken.said).toContain(`${workspaceId}: BROKEN at row 3: its content was changed`);
    expect(await run("--head", "5")).toMatchObject({
      code: 2,
      said: expect.stringContaining("<sequence>:<hash>"),
    });
  });
});
