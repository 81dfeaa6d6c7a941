import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { deliverMessage } from "#src/messages/deliver.ts";
import { type Chat, ChatFailure } from "#src/messages/port.ts";
import { wantMessage } from "#src/messages/want.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { day, minute, pass, seededLine, toNextJob } from "../requests/acts.ts";

let under: DeskUnderTest;
let agent: Agent;
let requestId: string;
let cancellationId: string;
let messageId: string;
beforeEach(async () => {
  under = await openDesk();
  agent = await under.agent();
  const line = seededLine("recentPerpetual");
  ({ batchId: requestId, cancellationId } = await requestCancellation(under.desk, agent, line));
  messageId = (await message()).id;
  // Only messages are delivered here: the cancellation stays as it is, and the sweeper leaves it alone.
  await sql`update cancellations set due_at = due_at + interval '1 year'`.execute(under.desk.db);
  await under.desk.db.deleteFrom("outbox").where("topic", "<>", "message").execute();
});
afterEach(() => under.close());

const message = () =>
  under.desk.db
    .selectFrom("messages")
    .selectAll()
    .where("request_id", "=", requestId)
    .executeTakeFirstOrThrow();
const deliver = (desk: Desk = under.desk) => deliverMessage(desk, { messageId });
const shown = () => under.chat.posted.map((one) => one.message.text);
const text = (version: number) =>
  `cancellation_batch ${requestId} under_way v${version}, ${cancellationId} requested`;
const withChat = (change: Partial<Chat>): Desk => ({
  ...under.desk,
  chat: { ...under.desk.chat, ...change },
});

/** The request moves on by a version, as any step of its life does. */
async function nextVersion(aloud = false): Promise<number> {
  const { version } = await under.desk.db
    .updateTable("cancellation_batches")
    .set((eb) => ({ version: eb("version", "+", 1) }))
    .where("id", "=", requestId)
    .returning("version")
    .executeTakeFirstOrThrow();
  await transact(under.desk.db, (trx) =>
    wantMessage(trx, under.desk, {
      workspaceId: agent.workspaceId,
      personId: agent.personId,
      request: { kind: "cancellation_batch", id: requestId },
      version,
      aloud,
    }),
  );
  return version;
}

/** Fails the first calls with these failures, one after the other; then does what the chat does. */
function failing<K extends "post" | "update" | "openDirect">(method: K, ...failures: ChatFailure[]): Desk {
  const { chat } = under.desk;
  const original = chat[method] as (input: never) => Promise<never>;
  return withChat({
    [method]: async (input: never) => {
      const failure = failures.shift();
      if (failure) throw failure;
      return original(input);
    },
  });
}

