import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { raiseAlert } from "#src/activity/alert.ts";
import { transact } from "#src/db/database.ts";
import { deliverMessage } from "#src/messages/deliver.ts";
import { createReadings } from "#src/operations/readings.ts";
import { createDrawMessage } from "#src/slack/draw-message.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";

let under: DeskUnderTest;
beforeEach(async () => {
  under = await openDesk({
    override: () => ({
      drawMessage: createDrawMessage({ portalUrl: "https://partner.example", agentsSignIn: false }),
    }),
  });
});
afterEach(() => under.close());

test("A1 invariant 3: an alert that can't be drawn is tried a set number of times, and then those who run the desk are told", async () => {
  const { desk } = under;
  const reader = await under.agent("U0GLOBAL");
  const details = { kind: "outside_access" as const, count: 1, items: [] };
  const alertId = await transact(desk.db, (trx) =>
    raiseAlert(trx, desk, { workspaceId: reader.workspaceId, subject: "1", details }),
  );
  await sql`update activity_alerts set details = '{}' where id = ${alertId}`.execute(desk.db);
  const message = () =>
    desk.db.selectFrom("messages").selectAll().where("request_id", "=", alertId).executeTakeFirstOrThrow();
  const { id: messageId } = await message();
  let failed = 0;
  while ((await message()).undeliverable === null && failed < 100) {
    await deliverMessage(desk, { messageId }).catch(() => {
      failed += 1;
    });
    under.clock.advance(desk.timings.leaseSeconds * 1_000);
  }
  expect(failed).toBe(50);
  expect(under.chat.posted).toEqual([]);
  expect(under.logged.filter((line) => line.includes("given up after 51 tries"))).toHaveLength(1);
  const { messages } = await createReadings({
    db: desk.db,
    clock: desk.clock,
    partnerTenantId: "tenant",
    allowance: { burst: 1, perSecond: 1 },
    queues: null,
  })();
  expect(messages).toEqual({ overdue: 0, oldest: 0, givenUp: 1 });
});
