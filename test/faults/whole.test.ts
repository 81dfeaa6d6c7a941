import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findBreaches } from "../ground/whole.ts";
import { openTestWorld } from "../kill/test-world.ts";
import { placeOrder, type World } from "../kill/world.ts";
import { ask, openStage, quiet, type Stage } from "./stage.ts";

let world: World;
let stage: Stage;
let purchaseId: string;
let undo: string[] = [];

beforeAll(async () => {
  world = await openTestWorld(null);
  stage = await openStage(world);
  await ask(world);
  await quiet(stage);
  await stage.close();
  expect(await findBreaches(world, stage.outputs())).toEqual([]);
  ({ id: purchaseId } = await world.desk.db.selectFrom("purchases").select("id").executeTakeFirstOrThrow());
});
afterEach(async () => {
  for (const statement of undo) await forced(statement);
  undo = [];
});
afterAll(() => world.close());

/** Past every trigger and constraint of ours, as only somebody with the database's own key can. */
async function forced(statement: string): Promise<void> {
  await world.desk.db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql.raw(statement).execute(trx);
  });
}

/** Makes it so, and has it taken back after the test. */
async function so(statement: string, back: string): Promise<void> {
  await forced(statement);
  undo.push(back);
}

const breaches = (outputs: string[] = []) => findBreaches(world, outputs);

test.each([
  [
    "a request that nobody looks after any more",
    (id: string) => `update purchases set status = 'unknown', due_at = '2999-01-01' where id = '${id}'`,
    (id: string) => `update purchases set status = 'ordered', due_at = null where id = '${id}'`,
    /is still unknown/,
  ],
  [
    "a request that is said to be refused, and was ordered",
    (id: string) => `update purchases set status = 'refused' where id = '${id}'`,
    (id: string) => `update purchases set status = 'ordered' where id = '${id}'`,
    /is refused with 1 lines, and 1 were ordered/,
  ],
  [
    "one that needs a person, in silence",
    (id: string) => `update purchases set status = 'needs_person' where id = '${id}'`,
    (id: string) => `update purchases set status = 'ordered' where id = '${id}'`,
    /Slack shows .* instead of/s,
  ],
  [
    "one whose person was never told",
    (id: string) => `update messages set request_id = 'pur_other' where request_id = '${id}'`,
    (id: string) => `update messages set request_id = '${id}' where request_id = 'pur_other'`,
    /and nobody was told/,
  ],
  [
    "a message that could not be delivered",
    (id: string) => `update messages set undeliverable = 'channel_not_found' where request_id = '${id}'`,
    (id: string) => `update messages set undeliverable = null where request_id = '${id}'`,
    /untold, because channel_not_found/,
  ],
  [
    "a message behind its row",
    (id: string) =>
      `update messages set wanted_version = wanted_version + 1, due_at = '2999-01-01' where request_id = '${id}'`,
    (id: string) =>
      `update messages set wanted_version = wanted_version - 1, due_at = null where request_id = '${id}'`,
    /told version \d+ of \d+/,
  ],
  [
    "a lease that nobody gives back",
    (id: string) =>
      `update messages set lease = gen_random_uuid(), leased_until = now() where request_id = '${id}'`,
    (id: string) => `update messages set lease = null, leased_until = null where request_id = '${id}'`,
    /held by nobody and still leased/,
  ],
  [
    "an act without activity",
    (id: string) =>
      `update activity set act = 'purchase.other' where request_id = '${id}' and act = 'purchase.ordered'`,
    (id: string) =>
      `update activity set act = 'purchase.ordered' where request_id = '${id}' and act = 'purchase.other'`,
    /no activity tells of purchase.ordered/,
  ],
  [
    "a chain that is broken",
    () => `update activity set act = act || 'x' where sequence = 2`,
    () => `update activity set act = left(act, -1) where sequence = 2`,
    /the chain of \w+ breaks at 2/,
  ],
  [
    "an outbox row that was never handed over",
    () =>
      `insert into outbox (topic, subject_id, run_at, created_at) values ('purchase', 'pur_left', '2020-01-01', '2020-01-01')`,
    () => `delete from outbox where subject_id = 'pur_left'`,
    /was never handed over/,
  ],
  [
    "a cancellation that shows nowhere",
    () => `update cancellations set line_item_number = line_item_number + 100`,
    () => `update cancellations set line_item_number = line_item_number - 100`,
    /shows, and .* is undefined there/,
  ],
  [
    "a case that was filed, and that nobody finds",
    () => `update support_requests set id = id || 'x'`,
    () => `update support_requests set id = left(id, -1)`,
    /is filed, and 0 were filed/,
  ],
])("the check of the whole finds %s", async (_, breaking, mending, expected) => {
  await so(breaking(purchaseId), mending(purchaseId));
  expect((await breaches()).join("\n")).toMatch(expected);
});

test("the check of the whole finds a key that lies open", async () => {
  const [key = ""] = world.partnerCenter.keys().values();
  expect(key).not.toBe("");
  await so(
    `update key_requests set reason = reason || '${key}'`,
    `update key_requests set reason = left(reason, -${key.length})`,
  );
  expect((await breaches()).join("\n")).toMatch(/a secret lies open in database/);
  expect((await breaches([Buffer.from(`{"key":"${key}"}`).toString("base64")])).join("\n")).toMatch(
    /in output/,
  );
});

test("the check of the whole finds a message that stands twice", async () => {
  const { slack } = world;
  const dm = slack
    .as("admin.agent")
    .dm()
    .find(({ text }) => text.includes(purchaseId));
  const [posted] = slack
    .state()
    .channels.flatMap(({ messages }) => messages)
    .filter(({ ts }) => ts === dm?.ts);
  const { channel } = posted as { channel: string };
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ channel, text: dm?.text, metadata: posted?.metadata }),
  });
  const { ok, ts } = (await response.json()) as { ok: boolean; ts: string };
  expect(ok).toBe(true);
  expect((await breaches()).join("\n")).toMatch(/2 messages of msg_\w+ in Slack/);
  await fetch(`${slack.apiUrl}chat.delete`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({ channel, ts }),
  });
  expect(await breaches()).toEqual([]);
});

test("the check of the whole finds a second order, and one that nobody asked for", async () => {
  await placeOrder(world, 1, purchaseId);
  expect((await breaches()).join("\n")).toMatch(/is ordered with 1 lines, and 2 were ordered/);
  await placeOrder(world, 1, "pur_unknown");
  expect((await breaches()).join("\n")).toMatch(/is of pur_unknown, which nobody asked for/);
});