describe("invariant 2: one message per request", () => {
  test("C9 is posted once and redrawn in place from the row", async () => {
    await deliver();
    expect(await message()).toMatchObject({
      channel: "D-U0AGENT",
      ts: under.chat.posted[0]?.ts,
      drawn_version: 1,
      posting_since: null,
      due_at: null,
      lease: null,
    });
    await nextVersion();
    await runDue(under.desk);
    await nextVersion();
    await nextVersion();
    await runDue(under.desk);
    expect(under.chat.posted).toHaveLength(1);
    expect(under.chat.posted[0]).toMatchObject({ message: { text: text(4) }, edits: 2, messageId });
  });

  test("invariant 2: delivering what was delivered does nothing", async () => {
    await deliver();
    await deliver();
    await runDue(under.desk);
    expect(under.chat.posted).toMatchObject([{ edits: 0 }]);
  });

  test("invariant 2: ten deliveries at once are one post", async () => {
    await Promise.all(Array.from({ length: 10 }, () => deliver()));
    expect(shown()).toEqual([text(1)]);
    await nextVersion();
    await Promise.all(Array.from({ length: 10 }, () => deliver()));
    expect(under.chat.posted).toMatchObject([{ edits: 1, message: { text: text(2) } }]);
  });

  test("invariant 2: a post whose answer was lost is found and adopted, never posted twice", async () => {
    under.chat.loseNextPostAnswer();
    await deliver();
    expect(await message()).toMatchObject({ ts: null, posting_since: under.clock.now(), drawn_version: 0 });
    await nextVersion();
    await toNextJob(under);
    expect(shown()).toEqual([text(2)]);
    expect(await message()).toMatchObject({
      ts: under.chat.posted[0]?.ts,
      posting_since: null,
      drawn_version: 2,
    });
  });

  test("invariant 2: a worker that died right after posting leaves a message that the next one adopts", async () => {
    const dying: Desk = {
      ...under.desk,
      failpoint: async (point) => {
        if (point === "message.posted") throw new Error("the power went");
      },
    };
    await expect(deliver(dying)).rejects.toThrow("the power went");
    expect(shown()).toEqual([text(1)]);
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute);
    expect(shown()).toEqual([text(1)]);
    expect(await message()).toMatchObject({ ts: under.chat.posted[0]?.ts, drawn_version: 1 });
  });

  test("invariant 2: a chat that does not look for what was posted posts twice", async () => {
    under.chat.loseNextPostAnswer();
    const blind = withChat({ findPosted: async () => null });
    await deliver(blind);
    await toNextJob(under, blind);
    expect(shown()).toEqual([text(1), text(1)]);
  });

  test("invariant 2: the search begins before the post that may have been lost, however often it was tried", async () => {
    const since: Date[] = [];
    const first = under.clock.now();
    const { findPosted } = under.desk.chat;
    const unsure = () => new ChatFailure("unknown", "the answer was lost");
    const { chat } = failing("post", unsure(), unsure(), unsure());
    const watched = withChat({
      post: chat.post,
      findPosted: async (input) => {
        since.push(input.since);
        return findPosted(input);
      },
    });
    await deliver(watched);
    for (let tries = 0; tries < 3; tries += 1) await toNextJob(under, watched);
    expect(since).toEqual([first, first, first]);
    expect(shown()).toEqual([text(1)]);
  });
});

describe("invariant 2: versions", () => {
  test("invariant 2: what changes while it is drawn is drawn again at once", async () => {
    let changed = false;
    const { post } = under.desk.chat;
    const desk = withChat({
      post: async (input) => {
        const posted = await post(input);
        if (!changed) await nextVersion();
        changed = true;
        return posted;
      },
    });
    await deliver(desk);
    expect(shown()).toEqual([text(2)]);
    expect(await message()).toMatchObject({ drawn_version: 2, wanted_version: 2, due_at: null });
  });

  test("invariant 2: an older drawing never stays over a newer one", async () => {
    await deliver();
    await nextVersion();
    // The first worker is stuck in its call for longer than its lease; a second one draws what came meanwhile.
    const { update } = under.desk.chat;
    const stuck = withChat({
      update: async (input) => {
        under.clock.advance(2 * minute);
        await nextVersion();
        await deliver(under.desk);
        expect(shown()).toEqual([text(3)]);
        return update(input);
      },
    });
    await deliver(stuck);
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute);
    expect(shown()).toEqual([text(3)]);
    expect(await message()).toMatchObject({ drawn_version: 3, wanted_version: 3, due_at: null });
  });

  test("invariant 1: with the queue emptied, the sweeper brings the message up to date", async () => {
    await nextVersion();
    await under.desk.db.deleteFrom("outbox").execute();
    await pass(under, minute);
    expect(shown()).toEqual([text(2)]);
  });

  test("invariant 4: a message that is behind is always due, by the database itself", async () => {
    const undo = sql`update messages set due_at = null where id = ${messageId}`;
    await expect(undo.execute(under.desk.db)).rejects.toThrow("messages_due");
  });
});

describe("a chat that says no", () => {
  test("invariant 2: told to wait, it waits that long, then shows the newest version", async () => {
    const desk = failing("post", new ChatFailure("wait", "ratelimited", 30_000));
    await runDue(desk);
    expect(await message()).toMatchObject({ ts: null, posting_since: null, undeliverable: null });
    await pass(under, 29_000, desk);
    expect(shown()).toEqual([]);
    await under.desk.db
      .updateTable("cancellation_batches")
      .set({ version: 2 })
      .where("id", "=", requestId)
      .execute();
    await pass(under, 1_000, desk);
    expect(shown()).toEqual([text(2)]);
    expect(await message()).toMatchObject({ drawn_version: 2, due_at: null });
  });

  test("invariant 2: told to wait after a lost answer, it still looks before posting", async () => {
    under.chat.loseNextPostAnswer();
    await deliver();
    let looks = 0;
    const { findPosted } = under.desk.chat;
    const desk = withChat({
      findPosted: async (input) => {
        looks += 1;
        if (looks === 1) throw new ChatFailure("wait", "ratelimited", 10_000);
        return findPosted(input);
      },
    });
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute, desk);
    expect(looks).toBe(2);
    expect(shown()).toEqual([text(1)]);
  });

  test("invariant 2: an outage makes no more attempts than its waits allow", async () => {
    let attempts = 0;
    const desk = withChat({
      post: async () => {
        attempts += 1;
        throw new ChatFailure("wait", "ratelimited", 60_000);
      },
    });
    await runDue(desk);
    for (let passed = 0; passed < 60; passed += 1) await pass(under, 10_000, desk);
    expect(attempts).toBe(11);
  });

  test.each(["gone", "refused"] as const)("invariant 3: %s is logged and tried again later", async (kind) => {
    await runDue(failing("post", new ChatFailure(kind, `the reason is ${kind}`)));
    expect(await message()).toMatchObject({ undeliverable: null, ts: null });
    const logged = under.logged.map((line) => JSON.parse(line)).filter(({ level }) => level === "error");
    expect(logged).toMatchObject([{ message: messageId, request: requestId, kind }]);
    await pass(under, 2 * minute);
    expect(shown()).toEqual([text(1)]);
  });

  test.each([
    ["post", "gone"],
    ["post", "refused"],
    ["openDirect", "gone"],
  ] as const)(
    "invariant 3: %s is %s for days: it is tried a dozen times, and then not until there is something new to tell",
    async (method, kind) => {
      let tries = 0;
      const desk = withChat({
        [method]: async () => {
          tries += 1;
          throw new ChatFailure(kind, `the reason is ${kind}`);
        },
      });
      await runDue(desk);
      for (let passed = 0; passed < 15; passed += 1) await pass(under, day, desk);
      expect(tries).toBe(12);
      expect(await message()).toMatchObject({
        undeliverable: `the reason is ${kind}`,
        due_at: null,
        ts: null,
      });
      expect(await ringOverdue(desk)).toBe(0);
      await nextVersion();
      await pass(under, minute);
      expect(shown()).toEqual([text(2)]);
    },
  );

  test("invariant 3: a message that is no longer there is posted anew, with what is so now", async () => {
    await deliver();
    under.chat.posted.splice(0);
    await nextVersion();
    await deliver();
    expect(shown()).toEqual([text(2)]);
  });

  test("invariant 2: a redraw that is told to wait is made later, in place", async () => {
    await deliver();
    await nextVersion();
    const desk = failing(
      "update",
      new ChatFailure("wait", "ratelimited", 5_000),
      new ChatFailure("unknown", "reset"),
    );
    await runDue(desk);
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute, desk);
    expect(shown()).toEqual([text(2)]);
  });

  test("invariant 1: a fault of ours leaves the message due, and it is delivered later", async () => {
    const broken: Desk = {
      ...under.desk,
      drawMessage: () => {
        throw new Error("cannot draw");
      },
    };
    await expect(deliver(broken)).rejects.toThrow("cannot draw");
    for (let passed = 0; passed < 3; passed += 1) await pass(under, minute);
    expect(shown()).toEqual([text(1)]);
  });
});

describe("invariant 3: what must be noticed is posted anew, because Slack tells nobody of an edit", () => {
  const places = () => under.chat.posted.map(({ ts }) => ts);
  const postedAt = async () => (await message()).posted_at;

  test("a message of more than a minute moves to the end, and stays one message", async () => {
    await deliver();
    const [before] = places();
    under.clock.advance(2 * minute);
    const version = await nextVersion(true);
    await deliver();
    expect(shown()).toEqual([text(version)]);
    expect(places()).not.toEqual([before]);
    expect(await postedAt()).toEqual(under.clock.now());
  });

  test("a message that was just posted is edited, and so is one with nothing to notice", async () => {
    await deliver();
    const before = places();
    await nextVersion(true);
    await deliver();
    expect(places()).toEqual(before);
    under.clock.advance(2 * minute);
    const version = await nextVersion();
    await deliver();
    expect(places()).toEqual(before);
    expect(shown()).toEqual([text(version)]);
  });

  test("a newer version that is drawn together with one to notice is posted anew once", async () => {
    await deliver();
    under.clock.advance(2 * minute);
    await nextVersion(true);
    const version = await nextVersion();
    await deliver();
    await deliver();
    expect(shown()).toEqual([text(version)]);
    expect(under.chat.posted[0]?.edits).toBe(0);
  });

  test.each(["post", "remove", "record"] as const)(
    "a worker that is lost after its %s leaves one message, which the next one finds",
    async (step) => {
      await deliver();
      under.clock.advance(2 * minute);
      const version = await nextVersion(true);
      const lost = new Error("the worker is gone");
      const broken = withChat({
        remove: async (place) => {
          if (step === "record") await under.chat.remove(place);
          throw lost;
        },
      });
      const point: Desk["failpoint"] = async (name) => {
        if (step === "post" && name === "message.posted") throw lost;
      };
      await expect(deliver({ ...broken, failpoint: point })).rejects.toBe(lost);
      under.clock.advance(2 * minute);
      await deliver();
      expect(shown()).toEqual([text(version)]);
      expect((await message()).drawn_version).toBe(version);
    },
  );

  test("an answer to the new post that was lost does not make two of it", async () => {
    await deliver();
    under.clock.advance(2 * minute);
    const version = await nextVersion(true);
    under.chat.loseNextPostAnswer();
    await deliver();
    under.clock.advance(minute);
    await deliver();
    expect(shown()).toEqual([text(version)]);
  });
});

describe("messages that are rung for at the same moment", () => {
  test("invariant 1: one whose row is locked is waited for alone, and is drawn when the lock is gone", async () => {
    const second = seededLine("fiftyNineDaysOld");
    const other = await requestCancellation(under.desk, agent, second);
    const { id: otherId } = await under.desk.db
      .selectFrom("messages")
      .select("id")
      .where("request_id", "=", other.batchId)
      .executeTakeFirstOrThrow();
    const holder = await under.opened.pool.connect();
    await holder.query("begin");
    await holder.query("select from messages where id = $1 for update", [messageId]);
    const mine = deliver();
    await deliverMessage(under.desk, { messageId: otherId });
    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toContain(other.batchId);
    await holder.query("rollback");
    holder.release();
    await mine;
    expect(shown()).toHaveLength(2);
    expect((await message()).drawn_version).toBe((await message()).wanted_version);
  });

  test("twenty doorbells for nothing are one statement", async () => {
    let statements = 0;
    const db = under.desk.db.withPlugin({
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const desk = { ...under.desk, db };
    await Promise.all(Array.from({ length: 20 }, (_, n) => deliverMessage(desk, { messageId: `msg_${n}` })));
    expect(statements).toBe(1);
  });
});
